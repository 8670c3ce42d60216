#include "report/remedy/gnutls_priority.hpp"

#include "report/remedy/config_lines.hpp"

#include <algorithm>
#include <array>

namespace smtptls::remedy {
namespace {

using tls::ProtocolVersion;

constexpr std::array versions_of_tls = {ProtocolVersion::tls1_0, ProtocolVersion::tls1_1, ProtocolVersion::tls1_2,
                                        ProtocolVersion::tls1_3};

constexpr std::array priority_keywords = {"NORMAL",    "PERFORMANCE", "SECURE", "SECURE128", "SECURE192", "SECURE256",
                                          "SUITEB128", "SUITEB192",   "PFS",    "LEGACY",    "NONE",      "SYSTEM"};

struct PriorityName {
    std::string_view written;
    ProtocolVersion version;
};

constexpr std::array priority_names = {
    PriorityName{"VERS-TLS1.0", ProtocolVersion::tls1_0}, PriorityName{"VERS-TLS1.1", ProtocolVersion::tls1_1},
    PriorityName{"VERS-TLS1.2", ProtocolVersion::tls1_2}, PriorityName{"VERS-TLS1.3", ProtocolVersion::tls1_3}};

bool is_all_versions(std::string_view word)
{
    return word == "VERS-ALL" || word == "VERS-TLS-ALL";
}

bool is_aead(std::string_view cipher)
{
    return cipher.find("GCM") != std::string_view::npos || cipher.find("CCM") != std::string_view::npos ||
           cipher.find("POLY1305") != std::string_view::npos;
}

class PriorityState {
public:
    void take(std::string word)
    {
        const char sign = word.front();
        if (sign == '%' || word.find_first_not_of("+-!") == std::string::npos) {
            return;
        }
        const bool adds = sign == '+';
        const bool removes = sign == '-' || sign == '!';
        if (!adds && !removes) {
            keyword(word);
            return;
        }
        word.erase(0, 1);
        version(word, adds);
        cipher(word, adds);
    }

    std::set<ProtocolVersion> finish()
    {
        if (only_aead_) {
            versions_.erase(ProtocolVersion::tls1_0);
            versions_.erase(ProtocolVersion::tls1_1);
        }
        return versions_;
    }

private:
    void keyword(const std::string& word)
    {
        versions_.insert(versions_of_tls.begin(), versions_of_tls.end());
        if (word == "NONE") {
            versions_.clear();
        }
        if (word.rfind("SUITEB", 0) == 0) {
            versions_ = {ProtocolVersion::tls1_2};
        }
        only_aead_ = word.rfind("SUITEB", 0) == 0;
    }

    void version(const std::string& word, bool adds)
    {
        for (const PriorityName& name : priority_names) {
            if (name.written != word && !is_all_versions(word)) {
                continue;
            }
            if (adds) {
                versions_.insert(name.version);
            } else {
                versions_.erase(name.version);
            }
        }
    }

    // Without CBC and stream ciphers nothing is left for TLS 1.0 and 1.1.
    void cipher(const std::string& word, bool adds)
    {
        if (word == "CIPHER-ALL") {
            only_aead_ = !adds;
            return;
        }
        const bool block = word.find("-CBC") != std::string::npos || word.rfind("ARCFOUR", 0) == 0;
        only_aead_ = only_aead_ && !(adds && block && !is_aead(word));
    }

    std::set<ProtocolVersion> versions_;
    bool only_aead_ = false;
};

}  // namespace

bool is_priority_string(std::string_view text)
{
    const std::vector<std::string> words = words_of(text, ":");
    return !words.empty() && (words[0].front() == '@' || std::find(priority_keywords.begin(), priority_keywords.end(),
                                                                   words[0]) != priority_keywords.end());
}

std::set<ProtocolVersion> parse_priority_versions(std::string_view text)
{
    PriorityState state;
    if (!is_priority_string(text)) {
        state.take("NORMAL");
    }
    for (std::string& word : words_of(text, ":")) {
        if (word.front() != '@') {
            state.take(std::move(word));
        } else {
            state.take("NORMAL");
        }
    }
    return state.finish();
}

}  // namespace smtptls::remedy

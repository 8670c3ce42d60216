#include "report/remedy/protocol_list.hpp"

#include "report/remedy/config_lines.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace smtptls::remedy {
namespace {

using tls::ProtocolVersion;

struct ProtocolName {
    std::string_view written;
    ProtocolVersion version;
};

constexpr std::array protocol_names = {
    ProtocolName{"SSLv2", ProtocolVersion::ssl2},     ProtocolName{"SSLv3", ProtocolVersion::ssl3},
    ProtocolName{"TLSv1", ProtocolVersion::tls1_0},   ProtocolName{"TLSv1.1", ProtocolVersion::tls1_1},
    ProtocolName{"TLSv1.2", ProtocolVersion::tls1_2}, ProtocolName{"TLSv1.3", ProtocolVersion::tls1_3},
};

std::optional<ProtocolVersion> find_name(std::string_view word)
{
    const auto found = std::find_if(protocol_names.begin(), protocol_names.end(),
                                    [&](const ProtocolName& name) { return lower(name.written) == lower(word); });
    return found == protocol_names.end() ? std::nullopt : std::optional(found->version);
}

// A bound is a name or a hexadecimal number, with or without 0x; SSLv2 cannot be one. No digits are 0.
std::optional<unsigned> parse_bound(std::string_view word)
{
    if (const auto version = find_name(word); version && *version != ProtocolVersion::ssl2) {
        return static_cast<unsigned>(*version);
    }
    if (word.rfind("0x", 0) == 0 || word.rfind("0X", 0) == 0) {
        word.remove_prefix(2);
    }
    unsigned number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number, 16);
    const bool whole = end == word.data() + word.size();
    return whole && (error == std::errc() || word.empty()) ? std::optional(number) : std::nullopt;
}

class ProtocolParser {
public:
    explicit ProtocolParser(const Release& postfix) : postfix_(postfix) {}

    // False: the word is unknown.
    bool take(const std::string& word)
    {
        if (word.rfind(">=", 0) == 0 || word.rfind("<=", 0) == 0) {
            return take_range(word);
        }
        const bool negated = word.front() == '!';
        const std::string name = negated ? word.substr(1) : word;
        const auto version = find_name(name);
        if (!version || (*version > ProtocolVersion::tls1_0 && !has_since(postfix_, tls11_names_since))) {
            return false;
        }
        if (*version == ProtocolVersion::tls1_3 && !has_since(postfix_, tls13_since)) {
            list_.without_effect.push_back(word);
            return true;
        }
        (negated ? excluded_ : included_).insert(*version);
        (negated ? list_.excluded : list_.included).push_back(name);
        return true;
    }

    ProtocolList finish()
    {
        for (const ProtocolName& name : protocol_names) {
            const auto code = static_cast<unsigned>(name.version);
            const bool known = name.version != ProtocolVersion::tls1_3 || has_since(postfix_, tls13_since);
            const bool out = excluded_.count(name.version) != 0 ||
                             (!included_.empty() && known && included_.count(name.version) == 0) ||
                             (floor_ != 0 && code < floor_) || (ceiling_ != 0 && code > ceiling_);
            if (!out) {
                list_.left.insert(name.version);
            }
        }
        return std::move(list_);
    }

    ProtocolList refuse(const std::string& word)
    {
        list_.unknown = word;
        list_.range_too_new = word.size() > 1 && word[1] == '=' && !has_since(postfix_, ranges_since);
        return std::move(list_);
    }

private:
    bool take_range(const std::string& word)
    {
        const auto bound = parse_bound(std::string_view(word).substr(2));
        if (!bound || !has_since(postfix_, ranges_since)) {
            return false;
        }
        list_.ranges = true;
        (word.front() == '>' ? floor_ : ceiling_) = *bound;
        return true;
    }

    const Release& postfix_;
    ProtocolList list_;
    std::set<ProtocolVersion> included_;
    std::set<ProtocolVersion> excluded_;
    unsigned floor_ = 0;
    unsigned ceiling_ = 0;
};

}  // namespace

ProtocolList parse_protocol_list(std::string_view value, const Release& postfix)
{
    ProtocolParser parser(postfix);
    for (const std::string& word : words_of(value, ", \t\r\n:")) {
        if (!parser.take(word)) {
            return parser.refuse(word);
        }
    }
    return parser.finish();
}

std::string modern_protocols(const Release& postfix)
{
    return has_since(postfix, ranges_since) ? ">=TLSv1.2" : "!SSLv2,!SSLv3,!TLSv1,!TLSv1.1";
}

}  // namespace smtptls::remedy

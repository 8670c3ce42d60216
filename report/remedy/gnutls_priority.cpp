#include "report/remedy/gnutls_priority.hpp"

#include "report/remedy/config_lines.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace smtptls::remedy {
namespace {

using tls::ProtocolVersion;
using WordList = std::vector<std::string_view>;

constexpr std::size_t most_priority_words = 64;  // GnuTLS reads no more

enum class WordKind { version, cipher, mac, exchange, group, signature, option };

struct KnownWord {
    WordKind kind;
    std::string_view name;
};

// No std::array: clang deduces none of so many.
constexpr KnownWord known_words[] = {
#define SUITE(name, exchange, cipher, mac)
#define WORD(kind, name) KnownWord{WordKind::kind, name},
#include "report/remedy/gnutls_words.def"
#undef WORD
#undef SUITE
};

struct KnownSuite {
    tls::CipherSuite code;
    std::string_view exchange;
    std::string_view cipher;
    std::string_view mac;
};

constexpr std::array known_suites = {
#define SUITE(name, exchange, cipher, mac) KnownSuite{tls::CipherSuite::name, exchange, cipher, mac},
#define WORD(kind, name)
#include "report/remedy/gnutls_words.def"
#undef WORD
#undef SUITE
};

const WordList all_versions = {"TLS1.3", "TLS1.2", "TLS1.1", "TLS1.0"};
const WordList normal_ciphers = {"AES-256-GCM", "CHACHA20-POLY1305", "AES-256-CCM", "AES-256-CBC",
                                 "AES-128-GCM", "AES-128-CCM",       "AES-128-CBC"};
const WordList strong_ciphers = {"AES-256-GCM", "CHACHA20-POLY1305", "AES-256-CCM", "AES-256-CBC"};
const WordList normal_exchanges = {"ECDHE-ECDSA", "ECDHE-RSA", "RSA", "DHE-RSA"};
const WordList curves = {"SECP256R1", "SECP384R1", "SECP521R1", "X25519", "X448"};
const WordList finite_fields = {"FFDHE2048", "FFDHE3072", "FFDHE4096", "FFDHE6144", "FFDHE8192"};
const WordList all_groups = {"SECP256R1", "SECP384R1", "SECP521R1", "X25519",    "X448",
                             "FFDHE2048", "FFDHE3072", "FFDHE4096", "FFDHE6144", "FFDHE8192"};

struct Level {
    std::string_view name;
    WordList versions;  // empty: as they are
    WordList ciphers;
    WordList macs;
    WordList exchanges;
    WordList groups;
};

// The lists of lib/priority.c, without their order.
const std::vector<Level>& levels()
{
    static const WordList few = {"SECP384R1", "SECP521R1", "FFDHE8192"};
    static const WordList sha1 = {"SHA1", "AEAD"};
    static const std::vector<Level> all = {
        {"NORMAL", {}, normal_ciphers, sha1, normal_exchanges, all_groups},
        {"PERFORMANCE", {}, normal_ciphers, sha1, normal_exchanges, all_groups},
        {"LEGACY", {}, normal_ciphers, sha1, normal_exchanges, all_groups},
        {"PFS", {}, normal_ciphers, sha1, {"ECDHE-ECDSA", "ECDHE-RSA", "DHE-RSA"}, all_groups},
        {"SECURE", {}, normal_ciphers, sha1, normal_exchanges, all_groups},
        {"SECURE128", {}, normal_ciphers, sha1, normal_exchanges, all_groups},
        {"SECURE192", {}, strong_ciphers, {"AEAD"}, normal_exchanges, few},
        {"SECURE256", {}, strong_ciphers, {"AEAD"}, normal_exchanges, few},
        {"SUITEB128",
         {"TLS1.2"},
         {"AES-256-GCM", "AES-128-GCM"},
         {"AEAD"},
         {"ECDHE-ECDSA"},
         {"SECP256R1", "SECP384R1"}},
        {"SUITEB192", {"TLS1.2"}, {"AES-256-GCM"}, {"AEAD"}, {"ECDHE-ECDSA"}, {"SECP384R1"}},
    };
    return all;
}

const Level* find_level(std::string_view word)
{
    const std::string wanted = lower(word);
    const auto found =
        std::find_if(levels().begin(), levels().end(), [&](const Level& one) { return lower(one.name) == wanted; });
    return found == levels().end() ? nullptr : &*found;
}

// The name as GnuTLS writes it; empty if it is none of that kind.
std::string_view known_name(WordKind kind, std::string_view word)
{
    const std::string wanted = lower(word);
    const auto* const found = std::find_if(std::begin(known_words), std::end(known_words), [&](const KnownWord& one) {
        return one.kind == kind && lower(one.name) == wanted;
    });
    return found == std::end(known_words) ? std::string_view() : found->name;
}

using WordSet = std::set<std::string_view>;

// What stands behind a prefix, in whatever case; nothing if another one stands there.
std::optional<std::string_view> behind_prefix(std::string_view word, std::string_view prefix)
{
    return lower(word.substr(0, prefix.size())) == lower(prefix) ? std::optional(word.substr(prefix.size()))
                                                                 : std::nullopt;
}

class PriorityState {
public:
    // Whether GnuTLS knows the word.
    bool take(std::string_view word)
    {
        if (const Level* const level = find_level(word)) {
            take_level(*level);
            return true;
        }
        const std::string_view name = word.substr(1);
        switch (word.front()) {
            case '%': return option(name);
            case '+': adds_ = true; break;
            case '-':
            case '!': adds_ = false; break;
            default: return false;
        }
        if (const Level* const level = adds_ ? find_level(name) : nullptr) {
            begun_ = true;
            take_level(*level);
            return true;
        }
        return algorithm(name);
    }

    void begin_with_nothing()
    {
        begun_ = true;
        versions_.clear();
        groups_.clear();
        signs_ = false;
    }

    GnutlsPriority finish(bool ecdsa) const
    {
        GnutlsPriority result;
        const auto is_finite = [](std::string_view one) { return one.starts_with("FF"); };
        const bool finite = std::any_of(groups_.begin(), groups_.end(), is_finite);
        const bool curve = !std::all_of(groups_.begin(), groups_.end(), is_finite);
        bool any13 = false;
        for (const KnownSuite& one : known_suites) {
            if (ciphers_.count(one.cipher) == 0 || macs_.count(one.mac) == 0) {
                continue;
            }
            any13 = any13 || one.exchange.empty();
            const bool key = one.exchange.ends_with("ECDSA") == ecdsa && !one.exchange.ends_with("DSS");
            const bool shared =
                (curve || !one.exchange.starts_with("ECDHE")) && (finite || !one.exchange.starts_with("DHE"));
            if (exchanges_.count(one.exchange) != 0 && key && shared) {
                result.suites.push_back(one.code);
            }
        }
        keep_versions(result, any13);
        return result;
    }

    bool speaks_nothing() const { return versions_.empty() || ciphers_.empty() || macs_.empty(); }

private:
    bool option(std::string_view name)
    {
        const std::string_view known = known_name(WordKind::option, name);
        no_extensions_ = no_extensions_ || known == "NO_EXTENSIONS";
        return !known.empty();
    }

    void take_level(const Level& level)
    {
        const auto merge = [this](WordSet& into, const WordList& words) {
            if (!begun_) {
                into.clear();
            }
            into.insert(words.begin(), words.end());
        };
        if (!level.versions.empty()) {
            merge(versions_, level.versions);
        }
        merge(ciphers_, level.ciphers);
        merge(macs_, level.macs);
        merge(exchanges_, level.exchanges);
        merge(groups_, level.groups);
        signs_ = true;
        begun_ = true;
    }

    // "-XYZ-ALL" takes everything away; "+XYZ-ALL" adds what NORMAL has.
    bool all(WordSet& names, const WordList& normal) const
    {
        if (adds_) {
            names.insert(normal.begin(), normal.end());
        } else {
            names.clear();
        }
        return true;
    }

    bool some(WordSet& names, const WordList& words) const
    {
        for (const std::string_view word : words) {
            one(names, word);
        }
        return true;
    }

    bool one(WordSet& names, std::string_view name) const
    {
        if (adds_ && !name.empty()) {
            names.insert(name);
        } else {
            names.erase(name);
        }
        return !name.empty();
    }

    bool algorithm(std::string_view name)
    {
        if (const auto mac = known_name(WordKind::mac, name); !mac.empty()) {
            return one(macs_, mac);
        }
        if (const auto cipher = known_name(WordKind::cipher, name); !cipher.empty()) {
            return one(ciphers_, cipher);
        }
        if (const auto exchange = known_name(WordKind::exchange, name); !exchange.empty()) {
            return one(exchanges_, exchange);
        }
        if (const auto version = behind_prefix(name, "VERS-")) {
            return version_word(*version);
        }
        const auto curve = behind_prefix(name, "CURVE-");
        if (const auto group = curve ? curve : behind_prefix(name, "GROUP-")) {
            return group_word(*group);
        }
        if (const auto sign = behind_prefix(name, "SIGN-")) {
            return sign_word(*sign);
        }
        if (const auto many = behind_prefix(name, "CIPHER-")) {
            return !behind_prefix(*many, "ALL") || all(ciphers_, normal_ciphers);
        }
        if (const auto many = behind_prefix(name, "MAC-")) {
            return !behind_prefix(*many, "ALL") || all(macs_, {"SHA1", "AEAD"});
        }
        if (const auto many = behind_prefix(name, "KX-")) {
            return !behind_prefix(*many, "ALL") || all(exchanges_, normal_exchanges);
        }
        return behind_prefix(name, "COMP-") || behind_prefix(name, "CTYPE-") || behind_prefix(name, "GOST");
    }

    bool version_word(std::string_view version)
    {
        if (behind_prefix(version, "ALL")) {
            return all(versions_, all_versions);
        }
        if (behind_prefix(version, "TLS-ALL")) {
            return some(versions_, all_versions);
        }
        return behind_prefix(version, "DTLS-ALL") || one(versions_, known_name(WordKind::version, version));
    }

    bool group_word(std::string_view group)
    {
        if (behind_prefix(group, "ALL")) {
            return all(groups_, all_groups);
        }
        if (behind_prefix(group, "DH-ALL")) {
            return some(groups_, finite_fields);
        }
        if (behind_prefix(group, "EC-ALL")) {
            return some(groups_, curves);
        }
        return behind_prefix(group, "GOST-ALL") || one(groups_, known_name(WordKind::group, group));
    }

    bool sign_word(std::string_view sign)
    {
        const bool many = behind_prefix(sign, "ALL").has_value();
        signs_ = adds_ || (signs_ && !many);
        return many || behind_prefix(sign, "GOST-ALL") || !known_name(WordKind::signature, sign).empty();
    }

    bool has(std::string_view version) const { return versions_.count(version) != 0; }

    // Which versions have a suite, and what GnuTLS leaves out: TLS 1.3 beside NULL and without a group or TLS 1.2
    // between it and an older one; TLS 1.2 and newer without a kind of signature.
    void keep_versions(GnutlsPriority& result, bool any13) const
    {
        const bool older = has("TLS1.0") || has("TLS1.1");
        const bool gap = older && !has("TLS1.2");
        const bool alone = ciphers_.count("NULL") != 0 || no_extensions_ || groups_.empty();
        if (has("TLS1.3") && any13 && signs_ && !gap && !alone) {
            result.versions.insert(ProtocolVersion::tls1_3);
        }
        const auto lowest = [](tls::CipherSuite one) { return tls::find(one)->lowest; };
        const bool old_suite = std::any_of(result.suites.begin(), result.suites.end(),
                                           [&](auto one) { return lowest(one) < ProtocolVersion::tls1_2; });
        if (has("TLS1.2") && signs_ && !result.suites.empty()) {
            result.versions.insert(ProtocolVersion::tls1_2);
        } else {
            std::erase_if(result.suites, [&](auto one) { return lowest(one) == ProtocolVersion::tls1_2; });
        }
        for (const auto& [name, version] :
             {std::pair("TLS1.1", ProtocolVersion::tls1_1), {"TLS1.0", ProtocolVersion::tls1_0}}) {
            if (has(name) && old_suite) {
                result.versions.insert(version);
            }
        }
        if (result.versions.empty() || *result.versions.begin() == ProtocolVersion::tls1_3) {
            result.suites.clear();
        }
    }

    bool begun_ = false;
    bool adds_ = true;
    bool signs_ = true;
    bool no_extensions_ = false;
    WordSet versions_{all_versions.begin(), all_versions.end()};
    WordSet ciphers_;
    WordSet macs_;
    WordSet exchanges_;
    WordSet groups_{all_groups.begin(), all_groups.end()};
};

}  // namespace

bool is_priority_string(std::string_view text)
{
    const std::vector<std::string> words = words_of(text, ":");
    return !words.empty() && (words[0].front() == '@' || find_level(words[0]) != nullptr || lower(words[0]) == "none" ||
                              lower(words[0]) == "system");
}

GnutlsPriority evaluate_priority(std::string_view text, bool ecdsa)
{
    std::vector<std::string> words = words_of(text.empty() ? "NORMAL" : text, ": ");
    words.resize(std::min(words.size(), most_priority_words));
    GnutlsPriority result;
    if (words.empty() || words[0].front() == '@') {
        result.by_system = true;
        return result;
    }
    PriorityState state;
    if (lower(words[0]) == "none") {
        state.begin_with_nothing();
        words.erase(words.begin());
    }
    for (const std::string& word : words) {
        if (!state.take(word)) {
            result.refused = word;
            return result;
        }
    }
    if (state.speaks_nothing()) {
        result.refused = std::string(text);
        return result;
    }
    return state.finish(ecdsa);
}

}  // namespace smtptls::remedy

#include "report/remedy/cipher_list.hpp"

#include "report/remedy/config_lines.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace smtptls::remedy {
namespace {

using tls::Authentication;
using tls::Cipher;
using tls::CipherMode;
using tls::CredentialClass;
using tls::KeyExchange;
using tls::Mac;
using tls::ProtocolVersion;
using tls::SuiteInfo;

enum class Strength { none, low, medium, high };

constexpr Release openssl_1_1 = {1, 1, 0};
constexpr Release openssl_3 = {3, 0, 0};
constexpr Release openssl_3_2 = {3, 2, 0};

// A list longer than this is nobody's; what is behind it is not read.
constexpr std::size_t most_words = 500;
constexpr std::size_t longest_word = 80;

bool is_static(const SuiteInfo& s)
{
    return s.key_exchange == KeyExchange::dh || s.key_exchange == KeyExchange::ecdh;
}

// From 1.1.0 on only AES and ChaCha20 without CCM and DSS are in OpenSSL's own default.
bool in_default(const SuiteInfo& s, const Release& openssl)
{
    if (s.cipher == Cipher::null || s.authentication == Authentication::anonymous || openssl < openssl_1_1) {
        return s.cipher != Cipher::null && s.authentication != Authentication::anonymous;
    }
    const bool aes = s.cipher == Cipher::aes && (s.mode == CipherMode::gcm || s.mode == CipherMode::cbc);
    return (aes || s.cipher == Cipher::chacha20) && s.authentication != Authentication::dss;
}

// 3DES was HIGH up to 1.0.2h, and MEDIUM after SWEET32. CCM with the short tag was taken down in 3.2.0 (CHANGES.md):
// HIGH where a Postfix with OpenSSL 3.0.19 was scanned, and not with 3.5.9.
Strength strength(const SuiteInfo& s, const Release& openssl)
{
    switch (s.cipher) {
        case Cipher::aes:
            return s.mode == CipherMode::ccm_8 && openssl >= openssl_3_2 ? Strength::medium : Strength::high;
        case Cipher::aria:
        case Cipher::camellia:
        case Cipher::chacha20: return Strength::high;
        case Cipher::triple_des: return openssl < openssl_1_1 ? Strength::high : Strength::medium;
        case Cipher::rc4:
        case Cipher::idea:
        case Cipher::seed: return s.export_grade ? Strength::none : Strength::medium;
        case Cipher::des: return s.export_grade ? Strength::none : Strength::low;
        default: return Strength::none;
    }
}

using Predicate = bool (*)(const SuiteInfo&, const Release&);

const std::map<std::string, Predicate, std::less<>>& cipher_words()
{
    static const std::map<std::string, Predicate, std::less<>> table = {
#define WORD(name, test) \
    {name, [](const SuiteInfo& s, const Release& openssl) -> bool { return (void)s, (void)openssl, (test); }},
#include "report/remedy/cipher_words.def"
#undef WORD
    };
    return table;
}

// OpenSSL 1.1.0 renamed the suites with EDH in their name.
std::string_view present_name(std::string_view word)
{
    if (word == "DHE-RSA-DES-CBC3-SHA") {
        return "EDH-RSA-DES-CBC3-SHA";
    }
    return word == "DHE-DSS-DES-CBC3-SHA" ? "EDH-DSS-DES-CBC3-SHA" : word;
}

const SuiteInfo* named_suite(std::string_view word)
{
    const SuiteInfo* const suite = tls::find_suite(present_name(word));
    const bool by_openssl = suite != nullptr && suite->openssl_name == present_name(word);
    return by_openssl && suite->lowest != ProtocolVersion::tls1_3 ? suite : nullptr;
}

// A word, or one part of "word+word": a test, or one suite.
struct Selector {
    Predicate test = nullptr;
    const SuiteInfo* suite = nullptr;
};

std::vector<Selector> selectors(std::string_view word)
{
    std::vector<Selector> all;
    for (const std::string& part : words_of(word, "+")) {
        const auto found = cipher_words().find(part);
        all.push_back(found != cipher_words().end() ? Selector{found->second, nullptr}
                                                    : Selector{nullptr, named_suite(part)});
    }
    return all;
}

bool matches(const std::vector<Selector>& parts, const SuiteInfo& suite, const Release& openssl)
{
    return std::all_of(parts.begin(), parts.end(), [&](const Selector& part) {
        return part.test != nullptr ? part.test(suite, openssl) : part.suite == &suite;
    });
}

enum class SuiteState { out, in, killed };

struct Candidate {
    const SuiteInfo* suite;
    SuiteState state;
};

void apply(std::vector<Candidate>& candidates, char sign, const std::vector<Selector>& parts, const Release& openssl)
{
    for (Candidate& one : candidates) {
        if (one.state == SuiteState::killed || sign == '+' || !matches(parts, *one.suite, openssl)) {
            continue;
        }
        one.state = sign == '!' ? SuiteState::killed : sign == '-' ? SuiteState::out : SuiteState::in;
    }
}

bool has_cipher(const Release& openssl, const SuiteInfo& s)
{
    const bool before_1_1 = openssl < openssl_1_1;
    switch (s.cipher) {
        case Cipher::aes: return s.mode == CipherMode::gcm || s.mode == CipherMode::cbc || !before_1_1;
        case Cipher::chacha20: return !before_1_1 && !s.openssl_name.ends_with("-OLD");
        case Cipher::aria: return !before_1_1 && s.aead() && s.authentication != Authentication::anonymous;
        case Cipher::camellia: return s.mode == CipherMode::cbc && (s.mac == Mac::sha1 || !before_1_1);
        case Cipher::triple_des:
        case Cipher::rc4: return before_1_1;
        case Cipher::seed: return openssl < openssl_3;
        case Cipher::null: return true;
        default: return false;  // IDEA by distributions; single DES and RC2 since 1.0.2g
    }
}

// The rules of ssl_security_default_callback() for suites: bits of strength, and what each level leaves out. From 3.2
// on CCM with the short tag has the strength of its tag, 64 bits.
bool is_allowed(const SuiteInfo& s, int level, const Release& openssl)
{
    constexpr std::array least_bits = {0, 80, 112, 128, 192, 256};
    if (level > 0 && s.mode == CipherMode::ccm_8 && openssl >= openssl_3_2) {
        return false;
    }
    const bool forward = s.key_exchange == KeyExchange::dhe || s.key_exchange == KeyExchange::ecdhe;
    const bool plain = s.authentication == Authentication::anonymous || s.mac == Mac::md5;
    return level == 0 ||
           (s.bits >= least_bits.at(static_cast<std::size_t>(level)) && !plain &&
            (level < 2 || s.cipher != Cipher::rc4) && (level < 3 || forward) && (level < 4 || s.mac != Mac::sha1));
}

// "@SECLEVEL=0" to "@SECLEVEL=5"; OpenSSL refuses any other.
std::optional<int> security_level(std::string_view word)
{
    constexpr std::string_view prefix = "@SECLEVEL=";
    const bool one = word.starts_with(prefix) && word.size() == prefix.size() + 1;
    return one && word.back() >= '0' && word.back() <= '5' ? std::optional(word.back() - '0') : std::nullopt;
}

}  // namespace

bool is_cipher_word(std::string_view word)
{
    const std::vector<std::string> parts = words_of(word.substr(0, longest_word), "+");
    return word.size() <= longest_word && std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
               return cipher_words().count(part) != 0 || named_suite(part) != nullptr;
           });
}

bool speaks(const Release& openssl, const SuiteInfo& suite)
{
    const bool named = !suite.openssl_name.empty() && !tls::is_ssl2(suite.code);
    const bool certificate =
        suite.credentials == CredentialClass::certificate || suite.credentials == CredentialClass::anonymous;
    const bool known_exchange = suite.key_exchange == KeyExchange::rsa || suite.key_exchange == KeyExchange::dhe ||
                                suite.key_exchange == KeyExchange::ecdhe || (is_static(suite) && openssl < openssl_1_1);
    return named && certificate && known_exchange && !suite.export_grade && has_cipher(openssl, suite);
}

std::set<ProtocolVersion> versions_of(const Release& openssl)
{
    std::set<ProtocolVersion> versions = {ProtocolVersion::tls1_0};
    if (openssl >= Release{1, 0, 1}) {
        versions.insert({ProtocolVersion::tls1_1, ProtocolVersion::tls1_2});
    }
    if (openssl >= Release{1, 1, 1}) {
        versions.insert(ProtocolVersion::tls1_3);
    }
    return versions;
}

bool is_allowed(ProtocolVersion version, int level, const Release& openssl)
{
    if (version >= ProtocolVersion::tls1_2 || openssl < openssl_1_1) {
        return true;
    }
    const int least_refused = openssl >= openssl_3 ? 1 : version == ProtocolVersion::tls1_1 ? 4 : 3;
    return level < least_refused;
}

int preset_security_level(const Release& openssl)
{
    return openssl < openssl_1_1 ? 0 : openssl < openssl_3_2 ? 1 : 2;
}

CipherList at_security_level(CipherList list, int preset, const Release& openssl)
{
    const int level = list.level.value_or(preset);
    std::erase_if(list.suites, [&](tls::CipherSuite suite) { return !is_allowed(*tls::find(suite), level, openssl); });
    return list;
}

bool has_suite_for(const std::vector<tls::CipherSuite>& suites, ProtocolVersion version)
{
    return std::any_of(suites.begin(), suites.end(), [version](tls::CipherSuite suite) {
        const tls::SuiteInfo* const info = tls::find(suite);
        return version == ProtocolVersion::tls1_2 || info->lowest < ProtocolVersion::tls1_2;
    });
}

void keep_suites_of(const std::vector<ProtocolVersion>& versions, std::vector<tls::CipherSuite>& suites)
{
    const auto has = [&](ProtocolVersion version) {
        return std::find(versions.begin(), versions.end(), version) != versions.end();
    };
    const bool older = has(ProtocolVersion::tls1_0) || has(ProtocolVersion::tls1_1);
    const auto lost = [&](tls::CipherSuite suite) {
        return !has(ProtocolVersion::tls1_2) && (!older || tls::find(suite)->lowest == ProtocolVersion::tls1_2);
    };
    suites.erase(std::remove_if(suites.begin(), suites.end(), lost), suites.end());
}

CipherList evaluate_cipher_list(std::string_view list, const Release& openssl)
{
    std::vector<Candidate> candidates;
    for (const SuiteInfo& suite : tls::all_suites()) {
        if (speaks(openssl, suite)) {
            candidates.push_back({&suite, SuiteState::out});
        }
    }
    CipherList result;
    std::size_t count = 0;
    for (const std::string& word : words_of(list, ":, ;\t\r\n")) {
        if (++count > most_words) {
            break;
        }
        const bool sign = std::string_view("!-+").find(word.front()) != std::string_view::npos;
        const std::string bare = sign ? word.substr(1) : word;
        if (word.front() == '@' || bare.empty()) {
            const auto level = security_level(word);
            result.level = level ? level : result.level;
            continue;
        }
        if (!is_cipher_word(bare)) {
            result.unknown.push_back(bare);
            continue;
        }
        apply(candidates, sign ? word.front() : ' ', selectors(bare), openssl);
    }
    for (const Candidate& one : candidates) {
        if (one.state == SuiteState::in) {
            result.suites.push_back(one.suite->code);
        }
    }
    return result;
}

}  // namespace smtptls::remedy

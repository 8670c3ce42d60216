// A policy as plain data: what a document asks of a mail server's TLS, rule by rule, each with its source.
// policy_json reads one, judge judges by it. What a check means is said in report/policy/checks.hpp.
#pragma once

#include "model/report.hpp"
#include "tls/cipher_suite.hpp"
#include "tls/protocol_version.hpp"
#include "tls/suite_property.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace smtptls::policy {

using model::Level;
using model::Role;
using model::Verdict;

using tls::SuiteProperty;

enum class Feature {
#define FEATURE(name, observation, phrase) name,
#include "report/policy/features.def"
#undef FEATURE
};

/// The checks: a closed vocabulary, each a plain struct. "Forbidden" and "allowed" are about what is accepted.
namespace check {

using Versions = std::vector<tls::ProtocolVersion>;
using Suites = std::vector<tls::CipherSuite>;  ///< ascending

struct VersionsForbidden {
    Versions versions;
};

/// Each of them is accepted, or at least one.
struct VersionsRequired {
    Versions versions;
    bool any = false;  ///< one is enough
};

/// In `versions` these suites and no others; with other groups of the same version: these too.
struct SuiteGroup {
    Versions versions;
    Suites suites;
    std::string until = {};  ///< the last day on which they are allowed, "2026-12-31"; empty: for ever
    bool over = false;       ///< that day has passed: none of them is
};

struct SuitesAllowed {
    std::vector<SuiteGroup> groups;
};

/// Suites in the list, with one of the properties, or of less strength. No versions: all of them.
struct SuitesForbidden {
    Versions versions;
    Suites suites;
    std::vector<SuiteProperty> properties;
    int below_bits = 0;  ///< of strength; 0: none is too weak
};

/// At least one of them, where the version is accepted.
struct SuitesRequired {
    Versions versions;
    Suites suites;
};

/// Where a version accepts both these suites and others, the server's order decides and has these first.
struct SuitesPreferred {
    Suites suites;
};

/// Whether the server's own order decides, in every version where it can be told.
struct ServerOrder {
    bool wanted = true;
};

/// The certificates that a rule is about: the server's own, those shown beside it that are no root, or all.
enum class Of : std::uint8_t { leaf, issuers, all };

std::string_view format(Of value);

/// A kind of public key: "RSA", "EC", "DSA", "ED25519", "ED448", "ML-DSA-65"; no curves: any.
struct KeyKind {
    std::string type;
    int bits = 0;  ///< at least
    std::vector<std::string> curves;
};

/// Each certificate's key is of one of these kinds.
struct CertificateKeys {
    std::vector<KeyKind> kinds;
    Of of = Of::leaf;
    std::vector<std::string> silent = {};  ///< kinds that the document does not know: not judged
};

/// Each certificate is signed with one of these hashes ("SHA-256"; "none" for Ed25519 and Ed448, which take no hash
/// from outside), or by an algorithm of this name.
struct CertificateSignatures {
    std::vector<std::string> hashes;
    std::vector<std::string> algorithms;
    Of of = Of::leaf;
    std::vector<std::string> silent = {};  ///< as above
};

/// Within its dates when it was seen.
struct CertificateDates {
    Of of = Of::leaf;
};

struct CertificateTrusted {};  ///< not self-signed, and its chain leads to a trusted root
struct CertificateName {};     ///< names the host, as RFC 6125 and RFC 9525 compare
struct CertificateNoWildcard {};
struct CertificateHasNames {};  ///< has a subjectAltName

struct CertificateValidity {
    int days = 0;  ///< at most, from first to last
    Of of = Of::leaf;
};

/// Groups of ephemeral keys, as they were seen: "secp256r1", "x25519", "ffdhe3072"; "DH" for every finite field group.
/// No other group.
struct GroupsAllowed {
    std::vector<std::string> groups;
    std::vector<std::string> silent = {};  ///< that the document does not know: not judged
};

/// At least one of them.
struct GroupsRequired {
    std::vector<std::string> groups;
};

/// Where others are accepted too, the server prefers these.
struct GroupsPreferred {
    std::vector<std::string> groups;
};

/// Schemes that sign key exchanges, as they were seen: "rsa_pss_rsae_sha256". No other scheme.
struct SchemesAllowed {
    std::vector<std::string> schemes;
    std::vector<std::string> silent = {};  ///< that the document does not know: not judged
};

struct DhBits {
    int bits = 0;  ///< at least, of finite field groups that were seen
};

/// A feature that is wanted, or is not; `only_with_cbc`: asked only of a server that accepts a CBC suite below
/// TLS 1.3, `only_with_old`: of one that accepts a version below TLS 1.2, `only_without_tls13`: of one that does not
/// accept TLS 1.3.
struct HasFeature {
    Feature feature{};
    bool wanted = true;
    bool only_with_cbc = false;
    bool only_with_old = false;
    bool only_without_tls13 = false;
    Of of = Of::leaf;  ///< of a feature of certificates
};

struct StarttlsOffered {};
struct NoAuthBeforeTls {};           ///< no AUTH among the keywords in the clear
struct NoPlaintextAfterStarttls {};  ///< nothing in the clear behind the 220 to STARTTLS

}  // namespace check

using Check =
    std::variant<check::VersionsForbidden, check::VersionsRequired, check::SuitesAllowed, check::SuitesForbidden,
                 check::SuitesRequired, check::SuitesPreferred, check::ServerOrder, check::CertificateKeys,
                 check::CertificateSignatures, check::CertificateDates, check::CertificateTrusted,
                 check::CertificateName, check::CertificateNoWildcard, check::CertificateHasNames,
                 check::CertificateValidity, check::GroupsAllowed, check::GroupsRequired, check::GroupsPreferred,
                 check::SchemesAllowed, check::DhBits, check::HasFeature, check::StarttlsOffered,
                 check::NoAuthBeforeTls, check::NoPlaintextAfterStarttls>;

using model::all_roles;

/// How a document was read: itself, a faithful copy, the code of its authors, or what others published of it.
enum class Read : std::uint8_t { original, copy, code, extract };

struct Document {
    std::string key;      ///< what rules cite it by: "rfc9325"
    std::string title;    ///< "RFC 9325"
    std::string edition;  ///< "November 2022"
    Read read = Read::original;
    std::string where;
};

/// Where a document says it.
struct Cite {
    std::string document;  ///< its title
    std::string section;   ///< "section 3.1.1", "table 2"
    std::string verb;      ///< as it stands there: "MUST NOT", "sollte"
    std::string demand;    ///< in our words
};

struct PolicyRule {
    std::string id;           ///< "versions", unique in the policy
    std::string asks;         ///< what is asked, in a sentence
    std::string source;       ///< documents and sections: "RFC 9325 section 3.1.1; RFC 8996 section 4"
    std::vector<Cite> cites;  ///< what `source` is made of; none in a policy whose rules say their source in a text
    bool ours = false;        ///< the document does not say it
    std::string why;          ///< why a role's level is not that of the first verb; may be empty
    std::string unverified;   ///< the sentence was read nowhere: what was tried; empty: it was read
    std::string note;         ///< what the reader must know: how it is read here; may be empty
    std::string from;         ///< the first day on which it holds, "2024-01-01"; empty: it always did
    std::string until;        ///< the last one; empty: it always will
    std::array<std::optional<Level>, all_roles.size()> levels;  ///< by Role; nothing: asks nothing of it
    Check check;
    bool holds = true;  ///< on the day that it is judged by

    std::optional<Level> level(Role role) const
    {
        return holds ? levels.at(static_cast<std::size_t>(role)) : std::nullopt;
    }
};

/// What the document demands and no rule asks.
struct NotJudged {
    std::string demand;
    std::vector<Cite> cites;
    std::string because;
};

struct NamedSuites {
    std::string name;  ///< "nist.tls13"
    std::vector<tls::CipherSuite> suites;
};

struct Policy {
    std::string name;                                                     ///< "nist-800-52r2"
    std::string title;                                                    ///< "NIST SP 800-52 Revision 2"
    std::string date;                                                     ///< of the document: "2019-08"
    std::string document;                                                 ///< what was read, and what was not
    std::vector<std::string> notes;                                       ///< for every endpoint
    std::array<std::vector<std::string>, all_roles.size()> role_notes{};  ///< by Role
    std::vector<Document> documents = {};
    std::vector<std::string> supersedes = {};  ///< names of policies that it follows
    bool draft = false;                        ///< its document is one
    std::vector<NotJudged> not_judged = {};
    std::string day = {};            ///< it is judged by, "2026-11-30"; empty: dates are not looked at
    std::vector<NamedSuites> lists;  ///< that the rules use, for showing
    std::vector<PolicyRule> rules;
};

std::string_view format(Feature value);  ///< the word of policies: "compression"
std::string_view phrase_of(Feature value);
model::Fact observation_of(Feature value);  ///< the boolean observation that tells

/// What holds on that day ("2026-11-30"); without it dates are not looked at.
void set_day(PolicyRule& rule, const std::string& day);
void set_day(Policy& policy, const std::string& day);

/// What a violation of a rule of this level is.
Verdict violation(Level level);

std::string_view format(Read value);

inline constexpr auto last_feature = Feature::tls_reporting_by_mail;

}  // namespace smtptls::policy

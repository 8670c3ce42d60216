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

/// Each of them is accepted.
struct VersionsRequired {
    Versions versions;
};

/// In `versions` these suites and no others.
struct SuiteGroup {
    Versions versions;
    Suites suites;
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

/// A kind of public key: "RSA", "EC", "DSA", "ED25519", "ED448"; no curves: any.
struct KeyKind {
    std::string type;
    int bits = 0;  ///< at least
    std::vector<std::string> curves;
};

/// Each leaf's key is of one of these kinds.
struct CertificateKeys {
    std::vector<KeyKind> kinds;
};

/// Each leaf is signed with one of these hashes ("SHA-256"; "none" for Ed25519 and Ed448, which take no hash from
/// outside), or by an algorithm of this name.
struct CertificateSignatures {
    std::vector<std::string> hashes;
    std::vector<std::string> algorithms;
};

struct CertificateDates {};    ///< within its dates when it was seen
struct CertificateTrusted {};  ///< not self-signed, and its chain leads to a trusted root
struct CertificateName {};     ///< names the host, as RFC 6125 and RFC 9525 compare
struct CertificateNoWildcard {};
struct CertificateHasNames {};  ///< has a subjectAltName

struct CertificateValidity {
    int days = 0;  ///< at most, from first to last
};

/// Groups of ephemeral keys, as they were seen: "secp256r1", "x25519", "ffdhe3072"; "DH" for every finite field group.
/// No other group.
struct GroupsAllowed {
    std::vector<std::string> groups;
};

/// At least one of them.
struct GroupsRequired {
    std::vector<std::string> groups;
};

struct DhBits {
    int bits = 0;  ///< at least, of finite field groups that were seen
};

/// A feature that is wanted, or is not; `only_with_cbc`: asked only of a server that accepts a CBC suite below
/// TLS 1.3, `only_with_old`: of one that accepts a version below TLS 1.2.
struct HasFeature {
    Feature feature{};
    bool wanted = true;
    bool only_with_cbc = false;
    bool only_with_old = false;
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
                 check::CertificateValidity, check::GroupsAllowed, check::GroupsRequired, check::DhBits,
                 check::HasFeature, check::StarttlsOffered, check::NoAuthBeforeTls, check::NoPlaintextAfterStarttls>;

using model::all_roles;

struct PolicyRule {
    std::string id;      ///< "versions", unique in the policy
    std::string asks;    ///< what is asked, in a sentence
    std::string source;  ///< document and section
    std::string note;    ///< what the reader must know: not verified, how it is read here; may be empty
    std::array<std::optional<Level>, all_roles.size()> levels;  ///< by Role; nothing: asks nothing of it
    Check check;

    std::optional<Level> level(Role role) const { return levels.at(static_cast<std::size_t>(role)); }
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
    std::vector<NamedSuites> lists;                                       ///< that the rules use, for showing
    std::vector<PolicyRule> rules;
};

std::string_view format(Feature value);  ///< the word of policies: "compression"
std::string_view phrase_of(Feature value);
model::Fact observation_of(Feature value);  ///< the boolean observation that tells

/// What a violation of a rule of this level is.
Verdict violation(Level level);

inline constexpr auto last_feature = Feature::tls_reporting;

}  // namespace smtptls::policy

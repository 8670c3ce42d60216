// What the endpoints of a scan show only together: where those of one name differ, which key is at several places, and
// which RSA keys have a factor in common. Plain facts, whatever a policy says of them (docs/side-by-side.md).
#pragma once

#include "base/failure.hpp"
#include "base/untrusted_text.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::model {

/// A leaf that something below is about.
struct ComparedCertificate {
    std::string sha256;           ///< of the DER form, hexadecimal
    base::UntrustedText subject;  ///< RFC 4514 text
    std::string key;              ///< "RSA 2048 bits"
    std::string not_after;        ///< UTC, "2026-11-21T20:48:54Z"
    /// Where it was shown: "mail.example.com 192.0.2.1:25", at most `most_places`, by name.
    std::vector<std::string> places;
    std::size_t place_count = 0;  ///< of all of them

    static constexpr std::size_t most_places = 8;

    bool operator==(const ComparedCertificate&) const = default;
};

/// What endpoints can differ in.
enum class Compared : std::uint8_t {
    starttls,     ///< STARTTLS is offered
    version,      ///< a version is accepted
    suite,        ///< a suite is accepted, in a version that is
    group,        ///< a group is accepted
    key,          ///< there is a certificate with such a key: "RSA 2048 bits"
    certificate,  ///< a certificate is shown, named by its SHA-256
    trusted,      ///< all certificates are trusted
    name,         ///< all certificates are for the name
    dates,        ///< all certificates are within their dates
};

/// What some endpoints of a name have and others have not. Those of which nobody knows are neither.
struct Difference {
    Compared of{};
    std::string version;                    ///< of suites: "TLS 1.2"; else empty
    std::vector<std::string> items;         ///< "TLS 1.0"; those with the same endpoints on each side stand together
    std::vector<std::string> at;            ///< endpoints, "192.0.2.1:25"
    std::vector<std::string> not_at;        ///< endpoints
    std::vector<std::string> not_known_at;  ///< endpoints

    bool operator==(const Difference&) const = default;
};

/// An endpoint that was not compared, and why.
struct NotCompared {
    std::string endpoint;  ///< "192.0.2.1:25"
    base::Failure failure;

    bool operator==(const NotCompared&) const = default;
};

/// The addresses and ports of one name: those that offer something, and those that may.
struct ComparedName {
    std::string name;
    std::vector<std::string> endpoints;  ///< that were compared, by address and port: "192.0.2.1:25"
    std::vector<NotCompared> not_compared;
    std::vector<Difference> differences;

    bool operator==(const ComparedName&) const = default;
};

/// A public key in several certificates, or at endpoints of several names.
struct KeyUse {
    std::string spki_sha256;                ///< hexadecimal
    std::vector<std::string> certificates;  ///< SHA-256 of each that has it
    std::size_t names = 0;                  ///< hosts that show one of them

    bool operator==(const KeyUse&) const = default;
};

/// Two RSA keys that have a factor in common, by a certificate (SHA-256) of each.
struct SharedFactor {
    std::string first;
    std::string second;
    std::int64_t bits = 0;  ///< of the factor, which is not told
    bool whole = false;     ///< it is the whole modulus: they differ in their exponents or in how the key is written

    bool operator==(const SharedFactor&) const = default;
};

struct SideBySide {
    std::vector<ComparedCertificate> certificates;  ///< those that are named below, by SHA-256
    std::vector<ComparedName> names;                ///< with two endpoints or more, in alphabetical order
    std::vector<KeyUse> keys;
    std::vector<SharedFactor> shared_factors;
    std::vector<std::string> notes;  ///< what was not compared, a sentence each

    bool empty() const { return *this == SideBySide(); }
    const ComparedCertificate* certificate(std::string_view sha256) const;

    bool operator==(const SideBySide&) const = default;
};

std::string_view format(Compared compared);  ///< "starttls"

}  // namespace smtptls::model

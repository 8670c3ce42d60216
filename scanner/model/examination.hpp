// What is found out about a chain beside the connections: by OpenSSL's verification, and from who says what is revoked.
#pragma once

#include "base/untrusted_text.hpp"
#include "model/certificate.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::model {

/// A chain that is to be examined.
struct ChainSeen {
    std::string sha256;                               ///< of the leaf, hexadecimal
    std::shared_ptr<const Chain> chain;               ///< never null, never empty
    base::Bytes staple;                               ///< the OCSP answer that came with it; empty: none
    std::int64_t at = 0;                              ///< when it was seen, in seconds since 1970
    std::vector<base::UntrustedText> ocsp_urls = {};  ///< whom the leaf names, in its order; none of a leaf that
                                                      ///< clients of the host do not get
    std::vector<base::UntrustedText> crl_urls = {};   ///< likewise
};

/// Whether OpenSSL takes a chain as a client does.
struct Trust {
    bool trusted = false;
    base::UntrustedText fault = {};   ///< if not: OpenSSL's words, and the certificate they are about
    base::UntrustedText anchor = {};  ///< the name of the root it leads to; empty: to none

    bool operator==(const Trust&) const = default;
};

enum class RevocationSource { staple, ocsp, crl };
inline constexpr std::array all_revocation_sources = {RevocationSource::staple, RevocationSource::ocsp,
                                                      RevocationSource::crl};

/// `unusable`: nothing came, or nothing that can be believed: of another signer, over its time, malformed.
enum class RevocationState { good, revoked, unknown, unusable };
inline constexpr std::array all_revocation_states = {RevocationState::good, RevocationState::revoked,
                                                     RevocationState::unknown, RevocationState::unusable};

/// "staple", "OCSP", "CRL"
std::string_view format(RevocationSource source);
/// "good", "revoked", "unknown", "unusable"
std::string_view format(RevocationState state);

/// What somebody says of one certificate.
struct RevocationWord {
    RevocationSource source = RevocationSource::staple;
    base::UntrustedText url = {};  ///< who was asked; empty: the server stapled it
    RevocationState state = RevocationState::unusable;
    base::UntrustedText words = {};  ///< revoked: since when and why; unusable: why
    std::string this_update = {};    ///< UTC, "2026-11-29T10:00:00Z"; empty: not said
    std::string next_update = {};

    bool operator==(const RevocationWord&) const = default;
};

/// "staple: good, 2026-11-29T10:00:00Z to 2026-12-06T10:00:00Z"
std::string describe(const RevocationWord& word);

struct Examination {
    std::string sha256;                           ///< of the leaf, hexadecimal
    std::optional<Trust> trust = {};              ///< nothing: there are no roots to trust
    std::optional<bool> names_host = {};          ///< nothing: the target is an address that it does not name
    std::vector<RevocationWord> revocation = {};  ///< of the leaf

    bool operator==(const Examination&) const = default;
};

}  // namespace smtptls::model

// What hardly anybody wants in a mail server's TLS, whoever judges: facts without a verdict.
#pragma once

#include "model/scan_result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::report {

/// From so many days on a certificate's end is said, and from so few on loudly.
inline constexpr std::int64_t days_to_mention = 30;
inline constexpr std::int64_t days_to_warn = 14;

struct Remark {
    std::string what;  ///< "no authentication": the same words for the same thing at every endpoint
    std::string more;  ///< "25 suites"
    bool loud = false;
};

/// Suites without authentication or encryption, of export grade, with RC4, RC2, DES or 3DES; versions below TLS 1.2; DH
/// below 2048 bits; certificates that are self-signed or signed with SHA-1 or MD5, or end within 30 days of `day`
/// ("2026-11-21", or a time that begins so).
std::vector<Remark> worth_a_look(const model::EndpointResult& endpoint, std::string_view day);

/// Of these, the certificates' ends.
std::vector<Remark> ends_of_certificates(const model::EndpointResult& endpoint, std::string_view day);

/// Days from `day` to the end of the certificate that ends first; negative if it has ended. Nothing: none was seen.
std::optional<std::int64_t> days_left(const model::EndpointResult& endpoint, std::string_view day);

/// Whether an accepted cell is among what is worth a look.
bool is_weak(const model::CellView& cell);

}  // namespace smtptls::report

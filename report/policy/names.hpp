// Dates and algorithms, as far as policies compare them. Pure text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtptls::policy {

/// "2026-11-21T20:48:54Z" as seconds since 1970; nothing for any other text.
std::optional<std::int64_t> seconds_of(std::string_view time);

/// The next day of the calendar, and the one before; of what is_day() takes.
std::string day_after(const std::string& day);
std::string day_before(const std::string& day);

/// The hash in the name of a signature algorithm as OpenSSL writes it: "sha256WithRSAEncryption" -> "SHA-256";
/// "none" for Ed25519 and Ed448; nothing where the name does not say (RSASSA-PSS).
std::optional<std::string> hash_of(std::string_view algorithm);

/// Bits of a finite field group: "DH 2048" and "ffdhe2048" are 2048; nothing for any other.
std::optional<int> dh_bits(std::string_view group);

}  // namespace smtptls::policy

// IANA "TLS SignatureScheme" (RFC 8446 section 4.2.3). An open enum: codes without a name survive,
// compare and print in hexadecimal.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace smtptls::tls {

enum class SignatureScheme : std::uint16_t {
#define SCHEME(code, name) name = code,
#include "tls/signature_schemes.def"
#undef SCHEME
};

/// All that have a name, in the order of their codes.
std::span<const SignatureScheme> all_schemes();

/// The one with IANA's name; nothing if there is none.
std::optional<SignatureScheme> parse_scheme(std::string_view name);

/// IANA's name, or "0x" and four digits.
std::string format(SignatureScheme code);

}  // namespace smtptls::tls

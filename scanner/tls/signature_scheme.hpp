// IANA "TLS SignatureScheme" (RFC 8446 section 4.2.3). An open enum: codes without a name survive,
// compare and print in hexadecimal.
#pragma once

#include <cstdint>
#include <string>

namespace smtptls::tls {

enum class SignatureScheme : std::uint16_t {
#define SCHEME(code, name) name = code,
#include "tls/signature_schemes.def"
#undef SCHEME
};

/// IANA's name, or "0x" and four digits.
std::string format(SignatureScheme code);

}  // namespace smtptls::tls

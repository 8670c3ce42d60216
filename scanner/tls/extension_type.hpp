// IANA "TLS ExtensionType Values" (RFC 8446 section 4.2). An open enum: codes without a name survive,
// compare and print in hexadecimal.
#pragma once

#include <cstdint>
#include <string>

namespace smtptls::tls {

enum class ExtensionType : std::uint16_t {
#define EXTENSION(code, name) name = code,
#include "tls/extension_types.def"
#undef EXTENSION
};

/// IANA's name, or "0x" and four digits.
std::string format(ExtensionType code);

}  // namespace smtptls::tls

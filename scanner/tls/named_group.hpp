// IANA "TLS Supported Groups" (RFC 8446 section 4.2.7). An open enum: codes without a name survive,
// compare and print in hexadecimal.
#pragma once

#include <cstdint>
#include <string>

namespace smtptls::tls {

enum class NamedGroup : std::uint16_t {
#define GROUP(code, name) name = code,
#include "tls/named_groups.def"
#undef GROUP
};

/// IANA's name, or "0x" and four digits.
std::string format(NamedGroup code);

}  // namespace smtptls::tls

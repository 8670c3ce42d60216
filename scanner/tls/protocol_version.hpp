// The versions of the protocol, as they stand on the wire (RFC 8446 section 4.2.1; SSLv2 as its hello
// writes it). An open enum: a draft's or a liar's version survives, compares and prints.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtptls::tls {

/// Compares by age: `ProtocolVersion::ssl3 < ProtocolVersion::tls1_0`.
enum class ProtocolVersion : std::uint16_t {
    ssl2 = 0x0002,
    ssl3 = 0x0300,
    tls1_0 = 0x0301,
    tls1_1 = 0x0302,
    tls1_2 = 0x0303,
    tls1_3 = 0x0304,
};

/// The versions that have a name, oldest first.
inline constexpr std::array all_versions = {
    ProtocolVersion::ssl2,   ProtocolVersion::ssl3,   ProtocolVersion::tls1_0,
    ProtocolVersion::tls1_1, ProtocolVersion::tls1_2, ProtocolVersion::tls1_3,
};

/// "SSL 2", "SSL 3", "TLS 1.0" to "TLS 1.3"; any other as "0x7f1c".
std::string format(ProtocolVersion version);

/// What `format` prints, and the spellings of OpenSSL and Postfix ("SSLv3", "TLSv1", "TLSv1.2"), without
/// regard to case. Nothing for any other text.
std::optional<ProtocolVersion> parse_version(std::string_view text);

}  // namespace smtptls::tls

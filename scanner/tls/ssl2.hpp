// SSL 2.0 (the Internet-Draft draft-hickman-netscape-ssl-00): its record, its two hellos and its ERROR.
// The client offers cipher kinds of three bytes; the server answers with those it has too, all at once,
// and its certificate. SSL 2.0 has no alerts.
#pragma once

#include "base/bytes.hpp"
#include "tls/cipher_suite.hpp"
#include "tls/protocol_version.hpp"
#include "tls/reader.hpp"

#include <optional>
#include <string>
#include <vector>

namespace smtptls::tls {

enum class Ssl2MessageType : std::uint8_t { error = 0, client_hello = 1, server_hello = 4 };

/// The codes of the ERROR message: the server's refusal.
enum class Ssl2ErrorCode : std::uint16_t {
    no_cipher = 1,
    no_certificate = 2,
    bad_certificate = 4,
    unsupported_certificate_type = 6,
};

struct Ssl2ClientHello {
    ProtocolVersion version = ProtocolVersion::ssl2;
    std::vector<CipherSuite> cipher_specs = {};  ///< the low 24 bits of each are sent
    base::Bytes session_id = {};                 ///< 0 or 16 bytes
    base::Bytes challenge = {};                  ///< 16 to 32 bytes

    bool operator==(const Ssl2ClientHello&) const = default;
};

struct Ssl2ServerHello {
    std::uint8_t session_id_hit = 0;
    std::uint8_t certificate_type = 1;  ///< 1: X.509
    ProtocolVersion version = ProtocolVersion::ssl2;
    base::Bytes certificate = {};                ///< DER
    std::vector<CipherSuite> cipher_specs = {};  ///< what both sides have, in the server's words
    base::Bytes connection_id = {};              ///< 16 to 32 bytes

    bool operator==(const Ssl2ServerHello&) const = default;
};

struct Ssl2Error {
    Ssl2ErrorCode code{};

    bool operator==(const Ssl2Error&) const = default;
};

/// The whole record: two bytes of header, then the message.
base::Bytes encode(const Ssl2ClientHello& hello);
base::Bytes encode(const Ssl2ServerHello& hello);
base::Bytes encode(const Ssl2Error& error);

/// A message, its type included, without the record's header. A ServerHello that hits a session we never
/// had is `illegal`; cipher specs that are not a multiple of three bytes are `truncated`.
Decoded<Ssl2ClientHello> decode_ssl2_client_hello(base::ByteView message);
Decoded<Ssl2ServerHello> decode_ssl2_server_hello(base::ByteView message);
Decoded<Ssl2Error> decode_ssl2_error(base::ByteView message);

/// "SSL 2 error no_cipher", "SSL 2 error 7".
std::string format(const Ssl2Error& error);

/// Whether the first bytes can be an SSLv2 record with a ServerHello or an ERROR, and cannot be a TLS
/// record or a line of text. Nothing: more bytes are needed (four tell).
std::optional<bool> looks_like_ssl2(base::ByteView bytes);

/// The first record's message without padding, or nothing until it is whole. Error: `illegal` (padding
/// longer than the record, or an empty record). The length has 15 bits and is its own limit.
Decoded<std::optional<base::Bytes>> read_ssl2_record(base::ByteView bytes);

}  // namespace smtptls::tls

// The ClientHello of SSLv3 to TLS 1.3 (RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2) as a plain struct.
// It may hold an illegal hello on purpose; what is legal is for the one who builds it (hello_shape.hpp).
#pragma once

#include "base/bytes.hpp"
#include "tls/cipher_suite.hpp"
#include "tls/extension.hpp"
#include "tls/protocol_version.hpp"
#include "tls/reader.hpp"

#include <array>
#include <string>
#include <vector>

namespace smtptls::tls {

using Random = std::array<std::uint8_t, 32>;

struct ClientHello {
    /// Of the record that carries it, not of the message. RFC 8446 section 5.1: 0x0301 "for compatibility
    /// purposes".
    ProtocolVersion record_version = ProtocolVersion::tls1_0;
    ProtocolVersion legacy_version = ProtocolVersion::tls1_2;
    Random random = {};
    base::Bytes session_id = {};
    std::vector<CipherSuite> cipher_suites = {};  ///< the low 16 bits of each are sent
    base::Bytes compression_methods = {0};        ///< null
    Extensions extensions = {};                   ///< nothing: not even their length

    bool operator==(const ClientHello&) const = default;
};

/// The handshake message, header included, without records. Throws std::length_error for what no length
/// field can say, such as a session id of 256 bytes.
base::Bytes encode(const ClientHello& hello);

/// The records that carry it, ready to be sent.
base::Bytes encode_records(const ClientHello& hello);

/// The body of a client_hello message, without its header; `record_version` is left at its default.
Decoded<ClientHello> decode_client_hello(base::ByteView body);

/// The versions that the hello offers, as a server sees them: those of supported_versions in their order
/// if the extension is there and whole, else legacy_version alone.
std::vector<ProtocolVersion> offered_versions(const ClientHello& hello);

/// The host_name of server_name, or empty.
std::string offered_server_name(const ClientHello& hello);

}  // namespace smtptls::tls

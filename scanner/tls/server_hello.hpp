// The server's choice: ServerHello of SSLv3 to TLS 1.3 (RFC 8446 section 4.1.3, RFC 5246 section 7.4.1.3),
// and the HelloRetryRequest, which is a ServerHello with a random of its own (RFC 8446 section 4.1.4).
#pragma once

#include "base/bytes.hpp"
#include "tls/cipher_suite.hpp"
#include "tls/client_hello.hpp"
#include "tls/extension.hpp"
#include "tls/named_group.hpp"
#include "tls/protocol_version.hpp"
#include "tls/reader.hpp"

#include <optional>

namespace smtptls::tls {

struct ServerHello {
    ProtocolVersion legacy_version = ProtocolVersion::tls1_2;
    Random random = {};
    base::Bytes session_id = {};
    CipherSuite cipher_suite{};
    std::uint8_t compression_method = 0;
    Extensions extensions = {};

    bool operator==(const ServerHello&) const = default;
};

/// SHA-256 of "HelloRetryRequest" (RFC 8446 section 4.1.3).
extern const Random hello_retry_random;

/// The handshake message, header included, without records.
base::Bytes encode(const ServerHello& hello);

/// The body of a server_hello message. Beyond the structure it refuses a session id over 32 bytes and a
/// supported_versions that is not one version (`illegal`).
Decoded<ServerHello> decode_server_hello(base::ByteView body);

/// The version that the server chose: its supported_versions if there is one, else legacy_version.
ProtocolVersion version_of(const ServerHello& hello);

/// Whether this is a HelloRetryRequest.
bool is_hello_retry_request(const ServerHello& hello);

/// The server chose version and suite and asks for a share of its group, without having done any
/// cryptography: what an empty key_share is for.
struct HelloRetryRequest {
    ServerHello hello = {};
    std::optional<NamedGroup> selected_group = {};  ///< nothing: it asks for something else, such as a cookie

    bool operator==(const HelloRetryRequest&) const = default;
};

/// Refuses a key_share that is not one group (`illegal`); the hello must be a HelloRetryRequest.
Decoded<HelloRetryRequest> read_hello_retry_request(ServerHello hello);

/// The group of the share in a TLS 1.3 ServerHello, or nothing.
std::optional<NamedGroup> share_group(const ServerHello& hello);

/// Whether the answer carries the extension: extended_master_secret, encrypt_then_mac, renegotiation_info.
bool has_extension(const ServerHello& hello, ExtensionType type);

}  // namespace smtptls::tls

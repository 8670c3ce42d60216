// Builds the hellos that the scanner sends: legal, and wide enough that only versions and suites decide.
// What they must get past in real servers is written beside each choice in hello_shape.cpp. Randomness
// comes from the caller.
#pragma once

#include "tls/cipher_suite.hpp"
#include "tls/client_hello.hpp"
#include "tls/hello_extras.hpp"
#include "tls/named_group.hpp"
#include "tls/protocol_version.hpp"
#include "tls/signature_scheme.hpp"
#include "tls/ssl2.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace smtptls::tls {

struct HelloShape {
    std::string server_name = {};  ///< for server_name; empty: not sent (RFC 6066 forbids address literals)
    ExtensionSet extensions = ExtensionSet::full;
    HelloTrial trial = {};
};

/// Fresh for each hello.
struct HelloEntropy {
    Random random = {};
    Random session_id = {};  ///< sent in TLS 1.3 only
};

/// A hello that offers exactly `version` to a server that obeys, with `suites` in that order (SSLv2 kinds
/// are left out). TLS 1.3: supported_versions with it alone and an empty key_share, so that the answer is
/// a HelloRetryRequest; below: legacy_version, without supported_versions. Its length as a handshake message
/// is never 256 to 511 bytes, unless it has no extensions or the trial asks for a size.
ClientHello make_client_hello(ProtocolVersion version, std::span<const CipherSuite> suites, const HelloShape& shape,
                              const HelloEntropy& entropy);

/// An SSLv2 hello with every kind of the registry; the first 16 bytes of the random are its challenge.
Ssl2ClientHello make_ssl2_client_hello(const HelloEntropy& entropy);

/// RFC 8701 section 2: 0x0A0A, 0x1A1A, ... 0xFAFA, reserved so that no server may know them.
constexpr bool is_grease(std::uint16_t code)
{
    return (code & 0x0f0fU) == 0x0a0aU && code >> 8U == (code & 0xffU);
}

/// All groups and schemes that a `full` hello offers, likely ones first.
std::span<const NamedGroup> wide_groups();
std::span<const SignatureScheme> wide_schemes();

}  // namespace smtptls::tls

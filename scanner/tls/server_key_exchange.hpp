// The ServerKeyExchange of SSLv3 to TLS 1.2: what the server brings to an ephemeral key exchange, and how
// it signs. Its form depends on the suite (RFC 5246 section 7.4.3, RFC 8422 section 5.4, RFC 4279, RFC 5489,
// RFC 5054). Nothing is verified: the numbers are read, not used.
#pragma once

#include "base/bytes.hpp"
#include "tls/cipher_suite.hpp"
#include "tls/named_group.hpp"
#include "tls/protocol_version.hpp"
#include "tls/reader.hpp"
#include "tls/signature_scheme.hpp"

#include <optional>
#include <string>
#include <variant>

namespace smtptls::tls {

/// ServerDHParams. All numbers big-endian, as they came.
struct DhParameters {
    base::Bytes prime = {};
    base::Bytes generator = {};
    base::Bytes public_key = {};

    bool operator==(const DhParameters&) const = default;
};

enum class EcCurveType : std::uint8_t { explicit_prime = 1, explicit_char2 = 2, named_curve = 3 };

/// ServerECDHParams.
struct EcParameters {
    EcCurveType curve_type = EcCurveType::named_curve;
    NamedGroup group{};               ///< of a named curve
    base::Bytes explicit_curve = {};  ///< of an explicit one: all its numbers with their lengths
    base::Bytes public_key = {};

    bool operator==(const EcParameters&) const = default;
};

/// ServerRSAParams: the short key of an export suite.
struct RsaParameters {
    base::Bytes modulus = {};
    base::Bytes exponent = {};

    bool operator==(const RsaParameters&) const = default;
};

/// ServerSRPParams.
struct SrpParameters {
    base::Bytes prime = {};
    base::Bytes generator = {};
    base::Bytes salt = {};
    base::Bytes public_key = {};

    bool operator==(const SrpParameters&) const = default;
};

/// The whole body, where the form is not known here: GOST, SM2, CECPQ1, passwords, suites without a name.
struct UnreadParameters {
    base::Bytes body = {};

    bool operator==(const UnreadParameters&) const = default;
};

struct ServerKeyExchange {
    std::optional<base::Bytes> psk_identity_hint = {};  ///< in every PSK suite's, perhaps empty
    std::variant<std::monostate, DhParameters, EcParameters, RsaParameters, SrpParameters, UnreadParameters>
        parameters = {};
    std::optional<SignatureScheme> signature_scheme = {};  ///< TLS 1.2 only
    std::optional<base::Bytes> signature = {};             ///< not in anonymous and PSK suites

    bool operator==(const ServerKeyExchange&) const = default;
};

/// The handshake message, header included, without records.
base::Bytes encode(const ServerKeyExchange& exchange);

/// The body of a server_key_exchange message, read as `suite` in `version` wants it. Error `illegal`: an
/// ECCurveType that is none.
Decoded<ServerKeyExchange> decode_server_key_exchange(base::ByteView body, CipherSuite suite, ProtocolVersion version);

/// The length of a big-endian number in bits, leading zeros left out: 0 for none.
int bit_length(base::ByteView number);

/// "DH 2048", "secp256r1", "x25519", "explicit curve", "RSA 512", "SRP 1024", or empty.
std::string describe_key(const ServerKeyExchange& exchange);

}  // namespace smtptls::tls

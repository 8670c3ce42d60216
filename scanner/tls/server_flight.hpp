// The server's first flight, SSLv3 to TLS 1.2: ServerHello, Certificate, ServerKeyExchange,
// CertificateRequest, ServerHelloDone (RFC 5246 section 7.3), in that order, the middle ones optional.
// FlightReader puts it together from handshake messages. In TLS 1.3 the flight in the clear is the
// ServerHello alone.
#pragma once

#include "base/bytes.hpp"
#include "tls/alert.hpp"
#include "tls/reader.hpp"
#include "tls/record.hpp"
#include "tls/server_hello.hpp"
#include "tls/server_key_exchange.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace smtptls::tls {

/// What we read of one chain.
inline constexpr std::size_t most_certificates = 64;

/// Leaf first, DER, unverified.
struct CertificateChain {
    std::vector<base::Bytes> certificates = {};

    bool operator==(const CertificateChain&) const = default;
};

/// The handshake messages, header included, without records.
base::Bytes encode(const CertificateChain& chain);
base::Bytes encode_server_hello_done();

/// The body of a certificate message of SSLv3 to TLS 1.2. Errors: `too_long` (over `most_certificates`),
/// `illegal` (an empty certificate). An empty chain is no error here.
Decoded<CertificateChain> decode_certificate_chain(base::ByteView body);

struct ServerFlight {
    ServerHello hello = {};
    std::optional<CertificateChain> chain = {};          ///< none: anonymous, PSK, or TLS 1.3
    std::optional<ServerKeyExchange> key_exchange = {};  ///< none: static keys, or TLS 1.3
    bool certificate_requested = false;                  ///< the server asks for the client's certificate
    std::vector<Alert> warnings = {};                    ///< sent before the flight ended, such as unrecognized_name

    bool operator==(const ServerFlight&) const = default;
};

/// The whole flight as handshake messages, without records. A CertificateRequest, if there is one, names no
/// authorities.
base::Bytes encode(const ServerFlight& flight);

/// What keeps every client from going on after the flight, in words for people; empty: nothing. A message that the
/// suite wants and that did not come, a CertificateRequest of an anonymous server, compression (we offer none, RFC 8446
/// section 4.1.2), or a version of SSLv3 to TLS 1.2 in supported_versions (RFC 8446 section 4.2.1 forbids it). A suite
/// that is not in the registry wants nothing.
std::string_view flaw_of(const ServerFlight& flight);
/// The same of a HelloRetryRequest.
std::string_view flaw_of(const ServerHello& hello);

/// One line for people: "TLS 1.2 TLS_RSA_WITH_AES_128_CBC_SHA, 1 certificate, DH 2048, rsa_pkcs1_sha256".
std::string describe(const ServerFlight& flight);

class FlightReader {
public:
    /// Takes the next message; errors are those of its decoder, and `unexpected` for a message out of turn
    /// or twice. Hello requests are passed over.
    std::optional<DecodeError> take(const HandshakeMessage& message);

    /// Whether a ServerHello has been seen.
    bool begun() const { return place_ != Place::start; }

    /// Whether the flight has ended: ServerHelloDone, or in TLS 1.3 the ServerHello.
    bool complete() const { return place_ == Place::done; }

    ServerFlight& flight() { return flight_; }
    const ServerFlight& flight() const { return flight_; }

private:
    enum class Place { start, hello, supplemental, certificate, status, key_exchange, request, done };

    static std::optional<Place> place_of(HandshakeType type);
    std::optional<DecodeError> read_hello(base::ByteView body);
    std::optional<DecodeError> read_chain(base::ByteView body);
    std::optional<DecodeError> read_key_exchange(base::ByteView body);

    Place place_ = Place::start;
    ServerFlight flight_;
};

}  // namespace smtptls::tls

#include "tls/server_flight.hpp"

#include "tls/writer.hpp"

namespace smtptls::tls {
namespace {

constexpr std::uint8_t rsa_sign = 1;

void write_certificate_request(Writer& writer, ProtocolVersion version)
{
    writer.u8(HandshakeType::certificate_request);
    writer.vector24([&] {
        writer.vector8([&] { writer.u8(rsa_sign); });
        if (version >= ProtocolVersion::tls1_2) {
            writer.vector16([&] { writer.u16(SignatureScheme::rsa_pkcs1_sha256); });
        }
        writer.opaque16({});
    });
}

// RFC 5246 section 7.4.2, RFC 4279 (RSA_PSK has a certificate, the others of PSK have none), RFC 5054 section 2.6,
// RFC 2712 section 4, RFC 8492 section 4.4.
bool wants_certificate(const SuiteInfo& suite)
{
    switch (suite.authentication) {
        case Authentication::any:
        case Authentication::anonymous:
        case Authentication::srp:
        case Authentication::krb5:
        case Authentication::password:
        case Authentication::identity: return false;
        case Authentication::psk: return suite.key_exchange == KeyExchange::rsa_psk;
        default: return true;
    }
}

// RFC 5246 section 7.4.3, RFC 4279 section 3, RFC 5489 section 2, RFC 5054 section 2.6. Not of RSA of export grade: a
// certificate with a key so short makes do without (RFC 2246 section 7.4.3).
bool wants_key_exchange(const SuiteInfo& suite)
{
    switch (suite.key_exchange) {
        case KeyExchange::dhe:
        case KeyExchange::ecdhe:
        case KeyExchange::dhe_psk:
        case KeyExchange::ecdhe_psk:
        case KeyExchange::srp: return true;
        default: return false;
    }
}

}  // namespace

base::Bytes encode(const CertificateChain& chain)
{
    Writer writer;
    writer.u8(HandshakeType::certificate);
    writer.vector24([&] {
        writer.vector24([&] {
            for (const base::Bytes& certificate : chain.certificates) {
                writer.opaque24(certificate);
            }
        });
    });
    return std::move(writer).take();
}

base::Bytes encode_server_hello_done()
{
    return encode(HandshakeMessage{HandshakeType::server_hello_done, {}});
}

Decoded<CertificateChain> decode_certificate_chain(base::ByteView body)
{
    Reader reader(body);
    CertificateChain chain;
    reader.each24("certificate_list", [&](Reader& item) {
        const std::size_t at = item.offset();
        const base::ByteView certificate = item.opaque24("ASN.1Cert");
        if (chain.certificates.size() == most_certificates) {
            item.fail(DecodeErrorKind::too_long, at, "certificate_list");
        }
        // RFC 5246 section 7.4.2: opaque ASN.1Cert<1..2^24-1>.
        if (certificate.empty()) {
            item.fail(DecodeErrorKind::illegal, at, "ASN.1Cert");
        }
        chain.certificates.emplace_back(certificate.begin(), certificate.end());
    });
    return reader.finish(std::move(chain));
}

base::Bytes encode(const ServerFlight& flight)
{
    Writer writer;
    writer.bytes(encode(flight.hello));
    if (version_of(flight.hello) >= ProtocolVersion::tls1_3) {
        return std::move(writer).take();
    }
    if (flight.chain) {
        writer.bytes(encode(*flight.chain));
    }
    if (flight.key_exchange) {
        writer.bytes(encode(*flight.key_exchange));
    }
    if (flight.certificate_requested) {
        write_certificate_request(writer, version_of(flight.hello));
    }
    writer.bytes(encode_server_hello_done());
    return std::move(writer).take();
}

std::string_view flaw_of(const ServerHello& hello)
{
    if (hello.compression_method != 0) {
        return "compression that was not offered";
    }
    const bool old = version_of(hello) < ProtocolVersion::tls1_3;
    return old && has_extension(hello, ExtensionType::supported_versions) ? "an old version in supported_versions" : "";
}

std::string_view flaw_of(const ServerFlight& flight)
{
    if (const std::string_view flaw = flaw_of(flight.hello); !flaw.empty()) {
        return flaw;
    }
    const SuiteInfo* const suite = find(flight.hello.cipher_suite);
    if (suite == nullptr || version_of(flight.hello) >= ProtocolVersion::tls1_3) {
        return "";
    }
    if (wants_certificate(*suite) && (!flight.chain || flight.chain->certificates.empty())) {
        return "a flight without the certificate that the suite needs";
    }
    // RFC 5246 section 7.4.4: a server without a certificate must not ask for the client's, and clients abort.
    if (suite->authentication == Authentication::anonymous && flight.certificate_requested) {
        return "an anonymous server that asks for a client certificate";
    }
    return wants_key_exchange(*suite) && !flight.key_exchange
               ? "a flight without the ServerKeyExchange that the suite needs"
               : "";
}

std::string describe(const ServerFlight& flight)
{
    std::string text = format(version_of(flight.hello)) + " " + format(flight.hello.cipher_suite);
    if (flight.chain) {
        const std::size_t count = flight.chain->certificates.size();
        text += ", " + std::to_string(count) + (count == 1 ? " certificate" : " certificates");
    }
    if (flight.key_exchange) {
        const std::string key = describe_key(*flight.key_exchange);
        text += key.empty() ? "" : ", " + key;
        text += flight.key_exchange->signature_scheme ? ", " + format(*flight.key_exchange->signature_scheme) : "";
    }
    text += flight.certificate_requested ? ", certificate requested" : "";
    for (const Alert& warning : flight.warnings) {
        text += ", " + format(warning);
    }
    return text;
}

std::optional<FlightReader::Place> FlightReader::place_of(HandshakeType type)
{
    switch (type) {
        case HandshakeType::server_hello: return Place::hello;
        case HandshakeType::supplemental_data: return Place::supplemental;
        case HandshakeType::certificate: return Place::certificate;
        case HandshakeType::certificate_status: return Place::status;
        case HandshakeType::server_key_exchange: return Place::key_exchange;
        case HandshakeType::certificate_request: return Place::request;
        case HandshakeType::server_hello_done: return Place::done;
        default: return std::nullopt;
    }
}

std::optional<DecodeError> FlightReader::take(const HandshakeMessage& message)
{
    // RFC 5246 section 7.4.1.1: a client that is in the middle of a handshake ignores a HelloRequest.
    if (message.type == HandshakeType::hello_request) {
        return std::nullopt;
    }
    const std::optional<Place> place = place_of(message.type);
    const bool hello_first = place == Place::hello || begun();
    if (!place || *place <= place_ || !hello_first) {
        return DecodeError{DecodeErrorKind::unexpected, 0, "HandshakeType"};
    }
    place_ = *place;
    switch (*place) {
        case Place::hello: return read_hello(message.body);
        case Place::certificate: return read_chain(message.body);
        case Place::key_exchange: return read_key_exchange(message.body);
        case Place::request: flight_.certificate_requested = true; return std::nullopt;
        case Place::done:
            return message.body.empty() ? std::nullopt
                                        : std::optional(DecodeError{DecodeErrorKind::leftover, 0, "ServerHelloDone"});
        default: return std::nullopt;
    }
}

std::optional<DecodeError> FlightReader::read_hello(base::ByteView body)
{
    Decoded<ServerHello> hello = decode_server_hello(body);
    if (!hello) {
        place_ = Place::start;
        return hello.error();
    }
    flight_.hello = *std::move(hello);
    if (version_of(flight_.hello) >= ProtocolVersion::tls1_3) {
        place_ = Place::done;
    }
    return std::nullopt;
}

std::optional<DecodeError> FlightReader::read_chain(base::ByteView body)
{
    Decoded<CertificateChain> chain = decode_certificate_chain(body);
    if (!chain) {
        return chain.error();
    }
    flight_.chain = *std::move(chain);
    return std::nullopt;
}

std::optional<DecodeError> FlightReader::read_key_exchange(base::ByteView body)
{
    Decoded<ServerKeyExchange> exchange =
        decode_server_key_exchange(body, flight_.hello.cipher_suite, version_of(flight_.hello));
    if (!exchange) {
        return exchange.error();
    }
    flight_.key_exchange = *std::move(exchange);
    return std::nullopt;
}

}  // namespace smtptls::tls

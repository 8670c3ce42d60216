// Plausible answers. Noise is counted up from a seed, so that the same hello brings the same bytes.
#include "hello_flight.hpp"

#include "tls/writer.hpp"

#include <algorithm>

namespace smtptls::lab {

namespace {

using tls::Authentication;
using tls::KeyExchange;

// The highest bit of the first byte is set: a number of `size` bytes has 8 * size bits.
base::Bytes noise(std::size_t size, std::uint8_t seed)
{
    base::Bytes bytes(size);
    std::uint32_t state = seed;
    for (auto& byte : bytes) {
        state = state * 1664525U + 1013904223U;
        byte = static_cast<std::uint8_t>(state >> 24U);
    }
    if (!bytes.empty()) {
        bytes.front() |= 0x80U;
        bytes.back() |= 0x01U;
    }
    return bytes;
}

tls::Random make_random()
{
    tls::Random random{};
    std::ranges::copy(noise(random.size(), 7), random.begin());
    return random;
}

// A group's public key or share, in bytes; what we have no size for is as long as x25519's.
std::size_t point_size(tls::NamedGroup group)
{
    switch (group) {
        case tls::NamedGroup::secp256r1: return 65;
        case tls::NamedGroup::secp384r1: return 97;
        case tls::NamedGroup::secp521r1: return 133;
        case tls::NamedGroup::x448: return 56;
        case tls::NamedGroup::X25519MLKEM768: return 1120;
        default: return 32;
    }
}

base::Bytes point(tls::NamedGroup group)
{
    auto bytes = noise(point_size(group), 11);
    const bool uncompressed = bytes.size() == 65 || bytes.size() == 97 || bytes.size() == 133;
    if (uncompressed) {
        bytes.front() = 4;
    }
    return bytes;
}

std::size_t export_bits(const tls::SuiteInfo& suite)
{
    return suite.name.find("EXPORT1024") != std::string_view::npos ? 1024 : 512;
}

bool has_certificate(const tls::SuiteInfo& suite)
{
    switch (suite.authentication) {
        case Authentication::anonymous:
        case Authentication::srp:
        case Authentication::krb5:
        case Authentication::psk:  // RSA_PSK counts as RSA
        case Authentication::password: return false;
        default: return true;
    }
}

bool is_signed(const tls::SuiteInfo& suite)
{
    return suite.authentication == Authentication::rsa || suite.authentication == Authentication::dss ||
           suite.authentication == Authentication::ecdsa;
}

tls::DhParameters make_dh(std::size_t bits)
{
    return {noise(bits / 8, 13), {2}, noise(bits / 8, 17)};
}

tls::EcParameters make_ec(tls::NamedGroup group)
{
    return {tls::EcCurveType::named_curve, group, {}, point(group)};
}

void sign(tls::ServerKeyExchange& exchange, const tls::SuiteInfo& suite, tls::ProtocolVersion version)
{
    if (!is_signed(suite)) {
        return;
    }
    exchange.signature = noise(suite.authentication == Authentication::rsa ? 256 : 70, 19);
    if (version < tls::ProtocolVersion::tls1_2) {
        return;
    }
    switch (suite.authentication) {
        case Authentication::dss: exchange.signature_scheme = tls::SignatureScheme{0x0402}; break;
        case Authentication::ecdsa: exchange.signature_scheme = tls::SignatureScheme::ecdsa_secp256r1_sha256; break;
        default: exchange.signature_scheme = tls::SignatureScheme::rsa_pkcs1_sha256;
    }
}

std::optional<tls::ServerKeyExchange> make_key_exchange(const FlightPlan& plan, const tls::SuiteInfo& suite)
{
    tls::ServerKeyExchange exchange;
    switch (suite.key_exchange) {
        case KeyExchange::dhe:
            exchange.parameters = make_dh(suite.export_grade ? export_bits(suite) : plan.dh_bits);
            break;
        case KeyExchange::ecdhe: exchange.parameters = make_ec(plan.group); break;
        case KeyExchange::rsa:
            if (!suite.export_grade) {
                return std::nullopt;
            }
            exchange.parameters = tls::RsaParameters{noise(export_bits(suite) / 8, 23), {1, 0, 1}};
            break;
        case KeyExchange::psk:
        case KeyExchange::rsa_psk: exchange.psk_identity_hint = base::Bytes{'l', 'a', 'b'}; return exchange;
        case KeyExchange::dhe_psk:
            exchange.psk_identity_hint = base::Bytes{};
            exchange.parameters = make_dh(plan.dh_bits);
            break;
        case KeyExchange::ecdhe_psk:
            exchange.psk_identity_hint = base::Bytes{};
            exchange.parameters = make_ec(plan.group);
            break;
        case KeyExchange::srp:
            exchange.parameters = tls::SrpParameters{noise(128, 29), {2}, noise(16, 31), noise(128, 37)};
            break;
        case KeyExchange::cecpq1:
        case KeyExchange::eccpwd:
        case KeyExchange::ecjpake:
        case KeyExchange::sm2: exchange.parameters = tls::UnreadParameters{noise(64, 41)}; return exchange;
        default: return std::nullopt;
    }
    sign(exchange, suite, plan.version);
    return exchange;
}

tls::CertificateChain make_chain(const FlightPlan& plan)
{
    constexpr std::size_t each = 2000;  // an intermediate with an RSA key of 4096 bits
    tls::CertificateChain chain{{plan.certificate}};
    for (std::size_t size = chain.certificates.front().size(); size < plan.chain_bytes; size += each) {
        chain.certificates.push_back(noise(each, 47));
    }
    return chain;
}

template <typename Write>
tls::Extension extension(tls::ExtensionType type, Write write)
{
    tls::Writer writer;
    write(writer);
    return {type, std::move(writer).take()};
}

tls::ServerHello make_tls13_hello(const FlightPlan& plan, const tls::Extension& key_share)
{
    tls::ServerHello hello;
    hello.random = make_random();
    hello.session_id = plan.session_id;
    hello.cipher_suite = plan.suite;
    const auto version =
        extension(tls::ExtensionType::supported_versions, [&](tls::Writer& writer) { writer.u16(plan.version); });
    hello.extensions = {version, key_share};
    return hello;
}

void spoil(tls::ServerFlight& flight, const FlightPlan& plan)
{
    constexpr std::uint8_t deflate = 1;  // RFC 3749
    switch (plan.flaw) {
        case Flaw::none: break;
        case Flaw::no_certificate: flight.chain.reset(); break;
        case Flaw::no_key_exchange: flight.key_exchange.reset(); break;
        case Flaw::compression: flight.hello.compression_method = deflate; break;
        case Flaw::supported_versions:
            flight.hello.extensions = {extension(tls::ExtensionType::supported_versions,
                                                 [&](tls::Writer& writer) { writer.u16(plan.version); })};
    }
}

}  // namespace

tls::ServerFlight make_flight(const FlightPlan& plan)
{
    tls::ServerFlight flight;
    flight.hello.legacy_version = plan.version;
    flight.hello.random = make_random();
    flight.hello.session_id = noise(32, 43);
    flight.hello.cipher_suite = plan.suite;
    if (plan.extensions) {
        // RFC 5746 section 3.6: an empty renegotiated_connection.
        flight.hello.extensions = {tls::renegotiation_info()};
    }
    flight.certificate_requested = plan.certificate_request;
    const tls::SuiteInfo* suite = tls::find(plan.suite);
    if (suite == nullptr || has_certificate(*suite)) {
        flight.chain = make_chain(plan);
    }
    if (suite != nullptr) {
        flight.key_exchange = make_key_exchange(plan, *suite);
    }
    spoil(flight, plan);
    return flight;
}

tls::ServerHello make_retry(const FlightPlan& plan)
{
    const auto share = extension(tls::ExtensionType::key_share, [&](tls::Writer& writer) { writer.u16(plan.group); });
    auto hello = make_tls13_hello(plan, share);
    hello.random = tls::hello_retry_random;
    return hello;
}

tls::ServerHello make_share(const FlightPlan& plan)
{
    const auto share = extension(tls::ExtensionType::key_share, [&](tls::Writer& writer) {
        writer.u16(plan.group);
        writer.opaque16(point(plan.group));
    });
    return make_tls13_hello(plan, share);
}

}  // namespace smtptls::lab

#include "tls/server_key_exchange.hpp"

#include "tls/record.hpp"
#include "tls/writer.hpp"

#include <bit>

namespace smtptls::tls {
namespace {

/// Which parts the message has, in this order.
struct Form {
    bool hint = false;
    enum class Parameters { none, dh, ec, rsa, srp, unread } parameters = Parameters::unread;
    bool signed_ = false;
};

Form form_of(const SuiteInfo& suite)
{
    using enum Form::Parameters;
    const bool certificate = suite.authentication == Authentication::rsa ||
                             suite.authentication == Authentication::dss ||
                             suite.authentication == Authentication::ecdsa;
    const bool anonymous = suite.authentication == Authentication::anonymous;
    switch (suite.key_exchange) {
        case KeyExchange::dhe: return {false, dh, !anonymous};
        case KeyExchange::ecdhe: return certificate || anonymous ? Form{false, ec, !anonymous} : Form{};
        case KeyExchange::rsa: return suite.export_grade ? Form{false, rsa, true} : Form{};
        case KeyExchange::psk:
        case KeyExchange::rsa_psk: return {true, none, false};
        case KeyExchange::dhe_psk: return {true, dh, false};
        case KeyExchange::ecdhe_psk: return {true, ec, false};
        case KeyExchange::srp: return {false, srp, certificate};
        default: return {};
    }
}

base::Bytes owned(base::ByteView view)
{
    return {view.begin(), view.end()};
}

DhParameters read_dh(Reader& reader)
{
    DhParameters dh;
    dh.prime = owned(reader.opaque16("dh_p"));
    dh.generator = owned(reader.opaque16("dh_g"));
    dh.public_key = owned(reader.opaque16("dh_Ys"));
    return dh;
}

RsaParameters read_rsa(Reader& reader)
{
    RsaParameters rsa;
    rsa.modulus = owned(reader.opaque16("rsa_modulus"));
    rsa.exponent = owned(reader.opaque16("rsa_exponent"));
    return rsa;
}

SrpParameters read_srp(Reader& reader)
{
    SrpParameters srp;
    srp.prime = owned(reader.opaque16("srp_N"));
    srp.generator = owned(reader.opaque16("srp_g"));
    srp.salt = owned(reader.opaque8("srp_s"));
    srp.public_key = owned(reader.opaque16("srp_B"));
    return srp;
}

// RFC 4492 section 5.4: ECParameters of explicit_prime and explicit_char2, kept as they stand.
base::Bytes read_explicit_curve(Reader& reader, EcCurveType type)
{
    Writer kept;
    if (type == EcCurveType::explicit_prime) {
        kept.opaque8(reader.opaque8("prime_p"));
    } else {
        kept.u16(reader.u16("m"));
        const auto basis = reader.u8("basis");
        kept.u8(basis);
        const int terms = basis == 1 ? 1 : 3;  // ec_trinomial, ec_pentanomial
        for (int i = 0; i < terms; ++i) {
            kept.opaque8(reader.opaque8("k"));
        }
    }
    for (const std::string_view field : {"a", "b", "base", "order", "cofactor"}) {
        kept.opaque8(reader.opaque8(field));
    }
    return std::move(kept).take();
}

EcParameters read_ec(Reader& reader)
{
    EcParameters ec;
    const std::size_t at = reader.offset();
    ec.curve_type = reader.u8<EcCurveType>("curve_type");
    switch (ec.curve_type) {
        case EcCurveType::named_curve: ec.group = reader.u16<NamedGroup>("namedcurve"); break;
        case EcCurveType::explicit_prime:
        case EcCurveType::explicit_char2: ec.explicit_curve = read_explicit_curve(reader, ec.curve_type); break;
        default: reader.fail(DecodeErrorKind::illegal, at, "curve_type");
    }
    ec.public_key = owned(reader.opaque8("public"));
    return ec;
}

struct ParameterWriter {
    Writer& writer;

    void operator()(std::monostate) const {}
    void operator()(const DhParameters& dh) const
    {
        writer.opaque16(dh.prime);
        writer.opaque16(dh.generator);
        writer.opaque16(dh.public_key);
    }
    void operator()(const EcParameters& ec) const
    {
        writer.u8(ec.curve_type);
        if (ec.curve_type == EcCurveType::named_curve) {
            writer.u16(ec.group);
        }
        writer.bytes(ec.explicit_curve);
        writer.opaque8(ec.public_key);
    }
    void operator()(const RsaParameters& rsa) const
    {
        writer.opaque16(rsa.modulus);
        writer.opaque16(rsa.exponent);
    }
    void operator()(const SrpParameters& srp) const
    {
        writer.opaque16(srp.prime);
        writer.opaque16(srp.generator);
        writer.opaque8(srp.salt);
        writer.opaque16(srp.public_key);
    }
    void operator()(const UnreadParameters& unread) const { writer.bytes(unread.body); }
};

struct KeyDescriber {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(const DhParameters& dh) const { return "DH " + std::to_string(bit_length(dh.prime)); }
    std::string operator()(const EcParameters& ec) const
    {
        return ec.curve_type == EcCurveType::named_curve ? format(ec.group) : "explicit curve";
    }
    std::string operator()(const RsaParameters& rsa) const { return "RSA " + std::to_string(bit_length(rsa.modulus)); }
    std::string operator()(const SrpParameters& srp) const { return "SRP " + std::to_string(bit_length(srp.prime)); }
    std::string operator()(const UnreadParameters&) const { return {}; }
};

}  // namespace

base::Bytes encode(const ServerKeyExchange& exchange)
{
    Writer writer;
    writer.u8(HandshakeType::server_key_exchange);
    writer.vector24([&] {
        if (exchange.psk_identity_hint) {
            writer.opaque16(*exchange.psk_identity_hint);
        }
        std::visit(ParameterWriter{writer}, exchange.parameters);
        if (exchange.signature_scheme) {
            writer.u16(*exchange.signature_scheme);
        }
        if (exchange.signature) {
            writer.opaque16(*exchange.signature);
        }
    });
    return std::move(writer).take();
}

Decoded<ServerKeyExchange> decode_server_key_exchange(base::ByteView body, CipherSuite suite, ProtocolVersion version)
{
    const SuiteInfo* info = find(suite);
    const Form form = info != nullptr ? form_of(*info) : Form{};
    Reader reader(body);
    ServerKeyExchange exchange;
    if (form.hint) {
        exchange.psk_identity_hint = owned(reader.opaque16("psk_identity_hint"));
    }
    switch (form.parameters) {
        case Form::Parameters::none: break;
        case Form::Parameters::dh: exchange.parameters = read_dh(reader); break;
        case Form::Parameters::ec: exchange.parameters = read_ec(reader); break;
        case Form::Parameters::rsa: exchange.parameters = read_rsa(reader); break;
        case Form::Parameters::srp: exchange.parameters = read_srp(reader); break;
        case Form::Parameters::unread: exchange.parameters = UnreadParameters{owned(reader.rest("body"))}; break;
    }
    // RFC 5246 section 4.7: only since TLS 1.2 does the algorithm stand before the signature.
    if (form.signed_ && version >= ProtocolVersion::tls1_2) {
        exchange.signature_scheme = reader.u16<SignatureScheme>("algorithm");
    }
    if (form.signed_) {
        exchange.signature = owned(reader.opaque16("signature"));
    }
    return reader.finish(std::move(exchange));
}

int bit_length(base::ByteView number)
{
    while (!number.empty() && number.front() == 0) {
        number = number.subspan(1);
    }
    return number.empty() ? 0 : static_cast<int>(8 * (number.size() - 1)) + std::bit_width(number.front());
}

std::string describe_key(const ServerKeyExchange& exchange)
{
    return std::visit(KeyDescriber{}, exchange.parameters);
}

}  // namespace smtptls::tls

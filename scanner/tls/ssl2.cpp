#include "tls/ssl2.hpp"

#include "tls/code_point.hpp"
#include "tls/writer.hpp"

#include <stdexcept>

namespace smtptls::tls {
namespace {

constexpr std::size_t longest_record_body = 0x7fff;

constexpr NamedCode<Ssl2ErrorCode> error_names[] = {
    {Ssl2ErrorCode::no_cipher, "no_cipher"},
    {Ssl2ErrorCode::no_certificate, "no_certificate"},
    {Ssl2ErrorCode::bad_certificate, "bad_certificate"},
    {Ssl2ErrorCode::unsupported_certificate_type, "unsupported_certificate_type"},
};

// The two-byte header: the high bit says that there is no padding.
base::Bytes in_record(base::ByteView message)
{
    if (message.size() > longest_record_body) {
        throw std::length_error("an SSL 2.0 record is longer than its length field can say");
    }
    Writer writer;
    writer.u16(static_cast<std::uint16_t>(0x8000U | message.size()));
    writer.bytes(message);
    return std::move(writer).take();
}

base::Bytes encode_specs(const std::vector<CipherSuite>& specs)
{
    Writer writer;
    for (const CipherSuite spec : specs) {
        writer.u24(spec);
    }
    return std::move(writer).take();
}

// All three lengths stand before the three vectors.
void write_lengths(Writer& writer, base::ByteView first, base::ByteView second, base::ByteView third)
{
    for (const base::ByteView part : {first, second, third}) {
        if (part.size() > 0xffff) {
            throw std::length_error("an SSL 2.0 vector is longer than its length field can say");
        }
        writer.u16(static_cast<std::uint16_t>(part.size()));
    }
}

std::vector<CipherSuite> read_specs(Reader& reader, std::size_t length, std::string_view field)
{
    std::vector<CipherSuite> specs;
    const std::size_t start = reader.offset();
    Reader inner(reader.take(length, field), start);
    inner.each_left(field, [&](Reader& item) { specs.push_back(item.u24<CipherSuite>(field)); });
    if (const auto& error = inner.error()) {
        reader.fail(error->kind, error->offset, error->field);
    }
    return specs;
}

base::Bytes read_bytes(Reader& reader, std::size_t length, std::string_view field)
{
    const base::ByteView bytes = reader.take(length, field);
    return {bytes.begin(), bytes.end()};
}

void expect_type(Reader& reader, Ssl2MessageType type)
{
    const std::size_t at = reader.offset();
    if (reader.u8<Ssl2MessageType>("MSG") != type) {
        reader.fail(DecodeErrorKind::unexpected, at, "MSG");
    }
}

}  // namespace

base::Bytes encode(const Ssl2ClientHello& hello)
{
    const base::Bytes specs = encode_specs(hello.cipher_specs);
    Writer writer;
    writer.u8(Ssl2MessageType::client_hello);
    writer.u16(hello.version);
    write_lengths(writer, specs, hello.session_id, hello.challenge);
    writer.bytes(specs);
    writer.bytes(hello.session_id);
    writer.bytes(hello.challenge);
    return in_record(std::move(writer).take());
}

base::Bytes encode(const Ssl2ServerHello& hello)
{
    const base::Bytes specs = encode_specs(hello.cipher_specs);
    Writer writer;
    writer.u8(Ssl2MessageType::server_hello);
    writer.u8(hello.session_id_hit);
    writer.u8(hello.certificate_type);
    writer.u16(hello.version);
    write_lengths(writer, hello.certificate, specs, hello.connection_id);
    writer.bytes(hello.certificate);
    writer.bytes(specs);
    writer.bytes(hello.connection_id);
    return in_record(std::move(writer).take());
}

base::Bytes encode(const Ssl2Error& error)
{
    Writer writer;
    writer.u8(Ssl2MessageType::error);
    writer.u16(error.code);
    return in_record(std::move(writer).take());
}

Decoded<Ssl2ClientHello> decode_ssl2_client_hello(base::ByteView message)
{
    Reader reader(message);
    Ssl2ClientHello hello;
    expect_type(reader, Ssl2MessageType::client_hello);
    hello.version = reader.u16<ProtocolVersion>("CLIENT-VERSION");
    const std::size_t specs = reader.u16("CIPHER-SPECS-LENGTH");
    const std::size_t session_id = reader.u16("SESSION-ID-LENGTH");
    const std::size_t challenge = reader.u16("CHALLENGE-LENGTH");
    hello.cipher_specs = read_specs(reader, specs, "CIPHER-SPECS-DATA");
    hello.session_id = read_bytes(reader, session_id, "SESSION-ID-DATA");
    hello.challenge = read_bytes(reader, challenge, "CHALLENGE-DATA");
    return reader.finish(std::move(hello));
}

Decoded<Ssl2ServerHello> decode_ssl2_server_hello(base::ByteView message)
{
    Reader reader(message);
    Ssl2ServerHello hello;
    expect_type(reader, Ssl2MessageType::server_hello);
    const std::size_t hit_at = reader.offset();
    hello.session_id_hit = reader.u8("SESSION-ID-HIT");
    if (hello.session_id_hit != 0) {
        reader.fail(DecodeErrorKind::illegal, hit_at, "SESSION-ID-HIT");
    }
    hello.certificate_type = reader.u8("CERTIFICATE-TYPE");
    hello.version = reader.u16<ProtocolVersion>("SERVER-VERSION");
    const std::size_t certificate = reader.u16("CERTIFICATE-LENGTH");
    const std::size_t specs = reader.u16("CIPHER-SPECS-LENGTH");
    const std::size_t connection_id = reader.u16("CONNECTION-ID-LENGTH");
    hello.certificate = read_bytes(reader, certificate, "CERTIFICATE-DATA");
    hello.cipher_specs = read_specs(reader, specs, "CIPHER-SPECS-DATA");
    hello.connection_id = read_bytes(reader, connection_id, "CONNECTION-ID-DATA");
    return reader.finish(std::move(hello));
}

Decoded<Ssl2Error> decode_ssl2_error(base::ByteView message)
{
    Reader reader(message);
    expect_type(reader, Ssl2MessageType::error);
    const auto code = reader.u16<Ssl2ErrorCode>("ERROR-CODE");
    return reader.finish(Ssl2Error{code});
}

std::string format(const Ssl2Error& error)
{
    const std::string_view name = name_of<Ssl2ErrorCode>(error_names, error.code);
    return "SSL 2 error " + (name.empty() ? std::to_string(static_cast<unsigned>(error.code)) : std::string(name));
}

std::optional<bool> looks_like_ssl2(base::ByteView bytes)
{
    if (bytes.empty()) {
        return std::nullopt;
    }
    // Without the high bit a three-byte header is told from a TLS record (20 to 24) and from text by the
    // message type alone.
    const bool two_bytes = (bytes[0] & 0x80U) != 0;
    if (!two_bytes && bytes[0] >= 20) {
        return false;
    }
    const std::size_t type_at = two_bytes ? 2 : 3;
    if (bytes.size() <= type_at) {
        return std::nullopt;
    }
    const auto type = static_cast<Ssl2MessageType>(bytes[type_at]);
    return type == Ssl2MessageType::server_hello || type == Ssl2MessageType::error;
}

Decoded<std::optional<base::Bytes>> read_ssl2_record(base::ByteView bytes)
{
    if (bytes.size() < 3) {
        return std::nullopt;
    }
    const bool two_bytes = (bytes[0] & 0x80U) != 0;
    const std::size_t header = two_bytes ? 2 : 3;
    const std::size_t length = (std::size_t{bytes[0] & (two_bytes ? 0x7fU : 0x3fU)} << 8U) | bytes[1];
    const std::size_t padding = two_bytes ? 0 : bytes[2];
    if (length == 0 || padding >= length) {
        return base::Unexpected<DecodeError>(DecodeError{DecodeErrorKind::illegal, 0, "RECORD-LENGTH"});
    }
    if (bytes.size() < header + length) {
        return std::nullopt;
    }
    const base::ByteView message = bytes.subspan(header, length - padding);
    return base::Bytes(message.begin(), message.end());
}

}  // namespace smtptls::tls

#include "tls/record.hpp"

#include "tls/code_point.hpp"
#include "tls/writer.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace smtptls::tls {
namespace {

constexpr std::size_t record_header = 5;
constexpr std::size_t message_header = 4;
constexpr std::size_t alert_length = 2;

constexpr NamedCode<ContentType> content_names[] = {
    {ContentType::change_cipher_spec, "change_cipher_spec"},
    {ContentType::alert, "alert"},
    {ContentType::handshake, "handshake"},
    {ContentType::application_data, "application_data"},
    {ContentType::heartbeat, "heartbeat"},
};

constexpr NamedCode<HandshakeType> handshake_names[] = {
    {HandshakeType::hello_request, "hello_request"},
    {HandshakeType::client_hello, "client_hello"},
    {HandshakeType::server_hello, "server_hello"},
    {HandshakeType::new_session_ticket, "new_session_ticket"},
    {HandshakeType::encrypted_extensions, "encrypted_extensions"},
    {HandshakeType::certificate, "certificate"},
    {HandshakeType::server_key_exchange, "server_key_exchange"},
    {HandshakeType::certificate_request, "certificate_request"},
    {HandshakeType::server_hello_done, "server_hello_done"},
    {HandshakeType::certificate_verify, "certificate_verify"},
    {HandshakeType::client_key_exchange, "client_key_exchange"},
    {HandshakeType::finished, "finished"},
    {HandshakeType::certificate_status, "certificate_status"},
    {HandshakeType::supplemental_data, "supplemental_data"},
};

std::optional<DecodeError> wrong_header(const Record& record, std::size_t length, std::size_t offset)
{
    if (name_of<ContentType>(content_names, record.type).empty()) {
        return DecodeError{DecodeErrorKind::illegal, offset, "ContentType"};
    }
    // Some servers refuse what they have not parsed yet by an alert whose record has no version (0x0000).
    const bool bare_alert = record.type == ContentType::alert && length == alert_length;
    if (static_cast<std::uint16_t>(record.version) >> 8U != 3 && !bare_alert) {
        return DecodeError{DecodeErrorKind::illegal, offset + 1, "legacy_record_version"};
    }
    // RFC 8446 section 5.1: no fragment of a handshake message is empty.
    if (length == 0 && record.type != ContentType::application_data) {
        return DecodeError{DecodeErrorKind::illegal, offset + 3, "length"};
    }
    if (length > longest_record) {
        return DecodeError{DecodeErrorKind::too_long, offset + 3, "length"};
    }
    return std::nullopt;
}

constexpr std::size_t page = 4096;

// Drops what was read, the first `at` bytes, and appends. Grows by pages: a thousand hostile connections would fill
// what a vector takes in advance.
void append_after(base::Bytes& bytes, std::size_t& at, base::ByteView more)
{
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
    at = 0;
    bytes.reserve((bytes.size() + more.size() + page - 1) / page * page);
    bytes.insert(bytes.end(), more.begin(), more.end());
}

}  // namespace

std::string format(ContentType type)
{
    const std::string_view name = name_of<ContentType>(content_names, type);
    return name.empty() ? "content type " + std::to_string(static_cast<unsigned>(type)) : std::string(name);
}

std::string format(HandshakeType type)
{
    const std::string_view name = name_of<HandshakeType>(handshake_names, type);
    return name.empty() ? "handshake type " + std::to_string(static_cast<unsigned>(type)) : std::string(name);
}

base::Bytes encode(const Record& record)
{
    Writer writer;
    writer.u8(record.type);
    writer.u16(record.version);
    writer.opaque16(record.fragment);
    return std::move(writer).take();
}

base::Bytes encode(const HandshakeMessage& message)
{
    Writer writer;
    writer.u8(message.type);
    writer.opaque24(message.body);
    return std::move(writer).take();
}

base::Bytes encode_records(ContentType type, ProtocolVersion version, base::ByteView bytes)
{
    Writer writer;
    while (!bytes.empty()) {
        const base::ByteView fragment = bytes.first(std::min(bytes.size(), longest_fragment));
        writer.u8(type);
        writer.u16(version);
        writer.opaque16(fragment);
        bytes = bytes.subspan(fragment.size());
    }
    return std::move(writer).take();
}

base::Bytes encode_alert(const Alert& alert, ProtocolVersion version)
{
    Writer writer;
    writer.u8(ContentType::alert);
    writer.u16(version);
    writer.vector16([&] {
        writer.u8(alert.level);
        writer.u8(alert.description);
    });
    return std::move(writer).take();
}

Decoded<Alert> decode_alert(base::ByteView fragment)
{
    Reader reader(fragment);
    Alert alert;
    alert.level = reader.u8<AlertLevel>("AlertLevel");
    alert.description = reader.u8<AlertDescription>("AlertDescription");
    return reader.finish(alert);
}

std::optional<bool> looks_like_alert(base::ByteView bytes)
{
    constexpr std::array<std::pair<std::size_t, std::uint8_t>, 3> fixed = {
        {{0, static_cast<std::uint8_t>(ContentType::alert)}, {3, 0}, {4, alert_length}}};
    constexpr std::size_t level = record_header;
    for (const auto& [at, byte] : fixed) {
        if (at < bytes.size() && bytes[at] != byte) {
            return false;
        }
    }
    if (bytes.size() <= level) {
        return std::nullopt;
    }
    return bytes[level] == static_cast<std::uint8_t>(AlertLevel::warning) ||
           bytes[level] == static_cast<std::uint8_t>(AlertLevel::fatal);
}

void RecordBuffer::append(base::ByteView bytes)
{
    append_after(bytes_, at_, bytes);
    total_ += bytes.size();
}

Decoded<std::optional<Record>> RecordBuffer::next()
{
    if (pending().size() < record_header) {
        return std::nullopt;
    }
    Reader reader(pending(), total_ - pending().size());
    Record record;
    const std::size_t start = reader.offset();
    record.type = reader.u8<ContentType>("ContentType");
    record.version = reader.u16<ProtocolVersion>("legacy_record_version");
    const std::size_t length = reader.u16("length");
    if (const auto error = wrong_header(record, length, start)) {
        return base::Unexpected<DecodeError>(*error);
    }
    if (reader.left() < length) {
        return std::nullopt;
    }
    const base::ByteView fragment = reader.take(length, "fragment");
    record.fragment.assign(fragment.begin(), fragment.end());
    at_ += record_header + length;
    return record;
}

void MessageBuffer::append(base::ByteView fragment)
{
    append_after(bytes_, at_, fragment);
}

Decoded<std::optional<HandshakeMessage>> MessageBuffer::next()
{
    const base::ByteView pending = base::ByteView(bytes_).subspan(at_);
    if (pending.size() < message_header) {
        return std::nullopt;
    }
    Reader reader(pending);
    HandshakeMessage message;
    message.type = reader.u8<HandshakeType>("HandshakeType");
    const std::size_t length = reader.u24("length");
    if (length > longest_message) {
        return base::Unexpected<DecodeError>(DecodeError{DecodeErrorKind::too_long, 1, "length"});
    }
    if (reader.left() < length) {
        return std::nullopt;
    }
    const base::ByteView body = reader.take(length, "body");
    message.body.assign(body.begin(), body.end());
    at_ += message_header + length;
    return message;
}

}  // namespace smtptls::tls

// The record layer without cryptography (RFC 8446 section 5.1, RFC 5246 section 6.2.1) and the handshake
// messages that it carries, cut into records as the sender likes. RecordBuffer and MessageBuffer take
// bytes in any segmentation and yield whole records and whole messages.
#pragma once

#include "base/bytes.hpp"
#include "tls/alert.hpp"
#include "tls/protocol_version.hpp"
#include "tls/reader.hpp"

#include <optional>
#include <string>

namespace smtptls::tls {

enum class ContentType : std::uint8_t {
    change_cipher_spec = 20,
    alert = 21,
    handshake = 22,
    application_data = 23,
    heartbeat = 24,
};

enum class HandshakeType : std::uint8_t {
    hello_request = 0,
    client_hello = 1,
    server_hello = 2,
    new_session_ticket = 4,
    encrypted_extensions = 8,
    certificate = 11,
    server_key_exchange = 12,
    certificate_request = 13,
    server_hello_done = 14,
    certificate_verify = 15,
    client_key_exchange = 16,
    finished = 20,
    certificate_status = 22,
    supplemental_data = 23,
};

/// The RFC's name, or "content type 99" and "handshake type 99".
std::string format(ContentType type);
std::string format(HandshakeType type);

/// RFC 8446 section 5.1: at most 2^14 bytes in a record in the clear. What we send.
inline constexpr std::size_t longest_fragment = std::size_t{1} << 14U;

/// What we read: RFC 5246 section 6.2.3 lets a protected fragment be 2^14 + 2048 bytes long.
inline constexpr std::size_t longest_record = longest_fragment + 2048;

/// What we read of one handshake message. OpenSSL's own limit for a chain is 100 KiB, but no flight is read so far
/// (HelloExchange::longest_flight).
inline constexpr std::size_t longest_message = std::size_t{1} << 16U;

struct Record {
    ContentType type = ContentType::handshake;
    ProtocolVersion version = ProtocolVersion::tls1_0;
    base::Bytes fragment = {};

    bool operator==(const Record&) const = default;
};

struct HandshakeMessage {
    HandshakeType type = HandshakeType::client_hello;
    base::Bytes body = {};

    bool operator==(const HandshakeMessage&) const = default;
};

base::Bytes encode(const Record& record);
base::Bytes encode(const HandshakeMessage& message);

/// The bytes in as many records as they need, none longer than `longest_fragment`.
base::Bytes encode_records(ContentType type, ProtocolVersion version, base::ByteView bytes);

/// An alert in a record of its own.
base::Bytes encode_alert(const Alert& alert, ProtocolVersion version);

/// Two bytes. Error: `truncated`, `leftover`.
Decoded<Alert> decode_alert(base::ByteView fragment);

/// Whether the first bytes are a record with one alert and nothing else, of any version. Nothing: more bytes are
/// needed (six tell).
std::optional<bool> looks_like_alert(base::ByteView bytes);

class RecordBuffer {
public:
    void append(base::ByteView bytes);

    /// The next whole record, or nothing until more bytes come. Errors: `illegal` (a content type that is
    /// none, a version that does not begin with 3 unless the record is one bare alert, an empty fragment that is no
    /// application data), `too_long` (over `longest_record`). After an error nothing more is yielded.
    Decoded<std::optional<Record>> next();

    /// Bytes that are not yet part of a yielded record.
    base::ByteView pending() const { return base::ByteView(bytes_).subspan(at_); }

    /// Bytes appended so far.
    std::size_t total() const { return total_; }

private:
    base::Bytes bytes_;
    std::size_t at_ = 0;
    std::size_t total_ = 0;
};

class MessageBuffer {
public:
    void append(base::ByteView fragment);

    /// The next whole message, or nothing until more bytes come. Error: `too_long` (over
    /// `longest_message`).
    Decoded<std::optional<HandshakeMessage>> next();

private:
    base::Bytes bytes_;
    std::size_t at_ = 0;
};

}  // namespace smtptls::tls

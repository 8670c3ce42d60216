#include "hello_reader.hpp"

namespace smtptls::lab {

void HelloReader::append(std::string_view bytes)
{
    records_.append(base::bytes_of(bytes));
}

HelloReader::Event HelloReader::next()
{
    const auto pending = records_.pending();
    if (wire_ == Wire::unknown) {
        if (pending.empty()) {
            return Event::more;
        }
        // RFC 5246 appendix E.2: the two-byte header of a version 2 hello has the high bit set.
        wire_ = (pending.front() & 0x80U) != 0 ? Wire::ssl2 : Wire::tls;
    }
    return wire_ == Wire::ssl2 ? next_ssl2() : next_record();
}

HelloReader::Event HelloReader::next_ssl2()
{
    if (ssl2_read_) {
        return records_.pending().empty() ? Event::more : Event::other;
    }
    const auto record = tls::read_ssl2_record(records_.pending());
    if (!record) {
        return Event::nonsense;
    }
    if (!record->has_value()) {
        return Event::more;
    }
    auto hello = tls::decode_ssl2_client_hello(**record);
    if (!hello) {
        return Event::nonsense;
    }
    // A version 2 hello may offer TLS, and what follows is TLS then.
    ssl2_read_ = true;
    wire_ = hello->version >= tls::ProtocolVersion::ssl3 ? Wire::tls : Wire::ssl2;
    records_ = tls::RecordBuffer();
    hello_ = *std::move(hello);
    return Event::hello;
}

HelloReader::Event HelloReader::next_record()
{
    while (true) {
        const auto message = messages_.next();
        if (!message) {
            return Event::nonsense;
        }
        if (message->has_value()) {
            return take(**message);
        }
        const auto record = records_.next();
        if (!record) {
            return Event::nonsense;
        }
        if (!record->has_value()) {
            return Event::more;
        }
        const auto& [type, version, fragment] = **record;
        if (type == tls::ContentType::handshake) {
            record_version_ = version;
            messages_.append(fragment);
        } else if (type == tls::ContentType::alert) {
            const auto alert = tls::decode_alert(fragment);
            alert_ = alert.value_or(tls::Alert());
            return alert ? Event::alert : Event::other;
        } else if (type != tls::ContentType::change_cipher_spec) {
            return Event::other;
        }
        // RFC 8446 appendix D.4: a change_cipher_spec may stand before the second hello.
    }
}

HelloReader::Event HelloReader::take(const tls::HandshakeMessage& message)
{
    if (message.type != tls::HandshakeType::client_hello) {
        return Event::other;
    }
    auto hello = tls::decode_client_hello(message.body);
    if (!hello) {
        return Event::nonsense;
    }
    hello->record_version = record_version_;
    hello_ = *std::move(hello);
    return Event::hello;
}

}  // namespace smtptls::lab

#include "tls/hello_exchange.hpp"

#include <algorithm>

namespace smtptls::tls {
namespace {

// Enough for any line of SMTP (RFC 5321 section 4.5.3.1.5).
constexpr std::size_t longest_text = 512;

// RFC 5246 section 7.2.2 has each of these end the handshake, whatever its level says. What is left may be followed
// by a flight: unrecognized_name is (RFC 6066 section 3), and so is what nobody has heard of.
bool ends_handshake(const Alert& alert)
{
    if (alert.level != AlertLevel::warning) {
        return true;
    }
    switch (alert.description) {
        case AlertDescription::close_notify:
        case AlertDescription::unexpected_message:
        case AlertDescription::bad_record_mac:
        case AlertDescription::record_overflow:
        case AlertDescription::decompression_failure:
        case AlertDescription::handshake_failure:
        case AlertDescription::illegal_parameter:
        case AlertDescription::unknown_ca:
        case AlertDescription::access_denied:
        case AlertDescription::decode_error:
        case AlertDescription::decrypt_error:
        case AlertDescription::export_restriction:
        case AlertDescription::protocol_version:
        case AlertDescription::insufficient_security:
        case AlertDescription::internal_error:
        case AlertDescription::inappropriate_fallback:
        case AlertDescription::missing_extension:
        case AlertDescription::unsupported_extension:
        case AlertDescription::no_application_protocol: return true;
        default: return false;
    }
}

struct HelloEncoder {
    base::Bytes operator()(const ClientHello& hello) const { return encode_records(hello); }
    base::Bytes operator()(const Ssl2ClientHello& hello) const { return encode(hello); }
};

}  // namespace

HelloExchange::HelloExchange(const Hello& hello) : output_(std::visit(HelloEncoder{}, hello))
{
    if (const auto* client_hello = std::get_if<ClientHello>(&hello)) {
        record_version_ = client_hello->record_version;
    }
}

base::Want HelloExchange::want() const
{
    switch (state_) {
        case State::sending:
        case State::leaving: return base::Want::write;
        case State::reading: return base::Want::read;
        case State::done: break;
    }
    return base::Want::nothing;
}

void HelloExchange::written()
{
    output_.clear();
    if (state_ == State::sending) {
        state_ = State::reading;
    } else if (state_ == State::leaving) {
        state_ = State::done;
    }
}

void HelloExchange::received(base::ByteView bytes)
{
    if (state_ != State::reading) {
        return;
    }
    records_.append(bytes);
    read_answer();
    if (!answered() && records_.total() > longest_flight) {
        malformed("flight", {DecodeErrorKind::too_long, longest_flight, "flight"});
    }
}

void HelloExchange::peer_closed()
{
    if (answered()) {
        state_ = State::done;
        return;
    }
    const auto& warnings = flight_.flight().warnings;
    if (wire_ == Wire::other) {
        conclude(NotTls{base::UntrustedText(base::text_of(records_.pending()))});
    } else if (!flight_.begun() && !warnings.empty()) {
        conclude(warnings.back());
    } else {
        end(Closed{records_.total()});
    }
}

void HelloExchange::broke(base::Reason reason)
{
    if (answered() || reason == base::Reason::closed) {
        peer_closed();
    } else if (wire_ == Wire::other) {
        conclude(NotTls{base::UntrustedText(base::text_of(records_.pending()))});
    } else {
        end(base::Failure{base::Stage::hello, reason, {}});
    }
}

void HelloExchange::read_answer()
{
    if (wire_ == Wire::unknown) {
        decide_wire();
    }
    switch (wire_) {
        case Wire::unknown: return;
        case Wire::tls: return read_records();
        case Wire::ssl2: return read_ssl2();
        case Wire::other: return read_other();
    }
}

void HelloExchange::decide_wire()
{
    const base::ByteView bytes = records_.pending();
    const std::optional<bool> ssl2 = looks_like_ssl2(bytes);
    if (!ssl2.has_value()) {
        return;
    }
    if (*ssl2) {
        wire_ = Wire::ssl2;
        return;
    }
    const bool content_type = bytes[0] >= 20 && bytes[0] <= 24;
    if (content_type && bytes.size() < 2) {
        return;
    }
    const bool version = content_type && bytes[1] == 3;
    const std::optional<bool> alert = looks_like_alert(bytes);
    if (version || alert.has_value()) {
        wire_ = version || *alert ? Wire::tls : Wire::other;
    }
}

void HelloExchange::read_ssl2()
{
    const Decoded<std::optional<base::Bytes>> record = read_ssl2_record(records_.pending());
    if (!record) {
        return malformed("SSL 2 record", record.error());
    }
    if (!record->has_value()) {
        return;
    }
    const base::Bytes& message = **record;
    if (message.front() == static_cast<std::uint8_t>(Ssl2MessageType::error)) {
        const Decoded<Ssl2Error> error = decode_ssl2_error(message);
        return error ? conclude(*error) : malformed("SSL 2 error", error.error());
    }
    Decoded<Ssl2ServerHello> hello = decode_ssl2_server_hello(message);
    return hello ? conclude(*std::move(hello)) : malformed("SSL 2 server hello", hello.error());
}

void HelloExchange::read_other()
{
    const std::string_view text = base::text_of(records_.pending());
    const std::size_t end_of_line = text.find('\n');
    const std::size_t size = std::min({end_of_line, text.size(), longest_text});
    if (end_of_line != std::string_view::npos || size == longest_text) {
        const bool return_before = size > 0 && text[size - 1] == '\r';
        conclude(NotTls{base::UntrustedText(text.substr(0, return_before ? size - 1 : size))});
    }
}

void HelloExchange::read_records()
{
    while (!answered()) {
        const Decoded<std::optional<Record>> record = records_.next();
        if (!record) {
            return malformed("record", record.error());
        }
        if (!record->has_value()) {
            return;
        }
        read_record(**record);
    }
}

void HelloExchange::read_record(const Record& record)
{
    switch (record.type) {
        case ContentType::alert: return read_alerts(record.fragment);
        case ContentType::handshake: return read_messages(record.fragment);
        default: return malformed("record", {DecodeErrorKind::unexpected, 0, "ContentType"});
    }
}

// RFC 5246 section 6.2.1: a record may hold several messages, and a message may take several records.
void HelloExchange::read_alerts(base::ByteView fragment)
{
    alerts_.insert(alerts_.end(), fragment.begin(), fragment.end());
    while (!answered() && alerts_.size() >= 2) {
        read_alert({AlertLevel{alerts_[0]}, AlertDescription{alerts_[1]}});
        alerts_.erase(alerts_.begin(), alerts_.begin() + 2);
    }
}

void HelloExchange::read_alert(const Alert& alert)
{
    if (ends_handshake(alert)) {
        return end(alert);
    }
    auto& warnings = flight_.flight().warnings;
    if (warnings.size() == most_warnings) {
        return malformed("alert", {DecodeErrorKind::too_long, 0, "warnings"});
    }
    warnings.push_back(alert);
}

void HelloExchange::read_messages(base::ByteView fragment)
{
    messages_.append(fragment);
    while (!answered()) {
        const Decoded<std::optional<HandshakeMessage>> message = messages_.next();
        if (!message) {
            return malformed("handshake message", message.error());
        }
        if (!message->has_value()) {
            return;
        }
        if (const std::optional<DecodeError> error = flight_.take(**message)) {
            return malformed(format((*message)->type), *error);
        }
        // OpenSSL refuses a record of another version than it has chosen; TLS 1.3 writes 1.2 on its records. A version
        // below SSL 3 is a lie, and a record of it would be none.
        record_version_ =
            std::clamp(version_of(flight_.flight().hello), ProtocolVersion::ssl3, ProtocolVersion::tls1_2);
        if (flight_.complete()) {
            return read_end();
        }
    }
}

// A server that chose and then failed may say so in one breath. This is looked for, never waited for: a sound server
// says nothing more here, so an alert in a later segment is not heard. A confirming handshake would fail.
std::optional<Alert> HelloExchange::alert_behind()
{
    const Decoded<std::optional<Record>> record = records_.next();
    if (!record || !record->has_value() || (*record)->type != ContentType::alert) {
        return std::nullopt;
    }
    const Decoded<Alert> alert = decode_alert((*record)->fragment);
    return alert && ends_handshake(*alert) ? std::optional(*alert) : std::nullopt;
}

// The flight is complete: either a HelloRetryRequest, or all that a server says before we must speak.
void HelloExchange::read_end()
{
    if (const std::optional<Alert> alert = alert_behind()) {
        return end(*alert);
    }
    ServerFlight& flight = flight_.flight();
    if (version_of(flight.hello) < ProtocolVersion::tls1_3 || !is_hello_retry_request(flight.hello)) {
        return conclude(std::move(flight));
    }
    Decoded<HelloRetryRequest> request = read_hello_retry_request(flight.hello);
    return request ? conclude(*std::move(request)) : malformed("server_hello", request.error());
}

void HelloExchange::malformed(std::string_view where, const DecodeError& error)
{
    end(Malformed{std::string(where), error});
}

// What ended the exchange, together with what the server had chosen before.
template <typename End>
void HelloExchange::end(End end)
{
    if (flight_.begun()) {
        conclude(BrokenFlight{std::move(flight_.flight()), std::move(end)});
    } else {
        conclude(std::move(end));
    }
}

void HelloExchange::conclude(HelloOutcome outcome)
{
    const auto* broken = std::get_if<BrokenFlight>(&outcome);
    const bool waiting = std::holds_alternative<ServerFlight>(outcome) ||
                         std::holds_alternative<HelloRetryRequest>(outcome) ||
                         std::holds_alternative<Malformed>(outcome) ||
                         (broken != nullptr && std::holds_alternative<Malformed>(broken->end));
    outcome_ = std::move(outcome);
    if (waiting && wire_ == Wire::tls) {
        leave_politely();
    } else {
        output_.clear();
        state_ = State::done;
    }
}

// RFC 8446 section 6.1: user_canceled says that the handshake ends for no fault of the protocol. A fatal alert would
// add a warning to Postfix's log; this adds none.
void HelloExchange::leave_politely()
{
    output_ = encode_alert({AlertLevel::warning, AlertDescription::user_canceled}, record_version_);
    state_ = State::leaving;
}

std::string_view format(HelloExchange::State state)
{
    switch (state) {
        case HelloExchange::State::sending: return "sending";
        case HelloExchange::State::reading: return "reading";
        case HelloExchange::State::leaving: return "leaving";
        case HelloExchange::State::done: return "done";
    }
    return "unknown";
}

static_assert(base::Machine<HelloExchange>);

}  // namespace smtptls::tls

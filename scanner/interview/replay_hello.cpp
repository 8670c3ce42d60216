#include "interview/replay_hello.hpp"

#include "tls/client_hello.hpp"
#include "tls/hello_exchange.hpp"
#include "tls/record.hpp"
#include "tls/ssl2.hpp"

#include <algorithm>

namespace smtptls::interview {
namespace {

using model::WireEvent;

std::optional<base::ByteView> first_of(const model::Wire& wire, WireEvent::Kind kind)
{
    const auto found = std::ranges::find(wire.events, kind, &WireEvent::kind);
    return found == wire.events.end() ? std::nullopt : std::optional<base::ByteView>(found->bytes);
}

std::optional<tls::ClientHello> client_hello_in(base::ByteView bytes)
{
    tls::RecordBuffer records;
    tls::MessageBuffer messages;
    records.append(bytes);
    for (auto record = records.next(); record && *record; record = records.next()) {
        messages.append((*record)->fragment);
    }
    const auto message = messages.next();
    if (!message || !*message || (*message)->type != tls::HandshakeType::client_hello) {
        return std::nullopt;
    }
    auto hello = tls::decode_client_hello((*message)->body);
    return hello ? std::optional(*std::move(hello)) : std::nullopt;
}

void copy(base::ByteView from, tls::Random& to)
{
    std::copy_n(from.begin(), std::min(from.size(), to.size()), to.begin());
}

// What the server sent in the clear, taken for the answer to a hello.
std::optional<tls::HelloOutcome> flight_in(const model::Wire& wire, const tls::ClientHello& hello)
{
    tls::HelloExchange exchange(hello);
    exchange.written();
    for (const WireEvent& event : wire.events) {
        if (event.kind == WireEvent::Kind::received) {
            exchange.received(event.bytes);
        }
    }
    return exchange.outcome();
}

// The suites without the two that stand for something else: RFC 5746 section 3.3, RFC 7507.
std::vector<tls::CipherSuite> offered(const tls::ClientHello& hello)
{
    std::vector<tls::CipherSuite> suites = hello.cipher_suites;
    std::erase(suites, tls::CipherSuite{0x00ff});
    std::erase(suites, tls::CipherSuite{0x5600});
    return suites;
}

bool agrees(const tls::ServerFlight& flight, const model::ServerChoice& choice, const std::vector<base::Bytes>& chain)
{
    const bool hides_chain = choice.version >= tls::ProtocolVersion::tls1_3;
    const std::vector<base::Bytes> shown = flight.chain ? flight.chain->certificates : std::vector<base::Bytes>();
    return tls::version_of(flight.hello) == choice.version && flight.hello.cipher_suite == choice.suite &&
           (hides_chain || (shown == chain && flight.certificate_requested == choice.certificate_requested));
}

bool agrees(const tls::ServerHello& hello, const model::ServerChoice& choice)
{
    return tls::version_of(hello) == choice.version && hello.cipher_suite == choice.suite;
}

// OpenSSL reads what our own reader of flights gives up: empty records, longer chains. Only what was read of it can
// contradict.
bool gave_up(const tls::HelloOutcome& outcome, const model::ServerChoice& choice)
{
    const auto* const broken = std::get_if<tls::BrokenFlight>(&outcome);
    return std::holds_alternative<tls::Malformed>(outcome) ||
           (broken != nullptr && std::holds_alternative<tls::Malformed>(broken->end) &&
            agrees(broken->begun.hello, choice));
}

// A question that asks otherwise than others do says so in its hello.
bool asks_as_said(const tls::ClientHello& hello, const model::HandshakeQuestion& question, const std::string& name)
{
    const tls::Extension* const schemes = tls::find(hello.extensions, tls::ExtensionType::signature_algorithms);
    const bool same_schemes =
        question.schemes.empty() ||
        (schemes != nullptr && tls::decode_signature_algorithms(schemes->body) == question.schemes);
    const tls::Extension* const sent = tls::find(hello.extensions, tls::ExtensionType::server_name);
    const auto said = sent != nullptr ? tls::decode_server_name(sent->body) : tls::Decoded<std::string>(std::string());
    return same_schemes && (!question.is_special() || said == name);
}

// A refusal for want of a client certificate counts as an acceptance.
bool claims_request(const model::Outcome& outcome)
{
    return model::client_certificate(outcome) == model::ClientCertificate::required &&
           model::choice_of(outcome)->version < tls::ProtocolVersion::tls1_3;
}

}  // namespace

std::optional<tls::HelloEntropy> entropy_of(const model::Wire& wire, tls::ProtocolVersion version)
{
    tls::HelloEntropy entropy;
    const auto sent = first_of(wire, WireEvent::Kind::sent);
    if (!sent) {
        return entropy;
    }
    if (version == tls::ProtocolVersion::ssl2) {
        const auto message = tls::read_ssl2_record(*sent);
        if (!message || !*message) {
            return std::nullopt;
        }
        const auto hello = tls::decode_ssl2_client_hello(**message);
        if (!hello) {
            return std::nullopt;
        }
        copy(hello->challenge, entropy.random);
        return entropy;
    }
    const auto hello = client_hello_in(*sent);
    if (!hello) {
        return std::nullopt;
    }
    copy(hello->random, entropy.random);
    copy(hello->session_id, entropy.session_id);
    return entropy;
}

std::optional<std::string> contradiction(const model::Answer& answer, const model::Trace& trace,
                                         const std::string& name)
{
    const auto* const completed = std::get_if<model::Completed>(&answer.outcome);
    const auto sent = first_of(trace.tls, WireEvent::Kind::sent);
    if (!sent) {
        return completed != nullptr ? std::optional<std::string>("a handshake without a hello") : std::nullopt;
    }
    const auto hello = client_hello_in(*sent);
    if (!hello || offered(*hello) != model::suites_of(answer.question.asked)) {
        return "TLS: the hello that was sent offers other suites than the question";
    }
    if (!asks_as_said(*hello, std::get<model::HandshakeQuestion>(answer.question.asked), name)) {
        return "TLS: the hello that was sent has another name or other schemes than the question";
    }
    if (completed == nullptr && !trace.chain.empty()) {
        return "a chain without a handshake";
    }
    const auto outcome = flight_in(trace.tls, *hello);
    const auto* const flight = outcome ? std::get_if<tls::ServerFlight>(&*outcome) : nullptr;
    if (completed == nullptr) {
        return claims_request(answer.outcome) && (flight == nullptr || !flight->certificate_requested)
                   ? std::optional<std::string>("TLS: no client certificate was asked for in the clear")
                   : std::nullopt;
    }
    const auto* const retry = outcome ? std::get_if<tls::HelloRetryRequest>(&*outcome) : nullptr;
    const bool right = flight != nullptr  ? agrees(*flight, completed->choice, trace.chain)
                       : retry != nullptr ? agrees(retry->hello, completed->choice)
                                          : outcome && gave_up(*outcome, completed->choice);
    return right ? std::nullopt : std::optional<std::string>("TLS: the bytes in the clear show another choice");
}

}  // namespace smtptls::interview

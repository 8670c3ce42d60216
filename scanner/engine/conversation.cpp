#include "engine/conversation.hpp"

#include "engine/hello_answer.hpp"
#include "net/connection.hpp"
#include "openssl/handshake.hpp"
#include "smtp/session.hpp"
#include "tls/hello_exchange.hpp"

#include <algorithm>
#include <random>

namespace smtptls::engine {
namespace {

using net::Clock;
namespace asio = net::asio;
using Socket = asio::ip::tcp::socket;

std::string server_name(const Context& context, const model::Endpoint& endpoint)
{
    if (!context.settings.server_name.empty()) {
        return context.settings.server_name;
    }
    // RFC 6066 section 3: "Literal IPv4 and IPv6 addresses are not permitted in HostName."
    return model::IpAddress::parse(endpoint.host) ? std::string() : endpoint.host;
}

// RFC 5321 section 4.1.3: "[192.0.2.1]" or "[IPv6:2001:db8::1]", for a machine without a name.
std::string ehlo_name(const Context& context, const model::Answer& answer)
{
    if (!context.settings.ehlo_name.empty()) {
        return context.settings.ehlo_name;
    }
    const std::string address = answer.source_address.substr(0, answer.source_address.find('%'));
    const bool v6 = address.find(':') != std::string::npos;
    return (v6 ? "[IPv6:" : "[") + address + "]";
}

// True when the next byte is the ClientHello.
asio::awaitable<bool> reach_tls(const Context& context, Socket& socket, model::Answer& answer)
{
    const smtp::Script script{true, true, false, ehlo_name(context, answer)};
    smtp::Session session(script);
    const base::MachineRef machine(session);
    co_await net::pump(socket, machine, context.settings.step_timeout, context.stop);
    answer.before_tls = session.transcript();
    if (!session.ready_for_tls() && session.failure()) {
        answer.outcome = model::Broken{*session.failure(), std::nullopt};
    }
    co_return session.ready_for_tls();
}

// No secret depends on it: the hello is answered in the clear and then left.
tls::HelloEntropy entropy()
{
    static std::random_device device;
    tls::HelloEntropy fresh;
    const auto byte = [] { return static_cast<std::uint8_t>(device()); };
    std::generate(fresh.random.begin(), fresh.random.end(), byte);
    std::generate(fresh.session_id.begin(), fresh.session_id.end(), byte);
    return fresh;
}

tls::Hello hello_of(const model::HelloQuestion& asked, const std::string& name)
{
    if (asked.version == tls::ProtocolVersion::ssl2) {
        return tls::make_ssl2_client_hello(entropy());
    }
    const tls::HelloShape shape{name, asked.extensions};
    return tls::make_client_hello(asked.version, asked.suites, shape, entropy());
}

asio::awaitable<void> say_hello(const Context& context, Socket& socket, const model::Endpoint& endpoint,
                                model::Answer& answer)
{
    const auto& asked = std::get<model::HelloQuestion>(answer.question.asked);
    tls::HelloExchange exchange(hello_of(asked, server_name(context, endpoint)));
    const base::MachineRef machine(exchange);
    co_await net::pump(socket, machine, context.settings.step_timeout, context.stop);
    if (exchange.outcome()) {
        answer.outcome = outcome_of(*exchange.outcome(), asked.version);
    }
}

// A server under load answers "421 ..." in the clear on an implicit port too.
void hear_clear_text(model::Answer& answer)
{
    auto* const broken = std::get_if<model::Broken>(&answer.outcome);
    if (broken == nullptr || broken->choice || broken->failure.reason != base::Reason::protocol_error) {
        return;
    }
    const std::string words = broken->failure.text.escaped();
    for (const char* const code : {"421", "450", "451", "452"}) {
        if (words.rfind(code, 0) == 0) {
            broken->failure.stage = base::Stage::greeting;
            broken->failure.reason = base::Reason::throttled;
        }
    }
}

asio::awaitable<void> shake_hands(const Context& context, Socket& socket, const model::Endpoint& endpoint,
                                  model::Answer& answer)
{
    const auto& asked = std::get<model::HandshakeQuestion>(answer.question.asked);
    smtp::Script script{endpoint.mode == model::TlsMode::implicit, false, true, ehlo_name(context, answer)};
    script.ehlo = asked.dialogue;
    smtp::Session inside(script);
    const std::string name = server_name(context, endpoint);
    openssl::Handshake handshake(context.library, asked, name, inside);
    const base::MachineRef machine(handshake);
    co_await net::pump(socket, machine, context.settings.step_timeout, context.stop);
    answer.outcome = handshake.outcome();
    answer.inside_tls = inside.transcript();
    if (auto* const completed = std::get_if<model::Completed>(&answer.outcome)) {
        completed->after = inside.failure();
    }
}

}  // namespace

asio::awaitable<model::Answer> converse(const Context& context, const model::Endpoint& endpoint,
                                        model::Question question)
{
    const auto begun = Clock::now();
    model::Answer answer;
    answer.question = std::move(question);
    answer.outcome = model::Broken{{base::Stage::connect, base::Reason::local_error, {}}, std::nullopt};
    net::Peer peer{endpoint.address.format(), endpoint.port, context.settings.source_address};
    auto socket = co_await net::connect(peer, begun + context.settings.step_timeout, context.stop);
    if (socket) {
        answer.source_address = net::local_address(*socket);
        // Not "implicit || co_await ...": see docs/ARCHITECTURE.md, "Asio and g++ 12".
        bool ready = true;
        if (endpoint.mode == model::TlsMode::starttls) {
            ready = co_await reach_tls(context, *socket, answer);
        }
        if (ready && std::holds_alternative<model::HelloQuestion>(answer.question.asked)) {
            co_await say_hello(context, *socket, endpoint, answer);
        } else if (ready) {
            co_await shake_hands(context, *socket, endpoint, answer);
        }
        net::close(*socket);
        hear_clear_text(answer);
    } else {
        answer.outcome = model::Broken{socket.error(), std::nullopt};
    }
    const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
    answer.duration_ms = spent.count();
    co_return answer;
}

}  // namespace smtptls::engine

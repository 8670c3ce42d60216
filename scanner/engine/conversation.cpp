#include "engine/conversation.hpp"

#include "interview/script.hpp"
#include "interview/tap.hpp"
#include "net/connection.hpp"
#include "openssl/handshake.hpp"

#include <algorithm>
#include <random>

namespace smtptls::engine {
namespace {

using net::Clock;
namespace asio = net::asio;

// What is read of one connection: a dialogue, the longest flight we take (tls::HelloExchange::longest_flight),
// and room for the last read.
constexpr std::size_t most_bytes = std::size_t{1} << 16U;

struct Connection {
    asio::ip::tcp::socket& socket;
    net::Limits limits;
};

model::Wire* wire_of(model::Answer& answer, model::Wire model::Trace::*part)
{
    return answer.trace ? &((*answer.trace).*part) : nullptr;
}

std::int64_t seconds_since_1970()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

// True when the next byte is the ClientHello.
asio::awaitable<bool> reach_tls(const Context& context, Connection& connection, model::Answer& answer)
{
    smtp::Session session(interview::script_before_tls(context.settings.names, answer));
    interview::Tap tap(session, wire_of(answer, &model::Trace::before_tls));
    const base::MachineRef machine(tap);
    co_await net::pump(connection.socket, machine, connection.limits, context.stop);
    interview::take_before_tls(answer, session);
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

asio::awaitable<void> say_hello(const Context& context, Connection& connection,
                                const model::Endpoint& endpoint, model::Answer& answer)
{
    const auto& asked = std::get<model::HelloQuestion>(answer.question.asked);
    tls::HelloExchange exchange(
        interview::hello_of(asked, interview::server_name(context.settings.names, endpoint), entropy()));
    interview::Tap tap(exchange, wire_of(answer, &model::Trace::tls));
    const base::MachineRef machine(tap);
    co_await net::pump(connection.socket, machine, connection.limits, context.stop);
    interview::take_hello(answer, exchange);
}

asio::awaitable<void> shake_hands(const Context& context, Connection& connection,
                                  const model::Endpoint& endpoint, model::Answer& answer)
{
    const auto& asked = std::get<model::HandshakeQuestion>(answer.question.asked);
    smtp::Session inside(interview::script_inside_tls(context.settings.names, endpoint, answer));
    interview::Tap inner(inside, wire_of(answer, &model::Trace::inside_tls));
    const std::string name = interview::server_name(context.settings.names, endpoint);
    openssl::Handshake handshake(context.library, asked, name, inner);
    interview::Tap outer(handshake, wire_of(answer, &model::Trace::tls));
    const base::MachineRef machine(outer);
    co_await net::pump(connection.socket, machine, connection.limits, context.stop);
    const std::vector<base::Bytes> chain = handshake.chain();
    interview::take_handshake(answer, handshake.outcome(), chain);
    interview::take_inside_tls(answer, inside);
    if (answer.trace) {
        answer.trace->chain = chain;
        answer.trace->key_log = handshake.key_log();
    }
}

}  // namespace

model::evidence::Speakable speakable(const openssl::Library& library)
{
    model::evidence::Speakable all;
    for (const tls::ProtocolVersion version : library.versions()) {
        all[version] = library.suites(version);
    }
    return all;
}

asio::awaitable<model::Answer> converse(const Context& context, const model::Endpoint& endpoint,
                                        model::Question question)
{
    const auto begun = Clock::now();
    model::Answer answer;
    answer.question = std::move(question);
    answer.at = seconds_since_1970();
    if (context.witness) {
        answer.trace.emplace();
    }
    answer.outcome = model::Broken{{base::Stage::connect, base::Reason::local_error, {}}, std::nullopt};
    net::Peer peer{endpoint.address.format(), endpoint.port, context.settings.source_address};
    auto socket = co_await net::connect(peer, begun + context.settings.step_timeout, context.stop);
    if (socket) {
        answer.source_address = net::local_address(*socket);
        if (answer.trace) {
            answer.trace->source_port = net::local_port(*socket);
        }
        // Not "implicit || co_await ...": see docs/ARCHITECTURE.md, "Asio and g++ 12".
        bool ready = true;
        Connection connection{*socket, {context.settings.step_timeout, most_bytes}};
        if (endpoint.mode == model::TlsMode::starttls) {
            ready = co_await reach_tls(context, connection, answer);
        }
        if (ready && std::holds_alternative<model::HelloQuestion>(answer.question.asked)) {
            co_await say_hello(context, connection, endpoint, answer);
        } else if (ready) {
            co_await shake_hands(context, connection, endpoint, answer);
        }
        net::close(*socket);
        interview::hear_clear_text(answer);
    } else {
        answer.outcome = model::Broken{socket.error(), std::nullopt};
        if (answer.trace) {
            answer.trace->unconnected = socket.error();
        }
    }
    const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
    answer.duration_ms = spent.count();
    co_return answer;
}

}  // namespace smtptls::engine

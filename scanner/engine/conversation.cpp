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

struct Line {
    net::Connection& connection;
    net::Limits limits;
    Clock::duration computed{};  // time that was ours, not the server's
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
asio::awaitable<bool> reach_tls(const Context& context, Line& line, model::Answer& answer)
{
    smtp::Session session(interview::script_before_tls(context.settings.names, answer));
    interview::Tap tap(session, wire_of(answer, &model::Trace::before_tls));
    const base::MachineRef machine(tap);
    co_await net::pump(line.connection, machine, line.limits, context.stop);
    interview::take_before_tls(answer, session);
    co_return session.ready_for_tls();
}

asio::awaitable<bool> in_turn(Computing& computing, Account& account, Line& line, std::function<void()> move)
{
    const auto before = Clock::now();
    auto computation = computing.run(account, std::move(move));
    const bool moved = co_await std::move(computation);
    line.computed += Clock::now() - before;
    co_return moved;
}

// No secret depends on it: the hello is answered in the clear and then left.
tls::HelloEntropy entropy()
{
    thread_local std::random_device device;  // scans may run on several threads
    tls::HelloEntropy fresh;
    const auto byte = [] { return static_cast<std::uint8_t>(device()); };
    std::generate(fresh.random.begin(), fresh.random.end(), byte);
    std::generate(fresh.session_id.begin(), fresh.session_id.end(), byte);
    return fresh;
}

asio::awaitable<void> say_hello(const Context& context, Line& line, const model::Endpoint& endpoint,
                                openssl::CertificateReader& certificates, model::Answer& answer)
{
    const auto& asked = std::get<model::HelloQuestion>(answer.question.asked);
    tls::HelloExchange exchange(
        interview::hello_of(asked, interview::server_name(context.settings.names, endpoint), entropy()));
    interview::Tap tap(exchange, wire_of(answer, &model::Trace::tls));
    const base::MachineRef machine(tap);
    co_await net::pump(line.connection, machine, line.limits, context.stop);
    interview::take_hello(answer, exchange, certificates);
}

asio::awaitable<void> shake_hands(const Context& context, Line& line, const model::Endpoint& endpoint, Kept& kept,
                                  model::Answer& answer)
{
    const auto& asked = std::get<model::HandshakeQuestion>(answer.question.asked);
    smtp::Session inside(interview::script_inside_tls(context.settings.names, endpoint, answer));
    interview::Tap inner(inside, wire_of(answer, &model::Trace::inside_tls));
    const std::string name = interview::name_sent(context.settings.names, endpoint, asked);
    openssl::Handshake handshake(context.library, asked, name, inner);
    interview::Tap outer(handshake, wire_of(answer, &model::Trace::tls));
    const base::MachineRef machine(outer);
    net::Mover mover;
    if (context.computing != nullptr) {
        mover = [&context, &kept, &line](std::function<void()> move) {
            return in_turn(*context.computing, kept.account, line, std::move(move));
        };
    }
    auto pumping = net::pump(line.connection, machine, line.limits, context.stop, std::move(mover));
    co_await std::move(pumping);
    const std::vector<base::Bytes> chain = handshake.chain();
    interview::take_handshake(answer, handshake.outcome(), chain, handshake.staple(), kept.certificates);
    interview::take_inside_tls(answer, inside);
    if (answer.trace) {
        answer.trace->chain = chain;
        answer.trace->staple = handshake.staple();
        answer.trace->key_log = handshake.key_log();
    }
}

// No connection is made for it.
void leave_out(model::Answer& answer)
{
    const std::string words = "the handshakes of this endpoint took more than " +
                              std::to_string(Account::budget.count()) + " s of processor time: no more are completed";
    const base::Failure failure{base::Stage::handshake, base::Reason::left_out, base::UntrustedText(words)};
    answer.outcome = model::Broken{failure, std::nullopt};
    if (answer.trace) {
        answer.trace->unconnected = failure;
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

asio::awaitable<model::Answer> converse(const Context& context, const model::Endpoint& endpoint, Kept& kept,
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
    if (kept.account.overdrawn() && std::holds_alternative<model::HandshakeQuestion>(answer.question.asked)) {
        leave_out(answer);
        co_return answer;
    }
    net::Peer peer{endpoint.address.format(), endpoint.port, context.settings.source_address};
    Clock::duration computed{};
    const net::Deadline deadline = begun + context.settings.step_timeout;
    auto connection = co_await context.connector.connect(peer, deadline, context.stop);
    if (connection) {
        answer.source_address = (*connection)->local_address();
        if (answer.trace) {
            answer.trace->source_port = (*connection)->local_port();
        }
        // Not "implicit || co_await ...": see docs/ARCHITECTURE.md, "Asio and g++ 12".
        bool ready = true;
        Line line{**connection, {context.settings.step_timeout, most_bytes}, {}};
        if (endpoint.mode == model::TlsMode::starttls) {
            ready = co_await reach_tls(context, line, answer);
        }
        if (ready && std::holds_alternative<model::HelloQuestion>(answer.question.asked)) {
            co_await say_hello(context, line, endpoint, kept.certificates, answer);
        } else if (ready) {
            co_await shake_hands(context, line, endpoint, kept, answer);
        }
        computed = line.computed;
        (*connection)->close();
        interview::hear_clear_text(answer);
    } else {
        answer.outcome = model::Broken{connection.error(), std::nullopt};
        if (answer.trace) {
            answer.trace->unconnected = connection.error();
        }
    }
    const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun - computed);
    answer.duration_ms = spent.count();
    co_return answer;
}

}  // namespace smtptls::engine

#include "engine/endpoint_scan.hpp"

#include "engine/governor.hpp"
#include "net/task_group.hpp"

#include <algorithm>
#include <deque>
#include <random>

namespace smtptls::engine {
namespace {

namespace asio = net::asio;
using model::Answer;
using model::CellState;
using model::EndpointStatus;
using model::Question;
using net::Clock;

constexpr std::int64_t slow_ms = 5000;  // a connection that was answered, and took so long

std::int64_t milliseconds_since(Clock::time_point begun)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun).count();
}

probes::Knowledge knowledge_of(const Context& context, const model::Endpoint& endpoint)
{
    const Settings& settings = context.settings;
    probes::Knowledge known{endpoint, {}, settings.confirm, settings.one_lane, settings.thorough};
    for (const tls::ProtocolVersion version : context.library.versions()) {
        known.speakable[version] = context.library.suites(version);
    }
    return known;
}

bool asks_for_time(const base::Failure& failure)
{
    return failure.reason == base::Reason::throttled || failure.reason == base::Reason::unavailable;
}

// A server that says no by alert and hangs up now and then may have too much to do: on an implicit port its
// 421 may be lost behind our hello. One that was reached and is not any more may have had enough of us.
bool hangs_up(const Answer& answer, const model::Broken& broken, bool refuses_by_alert, bool spoke_tls)
{
    const base::Reason reason = broken.failure.reason;
    const bool ended = reason == base::Reason::closed || reason == base::Reason::reset;
    const bool shut_out = reason == base::Reason::refused || reason == base::Reason::timed_out || ended;
    const bool before_tls = model::failure_before_tls(answer).has_value();
    return (ended && !broken.choice && refuses_by_alert) || (before_tls && shut_out && spoke_tls);
}

class EndpointScan {
public:
    EndpointScan(const Context& context, model::Endpoint endpoint, const asio::any_io_executor& executor)
        : context_(context),
          known_(knowledge_of(context, endpoint)),
          changed_(executor),
          governor_(context.settings.connections, context.settings.pace, begun_, std::random_device()())
    {
        result_.endpoint = std::move(endpoint);
    }

    asio::awaitable<model::EndpointResult> run();

private:
    asio::awaitable<void> work();
    asio::awaitable<void> wait_for_turn();
    std::optional<Question> next_question();
    void learn(Answer answer);
    Sign sign_of(const Answer& answer) const;
    void conclude();

    const Context& context_;
    probes::Knowledge known_;
    net::Event changed_;
    std::vector<std::unique_ptr<probes::Probe>> probes_ = probes::all_probes();
    std::deque<Question> waiting_;
    model::EndpointResult result_;
    Clock::time_point begun_ = Clock::now();
    Governor governor_;
    bool refuses_by_alert_ = false;
    std::size_t under_way_ = 0;
    model::QuestionId last_id_ = 0;
    bool spoke_tls_ = false;
    bool contact_ = false;
};

asio::awaitable<model::EndpointResult> EndpointScan::run()
{
    const auto executor = co_await asio::this_coro::executor;
    net::TaskGroup workers(executor);
    for (std::size_t i = 0; i < context_.settings.connections; ++i) {
        workers.start(work());
    }
    co_await workers.join();
    conclude();
    co_return std::move(result_);
}

asio::awaitable<void> EndpointScan::work()
{
    while (!context_.stop.requested()) {
        auto question = under_way_ < governor_.width() ? next_question() : std::nullopt;
        if (!question && under_way_ == 0 && waiting_.empty()) {
            break;
        }
        if (!question) {
            co_await changed_.wait();
            continue;
        }
        ++under_way_;
        co_await wait_for_turn();
        const std::int64_t started = milliseconds_since(begun_);
        Answer answer = co_await converse(context_, result_.endpoint, std::move(*question));
        answer.started_ms = started;
        --under_way_;
        learn(std::move(answer));
        changed_.notify();
    }
    changed_.notify();
}

asio::awaitable<void> EndpointScan::wait_for_turn()
{
    const Clock::time_point turn = governor_.reserve(Clock::now());
    while (Clock::now() < std::max(turn, governor_.not_before()) && !context_.stop.requested()) {
        const Clock::time_point until = std::max(turn, governor_.not_before());
        co_await net::sleep_until(until, context_.stop);
    }
}

// The probes are told of all the room there is, so that they can divide their work.
std::optional<Question> EndpointScan::next_question()
{
    for (const auto& probe : probes_) {
        if (!waiting_.empty()) {
            break;
        }
        if (probe->needs() == probes::Requirement::contact && !contact_) {
            continue;
        }
        for (Question& question : probe->ask(known_, governor_.width() - under_way_)) {
            waiting_.push_back(std::move(question));
        }
    }
    if (waiting_.empty()) {
        return std::nullopt;
    }
    Question question = std::move(waiting_.front());
    waiting_.pop_front();
    question.id = ++last_id_;
    if (!waiting_.empty()) {
        changed_.notify();
    }
    return question;
}

void EndpointScan::learn(Answer answer)
{
    const model::Asked& asked = answer.question.asked;
    const bool handshake = std::holds_alternative<model::HandshakeQuestion>(asked);
    result_.exchanges.push_back({answer.question.id, answer.question.purpose, handshake, model::version_of(asked),
                                 model::suites_of(asked), model::describe(answer.outcome), answer.started_ms,
                                 answer.duration_ms});
    const auto* const broken = std::get_if<model::Broken>(&answer.outcome);
    spoke_tls_ = spoke_tls_ || model::spoke_tls(answer);
    contact_ = contact_ || !model::failure_before_tls(answer);
    if (broken != nullptr && (!result_.failure || result_.failure->reason == base::Reason::throttled)) {
        result_.failure = broken->failure;
    }
    if (result_.source_address.empty()) {
        result_.source_address = answer.source_address;
    }
    const auto* const alert = std::get_if<model::AlertReceived>(&answer.outcome);
    refuses_by_alert_ = refuses_by_alert_ || (alert != nullptr && !alert->choice);
    const Sign sign = sign_of(answer);
    const auto stated = sign == Sign::told_off ? stated_wait(broken->failure.text.escaped()) : std::nullopt;
    governor_.learn(sign, begun_ + std::chrono::milliseconds(answer.started_ms), Clock::now(), stated);
    for (const auto& probe : probes_) {
        probe->learn(answer);
    }
}

Sign EndpointScan::sign_of(const Answer& answer) const
{
    const auto* const broken = std::get_if<model::Broken>(&answer.outcome);
    if (broken == nullptr) {
        return answer.duration_ms >= slow_ms ? Sign::slow : Sign::good;
    }
    if (asks_for_time(broken->failure)) {
        return Sign::told_off;
    }
    return hangs_up(answer, *broken, refuses_by_alert_, spoke_tls_) ? Sign::hung_up : Sign::none;
}

void EndpointScan::conclude()
{
    for (const auto& probe : probes_) {
        probes::Conclusion part = probe->conclude();
        const auto append = [](auto& to, auto& from) {
            to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
        };
        append(result_.matrix.cells, part.cells);
        append(result_.observations, part.observations);
    }
    std::sort(result_.exchanges.begin(), result_.exchanges.end(),
              [](const model::Exchange& a, const model::Exchange& b) { return a.id < b.id; });
    result_.duration_ms = milliseconds_since(begun_);
    result_.status = status_of(result_, spoke_tls_);
    if (spoke_tls_) {
        result_.failure.reset();
    }
    if (!spoke_tls_ && !result_.failure) {
        result_.failure = base::Failure{base::Stage::connect, base::Reason::cancelled, {}};
    }
}

}  // namespace

EndpointStatus status_of(const model::EndpointResult& result, bool spoke_tls)
{
    if (spoke_tls) {
        const bool open = result.matrix.count(CellState::inconclusive) + result.matrix.count(CellState::not_tested) > 0;
        return open ? EndpointStatus::incomplete : EndpointStatus::scanned;
    }
    if (!result.failure) {
        return EndpointStatus::failed;
    }
    const base::Failure& failure = *result.failure;
    if (failure.reason == base::Reason::not_offered) {
        return EndpointStatus::no_starttls;
    }
    if (failure.reason == base::Reason::refused && failure.stage == base::Stage::connect) {
        return result.endpoint.port_chosen_by_us ? EndpointStatus::not_offered : EndpointStatus::failed;
    }
    const bool nobody_asked = result.endpoint.family_chosen_by_us;
    return failure.reason == base::Reason::unreachable && nobody_asked ? EndpointStatus::not_tested
                                                                       : EndpointStatus::failed;
}

asio::awaitable<model::EndpointResult> scan_endpoint(const Context& context, model::Endpoint endpoint)
{
    const auto executor = co_await asio::this_coro::executor;
    EndpointScan scan(context, std::move(endpoint), executor);
    co_return co_await scan.run();
}

}  // namespace smtptls::engine

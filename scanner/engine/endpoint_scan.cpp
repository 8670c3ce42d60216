#include "engine/endpoint_scan.hpp"

#include "engine/examine.hpp"
#include "engine/governor.hpp"
#include "interview/interview.hpp"
#include "net/task_group.hpp"
#include "probes/cost.hpp"

#include <algorithm>
#include <random>

namespace smtptls::engine {
namespace {

namespace asio = net::asio;
using model::Answer;
using model::Question;
using net::Clock;

constexpr std::int64_t slow_ms = 5000;  // a connection that was answered, and took so long

// Limits on connections are counted over ten seconds or a minute; a little longer than that.
constexpr std::chrono::milliseconds short_rest{12000};
constexpr std::chrono::milliseconds long_rest{65000};

std::int64_t milliseconds_since(Clock::time_point begun)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun).count();
}

probes::Knowledge knowledge_of(const Context& context, const model::Endpoint& endpoint)
{
    const Settings& settings = context.settings;
    probes::Knowledge known{endpoint, speakable(context.library), settings.confirm};
    known.schemes = context.library.schemes();
    known.double_check = settings.double_check;
    known.double_check_seed = settings.double_check_seed;
    known.named = !interview::server_name(settings.names, endpoint).empty();
    if (context.focus) {
        known.focus = context.focus(endpoint);
    }
    return known;
}

bool asks_for_time(const base::Failure& failure)
{
    return failure.reason == base::Reason::throttled || failure.reason == base::Reason::unavailable;
}

// A server that says no by alert and hangs up now and then may have too much to do: on an implicit port its
// 421 may be lost behind our hello. One that was reached and is not any more may have had enough of us.
bool hangs_up(const Answer& answer, const model::Broken& broken, const probes::ServerProfile& server)
{
    const base::Reason reason = broken.failure.reason;
    const bool ended = reason == base::Reason::closed || reason == base::Reason::reset;
    const bool shut_out = reason == base::Reason::refused || reason == base::Reason::timed_out || ended;
    const bool before_tls = model::failure_before_tls(answer).has_value();
    return (ended && !broken.choice && server.by_alert) || (before_tls && shut_out && server.spoke_tls);
}

class EndpointScan {
public:
    EndpointScan(const Context& context, model::Endpoint endpoint, Slot& slot, Account& account,
                 const asio::any_io_executor& executor)
        : context_(context),
          endpoint_(std::move(endpoint)),
          slot_(slot),
          kept_{account},
          interview_(knowledge_of(context, endpoint_)),
          changed_(executor),
          governor_(context.settings.connections, context.settings.pace, begun_, std::random_device()()),
          progress_{.endpoint = endpoint_}
    {
    }

    asio::awaitable<model::EndpointResult> run();

private:
    asio::awaitable<void> examine_chains();
    asio::awaitable<void> guarded_work();
    asio::awaitable<void> work();
    asio::awaitable<void> wait_for_turn();
    std::optional<Question> next_question();
    void learn(Answer answer);
    Sign sign_of(const Answer& answer) const;
    void tell(model::evidence::Event event) const;
    void take_progress(const Answer& answer);
    void tell_progress() const;

    const Context& context_;
    const model::Endpoint endpoint_;
    Slot& slot_;
    Kept kept_;
    interview::Interview interview_;
    net::Event changed_;
    Clock::time_point begun_ = Clock::now();
    Governor governor_;
    std::size_t under_way_ = 0;
    model::EndpointProgress progress_;
};

void EndpointScan::tell(model::evidence::Event event) const
{
    if (context_.witness) {
        context_.witness(event);
    }
}

asio::awaitable<model::EndpointResult> EndpointScan::run()
{
    const auto executor = co_await asio::this_coro::executor;
    tell_progress();
    net::TaskGroup workers(executor);
    for (std::size_t i = 0; i < context_.settings.connections; ++i) {
        workers.start(guarded_work());
    }
    co_await workers.join();
    co_await examine_chains();
    progress_.done = true;
    tell_progress();
    model::EndpointResult result = interview_.conclude(milliseconds_since(begun_));
    tell(model::evidence::summary_of(result));
    if (!context_.settings.exchanges) {
        result.exchanges = {};
    }
    co_return result;
}

asio::awaitable<void> EndpointScan::examine_chains()
{
    for (const model::ChainSeen& seen : interview_.chains()) {
        auto examining = examine(context_, endpoint_, kept_.account, seen);
        const std::optional<model::Examination> examination = co_await std::move(examining);
        if (examination) {
            interview_.learn(*examination);
            tell(model::evidence::Examined{endpoint_, *examination});
        }
    }
}

// What one throws ends the scan: the others would wait for its answer.
asio::awaitable<void> EndpointScan::guarded_work()
{
    try {
        co_await work();
    } catch (...) {
        context_.stop.request();
        changed_.notify();
        throw;
    }
}

asio::awaitable<void> EndpointScan::work()
{
    while (!context_.stop.requested() && !governor_.has_given_up()) {
        auto question = under_way_ < governor_.width() ? next_question() : std::nullopt;
        if (!question && under_way_ == 0 && interview_.waiting() == 0) {
            break;
        }
        if (!question) {
            co_await changed_.wait();
            continue;
        }
        ++under_way_;
        co_await wait_for_turn();
        if (governor_.has_given_up()) {
            --under_way_;
            break;
        }
        const std::int64_t started = milliseconds_since(begun_);
        Answer answer = co_await converse(context_, endpoint_, kept_, std::move(*question));
        answer.started_ms = started;
        --under_way_;
        learn(std::move(answer));
        if (interview_.server().contact) {
            co_await slot_.hold();
        }
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
    if (interview_.waiting() == 0) {
        const std::size_t room = governor_.width() - under_way_;
        tell(model::evidence::Asked{endpoint_, room, interview_.ask(room)});
    }
    std::optional<Question> question = interview_.take();
    if (interview_.waiting() > 0) {
        changed_.notify();
    }
    return question;
}

void EndpointScan::learn(Answer answer)
{
    const auto* const broken = std::get_if<model::Broken>(&answer.outcome);
    if (const auto* const flight = std::get_if<model::FlightSeen>(&answer.outcome)) {
        kept_.account.saw_group(flight->group);
    }
    const probes::Rest rested = interview_.server().rest;
    interview_.learn(answer);
    if (const probes::Rest rest = interview_.server().rest; rest != rested && rest != probes::Rest::none) {
        governor_.rest(Clock::now(), rest == probes::Rest::after_ten_seconds ? short_rest : long_rest);
    }
    const Sign sign = sign_of(answer);
    take_progress(answer);
    const auto stated = sign == Sign::told_off ? stated_wait(broken->failure.text.escaped()) : std::nullopt;
    governor_.learn(sign, begun_ + std::chrono::milliseconds(answer.started_ms), Clock::now(), stated);
    if (context_.witness) {
        const std::string outcome = model::describe(answer.outcome);
        const std::string purpose = model::format(answer.question.purpose);
        context_.witness(model::evidence::Learnt{endpoint_, std::move(answer), purpose, outcome});
    }
}

void EndpointScan::take_progress(const Answer& answer)
{
    if (!context_.progress) {
        return;
    }
    ++progress_.connections;
    progress_.version = model::version_of(answer.question.asked);
    const auto* const broken = std::get_if<model::Broken>(&answer.outcome);
    const bool throttled = broken != nullptr && broken->failure.reason == base::Reason::throttled;
    if (throttled && progress_.throttled++ == 0) {
        progress_.throttled_since = answer.at;
    }
    tell_progress();
}

// It is taken for the next of the servers whose cost is known: what it accepts is not known before the end.
void EndpointScan::tell_progress() const
{
    if (!context_.progress) {
        return;
    }
    model::EndpointProgress now = progress_;
    const auto known = probes::known_costs(context_.settings.confirm, static_cast<bool>(context_.focus));
    const std::size_t least = probes::typical_server(static_cast<bool>(context_.focus));
    for (std::size_t i = known.size(); i-- > least;) {
        const std::size_t about = known[i].cost.connections();
        now.about = about >= now.connections ? about : now.about;
    }
    context_.progress(now);
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
    return hangs_up(answer, *broken, interview_.server()) ? Sign::hung_up : Sign::none;
}

}  // namespace

asio::awaitable<model::EndpointResult> scan_endpoint(const Context& context, model::Endpoint endpoint, Slot& slot,
                                                     Account& account)
{
    const auto executor = co_await asio::this_coro::executor;
    EndpointScan scan(context, std::move(endpoint), slot, account, executor);
    co_return co_await scan.run();
}

}  // namespace smtptls::engine

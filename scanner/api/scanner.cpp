#include "api/scanner.hpp"

#include "api/async.hpp"
#include "api/own_name.hpp"
#include "api/version.hpp"
#include "base/clock.hpp"
#include "engine/fetcher.hpp"
#include "engine/online.hpp"
#include "engine/outlook.hpp"
#include "engine/scan.hpp"
#include "interview/interview.hpp"
#include "report/policy/focus.hpp"
#include "report/policy/judge.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>
#include <iterator>
#include <list>
#include <map>
#include <mutex>
#include <random>
#include <stdexcept>

namespace smtptls {
namespace {

namespace asio = net::asio;

// What ends a scan early, and why.
struct Ending {
    net::Stop stop;
    model::Interruption kind = model::Interruption::none;

    void end(model::Interruption why)
    {
        kind = kind == model::Interruption::none ? why : kind;
        stop.request();
    }
};

ScanOptions in_range(ScanOptions options)
{
    using std::chrono::milliseconds;
    options.addresses_per_name = std::clamp<std::size_t>(options.addresses_per_name, 1, 65536);
    options.timeout = std::clamp<milliseconds>(options.timeout, milliseconds(100), std::chrono::hours(24));
    if (options.max_time) {
        options.max_time = std::clamp<milliseconds>(*options.max_time, milliseconds(100), std::chrono::hours(24));
    }
    options.double_check = std::min<std::uint32_t>(options.double_check, 10000);
    options.pace = std::clamp<milliseconds>(options.pace, milliseconds(0), std::chrono::hours(1));
    options.max_connections = std::clamp<std::size_t>(options.max_connections, 1, 64);
    options.max_addresses = std::clamp<std::size_t>(options.max_addresses, 1, 1024);
    if (options.double_check > 0 && options.double_check_seed == 0) {
        options.double_check_seed = std::random_device()();
    }
    return options;
}

engine::Settings settings_of(const ScanOptions& options)
{
    engine::Settings settings;
    settings.names = {options.ehlo_name, options.server_name};
    settings.step_timeout = options.timeout;
    settings.connections = options.max_connections;
    settings.pace = options.pace;
    settings.addresses = options.max_addresses;
    settings.source_address = options.source_address;
    settings.confirm = options.confirm;
    settings.exchanges = options.exchanges;
    settings.double_check = options.double_check;
    settings.double_check_seed = options.double_check_seed;
    return settings;
}

engine::Selection selection_of(const ScanOptions& options)
{
    return {options.family, options.first_address, options.tls, options.addresses_per_name, options.excluded};
}

engine::Fetcher::Rules rules_of(const ScanOptions& options)
{
    engine::Fetcher::Rules rules{options.online_private, options.family, options.excluded, options.source_address};
    rules.time = std::min(rules.time, options.timeout);
    return rules;
}

openssl::TrustAnchors roots_of(const ScanOptions& options)
{
    if (options.ca_file.empty() && options.ca_path.empty()) {
        return openssl::TrustAnchors::of_system();
    }
    auto roots = openssl::TrustAnchors::load(options.ca_file, options.ca_path);
    if (!roots) {
        throw std::runtime_error(roots.error());
    }
    return *std::move(roots);
}

// What the scan of an endpoint is limited to; nothing without policies.
std::function<model::Focus(const model::Endpoint&)> focus_of(const ScanOptions& options)
{
    if (options.verdict_only.empty()) {
        return {};
    }
    std::vector<policy::Policy> policies;
    std::ranges::transform(options.verdict_only, std::back_inserter(policies), &Policy::rules);
    std::map<model::Role, model::Focus> by_role;
    for (const model::Role role : model::all_roles) {
        by_role.emplace(role, policy::focus_of(policies, role));
    }
    return [by_role = std::move(by_role), role = options.role](const model::Endpoint& endpoint) {
        return by_role.at(endpoint.role.value_or(role.value_or(policy::role_of(endpoint))));
    };
}

// Runs a coroutine to its end on this thread.
template <typename Result>
Result run(asio::awaitable<Result> task)
{
    asio::io_context io(1);
    Result result;
    std::exception_ptr bug;
    asio::co_spawn(io, std::move(task), [&](const std::exception_ptr& error, Result all) {
        bug = error;
        result = std::move(all);
    });
    io.run();
    if (bug) {
        std::rethrow_exception(bug);
    }
    return result;
}

}  // namespace

struct Scanner::State {
    using UnderWay = std::pair<asio::any_io_executor, std::shared_ptr<Ending>>;

    explicit State(ScanOptions wanted) : options(std::move(wanted)), roots(roots_of(options)) {}

    const ScanOptions options;
    const openssl::Library library;  // before anything else touches OpenSSL
    const openssl::TrustAnchors roots;
    std::mutex mutex;
    bool stopped = false;
    std::list<UnderWay> under_way;
};

// One scan, from its beginning to its end.
class ScanUnderWay {
public:
    using State = std::shared_ptr<Scanner::State>;

    ScanUnderWay(State state, std::vector<model::Target> targets, ScanEvents events,
                 const asio::any_io_executor& executor);
    ~ScanUnderWay();
    ScanUnderWay(const ScanUnderWay&) = delete;
    ScanUnderWay& operator=(const ScanUnderWay&) = delete;

    static State state_of(const Scanner& scanner) { return scanner.state_; }

    asio::awaitable<model::ScanHead> run();

private:
    void begin();
    void end(net::Clock::duration spent);

    State state_;
    std::list<Scanner::State::UnderWay>::iterator entry_;
    std::shared_ptr<Ending> ending_ = std::make_shared<Ending>();
    std::vector<model::Target> targets_;
    ScanEvents events_;
    asio::steady_timer max_time_;
    net::SystemResolver resolver_;
    net::TcpConnector connector_;
    engine::Computing computing_{ending_->stop};
    engine::Fetcher fetcher_;
    engine::Context context_;
    model::ScanHead head_;
};

ScanUnderWay::ScanUnderWay(State state, std::vector<model::Target> targets, ScanEvents events,
                           const asio::any_io_executor& executor)
    : state_(std::move(state)),
      targets_(std::move(targets)),
      events_(std::move(events)),
      max_time_(executor),
      fetcher_(connector_, resolver_, rules_of(state_->options), ending_->stop, executor),
      context_{state_->library,
               connector_,
               settings_of(state_->options),
               ending_->stop,
               focus_of(state_->options),
               {},
               &computing_,
               &state_->roots,
               state_->options.online ? &fetcher_ : nullptr}
{
    const std::lock_guard lock(state_->mutex);
    entry_ = state_->under_way.insert(state_->under_way.end(), {executor, ending_});
    if (state_->stopped) {
        ending_->end(model::Interruption::signal);
    }
    if (state_->options.max_time) {
        max_time_.expires_after(*state_->options.max_time);
        max_time_.async_wait([ending = ending_](const net::error_code& error) {
            if (!error) {
                ending->end(model::Interruption::max_time);
            }
        });
    }
}

ScanUnderWay::~ScanUnderWay()
{
    const std::lock_guard lock(state_->mutex);
    state_->under_way.erase(entry_);
}

asio::awaitable<model::ScanHead> ScanUnderWay::run()
{
    const net::Clock::time_point begun = net::Clock::now();
    if (context_.settings.names.ehlo.empty()) {
        context_.settings.names.ehlo = co_await own_name(resolver_, ending_->stop);
    }
    begin();
    engine::Request request{std::move(targets_), selection_of(state_->options), {events_.found, events_.endpoint}};
    head_.failures = co_await engine::scan_targets(context_, resolver_, std::move(request));
    end(net::Clock::now() - begun);
    co_return std::move(head_);
}

void ScanUnderWay::begin()
{
    ScanOptions effective = state_->options;
    effective.ehlo_name = context_.settings.names.ehlo;
    head_.program_version = version();
    head_.library_version = state_->library.version();
    head_.started = base::utc_now();
    head_.options = effective.described();
    head_.targets.reserve(targets_.size());
    std::ranges::transform(targets_, std::back_inserter(head_.targets), &model::Target::text);
    if (events_.begun) {
        events_.begun(head_);
    }
    context_.progress = events_.progress;
    if (!events_.evidence) {
        return;
    }
    model::evidence::Begun begun;
    begun.program_version = head_.program_version;
    begun.library_version = head_.library_version;
    begun.started = head_.started;
    begun.options = head_.options;
    begun.targets = head_.targets;
    begun.probes = interview::probe_names();
    begun.ehlo_name = effective.ehlo_name;
    begun.server_name = effective.server_name;
    begun.confirm = format(effective.confirm);
    begun.double_check = effective.double_check;
    begun.double_check_seed = effective.double_check_seed;
    begun.speakable = engine::speakable(state_->library);
    begun.schemes = state_->library.schemes();
    events_.evidence(begun);
    context_.witness = events_.evidence;
}

void ScanUnderWay::end(net::Clock::duration spent)
{
    max_time_.cancel();
    head_.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(spent).count();
    head_.finished = base::utc_now();
    head_.interruption = ending_->kind;
    if (events_.evidence) {
        events_.evidence(model::evidence::Ended{head_.finished, head_.duration_ms, head_.interruption, ""});
    }
}

namespace {

asio::awaitable<model::ScanHead> scan_all(ScanUnderWay::State state, std::vector<model::Target> targets,
                                          ScanEvents events)
{
    const auto executor = co_await asio::this_coro::executor;
    ScanUnderWay scan(std::move(state), std::move(targets), std::move(events), executor);
    model::ScanHead head = co_await scan.run();
    co_return head;
}

}  // namespace

// No coroutine itself: a coroutine begins later, and the scanner may be gone by then.
asio::awaitable<model::ScanHead> async_scan(const Scanner& scanner, std::vector<model::Target> targets,
                                            ScanEvents events)
{
    return scan_all(ScanUnderWay::state_of(scanner), std::move(targets), std::move(events));
}

Scanner::Scanner(ScanOptions options) : state_(std::make_shared<State>(in_range(std::move(options))))
{
}

Scanner::~Scanner() = default;
Scanner::Scanner(Scanner&&) noexcept = default;
Scanner& Scanner::operator=(Scanner&&) noexcept = default;

const ScanOptions& Scanner::options() const
{
    return state_->options;
}

model::ScanResult Scanner::scan(std::vector<model::Target> targets) const
{
    std::map<std::size_t, model::EndpointResult> by_place;
    ScanEvents events;
    events.endpoint = [&by_place](std::size_t place, const model::EndpointResult& result) {
        by_place.emplace(place, result);
    };
    model::ScanResult all{stream(std::move(targets), std::move(events)), {}};
    for (auto& [place, result] : by_place) {
        all.endpoints.push_back(std::move(result));
    }
    return all;
}

model::ScanHead Scanner::stream(std::vector<model::Target> targets, ScanEvents events) const
{
    return run(async_scan(*this, std::move(targets), std::move(events)));
}

model::Outlook Scanner::outlook(std::vector<model::Target> targets) const
{
    net::Stop stop;
    net::SystemResolver resolver;
    net::TcpConnector connector;
    const ScanOptions& options = state_->options;
    const engine::Context context{state_->library, connector, settings_of(options), stop, focus_of(options)};
    const engine::Request request{targets, selection_of(options), {}};
    engine::Endpoints found = run(engine::find_endpoints(context, resolver, request));
    model::Outlook outlook =
        engine::outlook(context.settings, std::move(found.endpoints), !options.verdict_only.empty());
    outlook.program_version = version();
    outlook.options = options.described();
    outlook.failures = std::move(found.failures);
    outlook.max_time = options.max_time;
    outlook.online = options.online ? engine::most_asked_of_an_endpoint : 0;
    for (const model::Target& target : targets) {
        outlook.targets.push_back(target.text);
        outlook.looked_up += target.address ? std::size_t{0} : std::size_t{1};
    }
    return outlook;
}

void Scanner::stop() const
{
    const std::lock_guard lock(state_->mutex);
    state_->stopped = true;
    for (const auto& [executor, ending] : state_->under_way) {
        asio::post(executor, [ending = ending] { ending->end(model::Interruption::signal); });
    }
}

}  // namespace smtptls

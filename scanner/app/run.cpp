#include "app/run.hpp"

#include "app/verdict.hpp"
#include "app/version.hpp"
#include "interview/rebuild.hpp"
#include "report/policy/focus.hpp"
#include "report/policy/judge.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <netdb.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <exception>
#include <map>

namespace smtptls::app {
namespace {

namespace asio = net::asio;

std::string utc_now()
{
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), size};
}

// Servers answer 501, 503 or 550 to names that are none: the machine's name if it has a dot (as it
// is or by its canonical form), else nothing, and the literal of the connection's address is used.
std::string own_name()
{
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) != 0) {
        return "";
    }
    const auto usable = [](const std::string& candidate) {
        const auto target = model::parse_target(candidate);
        return target && !target->address && !target->port && target->host.find('.') != std::string::npos &&
               target->host.rfind("localhost", 0) != 0;
    };
    const std::string short_name(name.data());
    if (usable(short_name)) {
        return short_name;
    }
    addrinfo hints{};
    hints.ai_flags = AI_CANONNAME;
    addrinfo* list = nullptr;
    std::string canonical;
    if (getaddrinfo(short_name.c_str(), nullptr, &hints, &list) == 0) {
        canonical = list->ai_canonname != nullptr ? list->ai_canonname : "";
        freeaddrinfo(list);
    }
    return usable(canonical) ? canonical : "";
}

// What ends a scan early. Lives as long as the io_context runs; cancelled when the scan is done.
class Ending {
public:
    Ending(asio::io_context& io, net::Stop& stop, std::optional<std::chrono::milliseconds> max_time)
        : stop_(stop), signals_(io, SIGINT, SIGTERM), timer_(io)
    {
        signals_.async_wait([this](const net::error_code& error, int) {
            if (!error) {
                end(model::Interruption::signal);
                std::signal(SIGINT, SIG_DFL);
                std::signal(SIGTERM, SIG_DFL);
            }
        });
        if (max_time) {
            timer_.expires_after(*max_time);
            timer_.async_wait([this](const net::error_code& error) {
                if (!error) {
                    end(model::Interruption::max_time);
                }
            });
        }
    }

    void cancel()
    {
        net::error_code ignored;
        signals_.cancel(ignored);
        timer_.cancel();
    }

    model::Interruption kind() const { return kind_; }

private:
    void end(model::Interruption kind)
    {
        kind_ = kind_ == model::Interruption::none ? kind : kind_;
        stop_.request();
    }

    net::Stop& stop_;
    asio::signal_set signals_;
    asio::steady_timer timer_;
    model::Interruption kind_ = model::Interruption::none;
};

model::evidence::Begun beginning_of(const model::ScanResult& result, const Options& options,
                                    const openssl::Library& library)
{
    model::evidence::Begun begun;
    begun.program_version = result.program_version;
    begun.library_version = result.library_version;
    begun.started = result.started;
    begun.options = result.options;
    std::ranges::transform(options.targets, std::back_inserter(begun.targets), &model::Target::text);
    begun.probes = interview::probe_names();
    begun.ehlo_name = options.ehlo_name;
    begun.server_name = options.server_name;
    begun.confirm = interview::word_of(options.confirm);
    begun.double_check = options.double_check;
    begun.double_check_seed = options.double_check_seed;
    begun.speakable = engine::speakable(library);
    return begun;
}

// Many addresses side by side need more descriptors than a shell gives; what cannot be had shows as a local error.
void allow_more_files()
{
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

}  // namespace

engine::Settings settings_of(const Options& options)
{
    engine::Settings settings;
    settings.names = {options.ehlo_name, options.server_name};
    settings.step_timeout = options.timeout;
    settings.connections = options.max_connections;
    settings.pace = options.pace;
    settings.addresses = options.max_addresses;
    settings.source_address = options.source_address;
    settings.confirm = options.confirm;
    settings.double_check = options.double_check;
    settings.double_check_seed = options.double_check_seed;
    return settings;
}

std::function<model::Focus(const model::Endpoint&)> focus_of(const Options& options)
{
    if (!options.verdict_only) {
        return {};
    }
    std::map<model::Role, model::Focus> by_role;
    for (const model::Role role : model::all_roles) {
        by_role.emplace(role, policy::focus_of(options.verdict.policies, role));
    }
    return [by_role = std::move(by_role), role = options.verdict.role](const model::Endpoint& endpoint) {
        return by_role.at(role.value_or(policy::role_of(endpoint)));
    };
}

model::ScanResult run(Options options, EvidenceFile* evidence)
{
    const openssl::Library library;
    if (options.ehlo_name.empty()) {
        options.ehlo_name = own_name();
    }
    allow_more_files();
    asio::io_context io(1);
    net::Stop stop;
    net::SystemResolver resolver;
    Ending ending(io, stop, options.max_time);
    engine::Context context{library, settings_of(options), stop, focus_of(options)};

    model::ScanResult result;
    result.program_version = program_version;
    result.library_version = library.version();
    result.started = utc_now();
    result.options = options.described();
    const auto begun = net::Clock::now();
    if (evidence != nullptr) {
        evidence->write(beginning_of(result, options, library));
        context.witness = [evidence](const model::evidence::Event& event) { evidence->write(event); };
    }
    std::exception_ptr bug;
    engine::Request request{options.targets, options.selection};
    asio::co_spawn(io, engine::scan_targets(context, resolver, std::move(request)),
                   [&](const std::exception_ptr& error, model::ScanResult finished) {
                       bug = error;
                       result.targets = std::move(finished.targets);
                       result.failures = std::move(finished.failures);
                       result.endpoints = std::move(finished.endpoints);
                       ending.cancel();
                   });
    io.run();
    if (bug) {
        std::rethrow_exception(bug);
    }
    const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(net::Clock::now() - begun);
    result.duration_ms = spent.count();
    result.finished = utc_now();
    result.interruption = ending.kind();
    if (evidence != nullptr) {
        evidence->write(model::evidence::Ended{result.finished, result.duration_ms, result.interruption, ""});
    }
    return result;
}

Leave scan(Options options, bool colour)
{
    const std::vector<Output> outputs = options.outputs;
    const report::Style style{colour, options.suites};
    const VerdictOptions verdict = options.verdict;
    if (const auto objection = objection_to(outputs)) {
        return {3, "", "smtptls-scan: " + *objection + "\n"};
    }
    std::optional<EvidenceFile> evidence;
    if (!options.evidence.empty()) {
        auto file = EvidenceFile::create(options.evidence);
        if (!file) {
            return {3, "", "smtptls-scan: " + file.error() + "\n"};
        }
        evidence.emplace(*std::move(file));
    }
    std::vector<model::ScanResult> scans;
    scans.push_back(run(std::move(options), evidence ? &*evidence : nullptr));
    const auto problem = evidence ? evidence->close() : std::nullopt;
    std::string notes;
    const model::Report report = judged(std::move(scans), verdict, today_utc(), notes);
    if (problem) {
        notes += "smtptls-scan: " + *problem + "\n";
    }
    Leave leave = write_outputs(report, outputs, style, problem ? 3 : policy::exit_code(report, verdict.fail_on));
    leave.error.insert(0, notes);
    return leave;
}

}  // namespace smtptls::app

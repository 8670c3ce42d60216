#include "app/run.hpp"

#include "app/version.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <netdb.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <exception>

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

}  // namespace

model::ScanResult run(Options options)
{
    const openssl::Library library;
    if (options.ehlo_name.empty()) {
        options.ehlo_name = own_name();
    }
    asio::io_context io(1);
    net::Stop stop;
    net::SystemResolver resolver;
    Ending ending(io, stop, options.max_time);
    engine::Settings settings;
    settings.ehlo_name = options.ehlo_name;
    settings.server_name = options.server_name;
    settings.step_timeout = options.timeout;
    settings.connections = options.max_connections;
    settings.pace = options.pace;
    settings.source_address = options.source_address;
    settings.confirm = options.confirm;
    settings.one_lane = options.order;
    settings.thorough = options.thorough;
    const engine::Context context{library, settings, stop};

    model::ScanResult result;
    const std::string started = utc_now();
    const auto begun = net::Clock::now();
    std::exception_ptr bug;
    engine::Request request{options.targets, options.selection};
    asio::co_spawn(io, engine::scan_targets(context, resolver, std::move(request)),
                   [&](const std::exception_ptr& error, model::ScanResult finished) {
                       bug = error;
                       result = std::move(finished);
                       ending.cancel();
                   });
    io.run();
    if (bug) {
        std::rethrow_exception(bug);
    }
    const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(net::Clock::now() - begun);
    result.duration_ms = spent.count();
    result.program_version = program_version;
    result.library_version = library.version();
    result.started = started;
    result.finished = utc_now();
    result.options = options.described();
    result.interruption = ending.kind();
    return result;
}

int exit_code(const model::ScanResult& result)
{
    return result.complete() ? 0 : 3;
}

}  // namespace smtptls::app

// smtptls-bench-proxy: a TCP proxy on loopback that adds a round trip and counts connections.
//
//     smtptls-bench-proxy HOST PORT ROUND_TRIP_MILLISECONDS
//
// Prints its own port on the first line. When standard input ends it prints one line of JSON,
// {"connections", "most_at_once", "unreachable", "cpu_seconds"}, and exits.
// Every segment arrives half a round trip after it was read, in order. The kernel completes the
// client's connect() before a program hears of it, so the SYN cannot be delayed: instead the
// server is dialled one and a half round trips after the accept, and nothing of the client's
// reaches it sooner. All later times are then as over a real path. No losses, no bandwidth.
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <boost/asio.hpp>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <deque>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using boost::system::error_code;
constexpr auto nothrow = asio::as_tuple(asio::use_awaitable);

// What the proxy has seen. A connection is open from its accept until the client has closed it.
struct Counts {
    int connections = 0;
    int open = 0;
    int most_at_once = 0;
    int unreachable = 0;  // the server could not be dialled
};

// How a direction ended, to be passed on after the delay like any segment.
enum class End { none, closed, reset };

struct Segment {
    Clock::time_point due;
    std::vector<char> bytes;
    End end = End::none;
};

// What is on its way in one direction.
struct Path {
    explicit Path(const asio::any_io_executor& executor) : arrival(executor) {}
    std::deque<Segment> segments;
    asio::steady_timer arrival;  // cancelled by every new segment
};

// One client and its connection to the server.
struct Link {
    explicit Link(tcp::socket socket)
        : client(std::move(socket)),
          server(client.get_executor()),
          upwards(client.get_executor()),
          downwards(client.get_executor())
    {
    }
    tcp::socket client;
    tcp::socket server;
    Path upwards;
    Path downwards;
};

using LinkPointer = std::shared_ptr<Link>;

void close_at_once(tcp::socket& socket, bool with_reset)
{
    error_code ignored;
    if (with_reset) {
        socket.set_option(asio::socket_base::linger(true, 0), ignored);
    }
    socket.close(ignored);
}

void enqueue(Path& path, Segment segment)
{
    path.segments.push_back(std::move(segment));
    path.arrival.cancel();
}

// Reads `from` to its end, into `path`; each segment is due `delay` after it was read, and not before `earliest`.
asio::awaitable<void> read_all(tcp::socket& from, Path& path, Clock::duration delay, Clock::time_point earliest)
{
    std::array<char, 16384> buffer{};
    for (;;) {
        const auto [failure, count] = co_await from.async_read_some(asio::buffer(buffer), nothrow);
        Segment segment;
        segment.due = std::max(Clock::now() + delay, earliest);
        if (failure) {
            segment.end = failure == asio::error::eof ? End::closed : End::reset;
            enqueue(path, std::move(segment));
            co_return;
        }
        segment.bytes.assign(buffer.data(), buffer.data() + count);
        enqueue(path, std::move(segment));
    }
}

// Writes what is due to `to`, until the end of the direction.
asio::awaitable<void> write_all(tcp::socket& to, Path& path)
{
    for (;;) {
        while (path.segments.empty()) {
            path.arrival.expires_at(Clock::time_point::max());
            co_await path.arrival.async_wait(nothrow);
        }
        const Segment segment = std::move(path.segments.front());
        path.segments.pop_front();
        asio::steady_timer timer(to.get_executor(), segment.due);
        co_await timer.async_wait(nothrow);
        error_code ignored;
        if (segment.end == End::closed) {
            to.shutdown(tcp::socket::shutdown_send, ignored);
            co_return;
        }
        if (segment.end == End::reset) {
            close_at_once(to, true);
            co_return;
        }
        co_await asio::async_write(to, asio::buffer(segment.bytes), nothrow);
    }
}

class Proxy {
public:
    Proxy(asio::io_context& context, tcp::endpoint server, Clock::duration round_trip)
        : context_(context),
          server_(std::move(server)),
          round_trip_(round_trip),
          acceptor_(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0))
    {
    }

    unsigned short port() const { return acceptor_.local_endpoint().port(); }
    const Counts& counts() const { return counts_; }

    asio::awaitable<void> accept_all()
    {
        for (;;) {
            auto [failure, socket] = co_await acceptor_.async_accept(nothrow);
            if (failure) {
                throw std::runtime_error("accept: " + failure.message());
            }
            // Ends of older connections that came in the same moment are counted first.
            co_await asio::post(context_, nothrow);
            serve(std::make_shared<Link>(std::move(socket)));
        }
    }

private:
    void serve(const LinkPointer& link)
    {
        ++counts_.connections;
        counts_.most_at_once = std::max(counts_.most_at_once, ++counts_.open);
        error_code ignored;
        link->client.set_option(tcp::no_delay(true), ignored);
        const auto reachable = Clock::now() + round_trip_ * 3 / 2;
        asio::co_spawn(context_, from_client(link, reachable), asio::detached);
        asio::co_spawn(context_, from_server(link, reachable), asio::detached);
    }

    asio::awaitable<void> from_client(LinkPointer link, Clock::time_point reachable)
    {
        co_await read_all(link->client, link->upwards, round_trip_ / 2, reachable);
        --counts_.open;
    }

    asio::awaitable<void> from_server(LinkPointer link, Clock::time_point reachable)
    {
        asio::steady_timer timer(context_, reachable);
        co_await timer.async_wait(nothrow);
        const auto [failure] = co_await link->server.async_connect(server_, nothrow);
        if (failure) {
            ++counts_.unreachable;
            close_at_once(link->client, true);
            co_return;
        }
        link->server.set_option(tcp::no_delay(true));
        asio::co_spawn(context_, to_server(link), asio::detached);
        asio::co_spawn(context_, to_client(link), asio::detached);
        co_await read_all(link->server, link->downwards, round_trip_ / 2, reachable);
    }

    static asio::awaitable<void> to_server(LinkPointer link) { co_await write_all(link->server, link->upwards); }
    static asio::awaitable<void> to_client(LinkPointer link) { co_await write_all(link->client, link->downwards); }

    asio::io_context& context_;
    tcp::endpoint server_;
    Clock::duration round_trip_;
    tcp::acceptor acceptor_;
    Counts counts_;
};

double cpu_seconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Ends the program's loop when standard input ends.
asio::awaitable<void> wait_for_end_of_input(asio::io_context& context)
{
    asio::posix::stream_descriptor input(context, 0);
    std::array<char, 512> buffer{};
    for (error_code failure; !failure;) {
        const auto [result, count] = co_await input.async_read_some(asio::buffer(buffer), nothrow);
        failure = result;
    }
    context.stop();
}

void rethrow(const std::exception_ptr& exception)
{
    if (exception) {
        std::rethrow_exception(exception);
    }
}

void run(const char* host, const char* port, const char* milliseconds)
{
    asio::io_context context(1);
    const auto round_trip = std::chrono::microseconds(std::llround(std::stod(milliseconds) * 1000));
    const tcp::endpoint server = *tcp::resolver(context).resolve(host, port).begin();
    Proxy proxy(context, server, round_trip);
    asio::co_spawn(context, proxy.accept_all(), rethrow);
    asio::co_spawn(context, wait_for_end_of_input(context), rethrow);
    std::cout << proxy.port() << std::endl;
    context.run();
    const Counts& counts = proxy.counts();
    std::cout << "{\"connections\": " << counts.connections << ", \"most_at_once\": " << counts.most_at_once
              << ", \"unreachable\": " << counts.unreachable << ", \"cpu_seconds\": " << cpu_seconds() << "}"
              << std::endl;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 4) {
        std::cerr << "usage: smtptls-bench-proxy HOST PORT ROUND_TRIP_MILLISECONDS\n";
        return 2;
    }
    try {
        run(argv[1], argv[2], argv[3]);
    } catch (const std::exception& error) {
        std::cerr << "smtptls-bench-proxy: " << error.what() << '\n';
        return 1;
    }
}

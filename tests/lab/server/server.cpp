// Listeners and visits. Each visit is one coroutine; its completion handler writes its line.
#include "server.hpp"

#include "conversation.hpp"
#include "hello_turn.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <list>
#include <set>

namespace smtptls::lab {

namespace {

using asio::ip::tcp;

constexpr auto as_error = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t most_visits = 4096;
constexpr std::chrono::milliseconds when_full{50};

struct Listener {
    tcp::acceptor acceptor;
    Entry entry;
    std::string name;
    std::uint64_t accepted = 0;
    std::uint64_t under_way = 0;
    std::uint64_t served = 0;  // since the last rest
    Deadline rests_until = {};
    Deadline window_ends = {};
    std::uint64_t in_window = 0;
};

class Server {
public:
    Server(const Options& options, std::ostream& log)
        : options_(options), log_(log), context_(make_tls_context(options.tls)), signals_(io_, SIGTERM, SIGINT)
    {
    }

    void run(std::ostream& out);

private:
    void open(const ListenOption& option);
    void stop_accepting();
    void stop();
    asio::awaitable<void> accept_visits(Listener& listener);
    void begin(Listener& listener, tcp::socket socket);
    void finish(const std::shared_ptr<Visit>& visit, const std::exception_ptr& error);
    bool sold_out() const { return options_.max_connections != 0 && accepted_ >= options_.max_connections; }

    const Options& options_;
    std::ostream& log_;
    TlsContext context_;
    asio::io_context io_{1};
    asio::signal_set signals_;
    std::list<Listener> listeners_;
    std::set<std::shared_ptr<Visit>> visits_;
    std::uint64_t accepted_ = 0;
    Deadline begun_ = std::chrono::steady_clock::now();
};

// A visit in a rest is sent away; the last one before a rest begins it.
void take_rest(Listener& listener, Script& script)
{
    const Deadline now = std::chrono::steady_clock::now();
    if (now < listener.rests_until) {
        script.serve_first = 0;
    } else if (++listener.served >= rest_after) {
        listener.served = 0;
        listener.rests_until = now + std::chrono::duration_cast<Deadline::duration>(script.rest);
    }
}

// As a cluster of which one member has no certificate, or a server that remembers whose handshake failed.
void hide_starttls(Script& script, std::uint64_t number)
{
    const bool each = script.without_starttls > 0 && number % script.without_starttls == 0;
    if (each || number > script.withdraw_after) {
        script.starttls_keyword.clear();
        script.starttls_reply = "502 5.5.1 Error: command not implemented\r\n";
    }
}

// A window begins with the first connection after the last one.
void take_window(Listener& listener, Script& script)
{
    const Deadline now = std::chrono::steady_clock::now();
    if (now >= listener.window_ends) {
        listener.window_ends = now + std::chrono::duration_cast<Deadline::duration>(script.window);
        listener.in_window = 0;
    }
    if (++listener.in_window > rest_after) {
        script.opening = Opening::reset;
    }
}

void rethrow(const std::exception_ptr& error)
{
    if (error) {
        std::rethrow_exception(error);
    }
}

void Server::run(std::ostream& out)
{
    for (const auto& option : options_.listen) {
        open(option);
    }
    for (auto& listener : listeners_) {
        asio::co_spawn(io_, accept_visits(listener), rethrow);
        out << "listening " << listener.name << '\n';
    }
    out.flush();
    signals_.async_wait([this](const boost::system::error_code& error, int) {
        if (!error) {
            stop();
        }
    });
    io_.run();
}

void Server::open(const ListenOption& option)
{
    const auto address = asio::ip::make_address(options_.address);
    tcp::acceptor acceptor(io_);
    acceptor.open(tcp::endpoint(address, 0).protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    boost::system::error_code taken;
    acceptor.bind(tcp::endpoint(address, option.port), taken);
    if (taken && option.or_any_port) {
        acceptor.bind(tcp::endpoint(address, 0), taken);
    }
    if (taken) {
        throw std::runtime_error("port " + std::to_string(option.port) + ": " + taken.message());
    }
    acceptor.listen();
    const auto local = acceptor.local_endpoint();
    auto name = std::string(format(option.entry)) + " " + local.address().to_string() + " ";
    name += std::to_string(local.port());
    listeners_.push_back(Listener{std::move(acceptor), option.entry, std::move(name)});
}

void Server::stop_accepting()
{
    signals_.cancel();
    boost::system::error_code ignored;
    for (auto& listener : listeners_) {
        listener.acceptor.close(ignored);
    }
}

void Server::stop()
{
    stop_accepting();
    for (const auto& visit : visits_) {
        visit->link->stop();
    }
}

asio::awaitable<void> Server::accept_visits(Listener& listener)
{
    asio::steady_timer timer(io_);
    while (listener.acceptor.is_open() && !sold_out()) {
        boost::system::error_code failed;
        if (visits_.size() < most_visits) {
            auto [error, socket] = co_await listener.acceptor.async_accept(as_error);
            failed = error;
            if (!failed && !sold_out()) {
                begin(listener, std::move(socket));
                continue;
            }
        }
        // Full, or out of descriptors: some visit must end first.
        timer.expires_after(when_full);
        co_await timer.async_wait(as_error);
    }
}

void Server::begin(Listener& listener, tcp::socket socket)
{
    ++accepted_;
    auto link = std::make_shared<Link>(std::move(socket), options_.idle);
    auto visit = std::make_shared<Visit>();
    visit->link = std::move(link);
    visit->script = options_.script;
    visit->context = context_.get();
    visit->table = options_.hello_table ? &*options_.hello_table : nullptr;
    visit->entry = listener.entry;
    visit->transcript.listener = listener.name;
    visit->transcript.n = ++listener.accepted;
    visit->listener = &listener.under_way;
    if (++listener.under_way > visit->script.most_at_once) {
        visit->script.opening = Opening::reset;
    }
    if (visit->script.rest.count() > 0) {
        take_rest(listener, visit->script);
    }
    hide_starttls(visit->script, visit->transcript.n);
    if (visit->script.window.count() > 0) {
        take_window(listener, visit->script);
    }
    if (visit->table != nullptr) {
        misbehave(visit->script, *visit->table, visit->transcript.n);
    }
    visit->transcript.begun = std::chrono::steady_clock::now() - begun_;
    visits_.insert(visit);
    asio::co_spawn(io_, converse(visit), [this, visit](std::exception_ptr error) { finish(visit, error); });
}

void Server::finish(const std::shared_ptr<Visit>& visit, const std::exception_ptr& error)
{
    visits_.erase(visit);
    --*visit->listener;
    visit->transcript.over = std::chrono::steady_clock::now() - begun_;
    log_ << visit->transcript.format() << std::endl;
    if (sold_out() && visits_.empty()) {
        stop();
    }
    rethrow(error);
}

}  // namespace

void serve(const Options& options, std::ostream& out, std::ostream& log)
{
    Server server(options, log);
    server.run(out);
}

}  // namespace smtptls::lab

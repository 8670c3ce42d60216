// Questions to web servers: once each, to nobody at an address where no certificate has any business, and in bounds.
#include "engine/fetcher.hpp"

#include "catch.hpp"
#include "net/task_group.hpp"
#include "unit/engine/fake_net.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

namespace smtptls::engine {
namespace {

namespace asio = net::asio;

// Answers each request with what it was asked for.
class Web : public FakeServer {
public:
    explicit Web(std::size_t& requests, std::string body) : requests_(requests), body_(std::move(body)) {}

    base::Bytes answer(base::ByteView) override
    {
        ++requests_;
        const std::string text =
            "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body_.size()) + "\r\n\r\n" + body_;
        const base::ByteView bytes = base::bytes_of(text);
        return {bytes.begin(), bytes.end()};
    }

private:
    std::size_t& requests_;
    std::string body_;
};

class Silence : public FakeServer {};

struct World {
    FakeNet net;
    FakeResolver resolver;
    net::Stop stop;
    Fetcher::Rules rules;
    std::size_t requests = 0;
    std::string body = "hello";
    std::vector<std::string> said;  // in the order of the errands

    World()
    {
        net.serve = [this](const net::Peer&) { return std::make_unique<Web>(requests, body); };
        resolver.known["ca.example"] = {"192.0.1.1"};
    }

    asio::awaitable<void> ask(Fetcher& fetcher, std::size_t place, Errand errand)
    {
        auto fetching = fetcher.fetch(std::move(errand));
        const std::shared_ptr<const Fetched> fetched = co_await std::move(fetching);
        said.at(place) = fetched->body ? std::string(base::text_of(*fetched->body)) : fetched->body.error().escaped();
    }

    asio::awaitable<void> ask_all(std::vector<Errand> errands, bool at_once)
    {
        const auto executor = co_await asio::this_coro::executor;
        Fetcher fetcher(net, resolver, rules, stop, executor);
        net::TaskGroup group(executor);
        for (std::size_t i = 0; i < errands.size(); ++i) {
            if (at_once) {
                group.start(ask(fetcher, i, errands[i]));
            } else {
                auto asking = ask(fetcher, i, errands[i]);
                co_await std::move(asking);
            }
        }
        co_await group.join();
    }

    void run(std::vector<Errand> errands, bool at_once = false)
    {
        said.assign(errands.size(), "");
        asio::io_context io(1);
        asio::co_spawn(io, ask_all(std::move(errands), at_once), [](const std::exception_ptr& error) {
            if (error) {
                std::rethrow_exception(error);
            }
        });
        io.run();
    }
};

Errand errand(const std::string& url, const std::string& body = "", std::size_t most_bytes = 100)
{
    const base::ByteView bytes = base::bytes_of(body);
    const std::string type = body.empty() ? "" : "application/q";
    return {model::parse_http_url(url).value(), type, {bytes.begin(), bytes.end()}, {{""}, most_bytes}};
}

using Texts = std::vector<std::string>;

TEST_CASE("each errand is run once, one after the other or at once", "[engine]")
{
    const bool at_once = GENERATE(false, true);
    World world;
    world.run({errand("http://ca.example/a"), errand("http://ca.example/a"), errand("http://ca.example:80/a")},
              at_once);
    CHECK(world.said == Texts{"hello", "hello", "hello"});
    CHECK(world.net.order == Texts{"192.0.1.1:80"});
}

TEST_CASE("another path, port or body is another errand", "[engine]")
{
    World world;
    world.run({errand("http://ca.example/a"), errand("http://ca.example/b"), errand("http://ca.example:81/a"),
               errand("http://ca.example/a", "x"), errand("http://ca.example/a", "y")});
    CHECK(world.requests == 5);
}

TEST_CASE("a failure is remembered too", "[engine]")
{
    World world;
    world.net.serve = [](const net::Peer&) { return nullptr; };
    world.run({errand("http://ca.example/a"), errand("http://ca.example/a")});
    CHECK(world.said == Texts(2, "connect: Connection refused"));
    CHECK(world.net.order.size() == 1);
}

TEST_CASE("no address that is not public is connected to, by whatever name", "[engine]")
{
    const std::string url =
        GENERATE("http://127.0.0.1/", "http://[::1]:8080/", "http://10.1.2.3/", "http://169.254.169.254/latest",
                 "http://[::ffff:127.0.0.1]/", "http://inside.example/");
    World world;
    world.resolver.known["inside.example"] = {"192.168.1.1", "fd00::1"};
    world.run({errand(url)});
    INFO(url);
    CHECK(world.said.front().find("is no public address (--online-private)") != std::string::npos);
    CHECK(world.net.order.empty());
    world.rules.private_addresses = true;
    world.run({errand(url)});
    CHECK(world.said == Texts{"hello"});
}

TEST_CASE("of a name with both kinds of addresses only the public one is connected to", "[engine]")
{
    World world;
    world.resolver.known["both.example"] = {"127.0.0.1", "192.0.1.7", "::1"};
    world.run({errand("http://both.example/")});
    CHECK(world.said == Texts{"hello"});
    CHECK(world.net.order == Texts{"192.0.1.7:80"});
}

TEST_CASE("what the user excluded is excluded here too", "[engine]")
{
    World world;
    world.rules.excluded = {model::IpNetwork::parse("192.0.1.0/24").value()};
    world.rules.private_addresses = true;
    world.run({errand("http://ca.example/"), errand("http://192.0.1.9/")});
    CHECK(world.said == Texts{"not asked: 192.0.1.1 is not connected to (--exclude)",
                              "not asked: 192.0.1.9 is not connected to (--exclude)"});
    world.rules.excluded.clear();
    world.rules.family = model::AddressFamily::v6;
    world.run({errand("http://ca.example/")});
    CHECK(world.said == Texts{"not asked: 192.0.1.1 is of the family that is not asked"});
    CHECK(world.net.order.empty());
}

TEST_CASE("the addresses of a name are tried until one takes the connection, but not many", "[engine]")
{
    World world;
    world.resolver.known["many.example"] = {"192.0.1.1", "192.0.1.2", "192.0.1.3", "192.0.1.4", "192.0.1.5"};
    std::string good = GENERATE("192.0.1.2", "192.0.1.5");
    world.net.serve = [&](const net::Peer& peer) -> std::unique_ptr<FakeServer> {
        return peer.address == good ? std::make_unique<Web>(world.requests, world.body) : nullptr;
    };
    world.run({errand("http://many.example/")});
    CHECK(world.said == Texts{good == "192.0.1.2" ? "hello" : "connect: Connection refused"});
    CHECK(world.net.order.size() == (good == "192.0.1.2" ? 2 : Fetcher::most_addresses));
}

TEST_CASE("who does not answer is left when the time of the errand is over", "[engine]")
{
    World world;
    world.rules.time = std::chrono::milliseconds(20);
    world.net.serve = [](const net::Peer&) { return std::make_unique<Silence>(); };
    world.run({errand("http://ca.example/"), errand("http://unknown.example/")});
    CHECK(world.said == Texts{"it did not answer in time", "resolve: timed_out"});
}

TEST_CASE("a few are asked at a time", "[engine]")
{
    World world;
    std::vector<Errand> errands;
    for (std::size_t i = 0; i < 3 * Fetcher::most_at_a_time; ++i) {
        errands.push_back(errand("http://ca.example/" + std::to_string(i)));
    }
    world.run(errands, true);
    CHECK(world.said == Texts(errands.size(), "hello"));
    CHECK(world.net.most_open["192.0.1.1"] == static_cast<int>(Fetcher::most_at_a_time));
}

TEST_CASE("what is remembered is bounded: the oldest is forgotten", "[engine]")
{
    World world;
    constexpr std::size_t large = 2000;
    world.rules.most_remembered = 3 * large + 500;
    world.body.assign(large, 'x');
    std::vector<Errand> errands;
    for (const char* const path : {"a", "b", "c", "d", "d", "a"}) {
        errands.push_back(errand(std::string("http://ca.example/") + path, "", large));
    }
    world.run(errands);
    CHECK(world.requests == 5);
}

TEST_CASE("a stop ends what is under way", "[engine]")
{
    World world;
    world.net.serve = [&](const net::Peer&) {
        world.stop.request();
        return std::make_unique<Silence>();
    };
    world.run({errand("http://ca.example/"), errand("http://ca.example/")}, true);
    CHECK(world.said == Texts(2, "the scan ended before it answered"));
}

}  // namespace
}  // namespace smtptls::engine

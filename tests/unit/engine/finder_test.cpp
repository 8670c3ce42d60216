// Targets become endpoints: what look-ups that do not end cost the others, and how much one name may ask for.
#include "engine/finder.hpp"

#include "catch.hpp"
#include "unit/engine/fake_net.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <map>

namespace smtptls::engine {
namespace {

namespace asio = net::asio;
using model::evidence::Found;

struct Finding {
    std::vector<model::Target> targets;
    Selection selection = {};
    FakeResolver resolver = {};
    std::map<std::size_t, Found> found = {};
    net::Stop stop = {};
    std::optional<std::size_t> ends_with = {};  // the target whose finding ends it

    void name(const std::string& text) { targets.push_back(*model::parse_target(text)); }

    void run(std::chrono::milliseconds timeout = std::chrono::hours(1))
    {
        asio::io_context io(1);
        Finder finder(targets, selection, resolver, timeout, stop);
        const auto take = [this](Found one) {
            const std::size_t target = one.target;
            found.emplace(target, std::move(one));
            if (target == ends_with) {
                stop.request();
            }
        };
        const auto room = []() -> asio::awaitable<void> { co_return; };
        asio::co_spawn(io, finder.run(take, room), asio::detached);
        io.run();
    }
};

TEST_CASE("names whose look-up never ends do not keep the one behind them from being found", "[engine]")
{
    Finding finding;
    for (int i = 0; i < 64; ++i) {
        finding.name("dead" + std::to_string(i) + ".example");
    }
    finding.name("good.example:25");
    finding.resolver.known["good.example"] = {"192.0.2.1"};
    finding.ends_with = 64;
    finding.run();  // each look-up may take an hour
    REQUIRE(finding.found.size() == 65);
    CHECK(finding.found.at(64).endpoints.size() == 1);
    CHECK(finding.found.at(63).failure->reason == base::Reason::cancelled);
}

TEST_CASE("a look-up that takes too long is a failure of its target alone", "[engine]")
{
    Finding finding;
    finding.name("dead.example");
    finding.name("192.0.2.7:465");
    finding.run(std::chrono::milliseconds(1));
    CHECK(finding.found.at(0).failure->reason == base::Reason::timed_out);
    REQUIRE(finding.found.at(1).endpoints.size() == 1);
    CHECK(finding.found.at(1).endpoints.front().mode == model::TlsMode::implicit);
}

TEST_CASE("a name in Unicode is looked up, and its endpoints are called, by its ASCII form", "[engine]")
{
    Finding finding;
    finding.name("b\u00fccher.example:25");
    finding.resolver.known["xn--bcher-kva.example"] = {"192.0.2.1"};
    finding.run();
    REQUIRE(finding.found.at(0).endpoints.size() == 1);
    CHECK(finding.found.at(0).endpoints.front().host == "xn--bcher-kva.example");
    CHECK(finding.found.at(0).endpoints.front().unicode_host == "b\u00fccher.example");
}

TEST_CASE("an excluded network is never an endpoint, whatever name or form of address leads there", "[engine]")
{
    Finding finding;
    finding.selection.excluded = {*model::IpNetwork::parse("198.51.100.0/24"),
                                  *model::IpNetwork::parse("2001:db8::/32")};
    finding.name("both.example:25");
    finding.resolver.known["both.example"] = {"192.0.2.1", "198.51.100.7", "2001:db8::7"};
    for (const char* const target :
         {"198.51.100.1:25", "[::ffff:198.51.100.1]:25", "[2001:db8:1::]:25", "192.0.2.2:25"}) {
        finding.name(target);
    }
    finding.run();
    REQUIRE(finding.found.at(0).endpoints.size() == 1);
    CHECK(finding.found.at(0).endpoints.front().address.format() == "192.0.2.1");
    CHECK(finding.found.at(0).failure->reason == base::Reason::left_out);
    CHECK(finding.found.at(0).failure->text.escaped() ==
          "198.51.100.7, one of its addresses, is not connected to (--exclude)");
    for (std::size_t target = 1; target <= 3; ++target) {
        CHECK(finding.found.at(target).endpoints.empty());
        CHECK(finding.found.at(target).failure->reason == base::Reason::left_out);
    }
    CHECK(finding.found.at(4).endpoints.size() == 1);
    CHECK_FALSE(finding.found.at(4).failure);
}

TEST_CASE("who owns a name does not say how many addresses are scanned, and what is left out is said", "[engine]")
{
    Finding finding;
    finding.name("many.example:25");
    for (int i = 1; i <= 40; ++i) {
        finding.resolver.known["many.example"].push_back("192.0.2." + std::to_string(i));
    }
    SECTION("as many as are usual")
    {
        finding.run();
        CHECK(finding.found.at(0).endpoints.size() == 32);
        CHECK(finding.found.at(0).failure->reason == base::Reason::left_out);
        CHECK(finding.found.at(0).failure->text.escaped().find("40 addresses") != std::string::npos);
    }
    SECTION("as many as are wanted")
    {
        finding.selection.most_addresses = 40;
        finding.run();
        CHECK(finding.found.at(0).endpoints.size() == 40);
        CHECK_FALSE(finding.found.at(0).failure.has_value());
    }
    SECTION("the first alone")
    {
        finding.selection.first_address = true;
        finding.run();
        CHECK(finding.found.at(0).endpoints.size() == 1);
        CHECK_FALSE(finding.found.at(0).failure.has_value());
    }
}

TEST_CASE("an endpoint that two targets name is found once, and what a target says of itself goes with it", "[engine]")
{
    Finding finding;
    finding.name("192.0.2.1:25");
    finding.name("192.0.2.1");
    finding.targets[0].server_name = "mx.example.net";
    finding.targets[0].role = model::Role::mx_mandatory;
    finding.targets[1].tls = model::TlsChoice::implicit;
    finding.run();
    REQUIRE(finding.found.at(0).endpoints.size() == 1);
    CHECK(finding.found.at(0).endpoints.front().server_name == "mx.example.net");
    CHECK(finding.found.at(0).endpoints.front().role == model::Role::mx_mandatory);
    REQUIRE(finding.found.at(1).endpoints.size() == 2);
    CHECK(finding.found.at(1).endpoints.front().mode == model::TlsMode::implicit);
}

}  // namespace
}  // namespace smtptls::engine

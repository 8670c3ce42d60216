// The scanner as others use it, at a port of this machine where nothing listens.
#include "api/async.hpp"
#include "api/saved_scan.hpp"
#include "catch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <fstream>

namespace smtptls {
namespace {

ScanOptions options()
{
    ScanOptions options;
    options.ehlo_name = "scanner.example.net";
    return options;
}

std::vector<model::Target> nobody()
{
    return {*model::parse_target("127.0.0.1:1")};
}

TEST_CASE("what cannot be reached is a result, not an error", "[api]")
{
    const model::ScanResult scan = Scanner(options()).scan(nobody());
    REQUIRE(scan.endpoints.size() == 1);
    CHECK(scan.endpoints[0].status == model::EndpointStatus::failed);
    CHECK(scan.endpoints[0].failure->reason == base::Reason::refused);
    CHECK_FALSE(scan.complete());
}

TEST_CASE("a scanner that is gone before its coroutine begins is not missed", "[api]")
{
    boost::asio::io_context io(1);
    std::optional<model::ScanHead> head;
    std::size_t told = 0;
    ScanEvents events;
    events.endpoint = [&told](std::size_t, const model::EndpointResult&) { ++told; };
    auto task = async_scan(Scanner(options()), nobody(), std::move(events));
    boost::asio::co_spawn(io, std::move(task),
                          [&head](const std::exception_ptr&, model::ScanHead whole) { head = std::move(whole); });
    io.run();
    REQUIRE(head);
    CHECK(head->targets == std::vector<std::string>{"127.0.0.1:1"});
    CHECK(told == 1);
}

TEST_CASE("a scanner that was stopped before scans nothing, and says so", "[api]")
{
    const Scanner scanner(options());
    scanner.stop();
    const model::ScanResult scan = scanner.scan(nobody());
    CHECK(scan.interruption == model::Interruption::signal);
    CHECK(scan.finished >= scan.started);
}

TEST_CASE("options beyond their ranges are brought into them", "[api]")
{
    ScanOptions wild = options();
    wild.max_connections = 0;
    wild.max_addresses = 1000000;
    wild.timeout = std::chrono::milliseconds(0);
    wild.max_time = std::chrono::milliseconds::max();
    wild.double_check = 4000000000;
    const Scanner scanner(wild);
    CHECK(scanner.options().max_connections == 1);
    CHECK(scanner.options().max_addresses == 1024);
    CHECK(scanner.options().timeout == std::chrono::milliseconds(100));
    CHECK(scanner.options().max_time == std::chrono::hours(24));
    CHECK(scanner.options().double_check == 10000);
    CHECK(scanner.options().double_check_seed != 0);
}

TEST_CASE("what an event throws comes out of the scan", "[api]")
{
    ScanEvents events;
    events.begun = [](const model::ScanHead&) { throw std::runtime_error("no"); };
    CHECK_THROWS_WITH(Scanner(options()).stream(nobody(), events), "no");
}

TEST_CASE("a judgement has the lines that mend what it finds", "[api]")
{
    std::ifstream file(std::string(SMTPTLS_TEST_DATA) + "/scans/debian12_default.json");
    const auto scan = read_scan(file);
    REQUIRE(scan);
    const model::Judgement judged = judge(scan->endpoints.front(), *Policy::named("rfc8996"), model::Role::submission);
    CHECK(judged.role == model::Role::submission);
    CHECK(judged.verdict == model::Verdict::fail);
    CHECK_FALSE(judged.remedy.empty());
}

TEST_CASE("a policy is found by its alias, and what there is not is said with what there is", "[api]")
{
    CHECK(Policy::named("pci")->name() == "pci-dss-4.0.1");
    CHECK(Policy::named("none at all").error().find("pci-dss-4.0.1") != std::string::npos);
    CHECK_FALSE(Policy::parse("{").has_value());
    CHECK_FALSE(Policy::names().empty());
}

}  // namespace
}  // namespace smtptls

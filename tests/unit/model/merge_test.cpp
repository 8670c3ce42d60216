// Several scans as one.
#include "model/merge.hpp"

#include "catch.hpp"

namespace smtptls::model {
namespace {

ScanResult scan_of(std::uint16_t port, std::size_t connections)
{
    ScanResult scan;
    scan.endpoints.emplace_back();
    scan.endpoints.back().endpoint = {"mail.example.com", *IpAddress::parse("192.0.2.25"), port};
    scan.endpoints.back().connections = connections;
    return scan;
}

TEST_CASE("of an endpoint that two scans have the last one counts, in the first one's place", "[model]")
{
    std::vector<ScanResult> scans = {scan_of(587, 1), scan_of(2587, 2), scan_of(587, 3)};
    const Merged merged = merge(scans);
    CHECK(merged.replaced == std::vector<std::string>{"mail.example.com 192.0.2.25:587"});
    const ScanResult all = merged.take(std::move(scans));
    REQUIRE(all.endpoints.size() == 2);
    CHECK(all.endpoints[0].connections == 3);
    CHECK(all.endpoints[1].connections == 2);
}

TEST_CASE("of an option that scans do not share no value is said", "[model]")
{
    std::vector<ScanResult> scans = {scan_of(25, 1), scan_of(26, 1)};
    scans[0].options = {{"tls", "auto"}, {"sni", "a.example.com"}};
    scans[1].options = {{"tls", "auto"}};
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    CHECK(merge(scans).head.options == Pairs{{"tls", "auto"}, {"sni", "differs"}});
}

}  // namespace
}  // namespace smtptls::model

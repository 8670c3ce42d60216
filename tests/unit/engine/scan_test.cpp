// The whole scan without a socket: what is scanned when, what comes of it, and how it ends.
#include "engine/scan.hpp"

#include "catch.hpp"
#include "unit/engine/fake_net.hpp"
#include "unit/openssl/memory_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <new>
#include <optional>
#include <set>
#include <stdexcept>

namespace smtptls::engine {
namespace {

namespace asio = net::asio;
using model::EndpointResult;
using model::EndpointStatus;

base::Bytes text(const std::string& words)
{
    return {words.begin(), words.end()};
}

// SMTP up to STARTTLS, and what comes then.
class SmtpServer : public FakeServer {
public:
    explicit SmtpServer(bool offers, std::string greeting = "220 mail.example.com ESMTP\r\n")
        : offers_(offers), greeting_(std::move(greeting))
    {
    }

    base::Bytes greeting() override { return text(greeting_); }

    base::Bytes answer(base::ByteView bytes) override
    {
        if (tls_) {
            return in_tls(bytes);
        }
        const std::string line(bytes.begin(), bytes.end());
        if (line.starts_with("EHLO")) {
            return text(offers_ ? "250-mail.example.com\r\n250 STARTTLS\r\n" : "250 mail.example.com\r\n");
        }
        tls_ = line.starts_with("STARTTLS");
        return text(tls_ ? "220 go ahead\r\n" : "221 bye\r\n");
    }

    virtual base::Bytes in_tls(base::ByteView) { return {21, 3, 1, 0, 2, 2, 40}; }

private:
    bool offers_;
    bool tls_ = false;
    std::string greeting_;
};

// What this machine's OpenSSL serves.
class OpensslServer : public SmtpServer {
public:
    explicit OpensslServer(openssl::ServerSetup setup) : SmtpServer(true), inside_(std::move(setup)) {}
    base::Bytes in_tls(base::ByteView bytes) override { return inside_.answer(bytes); }

private:
    openssl::MemoryServer inside_;
};

openssl::ServerSetup two_suites()
{
    openssl::ServerSetup setup;
    setup.lowest = tls::ProtocolVersion::tls1_2;
    setup.highest = tls::ProtocolVersion::tls1_2;
    setup.ciphers = "ECDHE-RSA-AES128-GCM-SHA256:AES256-SHA:@SECLEVEL=0";
    return setup;
}

struct Scanning {
    FakeNet net = {};
    FakeResolver resolver = {};
    Settings settings = {};
    Request request = {};
    net::Stop stop = {};
    std::map<std::string, EndpointResult> results = {};  // by address and port
    std::map<std::string, std::size_t> place_of = {};
    std::string last = {};  // of which the result came last
    std::size_t told = 0;
    std::vector<model::TargetFailure> failures = {};
    std::exception_ptr error = {};

    Scanning()
    {
        settings.names.ehlo = "scanner.example.net";
        settings.confirm = model::Confirm::none;
        net.serve = [](const net::Peer&) { return std::make_unique<SmtpServer>(false); };
        request.watcher.endpoint = [this](std::size_t place, const EndpointResult& result) {
            ++told;
            last = format(result.endpoint);
            place_of[format(result.endpoint)] = place;
            results.emplace(format(result.endpoint), result);
        };
    }

    void name(const std::string& target) { request.targets.push_back(*model::parse_target(target)); }

    EndpointStatus status(const std::string& endpoint) const { return results.at(endpoint).status; }

    void run()
    {
        asio::io_context io(1);
        const Context context{openssl::library(), net, settings, stop};
        asio::co_spawn(io, scan_targets(context, resolver, request),
                       [this](const std::exception_ptr& bug, std::vector<model::TargetFailure> left) {
                           error = bug;
                           failures = std::move(left);
                       });
        io.run();
    }
};

TEST_CASE("a server's matrix is what its library serves, without a socket", "[engine]")
{
    Scanning scan;
    scan.name("192.0.2.1:25");
    scan.settings.confirm = model::Confirm::family;
    scan.net.serve = [](const net::Peer&) { return std::make_unique<OpensslServer>(two_suites()); };
    scan.run();
    const EndpointResult& result = scan.results.at("192.0.2.1:25");
    CHECK(result.status == EndpointStatus::scanned);
    std::set<tls::CipherSuite> accepted;
    for (const model::CellView cell : result.matrix.cells()) {
        if (cell.state == model::CellState::accepted) {
            CHECK(cell.version == tls::ProtocolVersion::tls1_2);
            CHECK(cell.grade == model::Grade::handshake);
            accepted.insert(cell.suite);
        }
    }
    CHECK(accepted == std::set{tls::CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
                               tls::CipherSuite::TLS_RSA_WITH_AES_256_CBC_SHA});
}

TEST_CASE("a server that refuses every hello is not said to accept nothing", "[engine]")
{
    Scanning scan;
    scan.name("192.0.2.1:25");
    scan.net.serve = [](const net::Peer&) { return std::make_unique<SmtpServer>(true); };
    scan.run();
    CHECK(scan.status("192.0.2.1:25") == EndpointStatus::incomplete);
    CHECK(scan.results.at("192.0.2.1:25").matrix.count(model::CellState::inconclusive) > 0);
}

TEST_CASE("an address is never given more connections at a time than are allowed", "[engine]")
{
    Scanning scan;
    scan.name("192.0.2.1");
    scan.name("192.0.2.2:25");
    scan.settings.connections = 3;
    scan.net.serve = [](const net::Peer&) { return std::make_unique<SmtpServer>(true); };
    scan.run();
    CHECK(scan.net.most_open.at("192.0.2.1") == 3);
    CHECK(scan.net.most_open.at("192.0.2.2") == 3);
    CHECK(scan.net.most_addresses == 2);
}

TEST_CASE("so many addresses are scanned side by side as are allowed", "[engine]")
{
    Scanning scan;
    for (int i = 1; i <= 20; ++i) {
        scan.name("192.0.2." + std::to_string(i) + ":25");
    }
    scan.settings.addresses = 5;
    scan.run();
    CHECK(scan.results.size() == 20);
    CHECK(scan.net.most_addresses <= 5);
}

TEST_CASE("the ports of an address are scanned one after the other", "[engine]")
{
    Scanning scan;
    scan.name("192.0.2.1");
    scan.net.serve = [](const net::Peer& peer) {
        return peer.port == 465 ? nullptr : std::make_unique<SmtpServer>(true);
    };
    scan.run();
    std::vector<std::string> ports = scan.net.order;
    ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
    CHECK(ports == std::vector<std::string>{"192.0.2.1:25", "192.0.2.1:465", "192.0.2.1:587"});
    CHECK(scan.status("192.0.2.1:465") == EndpointStatus::not_offered);
}

TEST_CASE("an endpoint that is named twice is scanned once", "[engine]")
{
    Scanning scan;
    scan.name("192.0.2.1:25");
    scan.name("192.0.2.1:25");
    scan.run();
    CHECK(scan.told == 1);
    CHECK(scan.status("192.0.2.1:25") == EndpointStatus::no_starttls);
}

TEST_CASE("places follow the order of the targets, whichever is done first", "[engine]")
{
    Scanning scan;
    scan.name("late.example:25");
    scan.name("192.0.2.1:25");
    scan.resolver.known["late.example"] = {"192.0.2.7"};
    scan.net.serve = [](const net::Peer& peer) { return std::make_unique<SmtpServer>(peer.address == "192.0.2.7"); };
    scan.run();
    CHECK(scan.last == "192.0.2.7:25");
    CHECK(scan.place_of["192.0.2.7:25"] < scan.place_of["192.0.2.1:25"]);
}

TEST_CASE("what one address does not answer keeps no other waiting", "[engine]")
{
    Scanning scan;
    scan.settings.addresses = 1;
    scan.settings.step_timeout = std::chrono::hours(1);
    scan.name("192.0.2.1:25");
    scan.name("192.0.2.2:25");
    scan.net.serve = [](const net::Peer& peer) -> std::unique_ptr<FakeServer> {
        if (peer.address == "192.0.2.1") {
            return std::make_unique<FakeServer>();
        }
        return std::make_unique<SmtpServer>(false);
    };
    scan.request.watcher.endpoint = [&](std::size_t, const EndpointResult& result) {
        scan.results.emplace(format(result.endpoint), result);
        scan.stop.request();
    };
    scan.run();
    CHECK(scan.status("192.0.2.2:25") == EndpointStatus::no_starttls);
    CHECK(scan.status("192.0.2.1:25") == EndpointStatus::failed);
}

TEST_CASE("after a stop each endpoint is told once, begun or not", "[engine]")
{
    Scanning scan;
    scan.settings.addresses = 2;
    for (int i = 1; i <= 10; ++i) {
        scan.name("192.0.2." + std::to_string(i) + ":25");
    }
    const auto tell = scan.request.watcher.endpoint;
    scan.request.watcher.endpoint = [&scan, tell](std::size_t place, const EndpointResult& result) {
        tell(place, result);
        scan.stop.request();
    };
    scan.run();
    CHECK(scan.results.size() == 10);
    CHECK(scan.told == 10);
    std::size_t cancelled = 0;
    for (const auto& [endpoint, result] : scan.results) {
        cancelled += result.failure && result.failure->reason == base::Reason::cancelled ? 1U : 0U;
    }
    CHECK(cancelled >= 8);
}

TEST_CASE("what a watcher throws ends the scan and comes out of it", "[engine]")
{
    Scanning scan;
    scan.settings.addresses = 1;
    for (int i = 1; i <= 10; ++i) {
        scan.name("192.0.2." + std::to_string(i) + ":25");
    }
    int told = 0;
    scan.request.watcher.endpoint = [&told](std::size_t, const EndpointResult&) {
        ++told;
        throw std::runtime_error("the disk is full");
    };
    scan.run();
    REQUIRE(scan.error);
    CHECK_THROWS_WITH(std::rethrow_exception(scan.error), "the disk is full");
    CHECK(told < 10);
}

TEST_CASE("who cannot take what was found is told of no other target", "[engine]")
{
    Scanning scan;
    for (int i = 1; i <= 100; ++i) {
        scan.name("192.0.2." + std::to_string(i) + ":25");
    }
    int told = 0;
    scan.request.watcher.found = [&told](std::size_t) {
        ++told;
        throw std::runtime_error("no more");
    };
    scan.run();
    REQUIRE(scan.error);
    CHECK_THROWS_WITH(std::rethrow_exception(scan.error), "no more");
    CHECK(told == 1);
}

TEST_CASE("memory that cannot be had ends the scan, and nothing is waited for", "[engine]")
{
    Scanning scan;
    scan.settings.addresses = 1;
    scan.settings.step_timeout = std::chrono::hours(1);
    scan.name("192.0.2.1:25");
    scan.name("192.0.2.2:25");
    scan.net.serve = [](const net::Peer& peer) -> std::unique_ptr<FakeServer> {
        if (peer.address == "192.0.2.2") {
            throw std::bad_alloc();
        }
        return std::make_unique<FakeServer>();
    };
    scan.run();
    REQUIRE(scan.error);
    CHECK_THROWS_AS(std::rethrow_exception(scan.error), std::bad_alloc);
}

TEST_CASE("a server that says 421 to more than one connection is asked with one", "[engine]")
{
    Scanning scan;
    scan.name("192.0.2.1:25");
    scan.settings.connections = 8;
    int told_off = 0;
    scan.net.serve = [&](const net::Peer& peer) -> std::unique_ptr<FakeServer> {
        if (scan.net.open[peer.address] >= 1) {
            ++told_off;
            return std::make_unique<SmtpServer>(true, "421 4.7.0 too many connections\r\n");
        }
        return std::make_unique<OpensslServer>(two_suites());
    };
    scan.run();
    CHECK(scan.status("192.0.2.1:25") == EndpointStatus::scanned);
    CHECK(told_off > 0);
    CHECK(told_off < 20);
}

}  // namespace
}  // namespace smtptls::engine

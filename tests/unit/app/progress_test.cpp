// The line that says how far a scan is.
#include "app/progress.hpp"

#include "base/clock.hpp"
#include "catch.hpp"

namespace smtptls::app {
namespace {

using std::chrono::seconds;

model::EndpointProgress at(const std::string& address, std::size_t connections)
{
    model::EndpointProgress progress;
    progress.endpoint = {"mail.example.com", *model::IpAddress::parse(address), 25};
    progress.connections = connections;
    progress.about = 113;
    return progress;
}

TEST_CASE("one endpoint's line has its connections, the version that is asked about, and the time", "[app]")
{
    Progress progress(1);
    progress.found(1);
    model::EndpointProgress one = at("192.0.2.1", 31);
    one.version = tls::ProtocolVersion::tls1_2;
    progress.endpoint(one);
    CHECK(progress.line(seconds(26), 200) == "mail.example.com:25  31 of about 113 connections, TLS 1.2, 0:26");
    one.about = 0;
    progress.endpoint(one);
    CHECK(progress.line(seconds(3725), 200) == "mail.example.com:25  31 connections, TLS 1.2, 1:02:05");
}

TEST_CASE("a server that asks us to slow down is why it takes so long", "[app]")
{
    Progress progress(1);
    progress.found(1);
    model::EndpointProgress one = at("192.0.2.1", 40);
    one.throttled = 3;
    one.throttled_since = 1764425340;
    progress.endpoint(one);
    CHECK(progress.line(seconds(90), 200) ==
          "mail.example.com:25  40 of about 113 connections, 1:30  the server asks us to slow down (421 since " +
              base::local_time(1764425340) + ")");
    CHECK(progress.line(seconds(90), 80) ==
          "mail.example.com:25  40 of about 113, 1:30  asked to slow down (421 since " + base::local_time(1764425340) +
              ")");
}

TEST_CASE("many endpoints' line has those that are done, the rate, and the time that is left", "[app]")
{
    Progress progress(2);
    progress.found(3);
    CHECK(progress.line(seconds(1), 200) == "0 endpoints done, 1 of 2 targets looked up, 0:01");
    progress.found(1);
    progress.endpoint(at("192.0.2.1", 20));
    progress.endpoint(at("192.0.2.2", 11));
    CHECK(progress.line(seconds(2), 200) == "0 of 4 endpoints, 31 connections, 0:02");
    model::EndpointProgress done = at("192.0.2.1", 90);
    done.done = true;
    progress.endpoint(done);
    CHECK(progress.line(seconds(20), 200) == "1 of 4 endpoints, 3 a minute, 0:20");
    for (const char* const address : {"192.0.2.2", "192.0.2.3"}) {
        model::EndpointProgress next = at(address, 90);
        next.done = true;
        progress.endpoint(next);
    }
    CHECK(progress.line(seconds(60), 200) == "3 of 4 endpoints, 3 a minute, about 0:20 left");
}

TEST_CASE("the line is never longer than the terminal is wide", "[app]")
{
    Progress progress(1);
    progress.found(1);
    progress.endpoint(at("192.0.2.1", 31));
    CHECK(progress.line(seconds(26), 30) == "mail.example.com:25  31 of abo");
}

TEST_CASE("who has ended the scan sees that it is heard", "[app]")
{
    Progress progress(1);
    progress.found(1);
    progress.endpoint(at("192.0.2.1", 31));
    progress.ending();
    CHECK(progress.line(seconds(1), 200).starts_with("ending; what is known will be printed  mail.example.com:25"));
}

}  // namespace
}  // namespace smtptls::app

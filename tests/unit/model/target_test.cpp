// Targets and addresses as people type them, and sentences that say what would be right.
#include "model/target.hpp"
#include "catch.hpp"

namespace smtptls::model {
namespace {

struct Good {
    std::string text;
    std::string host;
    std::optional<std::uint16_t> port;
    bool address;
};

TEST_CASE("a target is read", "[model]")
{
    const auto row = GENERATE(values<Good>({
        {"mail.example.com", "mail.example.com", std::nullopt, false},
        {"mail.example.com:587", "mail.example.com", 587, false},
        {"MAIL.Example.COM.", "mail.example.com", std::nullopt, false},
        {"mail.example.com.:25", "mail.example.com", 25, false},
        {"localhost", "localhost", std::nullopt, false},
        {"_mx.my-host.example", "_mx.my-host.example", std::nullopt, false},
        {"xn--mller-kva.example", "xn--mller-kva.example", std::nullopt, false},
        {"1and1.example", "1and1.example", std::nullopt, false},
        {"192.0.2.1", "192.0.2.1", std::nullopt, true},
        {"192.0.2.1:65535", "192.0.2.1", 65535, true},
        {"2001:DB8:0::1", "2001:db8::1", std::nullopt, true},
        {"[2001:db8::1]", "2001:db8::1", std::nullopt, true},
        {"[2001:db8::1]:1", "2001:db8::1", 1, true},
        {"[fe80::1%eth0]:25", "fe80::1%eth0", 25, true},
    }));
    INFO(row.text);
    const auto target = parse_target(row.text);
    REQUIRE(target);
    CHECK(target->text == row.text);
    CHECK(target->host == row.host);
    CHECK(target->port == row.port);
    CHECK(target->address.has_value() == row.address);
}

struct Bad {
    std::string text;
    std::string says;  // what would be right
};

TEST_CASE("a wrong target is refused with a sentence that says what would be right", "[model]")
{
    const auto row = GENERATE(values<Bad>({
        {"", "write mail.example.com"},
        {"smtp://mail.example.com", "write only the host and port"},
        {"postmaster@example.com", "write the mail server's host name"},
        {"mail.example.com:", "a number from 1 to 65535"},
        {"mail.example.com:0", "a number from 1 to 65535"},
        {"mail.example.com:65536", "a number from 1 to 65535"},
        {"mail.example.com:smtp", "a number from 1 to 65535"},
        {"mail.example.com:+25", "a number from 1 to 65535"},
        {"mail.example.com:25 ", "a number from 1 to 65535"},
        {"mail.example.com:00000025", "a number from 1 to 65535"},
        {"[2001:db8::1", "write [2001:db8::1]:587"},
        {"[2001:db8::1]587", "write [2001:db8::1]:587"},
        {"[192.0.2.1]:25", "write 192.0.2.1"},
        {"[mail.example.com]", "write 2001:db8::1"},
        {"2001:db8::g", "write 2001:db8::1"},
        {"host:25:26", "write 2001:db8::1"},
        {"[fe80::1%]:25", "write 2001:db8::1"},
        {"[fe80::1%a\r\nb]:25", "write 2001:db8::1"},
        {"[fe80::1%\x1b[2J]:25", "write"},
        {"2001:db8::1%eth0", "write 2001:db8::1"},
        {":25", "write mail.example.com"},
        {".", "write mail.example.com"},
        {"a..b", "write mail.example.com"},
        {"-a.example", "write mail.example.com"},
        {"a-.example", "write mail.example.com"},
        {"mail example", "write mail.example.com"},
        {"mail\x1b[31m.example", "write mail.example.com"},
        {std::string("192.0.2.1\0x", 11), "write mail.example.com"},
        {std::string(64, 'a') + ".example", "write mail.example.com"},
        {"192.0.2.256", "four numbers from 0 to 255"},
        {"192.0.2", "four numbers from 0 to 255"},
        {"25", "a port stands behind its host: mail.example.com:25"},
        {"::1:587", "write [::1]:587"},
        {"2001:db8::465", "[2001:db8::465] for the address"},
    }));
    INFO(row.text);
    const auto target = parse_target(row.text);
    REQUIRE_FALSE(target);
    INFO(target.error());
    CHECK(target.error().find(row.says) != std::string::npos);
    CHECK(target.error().find('\x1b') == std::string::npos);
    CHECK(target.error().find('\n') == std::string::npos);
}

TEST_CASE("a name of 253 bytes is read and one of 254 is not", "[model]")
{
    std::string name = "a";
    while (name.size() < 253) {
        name += ".a";
    }
    CHECK(parse_target(name));
    CHECK_FALSE(parse_target(name + "b." + name));
    CHECK_FALSE(parse_target("b" + name));
}

TEST_CASE("TLS begins at once on 465 and after STARTTLS elsewhere, unless told otherwise", "[model]")
{
    CHECK(tls_mode(TlsChoice::automatic, 465) == TlsMode::implicit);
    CHECK(tls_mode(TlsChoice::automatic, 25) == TlsMode::starttls);
    CHECK(tls_mode(TlsChoice::automatic, 4650) == TlsMode::starttls);
    CHECK(tls_mode(TlsChoice::starttls, 465) == TlsMode::starttls);
    CHECK(tls_mode(TlsChoice::implicit, 25) == TlsMode::implicit);
}

TEST_CASE("an endpoint prints with brackets around IPv6", "[model]")
{
    CHECK(format(Endpoint{"h", *IpAddress::parse("192.0.2.1"), 25}) == "192.0.2.1:25");
    CHECK(format(Endpoint{"h", *IpAddress::parse("2001:db8::1"), 465}) == "[2001:db8::1]:465");
}

TEST_CASE("an address knows whether it is this host's own", "[model]")
{
    CHECK(IpAddress::parse("127.0.0.1")->is_loopback());
    CHECK(IpAddress::parse("127.9.9.9")->is_loopback());
    CHECK(IpAddress::parse("::1")->is_loopback());
    CHECK_FALSE(IpAddress::parse("192.0.2.127")->is_loopback());
    CHECK_FALSE(IpAddress::parse("::2")->is_loopback());
    CHECK_FALSE(IpAddress::parse("7f00::1")->is_loopback());
}

TEST_CASE("what is no address is none", "[model]")
{
    const std::string text =
        GENERATE("", "localhost", "1.2.3", "1.2.3.4.5", "::1::", "[::1]", "1.2.3.4%eth0", "1.2.3.4 ");
    CHECK_FALSE(IpAddress::parse(text));
}

}  // namespace
}  // namespace smtptls::model

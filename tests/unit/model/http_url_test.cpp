// URLs that certificates name, and addresses that nobody shall be sent to.
#include "model/http_url.hpp"

#include "catch.hpp"
#include "model/address.hpp"

namespace smtptls::model {
namespace {

struct Read {
    std::string text;
    HttpUrl url;
    std::string authority;
};

TEST_CASE("an http URL is read", "[model]")
{
    const auto row = GENERATE(values<Read>({
        {"http://ocsp.example.com", {"ocsp.example.com", 80, "/"}, "ocsp.example.com"},
        {"http://ocsp.example.com/", {"ocsp.example.com", 80, "/"}, "ocsp.example.com"},
        {"HTTP://OCSP.Example.com/A%2fb?C=d", {"ocsp.example.com", 80, "/A%2fb?C=d"}, "ocsp.example.com"},
        {"http://a_b-c.example:8080/x", {"a_b-c.example", 8080, "/x"}, "a_b-c.example:8080"},
        {"http://ca.example:80/x", {"ca.example", 80, "/x"}, "ca.example"},
        {"http://ca.example:/x", {"ca.example", 80, "/x"}, "ca.example"},
        {"http://ca.example?x", {"ca.example", 80, "/?x"}, "ca.example"},
        {"http://ca.example/x#y", {"ca.example", 80, "/x"}, "ca.example"},
        {"http://192.0.2.1/a", {"192.0.2.1", 80, "/a"}, "192.0.2.1"},
        {"http://[2001:DB8::1]:81/a", {"2001:db8::1", 81, "/a"}, "[2001:db8::1]:81"},
        {"http://[2001:db8::1]", {"2001:db8::1", 80, "/"}, "[2001:db8::1]"},
        {"http://ca.example/a;b=c,d/~e/(f)!$&'*+:@", {"ca.example", 80, "/a;b=c,d/~e/(f)!$&'*+:@"}, "ca.example"},
    }));
    INFO(row.text);
    const auto url = parse_http_url(row.text);
    REQUIRE(url);
    CHECK(*url == row.url);
    CHECK(url->authority() == row.authority);
}

TEST_CASE("what is no http URL is refused with the reason", "[model]")
{
    const auto row = GENERATE(values<std::pair<std::string, std::string>>({
        {"", "it is no http URL"},
        {"http:", "it is no http URL"},
        {"http:/ca.example/", "it is no http URL"},
        {"https://ca.example/", "it is no http URL"},
        {"ldap://ca.example/cn=x", "it is no http URL"},
        {"file:///etc/passwd", "it is no http URL"},
        {"ca.example/crl", "it is no http URL"},
        {" http://ca.example/", "it is no http URL"},
        {"http://", "its URL names no host and port"},
        {"http:///crl", "its URL names no host and port"},
        {"http://:80/", "its URL names no host and port"},
        {"http://ca.example:0/", "its URL names no host and port"},
        {"http://ca.example:65536/", "its URL names no host and port"},
        {"http://ca.example:8 0/", "its URL names no host and port"},
        {"http://ca.example:+80/", "its URL names no host and port"},
        {"http://ca.example:80:80/", "its URL names no host and port"},
        {"http://2001:db8::1/", "its URL names no host and port"},
        {"http://[2001:db8::1/", "its URL names no host and port"},
        {"http://[2001:db8::1]81/", "its URL names no host and port"},
        {"http://[fe80::1%eth0]/", "its URL names no host and port"},
        {"http://[192.0.2.1]/", "its URL names no host and port"},
        {"http://ca%2eexample/", "its URL names no host and port"},
        {"http://ca.example\r\n/", "its URL names no host and port"},
        {"http://ca.example\\@other.example/", "its URL names a user"},
        {"http://user@ca.example/", "its URL names a user"},
        {"http://user:word@ca.example/", "its URL names a user"},
        {"http://ca.example/a b", "its URL has characters that no URL has"},
        {"http://ca.example/a\r\nX: y", "its URL has characters that no URL has"},
        {"http://ca.example/\xc3\xa4", "its URL has characters that no URL has"},
        {"http://ca.example/%2", "its URL has characters that no URL has"},
        {"http://ca.example/%zz", "its URL has characters that no URL has"},
        {"http://ca.example/a[...]", "its URL has characters that no URL has"},
        {"http://ca.example/" + std::string(longest_http_url, 'a'), "the URL is too long"},
        {"http://" + std::string(254, 'a') + "/", "its URL names no host and port"},
    }));
    INFO(row.first);
    const auto url = parse_http_url(row.first);
    REQUIRE_FALSE(url);
    CHECK(url.error() == row.second);
}

TEST_CASE("an address of the public Internet is one", "[model]")
{
    const std::string text =
        GENERATE("1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
                 "128.0.0.0", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0",
                 "192.167.255.255", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2001:200::1",
                 "2a00::1", "3ffe::1", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::1");
    INFO(text);
    CHECK(IpAddress::parse(text).value().is_public());
}

TEST_CASE("an address of a special purpose is not public, by whatever name", "[model]")
{
    const std::string text =
        GENERATE("0.0.0.0", "0.1.2.3", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
                 "127.255.255.255", "169.254.0.0", "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.0.0.1",
                 "192.0.2.1", "192.88.99.1", "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255",
                 "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.0", "255.255.255.255",
                 "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1",
                 "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::1.1.1.1", "100::1", "2001::1", "2001:2::1",
                 "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::1", "2002:a00:1::1", "2002:c0a8:101::1",
                 "3fff::1", "5f00::1", "fc00::1", "fd00::1", "fe80::1", "fe80::1%lo", "fec0::1", "ff02::1", "4000::1");
    INFO(text);
    CHECK_FALSE(IpAddress::parse(text).value().is_public());
}

}  // namespace
}  // namespace smtptls::model

// Targets in a file.
#include "model/target_list.hpp"

#include "catch.hpp"

#include <sstream>

namespace smtptls::model {
namespace {

base::Expected<std::vector<Target>, std::string> read(const std::string& text)
{
    std::istringstream input(text);
    return read_targets(input, "list");
}

TEST_CASE("a list has a target to a line, with what is said of it alone, and comments", "[model]")
{
    const auto targets = read(
        "# ours\n\nmail.example.com\r\n\tmx.example.net:2525 --tls implicit --role mx # theirs\n"
        "[2001:db8::1]:25 --sni Mail.Example.org");
    REQUIRE(targets.has_value());
    REQUIRE(targets->size() == 3);
    CHECK((*targets)[0].host == "mail.example.com");
    CHECK_FALSE((*targets)[0].tls.has_value());
    CHECK((*targets)[1].port == 2525);
    CHECK((*targets)[1].tls == TlsChoice::implicit);
    CHECK((*targets)[1].role == Role::mx);
    CHECK((*targets)[2].server_name == "mail.example.org");
}

TEST_CASE("a list may have names in Unicode, and the names to ask for too", "[model]")
{
    const auto targets = read("b\u00fccher.example:25 --sni mail.B\u00dcCHER.example\nxn--bcher-kva.example:25\n");
    REQUIRE(targets.has_value());
    REQUIRE(targets->size() == 2);
    CHECK((*targets)[0].host == (*targets)[1].host);
    CHECK((*targets)[0].server_name == "mail.xn--bcher-kva.example");
    CHECK(said_in_vain(*targets, "list").size() == 1);
    CHECK(read("a --sni \u2603.example").error().find("list:1: --sni takes a host name: '\u2603.example' has") == 0);
    CHECK(read("a:25\nb\xfc.example\n").error().find("list:2: 'b\\xfc.example' is not UTF-8") == 0);
}

TEST_CASE("a line that says otherwise of a port that was named before is said to be left out", "[model]")
{
    const auto in_vain = [](const std::string& text) { return said_in_vain(*read(text), "li\x1bst"); };
    CHECK(
        in_vain("mail.example.com:587\n\nmail.example.com:587 --sni other.example\n") ==
        std::vector<std::string>{"li\\x1bst:3: port 587 of mail.example.com is scanned once, as line 1 says: what this "
                                 "line says of it is left out"});
    CHECK(in_vain("a --role mx\na:465 --tls implicit\na:466 --tls implicit\n").size() == 1);
    CHECK(in_vain("a:25 --role mx\na\n").size() == 1);
    CHECK(in_vain("a:25 --role mx\na:25 --role mx\nb:25\n").empty());
    std::vector<Target> targets = *read("a:25\na:25 --role mx\n");
    targets[0].line = 0;
    CHECK(said_in_vain(targets, "list").at(0).find("list:2: port 25 of a is scanned once, as the command line") == 0);
}

TEST_CASE("a line that is mistaken is named, with what would be right", "[model]")
{
    struct Row {
        std::string text;
        std::string words;
    };
    const auto row = GENERATE(values<Row>({
        {"a:25\nb:0\n", "list:2: "},
        {"a --tls ssl\n", "--tls takes auto, starttls or implicit"},
        {"a --role relay\n", "--role takes one of mx, "},
        {"a --sni 192.0.2.1\n", "--sni takes a host name"},
        {"a --sni\n", "--sni takes a value"},
        {"a b\n", "\"b\" is not understood"},
        {"a \x1b[2J\n", "is not understood"},
        {"a" + std::string(longest_target_line, ' ') + "\n", "longer than 4096 bytes"},
        {std::string("a\0b\n", 4), "list:1: there is a NUL in it"},
        {"# nothing\n", "there is no target in it"},
        {"", "there is no target in it"},
    }));
    const auto targets = read(row.text);
    REQUIRE_FALSE(targets.has_value());
    INFO(targets.error());
    CHECK(targets.error().find(row.words) != std::string::npos);
    CHECK(targets.error().find('\x1b') == std::string::npos);
}

}  // namespace
}  // namespace smtptls::model

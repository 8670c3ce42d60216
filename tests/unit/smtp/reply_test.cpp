// Replies out of bytes: the grammar of RFC 5321 section 4.2, its limits, and what is none.
#include "smtp/reply.hpp"
#include "catch.hpp"

namespace smtptls::smtp {
namespace {

using Lines = std::vector<std::string>;

struct Good {
    std::string name;
    std::string input;
    int code;
    Lines lines;
};

struct Bad {
    std::string name;
    std::string input;
    ReplyError error;
};

ReplyReader reader_of(const std::string& input)
{
    ReplyReader reader;
    reader.append(base::bytes_of(input));
    return reader;
}

TEST_CASE("a whole reply is read", "[smtp]")
{
    const auto row = GENERATE(values<Good>({
        {"one line", "220 mail.example.com ESMTP\r\n", 220, {"mail.example.com ESMTP"}},
        {"several lines", "250-mail\r\n250-SIZE 100\r\n250 STARTTLS\r\n", 250, {"mail", "SIZE 100", "STARTTLS"}},
        {"bare LF", "250-mail\n250 STARTTLS\n", 250, {"mail", "STARTTLS"}},
        {"no text behind the blank", "250 \r\n", 250, {""}},
        {"a code and nothing else", "250\r\n", 250, {""}},
        {"an empty line in the middle", "250-mail\r\n250-\r\n250 STARTTLS\r\n", 250, {"mail", "", "STARTTLS"}},
        {"a last line that is only a code", "250-mail\r\n250\r\n", 250, {"mail", ""}},
        {"421 of several lines", "421-too\r\n421 busy\r\n", 421, {"too", "busy"}},
        {"8-bit and NUL bytes", std::string("220 \xff\0\x1b\r\n", 9), 220, {std::string("\xff\0\x1b", 3)}},
        {"CR inside a line", "220 a\rb\r\n", 220, {"a\rb"}},
        {"a hyphen in the text", "220 a-b\r\n", 220, {"a-b"}},
        {"the lowest and the highest code", "599 x\r\n", 599, {"x"}},
    }));
    INFO(row.name);
    ReplyReader reader = reader_of(row.input);
    const auto next = reader.next();
    REQUIRE(next);
    REQUIRE(next->has_value());
    CHECK((*next)->code == row.code);
    CHECK((*next)->lines == row.lines);
    CHECK(reader.rest().empty());
    CHECK_FALSE(reader.next());
}

TEST_CASE("what is no reply is an error that says what it is", "[smtp]")
{
    const std::string long_line = "220 " + std::string(ReplyReader::line_limit, 'a');
    std::string many_lines;
    for (std::size_t i = 0; i <= ReplyReader::lines_limit; ++i) {
        many_lines += "250-x\r\n";
    }
    std::string many_bytes;
    for (int i = 0; i < 9; ++i) {
        many_bytes += "250-" + std::string(2000, 'a') + "\r\n";
    }
    const auto row = GENERATE_COPY(values<Bad>({
        {"a line longer than the limit", long_line + "\r\n", ReplyError::line_too_long},
        {"a line without an end", long_line, ReplyError::line_too_long},
        {"more lines than the limit", many_lines, ReplyError::reply_too_long},
        {"more bytes than the limit", many_bytes, ReplyError::reply_too_long},
        {"the code changes", "250-a\r\n220 b\r\n", ReplyError::code_changed},
        {"a TLS alert", std::string("\x15\x03\x01\x00\x02\x02\x0a\n", 8), ReplyError::not_a_reply},
        {"HTTP", "HTTP/1.1 400 Bad Request\r\n", ReplyError::not_a_reply},
        {"an empty line", "\r\n", ReplyError::not_a_reply},
        {"two digits", "22 a\r\n", ReplyError::not_a_reply},
        {"four digits", "2200 a\r\n", ReplyError::not_a_reply},
        {"a code below 200", "199 a\r\n", ReplyError::not_a_reply},
        {"a code above 599", "600 a\r\n", ReplyError::not_a_reply},
        {"text at once behind the code", "220x\r\n", ReplyError::not_a_reply},
        {"garbage in the middle", "250-a\r\nEHLO\r\n", ReplyError::not_a_reply},
    }));
    INFO(row.name);
    ReplyReader reader = reader_of(row.input);
    const auto next = reader.next();
    REQUIRE(next);
    REQUIRE_FALSE(next->has_value());
    CHECK(next->error() == row.error);
    CHECK_FALSE(reader.current_line().empty() == (row.name != "an empty line"));
    CHECK_FALSE(format(row.error).empty());
}

TEST_CASE("an error stays, whatever comes behind it", "[smtp]")
{
    ReplyReader reader = reader_of("garbage\r\n");
    CHECK(reader.next()->error() == ReplyError::not_a_reply);
    reader.append(base::bytes_of("220 fine\r\n"));
    CHECK(reader.next()->error() == ReplyError::not_a_reply);
}

TEST_CASE("a line of exactly the limit is read", "[smtp]")
{
    const std::string line = "220 " + std::string(ReplyReader::line_limit - 4, 'a');
    ReplyReader reader = reader_of(line + "\r\n");
    CHECK(reader.next()->has_value());
    SECTION("also when it comes in two pieces, cut in its line end")
    {
        ReplyReader other = reader_of(line + "\r");
        CHECK_FALSE(other.next().has_value());
        other.append(base::bytes_of("\n"));
        CHECK(other.next()->has_value());
    }
}

TEST_CASE("a reply of exactly the limit of lines is read", "[smtp]")
{
    std::string lines;
    for (std::size_t i = 1; i < ReplyReader::lines_limit; ++i) {
        lines += "250-x\r\n";
    }
    ReplyReader reader = reader_of(lines + "250 x\r\n");
    CHECK((*reader.next())->lines.size() == ReplyReader::lines_limit);
}

TEST_CASE("the limits count for each reply by itself", "[smtp]")
{
    std::string replies;
    for (std::size_t i = 0; i < 10 * ReplyReader::lines_limit; ++i) {
        replies += "250 " + std::string(100, 'a') + "\r\n";
    }
    ReplyReader reader = reader_of(replies);
    std::size_t count = 0;
    while (const auto next = reader.next()) {
        REQUIRE(next->has_value());
        ++count;
    }
    CHECK(count == 10 * ReplyReader::lines_limit);
}

TEST_CASE("the bytes behind a reply are kept", "[smtp]")
{
    ReplyReader reader = reader_of("220 go\r\n250-injected\r\nmore");
    REQUIRE(reader.next());
    CHECK(reader.rest() == "250-injected\r\nmore");
}

TEST_CASE("a reply prints in one line, as the server wrote it, and escaped", "[smtp]")
{
    const Reply reply{421, {"too busy", "\x1b[2Jlater"}};
    CHECK(reply.text().escaped() == "421 too busy / \\x1b[2Jlater");
}

}  // namespace
}  // namespace smtptls::smtp

// Answers of web servers, whole and broken, and what is read of those without an end.
#include "net/http.hpp"

#include "catch.hpp"
#include "unit/net/recorded_connection.hpp"

namespace smtptls::net {
namespace {

using Then = RecordedConnection::Then;

constexpr std::size_t most_bytes = 1000;

const std::string good_head = "HTTP/1.1 200 OK\r\nContent-Type: application/x\r\n";

HttpBody asked(RecordedConnection& connection, HttpRequest request = {"ca.example", "/ocsp", "application/q", {1, 2}},
               Clock::duration time = std::chrono::hours(1))
{
    Stop stop;
    HttpBounds bounds{{"application/x", "application/y"}, most_bytes};
    return ended(ask_by_http(connection, std::move(request), std::move(bounds), Clock::now() + time, stop));
}

// The body, or the phrase.
std::string heard(std::vector<std::string> pieces, Then then = Then::hang_up)
{
    RecordedConnection connection(std::move(pieces), then);
    const HttpBody body = asked(connection);
    return body ? std::string(base::text_of(*body)) : body.error().escaped();
}

TEST_CASE("a body is posted to the host that is named, and nothing is kept open", "[net]")
{
    RecordedConnection connection({good_head + "Content-Length: 1\r\n\r\nx"});
    CHECK(asked(connection));
    CHECK(connection.written ==
          "POST /ocsp HTTP/1.1\r\nHost: ca.example\r\nUser-Agent: smtptls-scan\r\n"
          "Connection: close\r\nContent-Type: application/q\r\nContent-Length: 2\r\n\r\n\x01\x02");
}

TEST_CASE("without a body it is a GET", "[net]")
{
    RecordedConnection connection({good_head + "Content-Length: 1\r\n\r\nx"});
    CHECK(asked(connection, {"[2001:db8::1]:81", "/a?b", ""}));
    CHECK(connection.written ==
          "GET /a?b HTTP/1.1\r\nHost: [2001:db8::1]:81\r\nUser-Agent: smtptls-scan\r\n"
          "Connection: close\r\n\r\n");
}

TEST_CASE("a body comes with a length, in chunks, or ends with the connection", "[net]")
{
    CHECK(heard({good_head + "Content-Length: 5\r\n\r\nhello"}, Then::silence) == "hello");
    CHECK(heard({good_head, "Content-Length: 5\r\n\r", "\nhel", "lo"}, Then::silence) == "hello");
    CHECK(heard({good_head + "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n", "3;x=y\r\nllo\r\n0\r\n\r\n"},
                Then::silence) == "hello");
    CHECK(heard({good_head + "\r\nhel", "lo"}) == "hello");
    CHECK(heard({"HTTP/1.0 200 OK\r\nContent-Type: Application/Y ; charset=z\r\n\r\nhello"}) == "hello");
}

TEST_CASE("what is no whole answer 200 of the right type is refused in words", "[net]")
{
    struct Row {
        std::string answer;
        std::string words;
    };
    const auto row = GENERATE_COPY(values<Row>({
        {"HTTP/1.1 302 Found\r\nLocation: http://other.example/\r\nContent-Length: 0\r\n\r\n",
         "it answered with status 302"},
        {"HTTP/1.1 404 Not Found\r\nContent-Type: application/x\r\nContent-Length: 2\r\n\r\nno",
         "it answered with status 404"},
        {"HTTP/1.1 100 Continue\r\n\r\n", "it answered with status 100"},
        {"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nno",
         "its answer has the type text/html"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno", "its answer has no type"},
        {good_head + "Content-Length: 0\r\n\r\n", "its answer is empty"},
        {good_head + "\r\n", "its answer is empty"},
        {good_head + "Content-Length: 5\r\n\r\nhel", "it closed the connection before its answer was whole"},
        {good_head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
         "it closed the connection before its answer was whole"},
        {good_head, "it closed the connection before its answer was whole"},
        {"", "it closed the connection before its answer was whole"},
        {"220 mail.example ESMTP\r\n", "its answer is not HTTP: "},
        {good_head + "Content-Length: 1001\r\n\r\n", "its answer has more than 1000 bytes"},
        {good_head + "Content-Length: 99999999999999999999\r\n\r\n", "its answer is not HTTP: "},
        {good_head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "its answer is not HTTP: "},
    }));
    INFO(row.answer);
    // What is wrong with HTTP is said in Beast's words.
    CHECK(heard({row.answer}).substr(0, row.words.size()) == row.words);
}

TEST_CASE("what has no end is read to its bound and no further", "[net]")
{
    struct Row {
        std::vector<std::string> pieces;
        std::string words;
        std::size_t most;
    };
    const std::string many(500, 'x');
    const std::string too_long = "its answer has more than 1000 bytes";
    const std::string long_head = "the head of its answer has more than 8192 bytes";
    const auto row = GENERATE_COPY(values<Row>({
        {{good_head + "\r\n", many}, too_long, 2000},
        {{good_head + "Transfer-Encoding: chunked\r\n\r\n", "1f4\r\n" + many + "\r\n"}, too_long, 2200},
        {{good_head, "X: " + many + "\r\n"}, long_head, 9000},
        {{"HTTP/1.1 200 ", many}, long_head, 9000},
        {{good_head + "Transfer-Encoding: chunked\r\n\r\n", "1;" + many}, too_long, most_bytes + most_http_frame},
    }));
    RecordedConnection connection(row.pieces, Then::repeat);
    const HttpBody body = asked(connection);
    REQUIRE_FALSE(body);
    CHECK(body.error().escaped() == row.words);
    CHECK(connection.read <= row.most);
}

TEST_CASE("a chunk that is the first and the last may come in pieces, and be cut short", "[net]")
{
    const std::string head = good_head + "Transfer-Encoding: chunked\r\n\r\n";
    CHECK(heard({head, "0", "\r", "\n", "\r", "\n"}, Then::silence) == "its answer is empty");
    for (const std::string part : {"0", "0\r\n", "0\r\n\r", "0\r\nX: y\r\n", "0\r\nhe\r\n"}) {
        CHECK(heard({head, part}) == "it closed the connection before its answer was whole");
        CHECK(heard({head + part}) == "it closed the connection before its answer was whole");
    }
}

TEST_CASE("silence ends at the deadline", "[net]")
{
    RecordedConnection connection({good_head}, Then::silence);
    const HttpBody body = asked(connection, {"ca.example", "/", ""}, std::chrono::milliseconds(20));
    REQUIRE_FALSE(body);
    CHECK(body.error().escaped() == "it did not answer in time");
}

}  // namespace
}  // namespace smtptls::net

// Replies do not depend on how their bytes were cut, and no part of one is taken for the whole.
#include "catch.hpp"
#include "smtp/reply.hpp"

namespace smtptls::smtp {
namespace {

struct Result {
    std::vector<Reply> replies = {};
    std::optional<ReplyError> error = {};

    bool operator==(const Result&) const = default;
};

void collect(ReplyReader& reader, Result& result)
{
    while (const auto next = reader.next()) {
        if (!next->has_value()) {
            result.error = next->error();
            return;
        }
        result.replies.push_back(**next);
    }
}

Result read(const std::vector<std::string>& pieces)
{
    ReplyReader reader;
    Result result;
    for (const std::string& piece : pieces) {
        reader.append(base::bytes_of(piece));
        collect(reader, result);
    }
    return result;
}

const std::vector<std::string>& samples()
{
    static const std::vector<std::string> all = {
        "220 mail.example.com ESMTP\r\n",
        "220-wait\r\n220 mail\r\n250-mail\r\n250-PIPELINING\r\n250 STARTTLS\r\n220 go\r\n",
        "250-a\n250-\n250\n421-x\r\n421 y\r\n",
        std::string("220 \0\xff\x80\r\r\n250 ok\r\n", 18),
        "250-a\r\n251 b\r\n250 c\r\n",
        "220 ok\r\n\r\n220 ok\r\n",
        "HTTP/1.1 400 Bad Request\r\n",
        std::string("\x15\x03\x03\x00\x02\x02\x28", 7),
        "220 " + std::string(ReplyReader::line_limit + 10, 'x') + "\r\n220 ok\r\n",
    };
    return all;
}

TEST_CASE("fed byte by byte a reply is the same", "[smtp]")
{
    for (const std::string& sample : samples()) {
        std::vector<std::string> pieces;
        for (const char c : sample) {
            pieces.emplace_back(1, c);
        }
        CHECK(read(pieces) == read({sample}));
    }
}

TEST_CASE("fed in two pieces a reply is the same at every split", "[smtp]")
{
    for (const std::string& sample : samples()) {
        const Result whole = read({sample});
        for (std::size_t at = 0; at <= sample.size(); ++at) {
            REQUIRE(read({sample.substr(0, at), sample.substr(at)}) == whole);
        }
    }
}

TEST_CASE("truncated at any byte it yields only replies that are whole", "[smtp]")
{
    for (const std::string& sample : samples()) {
        const Result whole = read({sample});
        for (std::size_t at = 0; at < sample.size(); ++at) {
            const Result part = read({sample.substr(0, at)});
            REQUIRE(part.replies.size() <= whole.replies.size());
            for (std::size_t i = 0; i < part.replies.size(); ++i) {
                REQUIRE(part.replies[i] == whole.replies[i]);
            }
            // Without its line end the last reply is not here yet.
            const bool last_one_missing = part.replies.size() < whole.replies.size();
            REQUIRE((last_one_missing || whole.error || whole.replies.empty()));
        }
    }
}

}  // namespace
}  // namespace smtptls::smtp

// JSON laid out for people: what fits stands in one line, what it means is the same.
#include "json/layout.hpp"

#include "catch.hpp"
#include "json/json.hpp"

namespace smtptls::json {
namespace {

TEST_CASE("what fits into a line of 100 columns stands in one, and what does not is broken at its own level", "[json]")
{
    const Value value = {{"short", {1, 2, 3}},
                         {"empty", Value::array()},
                         {"long", {{{"name", std::string(60, 'a')}, {"list", {"x", "y"}}}, std::string(60, 'b')}}};
    CHECK(laid_out(value) ==
          "{\n  \"short\": [1, 2, 3],\n  \"empty\": [],\n  \"long\": [\n"
          "    {\"name\": \"" +
              std::string(60, 'a') +
              "\", \"list\": [\"x\", \"y\"]},\n"
              "    \"" +
              std::string(60, 'b') + "\"\n  ]\n}");
}

TEST_CASE("brackets, commas and quotation marks in texts are texts", "[json]")
{
    const Value value = {{"a\"]{,:", "\\\"}[,:"}, {"b", std::string(100, '{')}};
    CHECK(Value::parse(laid_out(value)) == value);
    CHECK(laid_out({{"a\"]", "\\,:"}}) == R"({"a\"]": "\\,:"})");
}

TEST_CASE("a line has at most 100 columns where its texts allow it", "[json]")
{
    for (std::size_t size = 80; size < 110; ++size) {
        const Value value = {{"k", {std::string(size, 'a')}}, {"l", 1}};
        const std::string text = laid_out(value);
        const std::size_t longest = text.find('\n') == std::string::npos ? text.size() : 0;
        CHECK(longest <= 100);
        CHECK(Value::parse(text) == value);
    }
}

TEST_CASE("a text that is not UTF-8 is written with the replacement character", "[json]")
{
    CHECK(one_line("a\xff") == "\"a\xef\xbf\xbd\"");
}

TEST_CASE("a document that is given out member by member is one document", "[json]")
{
    std::string text;
    const base::Sink sink = [&text](std::string_view piece) { text += piece; };
    Document document(sink);
    document.member("a", {1, 2});
    document.list("b", std::vector<int>{3, 4}, [](int number) { return Value{{"n", number}}; });
    document.list("c", std::vector<int>{}, [](int number) { return Value(number); });
    document.end();
    CHECK(text == "{\n  \"a\": [1, 2],\n  \"b\": [\n    {\"n\": 3},\n    {\"n\": 4}\n  ],\n  \"c\": []\n}\n");
}

}  // namespace
}  // namespace smtptls::json

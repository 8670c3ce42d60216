// JSON that anybody wrote: what is read, how it is read, and what is refused.
#include "json/parse.hpp"

#include "catch.hpp"
#include "json/json.hpp"
#include "json/node.hpp"

#include <sstream>

namespace smtptls::json {
namespace {

std::string error_of(const std::string& text)
{
    const auto value = parse(text);
    return value ? "" : value.error();
}

// {"k0": 0, "k1": 0, ...}
std::string members(std::size_t count)
{
    std::string text = "{";
    for (std::size_t i = 0; i < count; ++i) {
        text += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":0";
    }
    return text + "}";
}

TEST_CASE("a document is read whole, each value of its kind and in its order", "[json]")
{
    const auto value =
        parse(R"({"text": "a\"\u00e9", "list": [0, -1, 1.5, true, null, [], {}], "last": 18446744073709551615})");
    REQUIRE(value.has_value());
    Reading reading(*value);
    const Node root = reading.node();
    REQUIRE(root.members().size() == 3);
    CHECK(root.members()[0].key() == "text");
    CHECK(root.members()[0].text() == "a\"\u00e9");
    const auto list = root.at("list").elements();
    REQUIRE(list.size() == 7);
    CHECK((list[0].number() == 0 && list[0].is(0)));
    CHECK((list[1].integer() == -1 && list[1].is_number()));
    CHECK((!list[2].is_number() && !list[2].is(1)));
    CHECK((list[3].is_boolean() && list[3].boolean()));
    CHECK(list[4].is_null());
    CHECK(list[5].elements().empty());
    CHECK((list[6].is_object() && list[6].members().empty()));
    CHECK_FALSE(root.has("first"));
    CHECK(reading.error().empty());
    root.at("last").number();
    CHECK(reading.error() == "last: is not a whole number from 0 up");
}

TEST_CASE("an error names the way to where it is, and can be shown whatever the keys are", "[json]")
{
    const auto value = parse(R"({"a": [[], [{"b": 1}]], "\u001b[2J": {"c": 2}})");
    REQUIRE(value.has_value());
    Reading first(*value);
    first.node().at("a").elements()[1].elements()[0].at("b").err("is bad");
    CHECK(first.error() == "a[1][0].b: is bad");
    Reading second(*value, "line 3");
    second.node().members()[1].at("c").err("is bad");
    CHECK(second.error() == "line 3.\\x1b[2J.c: is bad");
}

TEST_CASE("an error about what is missing names the whole way to it, and the first one is kept", "[json]")
{
    const auto value = parse(R"({"a": [{}]})");
    REQUIRE(value.has_value());
    Reading reading(*value);
    CHECK(reading.node().at("a").elements()[0].at("b").at("c").text().empty());
    reading.node().err("is late");
    CHECK(reading.error() == "a[0].b.c: is not a text");
}

TEST_CASE("a member that stands twice is refused, since readers differ in which of them counts", "[json]")
{
    CHECK(error_of(R"({"a": [{"b": 1, "c": 2, "b": 3}]})") == "b stands twice in one object");
}

TEST_CASE("what is not JSON is refused with its place and a sentence without the words of the JSON library", "[json]")
{
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"", "not JSON at 1:1: it ends too early"},
        {"{", "not JSON at 1:2: it ends too early"},
        {"{b", "not JSON at 1:2: expected a quoted key"},
        {"{\"a\": 1,}", "not JSON at 1:9: expected a quoted key"},
        {"[1,]", "not JSON at 1:4: expected a value"},
        {"[\n1,\n]", "not JSON at 3:1: expected a value"},
        {"[1 2]", "not JSON at 1:4: expected ']'"},
        {"{\"a\" 1}", "not JSON at 1:6: expected ':'"},
        {"{\"a\": 1 2}", "not JSON at 1:9: expected '}'"},
        {"1 2", "not JSON at 1:3: expected the end"},
        {"nul", "not JSON at 1:4: expected a value"},
        {"{\"; expected \x7f\": s", "not JSON at 1:18: expected a value"},
        {"\"a", "not JSON at 1:3: a text has no closing quote"},
        {"\"\xff\"", "not JSON at 1:2: a text is not UTF-8"},
        {"\"\n\"", "not JSON at 2:0: a text has a control character"},
        {"\"\\x\"", "not JSON at 1:3: a text has a backslash that means nothing"},
        {"01", "not JSON at 1:2: expected the end"},
        {"-", "not JSON at 1:2: a number is not written as one"},
        {"1e999", "not JSON: a number is too large"}};
    for (const auto& [text, sentence] : rows) {
        CHECK(error_of(text) == sentence);
    }
}

TEST_CASE("the name of a file stands in front of the place, as compilers write it", "[json]")
{
    CHECK(in_file("w.json", error_of("{b")) == "w.json:1:2: not JSON: expected a quoted key");
    CHECK(in_file("w.json", "not JSON: a number is too large") == "w.json: not JSON: a number is too large");
    CHECK(in_file("w.json", "a[0]: is not a text") == "w.json: a[0]: is not a text");
}

TEST_CASE("an object of more members than any of ours has is refused at the first too many", "[json]")
{
    CHECK(error_of(members(most_members)).empty());
    CHECK(error_of(members(most_members + 1)) == "it has an object of more than 2048 members");
}

TEST_CASE("lists and objects deeper within each other than any of ours are refused", "[json]")
{
    CHECK(error_of(std::string(deepest, '[') + std::string(deepest, ']')).empty());
    CHECK(error_of(std::string(100000, '[')) == "it has lists or objects more than 24 deep within each other");
}

TEST_CASE("more values than the reader keeps are refused", "[json]")
{
    std::string text = "[0";
    for (std::size_t i = 0; i < most_values; ++i) {
        text += ",0";
    }
    CHECK(error_of(text + "]") == "it has more than 1000000 values");
}

TEST_CASE("the elements of a list that is taken apart are given out one by one and not kept", "[json]")
{
    std::istringstream stream(R"({"first": [1], "big": [[1, 2], {"a": []}, 3], "last": {"big": [4]}})");
    std::vector<std::string> taken;
    const std::array<std::string_view, 1> lists = {"big"};
    const auto value = parse(stream, lists, [&](std::string_view list, std::size_t place, const Value& element) {
        taken.push_back(std::string(list) + std::to_string(place) + element.dump());
        return true;
    });
    REQUIRE(value.has_value());
    CHECK(taken == std::vector<std::string>{"big0[1,2]", "big1{\"a\":[]}", "big23"});
    CHECK(value->dump() == R"({"first":[1],"big":[],"last":{"big":[4]}})");
}

TEST_CASE("what is given out is not counted among the values that are kept", "[json]")
{
    std::string text = R"({"big": [0)";
    for (std::size_t i = 0; i < most_values; ++i) {
        text += ",0";
    }
    std::istringstream stream(text + "]}");
    std::size_t count = 0;
    const std::array<std::string_view, 1> lists = {"big"};
    const auto value = parse(stream, lists, [&count](std::string_view, std::size_t, const Value&) {
        ++count;
        return true;
    });
    CHECK(value.has_value());
    CHECK(count == most_values + 1);
}

TEST_CASE("whoever is given the elements can end the reading", "[json]")
{
    std::istringstream stream(R"({"big": [1, 2, 3]})");
    std::size_t count = 0;
    const std::array<std::string_view, 1> lists = {"big"};
    const auto value =
        parse(stream, lists, [&count](std::string_view, std::size_t, const Value&) { return ++count < 2; });
    REQUIRE_FALSE(value.has_value());
    CHECK(value.error().empty());
    CHECK(count == 2);
}

}  // namespace
}  // namespace smtptls::json

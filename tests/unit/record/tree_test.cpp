// The tree of a JSON document: each value is there, and knows where it stands.
#include "catch.hpp"
#include "record/node.hpp"

namespace smtptls::record {
namespace {

TEST_CASE("a document is read whole, each value of its kind and in its order", "[record]")
{
    const auto tree =
        Tree::parse(R"({"text": "a\"\u00e9", "list": [0, -1, 1.5, true, null, [], {}], "last": 18446744073709551615})");
    REQUIRE(tree.has_value());
    const Value& root = tree->root();
    REQUIRE(root.children().size() == 3);
    CHECK(root.children()[0].key() == "text");
    CHECK(root.children()[0].text() == "a\"\u00e9");
    const Value* const list = root.find("list");
    REQUIRE(list != nullptr);
    const auto values = list->children();
    REQUIRE(values.size() == 7);
    CHECK((values[0].is_natural() && values[0] == 0));
    CHECK((values[1].is_integer() && !values[1].is_natural() && values[1] == -1));
    CHECK((!values[2].is_integer() && values[2] != 1));
    CHECK((values[3].is_boolean() && values[3].boolean()));
    CHECK(values[4].is_null());
    CHECK((values[5].is_list() && values[5].children().empty()));
    CHECK((values[6].is_object() && values[6].children().empty()));
    CHECK(root.find("last")->natural() == UINT64_MAX);
    CHECK(root.find("first") == nullptr);
}

TEST_CASE("the way to a value names its keys and places, and can be shown whatever the keys are", "[record]")
{
    const auto tree = Tree::parse(R"({"a": [[], [{"b": 1}]], "\u001b[2J": {"c": 2}})");
    REQUIRE(tree.has_value());
    const Value& root = tree->root();
    CHECK(root.path().empty());
    CHECK(root.find("a")->children()[1].children()[0].find("b")->path() == "a[1][0].b");
    CHECK(root.children()[1].find("c")->path() == "\\x1b[2J.c");
}

TEST_CASE("the way holds when the tree is moved", "[record]")
{
    auto parsed = Tree::parse(R"([{"a": 1}])");
    REQUIRE(parsed.has_value());
    const Tree moved = *std::move(parsed);
    CHECK(moved.root().children()[0].find("a")->path() == "[0].a");
}

TEST_CASE("of a key that stands twice the last value counts, in the place of the first", "[record]")
{
    const auto tree = Tree::parse(R"({"a": [1], "b": 2, "a": {"c": [3]}})");
    REQUIRE(tree.has_value());
    REQUIRE(tree->root().children().size() == 2);
    CHECK(tree->root().children()[0].find("c")->children()[0] == 3);
    CHECK(tree->root().children()[0].find("c")->children()[0].path() == "a.c[0]");
}

TEST_CASE("an error about what is missing names the whole way to it", "[record]")
{
    const auto tree = Tree::parse(R"({"a": [{}]})");
    REQUIRE(tree.has_value());
    std::string error;
    const Node document(tree->root(), error);
    CHECK(document.at("a").elements()[0].at("b").at("c").text().empty());
    CHECK(error == "a[0].b.c: is not a text");
}

TEST_CASE("what is not JSON is refused in the JSON library's words", "[record]")
{
    for (const char* text : {"", "{", "[1,]", "{\"a\" 1}", "1 2", "\"\xff\"", "1e999"}) {
        INFO(text);
        const auto tree = Tree::parse(text);
        REQUIRE_FALSE(tree.has_value());
        CHECK(tree.error().find("[json.exception.") == 0);
    }
}

}  // namespace
}  // namespace smtptls::record

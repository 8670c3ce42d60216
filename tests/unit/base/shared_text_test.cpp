// What keeps a report of a hundred thousand findings small.
#include "base/shared_text.hpp"

#include "base/sparse.hpp"
#include "catch.hpp"

namespace smtptls::base {
namespace {

TEST_CASE("equal texts that are made one after the other are one", "[base]")
{
    const SharedText one(std::string("the port is ") + "closed");
    const SharedText other("the port is closed");
    CHECK(&one.str() == &other.str());
    CHECK(one == other);
    CHECK(one == std::string_view("the port is closed"));
}

TEST_CASE("an empty text is empty, and reads as one", "[base]")
{
    CHECK(SharedText().empty());
    CHECK(SharedText("").empty());
    CHECK(SharedText().str().empty());
}

TEST_CASE("a text outlives what it was made of, however many there are", "[base]")
{
    const SharedText first("number 0");
    for (int i = 0; i < 5000; ++i) {
        const SharedText another("number " + std::to_string(i));
        CHECK(another.str().size() >= 8);
    }
    CHECK(first == std::string_view("number 0"));
}

TEST_CASE("texts are put together as strings are", "[base]")
{
    const SharedText text("b");
    CHECK("a" + text + "c" == "abc");
    CHECK(std::string("a") + text == "ab");
}

TEST_CASE("what is mostly not there has the size of a pointer, and is copied whole", "[base]")
{
    STATIC_REQUIRE(sizeof(Sparse<std::string>) == sizeof(void*));
    STATIC_REQUIRE(sizeof(SparseList<std::string>) == sizeof(void*));
    Sparse<std::string> one = std::string("a");
    Sparse<std::string> other = one;
    *other = "b";
    CHECK(*one == "a");
    CHECK(Sparse<std::string>().value_or("c") == "c");
    one = {};
    CHECK_FALSE(one);
}

TEST_CASE("a list that is mostly empty reads as any list", "[base]")
{
    const SparseList<int> none;
    CHECK(none.empty());
    CHECK(none.begin() == none.end());
    const SparseList<int> some = {1, 2};
    CHECK((some.size() == 2 && some[1] == 2 && some.front() == 1));
    CHECK(SparseList<int>(std::vector<int>()).empty());
    const SparseList<int> copy = some;
    CHECK(copy == some);
}

}  // namespace
}  // namespace smtptls::base

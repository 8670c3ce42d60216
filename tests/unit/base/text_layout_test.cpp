#include "base/text_layout.hpp"

#include "catch.hpp"

using namespace smtptls::base;

TEST_CASE("a text is padded behind or put to the right, and a long one is left whole")
{
    CHECK(padded("ab", 4) == "ab  ");
    CHECK(right("ab", 4) == "  ab");
    CHECK(padded("abcde", 4) == "abcde");
    CHECK(right("abcde", 4) == "abcde");
}

TEST_CASE("one is no plural, and none is")
{
    CHECK(plural(1, "line") == "1 line");
    CHECK(plural(0, "line") == "0 lines");
    CHECK(plural(2, "line") == "2 lines");
}

TEST_CASE("texts are joined with what stands between two of them, also where one is empty")
{
    CHECK(joined({}).empty());
    CHECK(joined({"a"}) == "a");
    CHECK(joined({"a", "b", "c"}) == "a, b, c");
    CHECK(joined({"", "b", ""}, ";") == ";b;");
}

TEST_CASE("the case of ASCII letters changes, and of nothing else")
{
    CHECK(lower("AZ[az\xc3\x84") == "az[az\xc3\x84");
    CHECK(upper("AZ{az\xc3\xa4") == "AZ{AZ\xc3\xa4");
}

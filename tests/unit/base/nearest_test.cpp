// Which word may have been meant.
#include "base/nearest.hpp"
#include "catch.hpp"

#include <string>

namespace smtptls::base {
namespace {

TEST_CASE("a letter that is missing, added, changed or swapped is one edit", "[base]")
{
    CHECK(edit_distance("policy", "policy") == 0);
    CHECK(edit_distance("polcy", "policy") == 1);
    CHECK(edit_distance("pollicy", "policy") == 1);
    CHECK(edit_distance("pokicy", "policy") == 1);
    CHECK(edit_distance("polciy", "policy") == 1);
    CHECK(edit_distance("POLICY", "policy") == 0);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("abc", "") == 3);
    CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("the nearest word is meant if no more than a third of the letters are wrong", "[base]")
{
    const std::vector<std::string_view> known = {"explain", "log", "policy", "report"};
    CHECK(nearest("polciy", known) == "policy");
    CHECK(nearest("repotr", known) == "report");
    CHECK(nearest("lgo", known) == "log");
    CHECK(nearest("exlpian", known) == "explain");
    CHECK(nearest("port", known).empty());
    CHECK(nearest("mail", known).empty());
    CHECK(nearest("", known).empty());
    CHECK(nearest(std::string(100000, 'a'), known).empty());
    CHECK(nearest("log", {}).empty());
}

}  // namespace
}  // namespace smtptls::base

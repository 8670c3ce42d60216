// Pieces that wait for the end, in memory and on the disk.
#include "base/spool.hpp"

#include "catch.hpp"

namespace smtptls::base {
namespace {

std::string all_of(const Spool& spool)
{
    std::string all;
    spool.give([&all](std::string_view piece) { all += piece; });
    return all;
}

TEST_CASE("pieces come out in the order of their places, whatever order they came in", "[base]")
{
    Spool spool;
    spool.add(70000, "c");
    spool.add(1, "b");
    spool.add(0, "a");
    spool.add(2, "");
    CHECK(all_of(spool) == "abc");
    std::vector<std::size_t> places;
    spool.each([&places](std::size_t place, std::string_view) { places.push_back(place); });
    CHECK(places == std::vector<std::size_t>{0, 1, 70000});
}

TEST_CASE("more than fits into memory comes back from the disk as it was", "[base]")
{
    Spool spool;
    std::string wanted;
    for (std::size_t i = 0; i < 40; ++i) {
        wanted += std::string(Spool::in_memory / 10, static_cast<char>('a' + i % 26));
    }
    for (std::size_t i = 40; i-- > 0;) {
        spool.add(i, std::string(Spool::in_memory / 10, static_cast<char>('a' + i % 26)));
    }
    CHECK((all_of(spool) == wanted));
    CHECK((all_of(spool) == wanted));
}

TEST_CASE("spools that grow side by side share a file and keep their pieces apart", "[base]")
{
    const auto file = open_spool_file();
    CHECK(file == open_spool_file());
    constexpr std::size_t each = Spool::in_memory / 3;
    Spool one;
    Spool other;
    std::string of_one;
    std::string of_other;
    for (std::size_t i = 0; i < 12; ++i) {
        const auto letter = static_cast<char>('a' + i);
        one.add(i, std::string(each, letter));
        other.add(i, std::string(each + i, static_cast<char>(letter - 32)));
        of_one += std::string(each, letter);
        of_other += std::string(each + i, static_cast<char>(letter - 32));
    }
    CHECK((all_of(one) == of_one));
    CHECK((all_of(other) == of_other));
}

TEST_CASE("a spool that was moved keeps its pieces", "[base]")
{
    Spool one;
    one.add(0, std::string(Spool::in_memory + 1, 'x'));
    const Spool other(std::move(one));
    CHECK(all_of(other).size() == Spool::in_memory + 1);
}

}  // namespace
}  // namespace smtptls::base

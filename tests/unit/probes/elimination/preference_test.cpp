// Whose order decides, out of choices made by hand.
#include "probes/elimination/preference.hpp"

#include "catch.hpp"
#include "unit/probes/elimination/play.hpp"

namespace smtptls::probes::play {
namespace {

struct Seen {
    std::string offered;
    char chosen;
    bool tells = true;
};

Preference<Letter> preference_of(const std::vector<Seen>& picks)
{
    Preference<Letter> preference;
    for (const Seen& pick : picks) {
        preference.saw(letters(pick.offered), letter(pick.chosen), pick.tells);
    }
    return preference;
}

TEST_CASE("one choice shows nobody's order", "[elimination]")
{
    const auto preference = preference_of({{"abc", 'b'}});
    CHECK_FALSE(preference.pair());
    CHECK(preference.order() == Order::unknown);
}

TEST_CASE("two that were each chosen before the other are a pair", "[elimination]")
{
    const auto preference = preference_of({{"abcd", 'b'}, {"acdb", 'd'}});
    REQUIRE(preference.pair());
    CHECK(preference.pair()->canary == letter('d'));
    CHECK(preference.pair()->witness == letter('b'));
}

TEST_CASE("the client's order is proven with the witness next behind the canary", "[elimination]")
{
    const auto preference = preference_of({{"abcd", 'b'}, {"acdb", 'd'}});
    CHECK(preference.client_proven());
    CHECK(preference.order() == Order::client);
}

TEST_CASE("with something between canary and witness the client's order is not proven", "[elimination]")
{
    const auto preference = preference_of({{"abcde", 'b'}, {"acdeb", 'd'}});
    CHECK(preference.pair());
    CHECK(preference.order() == Order::unknown);
}

TEST_CASE("what was passed over and is accepted after all shows the server's order", "[elimination]")
{
    CHECK(preference_of({{"abc", 'b'}, {"ac", 'a'}}).order() == Order::server);
    CHECK(preference_of({{"a", 'a'}, {"acb", 'b'}}).order() == Order::server);
}

TEST_CASE("what shows the server's order outweighs a proof of the client's", "[elimination]")
{
    const auto preference = preference_of({{"abcd", 'b'}, {"acdb", 'd'}, {"bd", 'd'}});
    CHECK(preference.order() == Order::server);
    CHECK_FALSE(preference.client_proven());
}

TEST_CASE("choices that need not follow any order make no pair", "[elimination]")
{
    CHECK_FALSE(preference_of({{"abcd", 'b', false}, {"acdb", 'd'}}).pair());
}

TEST_CASE("a pair that is disbelieved is gone, and no other one comes", "[elimination]")
{
    auto preference = preference_of({{"abcde", 'b'}, {"acdeb", 'd'}});
    preference.disbelieve();
    CHECK_FALSE(preference.pair());
    preference.saw(letters("aceb"), letter('e'), true);
    CHECK_FALSE(preference.pair());
    CHECK(preference.order() == Order::unknown);
}

TEST_CASE("a witness was chosen though the canary stood behind it", "[elimination]")
{
    CHECK(preference_of({{"ab", 'a'}}).witness_for(letter('b')) == letter('a'));
    CHECK_FALSE(preference_of({{"ba", 'a'}}).witness_for(letter('b')));
    CHECK_FALSE(preference_of({{"ab", 'a'}}).witness_for(letter('a')));
    CHECK_FALSE(preference_of({{"ab", 'a', false}}).witness_for(letter('b')));
}

TEST_CASE("there is no witness in a server's own order", "[elimination]")
{
    CHECK_FALSE(preference_of({{"abc", 'b'}, {"ac", 'a'}}).witness_for(letter('c')));
}

TEST_CASE("choices that tell one after the other are a sequence", "[elimination]")
{
    const auto sequence = preference_of({{"abc", 'c'}, {"ab", 'b'}}).sequence(letters("abc"));
    REQUIRE(sequence);
    CHECK(text(sequence->known) == "cba");
    CHECK(sequence->next.empty());
}

TEST_CASE("where the sequence ends it is told between which", "[elimination]")
{
    const auto sequence = preference_of({{"abcd", 'c'}, {"ab", 'b'}}).sequence(letters("abcd"));
    REQUIRE(sequence);
    CHECK(text(sequence->known) == "c");
    CHECK(text(sequence->next) == "bd");
}

TEST_CASE("choices that contradict each other are no sequence", "[elimination]")
{
    CHECK_FALSE(preference_of({{"abc", 'c'}, {"ca", 'a'}}).sequence(letters("ac")));
}

TEST_CASE("a choice that does not tell adds nothing to the sequence", "[elimination]")
{
    const auto sequence = preference_of({{"abc", 'c'}, {"ab", 'b', false}}).sequence(letters("abc"));
    REQUIRE(sequence);
    CHECK(text(sequence->next) == "ab");
}

}  // namespace
}  // namespace smtptls::probes::play

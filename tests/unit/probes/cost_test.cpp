#include "probes/cost.hpp"

#include "catch.hpp"

using namespace smtptls::probes;

TEST_CASE("what a scan costs is told fewest first, and never more than at most", "[cost]")
{
    const Confirm confirm = GENERATE(Confirm::none, Confirm::version, Confirm::family, Confirm::suite);
    const Cost most = most_cost(confirm);
    std::size_t before = 0;
    const bool limited = GENERATE(false, true);
    for (const KnownCost& known : known_costs(confirm, limited)) {
        CHECK(known.cost.connections() > before);
        CHECK(known.cost.hellos <= most.hellos);
        CHECK(known.cost.handshakes <= most.handshakes);
        CHECK((known.cost.handshakes == 0) == (confirm == Confirm::none));
        before = known.cost.connections();
    }
}

TEST_CASE("the typical cost is that of Debian's Postfix as it comes", "[cost]")
{
    // tests/lab/test_postfix.py prints what it is: 110 on the day this was written.
    const Cost cost = known_costs(Confirm::family).at(typical_server(false)).cost;
    CHECK(cost == Cost{89, 22});
}

// Small servers without trouble, all of them: every subset and every order.
//
// The worst case of an undisturbed plan, one question in flight, for a version that accepts k suites: k choices, and
// where two certificate suites are accepted and the client's order decides, the choice of the canary = k + 1. In the
// server's own order the first suite is chosen twice, the rest refused, and the canary chosen = k + 3. One more where
// nothing shows an order. Absent by alert 70 or by a lower version's answer: 1.
#include "tests/catch.hpp"
#include "tests/model/small.hpp"

#include <algorithm>
#include <iostream>

namespace smtptls::test {
namespace {

struct OrderTally {
    int servers = 0;
    std::size_t wrong = 0;
    std::size_t open = 0;
    std::size_t offences = 0;
    int most_over = 0;         // questions beyond the accepted ones
    int most_over_client = 0;  // where two certificate suites show that the client's order decides
    int misjudged = 0;         // orders
    int told = 0;              // servers that were printed, being wrong or misjudged
};

bool is_misjudged(const Server& server, const Run& run)
{
    const Suites& table = server.tables.at(tls12);
    if (server.order == Order::chacha_first) {
        return false;
    }
    if (server.order == Order::client) {
        const bool shown = run.order == probes::Order::client;
        const bool may_be_unknown = table.size() < 2 || table.size() == ten().size();
        return run.server_order || !(shown || (may_be_unknown && run.order == probes::Order::unknown));
    }
    return table.size() > 1 ? run.server_order != table : run.order != probes::Order::unknown;
}

void take(OrderTally& tally, const Server& server, const Run& run)
{
    ++tally.servers;
    const std::size_t wrong_cells = count_wrong(server, run);
    tally.wrong += wrong_cells;
    tally.open += count_open(server, run);
    tally.offences += run.offences.size();
    const Suites& table = server.tables.at(tls12);
    const int over = run.questions - static_cast<int>(table.size()) - run.extra_lanes;
    tally.most_over = std::max(tally.most_over, over);
    if (server.order == Order::client && probes::those(table, probes::has_certificate_class).size() >= 2) {
        tally.most_over_client = std::max(tally.most_over_client, over);
    }
    const bool misjudged = is_misjudged(server, run);
    tally.misjudged += misjudged ? 1 : 0;
    if ((wrong_cells > 0 || misjudged) && tally.told++ < 2) {
        print(server, run);
    }
}

void check(const OrderTally& tally)
{
    CHECK(tally.wrong == 0);
    CHECK(tally.open == 0);
    CHECK(tally.offences == 0);
    CHECK(tally.misjudged == 0);
    CHECK(tally.most_over <= 5);
    CHECK(tally.most_over_client <= 1);
}

// Every ordered choice of `size` out of `suites`.
template <typename Use>
void for_each_order(const Suites& suites, std::size_t size, Use use)
{
    Suites chosen;
    const auto extend = [&](const auto& self) -> void {
        if (chosen.size() == size) {
            use(chosen);
            return;
        }
        for (const CipherSuite suite : suites) {
            if (!probes::contains(chosen, suite)) {
                chosen.push_back(suite);
                self(self);
                chosen.pop_back();
            }
        }
    };
    extend(extend);
}

}  // namespace

// Up to four of the ten, and up to six of six.
TEST_CASE("every subset and every order of up to six suites is found exactly")
{
    const Suites six(ten().begin() + 2, ten().begin() + 8);
    for (const Order order : {Order::server, Order::client, Order::chacha_first}) {
        OrderTally tally;
        for (std::size_t size = 1; size <= 6; ++size) {
            for_each_order(size <= 4 ? ten() : six, size, [&](const Suites& table) {
                if (order == Order::client && !std::is_sorted(table.begin(), table.end())) {
                    return;  // the table's order says nothing there
                }
                Server server = of_table(table, order);
                server.name = "small";
                take(tally, server, run_plan(server, tls12, ten()));
            });
        }
        std::cout << "orders of up to 6, order " << static_cast<int>(order) << ": " << tally.servers
                  << " servers, at most accepted + " << tally.most_over << " questions, " << tally.misjudged
                  << " orders misjudged\n";
        check(tally);
    }
}

TEST_CASE("orders of five to ten suites, drawn from a seed, with one, four and eight in flight")
{
    std::mt19937 random(5);
    for (const std::size_t in_flight : {1U, 4U, 8U}) {
        OrderTally tally;
        for (int i = 0; i < 1500; ++i) {
            Server server = of_table(some_of(ten(), 5, 10, random));
            server.name = "seed 5, number " + std::to_string(i);
            server.order = static_cast<Order>(random() % 3);
            Setting setting;
            setting.in_flight = in_flight;
            setting.seed = static_cast<unsigned>(random());
            take(tally, server, run_plan(server, tls12, ten(), setting));
        }
        std::cout << "orders of 5 to 10, " << in_flight << " in flight: at most accepted + extra lanes + "
                  << tally.most_over << ", " << tally.misjudged << " orders misjudged\n";
        check(tally);
    }
}

TEST_CASE("without lanes the matrix and the order are the same")
{
    std::mt19937 random(6);
    for (int i = 0; i < 300; ++i) {
        Server server = of_table(some_of(ten(), 2, 10, random));
        server.order = static_cast<Order>(random() % 3);
        Setting setting;
        setting.in_flight = 8;
        setting.seed = static_cast<unsigned>(i);
        const Run with = run_plan(server, tls12, ten(), setting);
        setting.lanes = false;
        const Run without = run_plan(server, tls12, ten(), setting);
        REQUIRE(without.extra_lanes == 0);
        REQUIRE(with.server_order == without.server_order);
        for (std::size_t cell = 0; cell < with.cells.size(); ++cell) {
            REQUIRE(with.cells[cell].state == without.cells[cell].state);
        }
    }
}

}  // namespace smtptls::test

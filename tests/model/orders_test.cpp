// Small servers without trouble, all of them: every subset and every order.
//
// The worst case of an undisturbed plan, one question in flight: for a version that accepts k suites,
// k picks + the refusal of the certificate suites + the refusal of the others + the canary = k + 3 where
// the client's order is seen; k + 4 where it is not (the server's own, or fewer than four certificate
// suites to tell by), since the anonymous suites are then asked apart; k + 6 for the few own orders that
// look like the client's until the canary. Absent by alert 70 or by a lower version's answer: 1.
#include "tests/catch.hpp"
#include "tests/model/small.hpp"

#include <algorithm>
#include <iostream>

namespace smtptls::test {
namespace {

struct Tally {
    int servers = 0;
    std::size_t wrong = 0;
    std::size_t open = 0;
    std::size_t offences = 0;
    int most_over = 0;  // questions beyond the accepted ones
    int most_over_client = 0;
    int disguised = 0;  // an own order that looked like the client's until the canary
    int misjudged = 0;  // orders
    int told = 0;       // servers that were printed, being wrong or misjudged
};

void take(Tally& tally, const Server& server, const Run& run)
{
    ++tally.servers;
    const std::size_t wrong_cells = count_wrong(server, run);
    tally.wrong += wrong_cells;
    tally.open += count_open(server, run);
    tally.offences += run.offences.size();
    const auto& table = server.tables.at(tls12);
    const Suites certificates = probes::those(table, probes::has_certificate_class);
    const int over = run.questions - static_cast<int>(table.size()) - run.extra_lanes;
    tally.most_over = std::max(tally.most_over, over);
    tally.disguised += over > 4 ? 1 : 0;
    const bool may_show_early = certificates.size() >= 4;
    if (server.order == Order::client && run.order == probes::SuiteOrder::client && may_show_early) {
        tally.most_over_client = std::max(tally.most_over_client, over);
    }
    const auto truth = server.order == Order::client ? probes::SuiteOrder::client : probes::SuiteOrder::server;
    const bool misjudged = server.order != Order::chacha_first && run.order != truth &&
                           (run.order != probes::SuiteOrder::unknown ||
                            (certificates.size() >= 4 && run.extra_lanes == 0 && table.size() < ten().size()));
    tally.misjudged += misjudged ? 1 : 0;
    if ((wrong_cells > 0 || misjudged) && tally.told++ < 5) {
        print(server, run);
    }
}

void check(const Tally& tally)
{
    CHECK(tally.wrong == 0);
    CHECK(tally.open == 0);
    CHECK(tally.offences == 0);
    CHECK(tally.misjudged == 0);
    CHECK(tally.most_over <= 6);
    CHECK(tally.most_over_client <= 3);
    CHECK(tally.disguised * 20 <= tally.servers);
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
        Tally tally;
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
        Tally tally;
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

TEST_CASE("with one lane the order in which suites are found is the server's")
{
    std::mt19937 random(6);
    int servers = 0;
    for (int i = 0; i < 300; ++i) {
        const Suites table = some_of(probes::those(ten(), probes::has_certificate_class), 2, 8, random);
        Setting setting;
        setting.in_flight = 4;
        setting.one_lane = true;
        const Run run = run_plan(of_table(table), tls12, ten(), setting);
        servers += run.accepted == table ? 1 : 0;
    }
    CHECK(servers == 300);
}

}  // namespace smtptls::test

// Servers with something wrong: suites that break the handshake, faults of the network in every place,
// lists read in part, refusals that are no alerts. A cell may stay open; it may not be wrong.
#include "tests/catch.hpp"
#include "tests/model/small.hpp"

#include <algorithm>
#include <iostream>

namespace smtptls::test {
namespace {

std::vector<model::Outcome> all_faults()
{
    return {
        failure(base::Stage::hello, base::Reason::reset),
        failure(base::Stage::hello, base::Reason::timed_out),
        failure(base::Stage::hello, base::Reason::closed),
        failure(base::Stage::greeting, base::Reason::throttled),
        failure(base::Stage::starttls, base::Reason::unavailable),
        failure(base::Stage::connect, base::Reason::timed_out),
        broken_off(tls12, eight()[0]),
    };
}

Server drawn_server(Order order, std::mt19937& random)
{
    Server server = of_table(some_of(eight(), 3, 7, random), order);
    server.refusal = refusals.at(random() % refusals.size());
    return server;
}

// Perhaps one that broke already.
void break_one(Server& server, std::mt19937& random)
{
    const Suites& table = server.tables.at(tls12);
    const auto poison = static_cast<Poison>(random() % 4);
    server.poison[table[random() % table.size()]] = poison;
}

// What came of servers with something wrong; the first wrong ones are printed.
struct Toll {
    std::size_t wrong = 0;
    std::size_t open = 0;
    int most = 0;  // questions

    void take(const Server& server, const Run& run)
    {
        const std::size_t wrong_here = count_wrong(server, run);
        if (wrong_here > 0 && wrong < 5) {
            print(server, run);
        }
        wrong += wrong_here;
        most = std::max(most, run.questions);
    }
};

// Four questions in flight on every fifth server.
Setting every_fifth_at_once(int number)
{
    Setting setting;
    setting.in_flight = number % 5 == 0 ? 4 : 1;
    setting.seed = static_cast<unsigned>(number);
    return setting;
}

}  // namespace

TEST_CASE("a suite that breaks the handshake, of every kind and in every place")
{
    std::mt19937 random(7);
    Toll toll;
    for (int i = 0; i < 6000; ++i) {
        Server server = drawn_server(static_cast<Order>(i % 2), random);
        break_one(server, random);
        if (random() % 3 == 0) {
            break_one(server, random);
        }
        server.name = text_of(server);
        toll.take(server, run_plan(server, tls12, eight(), every_fifth_at_once(i)));
    }
    std::cout << "poison: at most " << toll.most << " questions\n";
    CHECK(toll.wrong == 0);
}

TEST_CASE("up to three broken suites hide nothing, of every kind and in every place")
{
    std::mt19937 random(9);
    Toll toll;
    for (int i = 0; i < 6000; ++i) {
        Server server = drawn_server(static_cast<Order>(i % 2), random);
        for (unsigned poison = 0; poison <= random() % 3; ++poison) {
            break_one(server, random);
        }
        server.name = text_of(server);
        toll.take(server, run_plan(server, tls12, eight(), every_fifth_at_once(i)));
    }
    std::cout << "poison, up to three: at most " << toll.most << " questions\n";
    CHECK(toll.wrong == 0);
}

TEST_CASE("one broken suite out of the whole registry hides nothing")
{
    Suites all;
    for (const tls::SuiteInfo& info : tls::all_suites()) {
        if (!tls::is_ssl2(info.code) && info.lowest != ProtocolVersion::tls1_3) {
            all.push_back(info.code);
        }
    }
    std::mt19937 random(10);
    std::size_t wrong_cells = 0;
    int most = 0;
    int most_sieving = 0;
    for (int i = 0; i < 100; ++i) {
        const Suites table = some_of(all, 5, 34, random);
        Server server = of_table(table);
        server.poison[table[random() % table.size()]] = Poison::bare_alert;
        server.name = "number " + std::to_string(i);
        const Run run = run_plan(server, tls12, all);
        wrong_cells += count_wrong(server, run);
        most = std::max(most, run.questions - static_cast<int>(table.size()));
        most_sieving = std::max(most_sieving, run.sieving);
    }
    std::cout << "one trap in the registry: at most accepted + " << most << " questions and " << most_sieving
              << " of the sieve\n";
    CHECK(wrong_cells == 0);
}

TEST_CASE("one fault at every place of the conversation makes no cell wrong")
{
    for (const Order order : {Order::server, Order::client}) {
        for (const Refusal refusal : {Refusal::alert_40, Refusal::close, Refusal::reset}) {
            Server server = of_table({eight()[4], eight()[0], eight()[5], eight()[3], eight()[1]}, order);
            server.refusal = refusal;
            server.name = text_of(server);
            const int length = run_plan(server, tls12, eight()).questions;
            Toll toll;
            for (int place = 0; place < length + 3; ++place) {
                for (const model::Outcome& fault : all_faults()) {
                    Setting setting;
                    setting.faults[place] = fault;
                    const Run run = run_plan(server, tls12, eight(), setting);
                    toll.take(server, run);
                    toll.open += count_open(server, run);
                }
            }
            CHECK(toll.wrong == 0);
            if (refusal == Refusal::alert_40) {
                CHECK(toll.open == 0);
            } else {
                std::cout << server.name << ": one fault leaves " << toll.open << " cells open in all\n";
            }
        }
    }
}

TEST_CASE("faults at random places make no cell wrong")
{
    std::mt19937 random(8);
    const auto faults = all_faults();
    Toll toll;
    for (int i = 0; i < 2000; ++i) {
        Suites table = some_of(eight(), 3, 7, random);
        Server server = of_table(std::move(table), static_cast<Order>(random() % 2));
        server.refusal = refusals.at(random() % (refusals.size() - 1));
        server.name = "seed 8, number " + std::to_string(i) + ", " + text_of(server);
        Setting setting;
        setting.in_flight = i % 2 == 0 ? 1 : 4;
        setting.seed = static_cast<unsigned>(i);
        for (int fault = 0; fault < 2 + i % 3; ++fault) {
            setting.faults[static_cast<int>(random() % 16)] = faults[random() % faults.size()];
        }
        const Run run = run_plan(server, tls12, eight(), setting);
        toll.take(server, run);
        toll.open += count_open(server, run);
    }
    std::cout << "2 to 4 faults: 2000 runs, " << toll.open << " cells left open\n";
    CHECK(toll.wrong == 0);
}

TEST_CASE(
    "servers that refuse by close or reset are decided by the third time, silence only where the client's order spares "
    "it")
{
    for (const Order order : {Order::server, Order::client}) {
        for (const Refusal refusal : refusals) {
            Server server = of_table({eight()[0], eight()[3], eight()[1]}, order);
            server.refusal = refusal;
            server.name = text_of(server);
            const Run run = run_plan(server, tls12, eight());
            std::cout << server.name << ": " << run.questions << " questions\n";
            CHECK(count_wrong(server, run) == 0);
            CHECK(run.questions <= 24);
            if (refusal == Refusal::silence && order == Order::server) {
                CHECK(run.count(model::CellState::rejected) == 0);
            } else {
                CHECK(count_open(server, run) == 0);
            }
        }
    }
}

}  // namespace smtptls::test

// Servers with something wrong: suites that break the handshake, faults of the network in every place,
// lists read in part, refusals that are no alerts. A cell may stay open; it may not be wrong.
#include "tests/catch.hpp"
#include "tests/model/drive.hpp"

#include <algorithm>
#include <iostream>
#include <random>

namespace smtptls::test {
namespace {

constexpr auto version = ProtocolVersion::tls1_2;

const Suites& universe()
{
    static const Suites suites = {
        CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        CipherSuite::TLS_DHE_RSA_WITH_AES_128_CBC_SHA,      CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA,
        CipherSuite::TLS_RSA_WITH_3DES_EDE_CBC_SHA,         CipherSuite::TLS_DH_anon_WITH_AES_128_CBC_SHA,
        CipherSuite::TLS_PSK_WITH_AES_128_CBC_SHA,          CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
    };
    return suites;
}

Server of_table(Suites table, Order order)
{
    Server server;
    server.tables[version] = std::move(table);
    server.order = order;
    return server;
}

std::vector<model::Outcome> all_faults()
{
    const model::ServerChoice choice{version, universe()[0], false};
    return {
        failure(base::Stage::hello, base::Reason::reset),
        failure(base::Stage::hello, base::Reason::timed_out),
        failure(base::Stage::hello, base::Reason::closed),
        failure(base::Stage::greeting, base::Reason::throttled),
        failure(base::Stage::starttls, base::Reason::unavailable),
        failure(base::Stage::connect, base::Reason::timed_out),
        model::Broken{{base::Stage::hello, base::Reason::reset, {}}, choice},
    };
}

constexpr std::array refusals = {Refusal::alert_40, Refusal::alert_47, Refusal::alert_71, Refusal::alert_80,
                                 Refusal::close,    Refusal::reset,    Refusal::silence};

std::string text_of(const Server& server)
{
    std::string text = "order " + std::to_string(static_cast<int>(server.order)) + ", refusal " +
                       std::to_string(static_cast<int>(server.refusal)) + ":";
    for (const CipherSuite suite : server.tables.at(version)) {
        const auto poison = server.poison.find(suite);
        text += " " + tls::format(suite) +
                (poison == server.poison.end() ? "" : "!" + std::to_string(static_cast<int>(poison->second)));
    }
    return text;
}

void print(const Server& server, const Run& run)
{
    std::cout << text_of(server) << '\n';
    for (const std::string& line : run.log) {
        std::cout << "  " << line << '\n';
    }
    for (const model::Cell& cell : run.cells) {
        std::cout << "    " << tls::format(cell.suite) << ' ' << model::format(cell.state) << '\n';
    }
}

}  // namespace

TEST_CASE("a suite that breaks the handshake, of every kind and in every place")
{
    std::mt19937 random(7);
    int servers = 0;
    int most = 0;
    std::size_t wrong_cells = 0;
    for (int i = 0; i < 6000; ++i) {
        Suites table = universe();
        std::shuffle(table.begin(), table.end(), random);
        table.resize(3 + random() % 5);
        Server server = of_table(table, static_cast<Order>(i % 2));
        server.refusal = refusals.at(random() % refusals.size());
        server.poison[table[random() % table.size()]] = static_cast<Poison>(random() % 4);
        if (random() % 3 == 0) {
            server.poison[table[random() % table.size()]] = static_cast<Poison>(random() % 4);
        }
        Setting setting;
        setting.in_flight = i % 5 == 0 ? 4 : 1;
        setting.seed = static_cast<unsigned>(i);
        const Run run = run_plan(server, version, universe(), setting);
        const std::size_t wrong_here = count_wrong(server, run);
        if (wrong_here > 0 && wrong_cells < 5) {
            print(server, run);
        }
        wrong_cells += wrong_here;
        most = std::max(most, run.questions);
        ++servers;
    }
    std::cout << "poison: " << servers << " servers, at most " << most << " questions\n";
    CHECK(wrong_cells == 0);
}

TEST_CASE("up to three broken suites hide nothing, of every kind and in every place")
{
    std::mt19937 random(9);
    std::size_t wrong_cells = 0;
    int most = 0;
    for (int i = 0; i < 6000; ++i) {
        Suites table = universe();
        std::shuffle(table.begin(), table.end(), random);
        table.resize(3 + random() % 5);
        Server server = of_table(table, static_cast<Order>(i % 2));
        server.refusal = refusals.at(random() % refusals.size());
        for (unsigned poison = 0; poison <= random() % 3; ++poison) {
            server.poison[table[random() % table.size()]] = static_cast<Poison>(random() % 4);
        }
        server.name = text_of(server);
        Setting setting;
        setting.in_flight = i % 5 == 0 ? 4 : 1;
        setting.seed = static_cast<unsigned>(i);
        const Run run = run_plan(server, version, universe(), setting);
        const std::size_t wrong_here = count_wrong(server, run);
        if (wrong_here > 0 && wrong_cells < 5) {
            print(server, run);
        }
        wrong_cells += wrong_here;
        most = std::max(most, run.questions);
    }
    std::cout << "poison, up to three: at most " << most << " questions\n";
    CHECK(wrong_cells == 0);
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
        Suites table = all;
        std::shuffle(table.begin(), table.end(), random);
        table.resize(5 + random() % 30);
        Server server = of_table(table, Order::server);
        server.poison[table[random() % table.size()]] = Poison::bare_alert;
        server.name = "number " + std::to_string(i);
        const Run run = run_plan(server, version, all);
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
            Server server =
                of_table({universe()[4], universe()[0], universe()[5], universe()[3], universe()[1]}, order);
            server.refusal = refusal;
            server.name = text_of(server);
            const int length = run_plan(server, version, universe()).questions;
            std::size_t wrong_cells = 0;
            std::size_t open = 0;
            for (int place = 0; place < length + 3; ++place) {
                for (const model::Outcome& fault : all_faults()) {
                    Setting setting;
                    setting.faults[place] = fault;
                    const Run run = run_plan(server, version, universe(), setting);
                    wrong_cells += count_wrong(server, run);
                    open += count_open(server, run);
                }
            }
            CHECK(wrong_cells == 0);
            if (refusal == Refusal::alert_40) {
                CHECK(open == 0);
            } else {
                std::cout << server.name << ": one fault leaves " << open << " cells open in all\n";
            }
        }
    }
}

TEST_CASE("faults at random places make no cell wrong")
{
    std::mt19937 random(8);
    const auto faults = all_faults();
    std::size_t wrong_cells = 0;
    std::size_t open = 0;
    for (int i = 0; i < 2000; ++i) {
        Suites table = universe();
        std::shuffle(table.begin(), table.end(), random);
        table.resize(3 + random() % 5);
        Server server = of_table(table, static_cast<Order>(random() % 2));
        server.refusal = refusals.at(random() % (refusals.size() - 1));
        Setting setting;
        setting.in_flight = i % 2 == 0 ? 1 : 4;
        setting.seed = static_cast<unsigned>(i);
        for (int fault = 0; fault < 2 + i % 3; ++fault) {
            setting.faults[static_cast<int>(random() % 16)] = faults[random() % faults.size()];
        }
        const Run run = run_plan(server, version, universe(), setting);
        server.name = "seed 8, number " + std::to_string(i) + ", " + text_of(server);
        const std::size_t here = count_wrong(server, run);
        if (here > 0 && wrong_cells < 3) {
            std::cout << text_of(server) << '\n';
            for (const std::string& line : run.log) {
                std::cout << "  " << line << '\n';
            }
        }
        wrong_cells += here;
        open += count_open(server, run);
    }
    std::cout << "2 to 4 faults: 2000 runs, " << open << " cells left open\n";
    CHECK(wrong_cells == 0);
}

TEST_CASE("servers that refuse by close or reset are decided by the third time, silence never")
{
    for (const Order order : {Order::server, Order::client}) {
        for (const Refusal refusal : refusals) {
            Server server = of_table({universe()[0], universe()[3], universe()[1]}, order);
            server.refusal = refusal;
            server.name = text_of(server);
            const Run run = run_plan(server, version, universe());
            std::cout << server.name << ": " << run.questions << " questions\n";
            CHECK(count_wrong(server, run) == 0);
            CHECK(run.questions <= 24);
            if (refusal == Refusal::silence) {
                CHECK(run.count(model::CellState::rejected) == 0);
            } else {
                CHECK(count_open(server, run) == 0);
            }
        }
    }
}

}  // namespace smtptls::test

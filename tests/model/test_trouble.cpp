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

// The stated limit. A suite that is picked and then fails without a ServerHello looks like a refusal of
// the list it was picked from. In a server's own order it hides what is ranked below it and offered with
// it: the suites of its class of credentials (certificate, anonymous, others; while nothing is accepted in
// the version anonymous and others are one list). The canary, ranked above, answers for all of them. In the
// client's order one such suite hides nothing; two may hide a version in which nothing was found.
bool hidden(const Server& server, CipherSuite suite, bool nothing_found)
{
    const auto class_of = [&](CipherSuite s) {
        const auto credentials = probes::info_of(s).credentials;
        const bool merged = nothing_found && credentials != tls::CredentialClass::certificate;
        return merged ? tls::CredentialClass::other : credentials;
    };
    if (server.order == Order::client) {
        return nothing_found && server.poison.size() > 1;
    }
    bool behind = false;
    for (const CipherSuite other : server.tables.at(version)) {
        const auto poison = server.poison.find(other);
        const bool bare = poison != server.poison.end() &&
                          (poison->second == Poison::bare_alert || poison->second == Poison::bare_close);
        behind = behind || (bare && class_of(other) == class_of(suite));
        if (other == suite) {
            return behind;
        }
    }
    return false;
}

std::size_t count_wrong_beyond_the_limit(const Server& server, Run run, std::size_t& at_the_limit)
{
    const std::size_t all = count_wrong(server, run);
    std::erase_if(run.cells, [&](const model::Cell& cell) {
        return hidden(server, cell.suite, run.accepted.empty()) && cell.state == model::CellState::rejected;
    });
    const std::size_t beyond = count_wrong(server, run);
    at_the_limit += all - beyond;
    return beyond;
}

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

}  // namespace

TEST_CASE("a suite that breaks the handshake, of every kind and in every place")
{
    std::mt19937 random(7);
    int servers = 0;
    int most = 0;
    std::size_t wrong_cells = 0;
    std::size_t at_the_limit = 0;
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
        const std::size_t beyond = count_wrong_beyond_the_limit(server, run, at_the_limit);
        if (beyond > 0 && wrong_cells < 5) {
            std::cout << text_of(server) << '\n';
            for (const std::string& line : run.log) {
                std::cout << "  " << line << '\n';
            }
        }
        wrong_cells += beyond;
        most = std::max(most, run.questions);
        ++servers;
    }
    std::cout << "poison: " << servers << " servers, at most " << most << " questions, " << at_the_limit
              << " cells at the stated limit\n";
    CHECK(wrong_cells == 0);
}

TEST_CASE("asked thoroughly, broken suites hide nothing, of every kind and in every place")
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
        setting.thorough = true;
        const Run run = run_plan(server, version, universe(), setting);
        // Where nothing at all is accepted there is no canary, and two traps can hide the version.
        const bool all_hidden = run.accepted.empty() && server.poison.size() > 1;
        wrong_cells += all_hidden ? 0 : count_wrong(server, run);
        most = std::max(most, run.questions);
    }
    std::cout << "poison, thorough: at most " << most << " questions\n";
    CHECK(wrong_cells == 0);
}

TEST_CASE("asked thoroughly about the whole registry, one broken suite hides nothing")
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
    for (int i = 0; i < 100; ++i) {
        Suites table = all;
        std::shuffle(table.begin(), table.end(), random);
        table.resize(5 + random() % 30);
        Server server = of_table(table, Order::server);
        server.poison[table[random() % table.size()]] = Poison::bare_alert;
        server.name = "number " + std::to_string(i);
        Setting setting;
        setting.thorough = true;
        const Run run = run_plan(server, version, all, setting);
        wrong_cells += count_wrong(server, run);
        most = std::max(most, run.questions - static_cast<int>(table.size()));
    }
    std::cout << "one trap in the registry, thorough: at most accepted + " << most << " questions\n";
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
            CHECK(run.questions <= 20);
            if (refusal == Refusal::silence) {
                CHECK(run.count(model::CellState::rejected) == 0);
            } else {
                CHECK(count_open(server, run) == 0);
            }
        }
    }
}

}  // namespace smtptls::test

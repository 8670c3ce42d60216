// The whole probe, all suites and versions, against servers after the shape of real ones and against
// misbehaving ones: no cell wrong, and no more questions than stated.
//
// Stated worst case, undisturbed, confirming handshakes apart: accepted cells + 3 per accepted version
// + 4 overall + 1 per extra lane + 2 with several in flight (gates that an alert 70 would have answered). Not within
// it: the sieve (sieve.hpp), asked for or after a trap was seen, and versions turned down by alert 40 by a server that
// is not known to read long lists.
#include "tests/catch.hpp"
#include "tests/model/drive.hpp"
#include "tests/model/shapes.hpp"

#include <algorithm>
#include <iostream>

namespace smtptls::test {
namespace {

using model::CellState;

int versions_of(const Server& server)
{
    return static_cast<int>(server.tables.size() - server.tables.count(ProtocolVersion::ssl2));
}

int worst_case(const Server& server, const Run& run, std::size_t in_flight)
{
    const int beside = in_flight > 1 ? 2 : 0;
    return static_cast<int>(count_accepted(server)) + 3 * versions_of(server) + 4 + run.extra_lanes + beside;
}

void print(const Server& server, const Setting& setting, const Run& run)
{
    std::cout << server.name << ", " << setting.in_flight << " in flight: " << count_accepted(server) << " accepted, "
              << run.questions << " questions, " << run.confirmations << " confirming, " << run.sieving
              << " of the sieve, " << run.extra_lanes << " extra lanes, " << run.count(CellState::inconclusive)
              << " inconclusive\n";
}

Run check(const Server& server, std::size_t in_flight, bool decided = true)
{
    Setting setting;
    setting.in_flight = in_flight;
    setting.seed = static_cast<unsigned>(in_flight) * 7;
    Run run = run_probe(server, setting);
    print(server, setting, run);
    CHECK(count_wrong(server, run) == 0);
    CHECK(run.offences == std::vector<std::string>());
    if (decided) {
        CHECK(count_open(server, run) == 0);
    }
    return run;
}

std::size_t accepted_in(const Run& run, ProtocolVersion version)
{
    return static_cast<std::size_t>(std::count_if(run.cells.begin(), run.cells.end(), [&](const model::Cell& cell) {
        return cell.version == version && cell.state == CellState::accepted;
    }));
}

// Few suites, so that many servers can be tried.
Server small(std::string name)
{
    Server server;
    server.name = std::move(name);
    const Suites cbc = {CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA,
                        CipherSuite::TLS_RSA_WITH_3DES_EDE_CBC_SHA};
    server.tables[ProtocolVersion::tls1_0] = cbc;
    server.tables[ProtocolVersion::tls1_2] = cbc;
    server.tables[ProtocolVersion::tls1_2].push_back(CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256);
    server.tables[ProtocolVersion::tls1_3] = {CipherSuite::TLS_AES_128_GCM_SHA256};
    return server;
}

}  // namespace

TEST_CASE("servers after the shape of real ones, with one, four and eight in flight")
{
    CHECK(count_accepted(debian_postfix()) == 91);
    CHECK(count_accepted(exim_default()) == 34);
    for (const auto& make : {debian_postfix, hardened_postfix, exim_default, openssl_1_0_2}) {
        const Server server = make();
        for (const std::size_t in_flight : {1U, 4U, 8U}) {
            const Run run = check(server, in_flight);
            CHECK(run.questions <= worst_case(server, run, in_flight));
            CHECK(run.count(CellState::accepted) ==
                  count_accepted(server) + (server.tables.contains(ProtocolVersion::ssl2)
                                                ? server.tables.at(ProtocolVersion::ssl2).size()
                                                : 0));
        }
    }
}

// What a scan says, but for the questions in which it learnt it.
std::vector<std::string> said(const Run& run)
{
    std::vector<std::string> lines;
    for (const model::Cell& cell : run.cells) {
        lines.push_back(tls::format(cell.version) + " " + tls::format(cell.suite) + " " +
                        std::string(model::format(cell.state)) + " " +
                        (cell.grade ? std::string(model::format(*cell.grade)) : "") + " " + cell.note);
    }
    for (const model::Observation& observation : run.observations) {
        std::string value;
        if (const auto* const texts = std::get_if<std::vector<base::UntrustedText>>(&observation.value)) {
            for (const base::UntrustedText& text : *texts) {
                value += " " + text.escaped();
            }
        } else if (const auto* const text = std::get_if<base::UntrustedText>(&observation.value)) {
            value = " " + text->escaped();
        }
        lines.push_back(std::string(format(observation.id)) + " " + observation.subject + value);
    }
    return lines;
}

// The first line that is not the other's.
std::string difference(const std::vector<std::string>& one, const std::vector<std::string>& other)
{
    const auto [a, b] = std::ranges::mismatch(one, other);
    return (a == one.end() ? "" : *a) + (b == other.end() ? "" : " <> " + *b);
}

TEST_CASE("at any width, and without lanes, a scan says the same of a server")
{
    for (const auto& make :
         {debian_postfix, hardened_postfix, exim_default, openssl_1_0_2, exim_anonymous, opensmtpd}) {
        for (const Order order : {Order::client, Order::server}) {
            Server server = make();
            server.order = order;
            server.name += order == Order::client ? ", the client's order" : ", its own order";
            Setting setting;
            setting.lanes = false;
            const Run one = run_probe(server, setting);
            setting.lanes = true;
            for (const std::size_t in_flight : {1U, 4U, 8U, 16U}) {
                setting.in_flight = in_flight;
                setting.seed = static_cast<unsigned>(in_flight);
                INFO(server.name << ", " << in_flight << " in flight");
                CHECK(difference(said(run_probe(server, setting)), said(one)) == "");
            }
        }
    }
}

TEST_CASE("an Exim that picks anonymous suites without credentials costs less than 200 questions")
{
    const Run run = check(exim_anonymous(), 1);
    CHECK(run.questions < 200);
    check(exim_anonymous(), 4);
}

TEST_CASE("a JSSE that picks DHE_DSS and dies leaves those cells inconclusive, and no others")
{
    const Server server = jsse();
    const Run run = check(server, 1);
    for (const model::Cell& cell : run.cells) {
        if (is_poison(server, cell.version, cell.suite, Poison::after_hello)) {
            CHECK(cell.state == CellState::inconclusive);
        }
    }
}

TEST_CASE("static RSA that lies up to ServerHelloDone is lowered, and nothing else")
{
    const Server server = opensmtpd();
    for (const std::size_t in_flight : {1U, 4U}) {
        const Run run = check(server, in_flight);
        for (const model::Cell& cell : run.cells) {
            const bool lie = is_poison(server, cell.version, cell.suite, Poison::after_flight);
            if (lie != (cell.state == CellState::inconclusive)) {
                FAIL_CHECK(tls::format(cell.suite) << " " << model::format(cell.state) << " " << cell.note);
            }
        }
    }
}

TEST_CASE("absent versions, by every manner of refusing")
{
    for (const Refusal absent : {Refusal::alert_70, Refusal::alert_40, Refusal::lower, Refusal::close, Refusal::reset,
                                 Refusal::alert_80, Refusal::silence}) {
        Server server = small("absent by " + std::to_string(static_cast<int>(absent)));
        server.absent = absent;
        Server hole = server;
        hole.name += ", SSL 3 and TLS 1.2 only";
        hole.tables.clear();
        hole.tables[ProtocolVersion::ssl3] = server.tables[ProtocolVersion::tls1_0];
        hole.tables[ProtocolVersion::tls1_2] = server.tables[ProtocolVersion::tls1_2];
        for (const Server& one : {server, hole}) {
            const bool told = absent == Refusal::alert_70 || absent == Refusal::alert_40 || absent == Refusal::lower;
            const Run run = check(one, 1, told);
            CHECK(run.count(CellState::accepted) == count_accepted(one));
        }
    }
}

TEST_CASE("readers of the first 64 or 128 suites, and servers that choke on longer lists")
{
    for (const std::size_t limit : {64U, 128U}) {
        for (const Order order : {Order::server, Order::client}) {
            Server reader = exim_default();
            reader.order = order;
            reader.reads = limit;
            reader.name = "reads " + std::to_string(limit);
            check(reader, 1);
            Server refuser = exim_default();
            refuser.order = order;
            refuser.refuses_longer = limit;
            refuser.name = "refuses more than " + std::to_string(limit);
            check(refuser, 1);
            Server closer = exim_default();
            closer.order = order;
            closer.closes_on_longer = limit;
            closer.name = "closes on more than " + std::to_string(limit);
            check(closer, 1, false);
        }
    }
}

TEST_CASE("liars, loops and intolerance make no cell wrong and end")
{
    Server liar = small("a ServerHello and an alert for everything");
    liar.liar = true;
    const Run run = check(liar, 1, false);
    CHECK(run.count(CellState::accepted) == 0);
    CHECK(run.questions <= 400);
    Server name = small("no name, no answer");
    name.needs_name = true;
    const Run named = check(name, 1, false);
    CHECK(std::none_of(named.cells.begin(), named.cells.end(), [](const model::Cell& cell) {
        return cell.state == CellState::rejected && cell.version != ProtocolVersion::ssl2;
    }));
    Server unoffered = small("answers what nobody offered");
    unoffered.unoffered = true;
    CHECK(check(unoffered, 1, false).questions <= 100);
    Server loop = small("HelloRetryRequest for ever");
    loop.hrr_loop = true;
    CHECK(accepted_in(check(loop, 1, false), ProtocolVersion::tls1_3) == 0);
    Server full = small("closes on full extensions");
    full.closes_on_full = true;
    CHECK(check(full, 1, false).count(CellState::accepted) == count_accepted(full));
    Server tls13 = small("closes on hellos of TLS 1.3");
    tls13.closes_on_tls13 = true;
    tls13.tables.erase(ProtocolVersion::tls1_3);
    check(tls13, 1, false);
}

TEST_CASE("one fault at every place of the whole conversation makes no cell wrong")
{
    for (const Order order : {Order::server, Order::client}) {
        Server server = small(order == Order::server ? "own order" : "client order");
        server.order = order;
        const Run quiet = run_probe(server);
        std::size_t wrong_cells = 0;
        std::size_t open = 0;
        for (int place = 0; place < quiet.questions + quiet.confirmations; ++place) {
            for (const auto& [stage, reason] : {std::pair(base::Stage::hello, base::Reason::reset),
                                                {base::Stage::hello, base::Reason::timed_out},
                                                {base::Stage::greeting, base::Reason::throttled},
                                                {base::Stage::starttls, base::Reason::unavailable},
                                                {base::Stage::hello, base::Reason::closed}}) {
                if (place == 0 && reason == base::Reason::timed_out) {
                    continue;  // no contact: given up
                }
                Setting setting;
                setting.faults[place] = failure(stage, reason);
                const Run run = run_probe(server, setting);
                wrong_cells += count_wrong(server, run);
                open += count_open(server, run);
            }
        }
        std::cout << server.name << ": a fault at each of " << quiet.questions + quiet.confirmations << " places, "
                  << open << " cells open\n";
        CHECK(wrong_cells == 0);
        CHECK(open == 0);
    }
}

}  // namespace smtptls::test

// A scan that is limited to what policies need comes to the verdicts of the full one, with fewer questions.
#include "report/policy/focus.hpp"
#include "report/policy/judge.hpp"
#include "report/policy/policies.hpp"
#include "tests/catch.hpp"
#include "tests/model/drive.hpp"
#include "tests/model/shapes.hpp"

#include <algorithm>
#include <array>
#include <iostream>
#include <random>

namespace smtptls::test {
namespace {

using model::Role;
using model::Verdict;

constexpr std::array absences = {Refusal::alert_70, Refusal::alert_40, Refusal::close, Refusal::lower};

const std::vector<policy::Policy>& policies()
{
    static const std::vector<policy::Policy> all = [] {
        std::vector<policy::Policy> loaded;
        for (const std::string& name : policy::policy_names()) {
            loaded.push_back(policy::find_policy(name).value());
            policy::set_day(loaded.back(), "2026-11-30");
        }
        return loaded;
    }();
    return all;
}

Suites drawn(ProtocolVersion version, std::size_t most, std::mt19937& random)
{
    Suites table;
    std::ranges::copy_if(tls::suites_of(version), std::back_inserter(table),
                         [version](tls::CipherSuite suite) { return tls::find(suite)->lowest <= version; });
    std::shuffle(table.begin(), table.end(), random);
    table.resize(std::min<std::size_t>(table.size(), 1 + random() % most));
    return table;
}

Server drawn_server(unsigned seed)
{
    std::mt19937 random(seed);
    Server server;
    server.name = "server " + std::to_string(seed);
    server.order = static_cast<Order>(random() % 3);
    server.refusal = refusals.at(random() % refusals.size());
    server.absent = absences.at(random() % absences.size());
    const bool modern = random() % 2 == 0;
    for (const ProtocolVersion version : tls::all_versions) {
        const bool old = version < ProtocolVersion::tls1_2;
        if (random() % 4 < (modern && old ? 1U : 3U) && version != ProtocolVersion::ssl2) {
            server.tables[version] = drawn(version, version == ProtocolVersion::tls1_3 ? 4 : 24, random);
        }
    }
    for (auto& [version, table] : server.tables) {
        for (std::size_t traps = random() % 8 == 0 ? 1 + random() % 3 : 0; traps > 0; --traps) {
            server.poison[table.at(random() % table.size())] = static_cast<Poison>(random() % 4);
        }
    }
    return server;
}

// As the interview would have it.
model::EndpointResult result_of(const Run& run, const std::optional<model::Focus>& focus, Role role)
{
    model::EndpointResult result;
    result.endpoint.port = role == Role::mx || role == Role::mx_mandatory ? 25 : 587;
    result.status = model::EndpointStatus::scanned;
    result.matrix = model::Matrix(run.cells);
    result.observations = run.observations;
    if (focus) {
        result.asked_for = focus->asked_for;
    }
    return result;
}

bool is_about_cells(const policy::Check& check)
{
    return std::holds_alternative<policy::check::VersionsForbidden>(check) ||
           std::holds_alternative<policy::check::SuitesForbidden>(check) ||
           std::holds_alternative<policy::check::SuitesAllowed>(check);
}

// Whoever says no by hanging up or by silence is open now and then, in the one scan or in the other.
bool says_no_by_alert(const Server& server)
{
    const auto hangs_up = [](Refusal refusal) {
        return refusal == Refusal::close || refusal == Refusal::reset || refusal == Refusal::silence;
    };
    return !hangs_up(server.refusal) && !hangs_up(server.absent) &&
           std::none_of(server.poison.begin(), server.poison.end(),
                        [](const auto& poison) { return poison.second == Poison::bare_close; });
}

struct Tally {
    int same = 0;
    int left_out = 0;
    int open_in_one = 0;
    int questions = 0;
    int all_questions = 0;
};

// The rules that the limited scan decides otherwise than the full one, or leaves out though it must not.
std::vector<std::string> differences(const policy::Policy& policy, Role role, const Server& server, unsigned seed,
                                     Tally& tally)
{
    Setting setting;
    setting.seed = seed;
    setting.in_flight = std::array<std::size_t, 3>{1, 4, 8}.at(seed % 3);
    const Run full = run_probe(server, setting);
    setting.focus = policy::focus_of({policy}, role);
    const Run limited = run_probe(server, setting);
    tally.all_questions += full.connections();
    tally.questions += limited.connections();
    const model::EndpointResult all = result_of(full, std::nullopt, role);
    const model::EndpointResult some = result_of(limited, setting.focus, role);
    const model::Judgement expected = policy::judge(policy, role, all, "");
    const model::Judgement found = policy::judge(policy, role, some, "");
    std::vector<std::string> wrong;
    for (std::size_t i = 0; i < expected.findings.size(); ++i) {
        const model::Finding& one = expected.findings[i];
        const model::Finding& other = found.findings[i];
        const bool left_out = other.verdict == Verdict::not_asked && one.verdict != Verdict::not_asked;
        if (other.verdict == one.verdict || (left_out && !is_about_cells(policy.rules[i].check))) {
            ++(left_out ? tally.left_out : tally.same);
            continue;
        }
        const bool open_in_one = one.verdict == Verdict::inconclusive || other.verdict == Verdict::inconclusive;
        // What must be accepted is judged by what was found, which this server may not be able to finish.
        const bool unfinished = !is_about_cells(policy.rules[i].check) && !server.poison.empty();
        if (open_in_one && (unfinished || !says_no_by_alert(server))) {
            ++tally.open_in_one;
            continue;
        }
        wrong.push_back(server.name + ", " + one.id.str() + ": " + std::string(format(other.verdict)) + " (" +
                        other.sentence + "), not " + std::string(format(one.verdict)) + " (" + one.sentence + ")");
    }
    return wrong;
}

}  // namespace

TEST_CASE("five hundred servers get the verdicts of a full scan from one that is limited to a policy", "[verdicts]")
{
    Tally tally;
    for (unsigned seed = 1; seed <= 500; ++seed) {
        const Server server = drawn_server(seed);
        const policy::Policy& policy = policies().at(seed % policies().size());
        const Role role = policy::all_roles.at(seed / policies().size() % policy::all_roles.size());
        const std::vector<std::string> wrong = differences(policy, role, server, seed, tally);
        for (const std::string& one : wrong) {
            UNSCOPED_INFO(one);
        }
        CHECK(wrong.empty());
    }
    std::cout << "500 servers limited to a policy: " << tally.same << " verdicts as in the full scan, "
              << tally.left_out << " left out, " << tally.open_in_one << " open in one of them; " << tally.questions
              << " questions beside " << tally.all_questions << '\n';
}

}  // namespace smtptls::test

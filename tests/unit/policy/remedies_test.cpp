// Remedies: one change for as many policies as it can serve, and each policy that has it is served by it. The lines are
// read as Postfix reads them, what it then accepts is forecast, and that is judged.
#include "report/policy/remedies.hpp"

#include "catch.hpp"
#include "report/policy/judge.hpp"
#include "report/policy/policies.hpp"
#include "report/remedy/explain_postfix.hpp"
#include "unit/policy/endpoints.hpp"

#include <algorithm>
#include <map>

namespace smtptls::policy {
namespace {

using base::UntrustedText;
using model::CellState;
using model::EndpointResult;
using model::Role;
using model::Verdict;
using tls::ProtocolVersion;

using Lines = std::vector<std::string>;

// A server with everything: what any policy forbids.
EndpointResult open_to_all(Role role, const std::string& greeting)
{
    EndpointResult result = test::endpoint_for(role);
    std::vector<model::Cell> cells;
    for (const ProtocolVersion version :
         {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2, ProtocolVersion::tls1_1, ProtocolVersion::tls1_0}) {
        for (const tls::CipherSuite suite : test::askable(version)) {
            cells.push_back({version, suite, CellState::accepted, model::Grade::handshake, "", {1}});
        }
    }
    result.matrix = model::Matrix(cells);
    test::observe(result, model::Fact::smtp_greeting, "", UntrustedText(greeting));
    return result;
}

Lines settings_of(const Lines& lines)
{
    Lines settings;
    std::ranges::copy_if(lines, std::back_inserter(settings),
                         [](const std::string& line) { return line.starts_with("  -o"); });
    return settings;
}

bool has_part(const Lines& lines, const std::string& part)
{
    return std::ranges::any_of(lines, [&](const std::string& line) { return line.find(part) != std::string::npos; });
}

// What a Postfix with these lines accepts below TLS 1.3, and of TLS 1.3 what OpenSSL has unless the lines say
// otherwise.
EndpointResult after(Role role, const Lines& lines)
{
    using namespace remedy;
    std::string service = role == Role::submissions  ? "submissions inet n - y - - smtpd\n"
                          : role == Role::submission ? "submission inet n - y - - smtpd\n"
                                                     : "smtp inet n - y - - smtpd\n";
    service += role == Role::submissions ? "  -o smtpd_tls_wrappermode=yes\n" : "";
    for (const std::string& line : settings_of(lines)) {
        service += line + "\n";
    }
    const UntrustedText file("master.cf");
    const MainCf main = parse_main("smtpd_tls_cert_file = /etc/cert.pem\nsmtpd_tls_security_level = may\n", file);
    const MasterCf master = parse_master(service, file);
    const Setup setup{assumed_postfix, usual_openssl(assumed_postfix), false};
    const TlsForecast forecast = view_of_smtpd(main, master.services.front(), setup).now;
    EndpointResult result = test::endpoint_for(role);
    std::vector<model::Cell> cells;
    for (const ProtocolVersion version :
         {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2, ProtocolVersion::tls1_1, ProtocolVersion::tls1_0}) {
        const bool spoken = std::ranges::find(forecast.versions, version) != forecast.versions.end();
        for (const tls::CipherSuite suite : test::askable(version)) {
            bool accepted = spoken && std::ranges::find(forecast.suites, suite) != forecast.suites.end();
            if (version == ProtocolVersion::tls1_3) {
                const std::string name = tls::format(suite);
                accepted =
                    spoken && (name.find("GCM") != std::string::npos ||
                               (name.find("CHACHA20") != std::string::npos && !has_part(lines, "ChaCha20 of TLS 1.3")));
                accepted = accepted && (name.starts_with("TLS_AES") || name.starts_with("TLS_CHACHA"));
            }
            const CellState state = accepted ? CellState::accepted : CellState::rejected;
            cells.push_back({version, suite, state, std::nullopt, "", {1}});
        }
    }
    result.matrix = model::Matrix(cells);
    return result;
}

bool is_about_offer(const PolicyRule& rule)
{
    return std::holds_alternative<check::VersionsForbidden>(rule.check) ||
           std::holds_alternative<check::VersionsRequired>(rule.check) ||
           std::holds_alternative<check::SuitesAllowed>(rule.check) ||
           std::holds_alternative<check::SuitesForbidden>(rule.check) ||
           std::holds_alternative<check::SuitesRequired>(rule.check);
}

// The rules about versions and suites that fail.
Lines failing(const Policy& policy, Role role, const EndpointResult& result)
{
    Lines rules;
    for (const PolicyRule& rule : policy.rules) {
        if (is_about_offer(rule) && judge(policy, rule, role, Seen(result, "")).verdict == Verdict::fail) {
            rules.push_back(policy.name + "/" + rule.id);
        }
    }
    return rules;
}

std::vector<Policy> all_policies()
{
    std::vector<Policy> all;
    for (const std::string& name : policy_names()) {
        all.push_back(*test::find_policy(name));
    }
    return all;
}

constexpr const char* postfix = "220 mail.example.com ESMTP Postfix (Debian/GNU)";

// What is left of each policy's rules by its own remedy.
struct Alone {
    Policy policy;
    Lines left;
    bool changes = false;
};

std::vector<Alone> each_alone(Role role, const EndpointResult& result)
{
    std::vector<Alone> all;
    for (const Policy& policy : all_policies()) {
        const Lines lines = judge(std::vector{policy}, role, result).front().remedy;
        all.push_back({policy, failing(policy, role, after(role, lines)), !settings_of(lines).empty()});
    }
    return all;
}

TEST_CASE("a remedy that several policies share does for each what its own would do", "[remedies]")
{
    const Role role = GENERATE(Role::mx, Role::submission, Role::submissions);
    const EndpointResult result = open_to_all(role, postfix);
    const std::vector<Alone> policies = each_alone(role, result);
    std::vector<Policy> all;
    std::ranges::transform(policies, std::back_inserter(all), &Alone::policy);
    const auto judgements = judge(all, role, result);
    std::map<Lines, EndpointResult> outcomes;
    for (std::size_t i = 0; i < policies.size(); ++i) {
        const Lines& lines = judgements[i].remedy;
        const EndpointResult& outcome = outcomes.try_emplace(lines, after(role, lines)).first->second;
        const Lines left = failing(policies[i].policy, role, outcome);
        INFO(policies[i].policy.name << ", " << format(role));
        CHECK(policies[i].changes == !settings_of(lines).empty());
        CHECK((left.empty() || left == policies[i].left));
    }
    CHECK(outcomes.size() < policies.size());
}

TEST_CASE("what is forecast of a change is what the lines come to", "[remedies]")
{
    const auto policy = test::find_policy("nist");
    const EndpointResult result = open_to_all(Role::submission, postfix);
    const Lines lines = judge(std::vector{*policy}, Role::submission, result).front().remedy;
    const EndpointResult hardened = after(Role::submission, lines);
    for (const auto& [version, suite] :
         offer_after({.versions = true, .suites = true, .only_tls13 = false, .no_chacha = true}, Role::submission)) {
        const auto is_it = [&](const model::CellView& cell) { return cell.version == version && cell.suite == suite; };
        INFO(tls::format(version) << " " << tls::format(suite));
        CHECK(Seen(hardened, "").accepts(is_it));
    }
}

TEST_CASE("the remedy for PCI, NIST and the RFC is one, and it satisfies them", "[remedies]")
{
    const std::vector<Policy> policies = {*test::find_policy("pci"), *test::find_policy("nist"),
                                          *test::find_policy("rfc9325")};
    const EndpointResult result = open_to_all(Role::submission, postfix);
    const auto judgements = judge(policies, Role::submission, result);
    REQUIRE(has_part(judgements[0].remedy, "CHACHA20"));
    for (std::size_t i = 0; i < policies.size(); ++i) {
        CHECK(judgements[i].remedy == judgements[0].remedy);
        const auto left = failing(policies[i], Role::submission, after(Role::submission, judgements[i].remedy));
        CHECK(left == Lines());
    }
}

TEST_CASE("policies of which one wants what the other forbids have a remedy each", "[remedies]")
{
    const std::vector<Policy> policies = {*test::find_policy("rfc8997"), *test::find_policy("mozilla-modern")};
    const auto judgements = judge(policies, Role::submission, open_to_all(Role::submission, postfix));
    CHECK(has_part(judgements[0].remedy, ">=TLSv1.2"));
    CHECK(has_part(judgements[1].remedy, ">=TLSv1.3"));
}

TEST_CASE("a policy that does without TLS 1.2 changes nobody else's remedy", "[remedies]")
{
    const std::vector<Policy> policies = {*test::find_policy("pci"), *test::find_policy("nist"),
                                          *test::find_policy("mozilla-modern")};
    for (const std::string& greeting : {std::string(postfix), std::string("220 mail.example.com ESMTP Exim 4.96")}) {
        const EndpointResult result = open_to_all(Role::submission, greeting);
        const auto together = judge(policies, Role::submission, result);
        CHECK(together[0].remedy != together[2].remedy);
        CHECK(together[1].remedy != together[2].remedy);
        CHECK_FALSE(together[0].remedy.empty());
    }
}

}  // namespace
}  // namespace smtptls::policy

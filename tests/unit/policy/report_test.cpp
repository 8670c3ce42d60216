// Waivers, baseline and exit code upon a report; what names and dates come to.
#include "catch.hpp"
#include "report/policy/baseline.hpp"
#include "report/policy/exit_code.hpp"
#include "report/policy/judge.hpp"
#include "report/policy/names.hpp"
#include "report/policy/policies.hpp"
#include "report/policy/waivers.hpp"
#include "unit/policy/endpoints.hpp"

#include <algorithm>

using namespace smtptls;
using model::CellState;
using model::Change;
using model::EndpointResult;
using model::EndpointStatus;
using model::Finding;
using model::Report;
using model::Role;
using model::Verdict;
using policy::FailOn;
using tls::CipherSuite;
using tls::ProtocolVersion;

namespace {

const policy::Policy& submission_policy()
{
    static const policy::Policy policy = *test::find_policy("rfc8997");
    return policy;
}

model::ScanResult scan_of(std::vector<EndpointResult> endpoints)
{
    model::ScanResult scan;
    scan.program_version = "0.1.0";
    scan.started = "2026-11-21T20:48:54Z";
    scan.endpoints = std::move(endpoints);
    return scan;
}

EndpointResult good()
{
    return test::passing(submission_policy(), Role::submission);
}

EndpointResult with(EndpointResult result, ProtocolVersion version, CellState state)
{
    test::set_cell(result, version, CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA, state);
    return result;
}

EndpointResult with_status(EndpointStatus status)
{
    EndpointResult result = test::endpoint_for(Role::submission);
    result.status = status;
    return result;
}

Report judged(const EndpointResult& result)
{
    return policy::judge_all(scan_of({result}), {submission_policy()}, std::nullopt);
}

Finding& versions_of(Report& report)
{
    return *std::ranges::find(report.judgements.front().findings, std::string("versions"), &Finding::rule);
}

policy::Waiver waiver_until(const std::string& day)
{
    policy::Waiver waiver;
    waiver.rule = "rfc8997-submission/versions";
    waiver.endpoints = "mail.example.com *:587";
    waiver.owner = "ops";
    waiver.reason = "the warehouse's scanners";
    waiver.expires = day;
    return waiver;
}

const std::string today = "2026-11-21";

// What the waivers say of it in the end.
std::vector<std::string> waived(const std::vector<policy::Waiver>& all, const std::string& day, Report& report)
{
    policy::Waivers waivers(all, day);
    std::ranges::for_each(report.judgements, [&waivers](model::Judgement& one) { waivers.apply(one); });
    return waivers.notes();
}

void compare(const Report& earlier, const std::string& name, Report& report)
{
    policy::Baseline baseline;
    std::ranges::for_each(earlier.judgements, [&baseline](const model::Judgement& one) { baseline.add(one); });
    for (model::Judgement& one : report.judgements) {
        baseline.compare(report.scan.endpoints[one.endpoint].status, one);
    }
    report.baseline = name;
    report.gone = baseline.gone();
}

int exit_code(const Report& report, FailOn fail_on)
{
    policy::ExitCode code(fail_on);
    std::ranges::for_each(report.judgements, [&code](const model::Judgement& one) { code.add(one); });
    return code.of(head_of(report));
}

}  // namespace

TEST_CASE("a pattern covers a text with a star for any characters")
{
    CHECK(policy::matches("mail.example.com *:25", "mail.example.com 192.0.2.1:25"));
    CHECK(policy::matches("*", ""));
    CHECK(policy::matches("a*b*c", "axxbyybzc"));
    CHECK_FALSE(policy::matches("a*b", "a-b-c"));
    CHECK_FALSE(policy::matches("", "a"));
    CHECK(policy::matches("*aab", std::string(5000, 'a') + "b"));
}

TEST_CASE("a waiver takes a violation until the end of its day, and an expired one does not and says so")
{
    struct Row {
        std::string expires;
        bool counts;
        std::string note;
    };
    for (const auto& [expires, counts, note] : {Row{"2026-11-21", false, ""}, Row{"2027-01-01", false, ""},
                                                Row{"2026-11-20", true, "expired on 2026-11-20"}}) {
        Report report = judged(with(good(), ProtocolVersion::tls1_0, CellState::accepted));
        const auto notes = waived({waiver_until(expires)}, today, report);
        INFO(expires);
        CHECK(versions_of(report).waiver.has_value());
        CHECK(versions_of(report).counts() == counts);
        CHECK(exit_code(report, FailOn::any) == (counts ? 1 : 0));
        CHECK(notes.empty() == note.empty());
        if (!note.empty()) {
            REQUIRE(notes.size() == 1);
            CHECK(notes.front().find(note) != std::string::npos);
        }
    }
}

TEST_CASE("a waiver of a subject holds while nothing else is at fault, and one that covers nothing is reported")
{
    policy::Waiver waiver = waiver_until("2027-01-01");
    waiver.subjects = {"TLS 1.0"};
    Report one = judged(with(good(), ProtocolVersion::tls1_0, CellState::accepted));
    CHECK(waived({waiver}, today, one).empty());
    CHECK_FALSE(versions_of(one).counts());

    const EndpointResult both =
        with(with(good(), ProtocolVersion::tls1_0, CellState::accepted), ProtocolVersion::ssl3, CellState::accepted);
    Report two = judged(both);
    const auto notes = waived({waiver}, today, two);
    REQUIRE(notes.size() == 1);
    CHECK(notes.front().find("covers nothing") != std::string::npos);
    CHECK(versions_of(two).counts());

    policy::Waiver by_alias = waiver_until("2027-01-01");
    by_alias.rule = "pci/versions-early-tls";
    Report three = judged(good());
    CHECK(
        waived({by_alias}, today, three).front().ends_with("covers nothing: write pci-dss-4.0.1 in the place of pci"));

    policy::Waiver by_id;
    by_id.finding = versions_of(two).id.str();
    by_id.owner = "ops";
    by_id.expires = "2027-01-01";
    CHECK(waived({by_id}, today, two).empty());
    CHECK_FALSE(versions_of(two).counts());
}

TEST_CASE("of two waivers the one that holds counts, in either order")
{
    for (const bool first : {true, false}) {
        Report report = judged(with(good(), ProtocolVersion::tls1_0, CellState::accepted));
        const std::vector<policy::Waiver> waivers = {waiver_until(first ? "2027-01-01" : "2026-01-01"),
                                                     waiver_until(first ? "2026-01-01" : "2027-01-01")};
        waived(waivers, today, report);
        CHECK_FALSE(versions_of(report).counts());
    }
}

TEST_CASE("beside a baseline a finding is new, unchanged, fixed or lost, and lost evidence is not fixed")
{
    const EndpointResult clean = good();
    const EndpointResult old = with(good(), ProtocolVersion::tls1_0, CellState::accepted);
    const EndpointResult older = with(old, ProtocolVersion::ssl3, CellState::accepted);
    const EndpointResult open = with(good(), ProtocolVersion::tls1_0, CellState::inconclusive);
    const EndpointResult half = with(older, ProtocolVersion::tls1_0, CellState::inconclusive);
    struct Row {
        std::string name;
        EndpointResult before;
        EndpointResult now;
        Change change;
        std::vector<std::string> added;
        std::vector<std::string> lost;
        int any;  ///< exit code
        int new_only;
    };
    const std::vector<Row> rows = {
        {"clean", clean, clean, Change::none, {}, {}, 0, 0},
        {"new", clean, old, Change::added, {"TLS 1.0"}, {}, 1, 1},
        {"new where nothing was known", open, old, Change::added, {"TLS 1.0"}, {}, 1, 1},
        {"unchanged", old, old, Change::unchanged, {}, {}, 1, 0},
        {"one more", old, older, Change::unchanged, {"SSL 3"}, {}, 1, 1},
        {"one less", older, old, Change::unchanged, {}, {}, 1, 0},
        {"one that is open now", older, half, Change::unchanged, {}, {"TLS 1.0"}, 1, 3},
        {"fixed", old, clean, Change::fixed, {}, {}, 0, 0},
        {"open now", old, open, Change::lost, {}, {"TLS 1.0"}, 3, 3},
        {"not reached now", old, with_status(EndpointStatus::failed), Change::lost, {}, {"TLS 1.0"}, 3, 3},
        {"not tested now", old, with_status(EndpointStatus::not_tested), Change::lost, {}, {"TLS 1.0"}, 3, 3},
        {"closed now", old, with_status(EndpointStatus::not_offered), Change::fixed, {}, {}, 3, 3},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        Report report = judged(row.now);
        compare(judged(row.before), "before.json", report);
        const Finding& finding = versions_of(report);
        CHECK(finding.change == row.change);
        CHECK(finding.new_subjects == row.added);
        CHECK(finding.lost_subjects == row.lost);
        CHECK(exit_code(report, FailOn::any) == row.any);
        CHECK(exit_code(report, FailOn::added) == row.new_only);
    }
}

TEST_CASE("an endpoint of the baseline that this scan does not have is gone, and that is not fixed")
{
    EndpointResult elsewhere = with(good(), ProtocolVersion::tls1_0, CellState::accepted);
    elsewhere.endpoint.port = 2587;
    const Report before = policy::judge_all(scan_of({good(), elsewhere}), {submission_policy()}, std::nullopt);
    Report report = judged(good());
    compare(before, "before.json", report);
    REQUIRE(report.gone.size() == 1);
    CHECK(report.gone.front().change == Change::lost);
    CHECK(report.gone.front().lost_subjects == std::vector<std::string>{"TLS 1.0"});
    CHECK(exit_code(report, FailOn::added) == 3);
}

TEST_CASE(
    "the exit code: a proven violation is 1 whatever is open, what is open is 3, and 0 is all known and nothing "
    "violated")
{
    const EndpointResult violated = with(good(), ProtocolVersion::tls1_0, CellState::accepted);
    EndpointResult throttled = with(good(), ProtocolVersion::tls1_1, CellState::not_tested);
    throttled.status = EndpointStatus::incomplete;
    EndpointResult throttled_and_violated = with(violated, ProtocolVersion::tls1_1, CellState::not_tested);
    throttled_and_violated.status = EndpointStatus::incomplete;
    // An open cell that no rule asks about leaves the scan incomplete all the same.
    EndpointResult idle = with(good(), ProtocolVersion::tls1_2, CellState::inconclusive);
    idle.status = EndpointStatus::incomplete;
    EndpointResult elsewhere = violated;
    elsewhere.endpoint.port = 2587;
    struct Row {
        std::string name;
        std::vector<EndpointResult> endpoints;
        int code;
    };
    const std::vector<Row> rows = {
        {"complete and passed", {good()}, 0},
        {"violated", {violated}, 1},
        {"throttled in the middle", {throttled}, 3},
        {"throttled in the middle, and violated before", {throttled_and_violated}, 1},
        {"open, and no rule asks for it", {idle}, 3},
        {"unreachable", {with_status(EndpointStatus::failed)}, 3},
        {"one unreachable, another violated", {with_status(EndpointStatus::failed), elsewhere}, 1},
        {"closed beside one that passes", {good(), with_status(EndpointStatus::not_offered)}, 0},
        {"without STARTTLS, which RFC 8314 says a server should have", {with_status(EndpointStatus::no_starttls)}, 0},
        {"nothing", {}, 3},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        CHECK(exit_code(policy::judge_all(scan_of(row.endpoints), {submission_policy()}, std::nullopt), FailOn::any) ==
              row.code);
    }
    const auto strict = policy::judge_all(scan_of({with_status(EndpointStatus::no_starttls)}),
                                          {*test::find_policy("rfc9325")}, std::nullopt);
    CHECK(exit_code(strict, FailOn::any) == 1);
    CHECK(exit_code(policy::judge_all(scan_of({violated}), {}, std::nullopt), FailOn::any) == 0);
    CHECK(exit_code(policy::judge_all(scan_of({throttled}), {}, std::nullopt), FailOn::any) == 3);
    model::ScanResult cut = scan_of({good()});
    cut.interruption = model::Interruption::signal;
    CHECK(exit_code(policy::judge_all(cut, {submission_policy()}, std::nullopt), FailOn::any) == 3);
}

TEST_CASE("dates, hashes and sizes are read out of their names")
{
    CHECK(policy::seconds_of("1970-01-01T00:00:00Z") == 0);
    CHECK(policy::seconds_of("2026-11-21T20:48:54Z") == 1795294134);
    CHECK_FALSE(policy::seconds_of("2026-11-21 20:48:54Z"));
    CHECK(policy::hash_of("sha256WithRSAEncryption") == "SHA-256");
    CHECK(policy::hash_of("ecdsa-with-SHA384") == "SHA-384");
    CHECK(policy::hash_of("sha1WithRSAEncryption") == "SHA-1");
    CHECK(policy::hash_of("ED25519") == "none");
    CHECK_FALSE(policy::hash_of("rsassaPss"));
    CHECK(policy::dh_bits("DH 2048") == 2048);
    CHECK(policy::dh_bits("ffdhe3072") == 3072);
    CHECK_FALSE(policy::dh_bits("x25519"));
    CHECK_FALSE(policy::dh_bits("DH 99999999999999999999"));
}

TEST_CASE("a group that was seen can be at fault, and that there is no other is not asked")
{
    const auto verdict_of = [](const std::vector<std::string>& seen, const std::vector<std::string>& allowed) {
        policy::PolicyRule rule;
        rule.id = "groups";
        rule.levels.fill(policy::Level::must);
        rule.check = policy::check::GroupsAllowed{allowed};
        EndpointResult result = good();
        std::erase_if(result.observations,
                      [](const auto& one) { return one.id == model::Fact::key_exchange_groups_accepted; });
        test::observe(result, model::Fact::key_exchange_groups_seen, "", test::texts(seen));
        return policy::judge(submission_policy(), rule, Role::submission, policy::Seen(result, "")).verdict;
    };
    CHECK(verdict_of({"x25519"}, {"x25519"}) == Verdict::not_asked);
    CHECK(verdict_of({"x25519", "secp192r1"}, {"x25519"}) == Verdict::fail);
    CHECK(verdict_of({"DH 3072"}, {"ffdhe3072"}) == Verdict::not_asked);
    CHECK(verdict_of({"DH 2048"}, {"ffdhe3072"}) == Verdict::fail);
    CHECK(verdict_of({"DH 2048"}, {"x25519", "DH"}) == Verdict::not_asked);
}

TEST_CASE("where not all suites of a rule were asked about, their number is at least that of those accepted")
{
    const auto sentence = [](const std::vector<std::string>& asked_for, std::vector<policy::SuiteProperty> properties) {
        policy::PolicyRule rule;
        rule.id = "suites";
        rule.levels.fill(policy::Level::must);
        policy::check::SuitesForbidden forbidden;
        forbidden.properties = std::move(properties);
        forbidden.suites = {CipherSuite::TLS_DH_anon_WITH_AES_128_CBC_SHA,
                            CipherSuite::TLS_DH_anon_WITH_AES_256_CBC_SHA};
        rule.check = forbidden;
        EndpointResult result = with_status(EndpointStatus::scanned);
        const auto cell = [](CipherSuite suite, CellState state) {
            return model::Cell{ProtocolVersion::tls1_2, suite, state, {}, "", {1}};
        };
        result.matrix = model::Matrix({cell(CipherSuite::TLS_DH_anon_WITH_AES_128_CBC_SHA, CellState::accepted),
                                       cell(CipherSuite::TLS_DH_anon_WITH_AES_256_CBC_SHA,
                                            asked_for.empty() ? CellState::rejected : CellState::not_tested)});
        result.asked_for = asked_for;
        return policy::judge(submission_policy(), rule, Role::submission, policy::Seen(result, "")).sentence.str();
    };
    CHECK(sentence({}, {}) == "1 suite accepted that the rule forbids");
    CHECK(sentence({"rfc9325"}, {}) == "at least 1 suite accepted that the rule forbids");
    CHECK(sentence({"rfc9325"}, {policy::SuiteProperty::anonymous}) == "at least 1 suite accepted (no authentication)");
}

TEST_CASE("a certificate is open where an open cell may hide one of another kind")
{
    const auto key_verdict = [](const EndpointResult& result) {
        policy::PolicyRule rule;
        rule.id = "certificate-key";
        rule.levels.fill(policy::Level::must);
        rule.check = policy::check::CertificateKeys{{{"EC", 256, {}}, {"RSA", 2048, {}}}};
        return policy::judge(submission_policy(), rule, Role::submission, policy::Seen(result, "")).verdict;
    };
    EndpointResult result = good();
    CHECK(key_verdict(result) == Verdict::pass);
    test::set_cell(result, ProtocolVersion::tls1_2, CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CCM,
                   CellState::inconclusive);
    CHECK(key_verdict(result) == Verdict::pass);
    test::set_cell(result, ProtocolVersion::tls1_2, CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA, CellState::inconclusive);
    CHECK(key_verdict(result) == Verdict::inconclusive);
    std::erase_if(result.observations, [](const auto& one) { return is_of_certificate(one.id); });
    CHECK(key_verdict(result) == Verdict::inconclusive);
    std::vector<model::Cell> cells = result.matrix.values();
    for (model::Cell& cell : cells) {
        cell.state = CellState::rejected;
    }
    result.matrix = model::Matrix(cells);
    CHECK(key_verdict(result) == Verdict::not_applicable);
}

TEST_CASE("whether a certificate names the host is what the scan saw, and not asked where it did not look")
{
    const auto name_verdict = [](std::optional<bool> names_host) {
        EndpointResult result = good();
        std::erase_if(result.observations,
                      [](const auto& one) { return one.id == model::Fact::certificate_names_host; });
        if (names_host) {
            test::observe(result, model::Fact::certificate_names_host, test::leaf_subject, *names_host);
        }
        policy::PolicyRule rule;
        rule.id = "certificate-name";
        rule.levels.fill(policy::Level::must);
        rule.check = policy::check::CertificateName{};
        return policy::judge(submission_policy(), rule, Role::submission, policy::Seen(result, "")).verdict;
    };
    CHECK(name_verdict(true) == Verdict::pass);
    CHECK(name_verdict(false) == Verdict::fail);
    CHECK(name_verdict(std::nullopt) == Verdict::not_asked);
}

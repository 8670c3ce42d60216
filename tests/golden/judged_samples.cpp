#include "golden/samples.hpp"

namespace smtptls::golden {
namespace {

using model::Change;
using model::Finding;
using model::Judgement;
using model::Report;
using model::Role;
using model::Verdict;

Finding finding(const Report& report, const Judgement& judgement, const std::string& rule, Verdict verdict)
{
    const model::Endpoint& endpoint = report.scan.endpoints.at(judgement.endpoint).endpoint;
    Finding made;
    made.id = judgement.policy + "/" + rule + " " + endpoint.host + " " + model::format(endpoint);
    made.rule = rule;
    made.verdict = verdict;
    made.requirement =
        rule == "versions" ? "Only TLS 1.2 and TLS 1.3 are accepted." : "No suite without forward secrecy.";
    made.source = "Example Standard 4 section 3." + std::to_string(rule.size());
    made.sentence = verdict == Verdict::pass ? "as it should be" : "TLS 1.1 is accepted";
    return made;
}

Judgement judgement(std::size_t endpoint, const std::string& policy, Role role, Verdict verdict)
{
    return {endpoint, policy, role, verdict, {}, {}, {}};
}

Finding& add(const Report& report, Judgement& judgement, const std::string& rule, Verdict verdict)
{
    judgement.findings.push_back(finding(report, judgement, rule, verdict));
    return judgement.findings.back();
}

// Everything that can be said of an endpoint that was scanned.
Judgement all_kinds(const Report& report)
{
    Judgement made = judgement(1, "example-4.0", Role::submission, Verdict::fail);
    Finding& versions = add(report, made, "versions", Verdict::fail);
    versions.subjects = {"TLS 1.1", "TLS 1.0"};
    versions.evidence = {5, 6, 8};
    versions.change = Change::unchanged;
    versions.new_subjects = {"TLS 1.0"};
    versions.lost_subjects = {"SSL 3"};
    versions.open_subjects = {"SSL 3"};
    Finding& suites = add(report, made, "suites", Verdict::fail);
    suites.sentence = "suites without forward secrecy are accepted";
    for (int i = 0; i < 16; ++i) {
        suites.subjects.push_back("TLS 1.2 TLS_RSA_WITH_EXAMPLE_" + std::to_string(i));
    }
    suites.change = Change::added;
    Finding& waived = add(report, made, "certificate-key", Verdict::fail);
    waived.sentence = "the key has 1024 bits";
    waived.waiver = model::AppliedWaiver{"ops@example.com", "the new certificate is ordered", "2026-12-31", false};
    Finding& expired = add(report, made, "dh-size", Verdict::fail);
    expired.sentence = "the server's DH group has 1024 bits";
    expired.waiver = model::AppliedWaiver{"ops@example.com", "until the appliance is replaced", "2026-01-31", true};
    Finding& open = add(report, made, "anonymous", Verdict::inconclusive);
    open.sentence = "2 cells could not be told";
    open.subjects = {"TLS 1.0 TLS_DH_anon_WITH_AES_128_CBC_SHA"};
    open.change = Change::lost;
    add(report, made, "order", Verdict::warn).sentence = "the client's preference decides";
    add(report, made, "chacha20", Verdict::advice).sentence = "ChaCha20 helps clients without AES in hardware";
    add(report, made, "compression", Verdict::pass).change = Change::fixed;
    add(report, made, "ems", Verdict::pass);
    add(report, made, "renegotiation", Verdict::not_asked).sentence = "no scan asks this yet";
    add(report, made, "dane", Verdict::not_applicable).sentence = "the port is not 25";
    made.notes = {"This is a pre-check: an approved scanning vendor decides."};
    made.remedy = {"smtpd_tls_mandatory_protocols = >=TLSv1.2", "smtpd_tls_protocols = >=TLSv1.2"};
    return made;
}

Judgement unreachable(const Report& report, std::size_t endpoint, const std::string& policy)
{
    Judgement made = judgement(endpoint, policy, Role::mx, Verdict::inconclusive);
    add(report, made, "versions", Verdict::inconclusive).sentence = "no route to this address from here";
    return made;
}

// A bit of everything that endpoints show only together.
model::SideBySide side_by_side()
{
    using model::Compared;
    const std::string sea = std::string(64, 'c');
    const std::string day = std::string(64, 'd');
    model::SideBySide all;
    all.certificates = {{sea,
                         base::UntrustedText("CN=sea.example.com"),
                         "RSA 2048 bits",
                         "2027-01-02T00:00:00Z",
                         {"sea.example.com 192.0.2.7:25", "sea.example.com 192.0.2.7:587"},
                         2},
                        {day,
                         base::UntrustedText("CN=*.example.com"),
                         "RSA 2048 bits",
                         "2027-02-03T00:00:00Z",
                         {"day.example.com 192.0.2.8:25", "192.0.2.9:25"},
                         12}};
    model::ComparedName differs{"sea.example.com", {"192.0.2.7:25", "192.0.2.7:465", "192.0.2.7:587"}, {}, {}};
    differs.not_compared = {{"[2001:db8::7]:25", {base::Stage::connect, base::Reason::timed_out, {}}}};
    differs.differences = {
        {Compared::version, "", {"TLS 1.1", "TLS 1.0"}, {"192.0.2.7:25"}, {"192.0.2.7:587"}, {"192.0.2.7:465"}},
        {Compared::suite, "TLS 1.2", {"TLS_RSA_WITH_SEED_CBC_SHA"}, {"192.0.2.7:25"}, {"192.0.2.7:587"}, {}},
        {Compared::certificate, "", {sea}, {"192.0.2.7:25", "192.0.2.7:587"}, {"192.0.2.7:465"}, {}},
        {Compared::trusted, "", {"trusted"}, {"192.0.2.7:25", "192.0.2.7:587"}, {"192.0.2.7:465"}, {}}};
    all.names = {differs, {"day.example.com", {"192.0.2.8:25", "192.0.2.8:587"}, {}, {}}};
    all.keys = {{std::string(64, 'e'), {day}, 12}};
    all.shared_factors = {{sea, day, 1024, false}};
    all.notes = {"1 RSA key not looked through for common factors: longer than 4,096 bits"};
    return all;
}

model::SideBySide hostile_side_by_side(const std::string& bad)
{
    model::SideBySide all;
    all.certificates = {{bad, base::UntrustedText(bad), bad, bad, {bad}, 1}};
    model::ComparedName name{
        bad, {bad}, {{bad, {base::Stage::ehlo, base::Reason::rejected, base::UntrustedText(bad)}}}, {}};
    for (const model::Compared of : {model::Compared::group, model::Compared::certificate}) {
        name.differences.push_back({of, "", {bad, bad}, {bad}, {bad}, {bad}});
    }
    all.names = {name};
    all.keys = {{bad, {bad, bad}, 2}};
    all.shared_factors = {{bad, bad, 2048, true}};
    all.notes = {bad};
    return all;
}

}  // namespace

Report judged_all_pass(Report report)
{
    report.policies = {{"example-4.0", "Example Standard 4", "2026-01", {}}};
    Judgement made = judgement(0, "example-4.0", Role::submission, Verdict::pass);
    add(report, made, "versions", Verdict::pass);
    add(report, made, "suites", Verdict::pass);
    add(report, made, "dane", Verdict::not_applicable);
    report.judgements = {made};
    return report;
}

Report judged_violations(Report report)
{
    report.policies = {{"example-4.0", "Example Standard 4", "2026-01", {"What a vendor does may differ."}},
                       {"other-2", "Another Standard", "2019-08", {}}};
    report.baseline = "yesterday.json";
    Judgement closed = judgement(0, "example-4.0", Role::submissions, Verdict::pass);
    add(report, closed, "versions", Verdict::not_applicable).sentence = "the port is closed";
    Judgement warned = judgement(1, "other-2", Role::submission, Verdict::warn);
    add(report, warned, "versions", Verdict::pass);
    add(report, warned, "order", Verdict::warn).sentence = "the client's preference decides";
    report.judgements = {closed, all_kinds(report), warned, unreachable(report, 2, "example-4.0")};
    Finding gone = finding(report, closed, "versions", Verdict::fail);
    gone.id = "example-4.0/versions old.example.com 192.0.2.99:25";
    gone.change = Change::lost;
    report.gone = {gone};
    report.side_by_side = side_by_side();
    report.exit_code = 1;
    return report;
}

Report judged_hostile(Report report)
{
    using namespace std::string_literals;
    const std::string bad = "=cmd|'/C calc'!A0 ]]> <script>alert(1)</script> \"&' | \\ \x1b[31m\r\n\xe2\x80\xae \xff"s;
    report.policies = {{bad, bad, bad, {bad}}};
    report.baseline = bad;
    Judgement made = judgement(0, bad, Role::mx, Verdict::fail);
    for (const Verdict verdict : {Verdict::fail, Verdict::warn, Verdict::inconclusive, Verdict::not_asked}) {
        Finding& one = add(report, made, "rule" + bad, verdict);
        one.requirement = one.source = one.sentence = bad;
        one.subjects = one.new_subjects = {bad, bad, bad, bad, bad, bad};
        one.waiver = model::AppliedWaiver{bad, bad, bad, verdict == Verdict::warn};
    }
    made.notes = made.remedy = {bad};
    report.judgements = {made};
    report.gone = {made.findings[0]};
    report.gone[0].change = Change::lost;
    report.side_by_side = hostile_side_by_side(bad);
    report.exit_code = 1;
    return report;
}

}  // namespace smtptls::golden

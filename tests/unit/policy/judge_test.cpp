// Every built-in policy in every role: an endpoint that just passes, and for each rule a change that breaks it.
#include "report/policy/judge.hpp"
#include "catch.hpp"
#include "report/policy/checks.hpp"
#include "report/policy/policies.hpp"
#include "unit/policy/cells.hpp"
#include "unit/policy/endpoints.hpp"

#include <algorithm>

using namespace smtptls;
using base::UntrustedText;
using model::CellState;
using model::EndpointResult;
using model::Finding;
using model::Role;
using model::Verdict;
using policy::Policy;
using policy::PolicyRule;
namespace check = policy::check;

namespace {

bool is_violation(Verdict verdict)
{
    return verdict == Verdict::fail || verdict == Verdict::warn || verdict == Verdict::advice;
}

const Finding& finding_of(const model::Judgement& judgement, const std::string& rule)
{
    return *std::ranges::find(judgement.findings, rule, &Finding::rule);
}

using Changed = std::vector<EndpointResult>;

/// Changes of a passing endpoint, of which some break the rule.
struct Break {
    const Policy& policy;
    const PolicyRule& rule;
    Role role;
    const EndpointResult& good;

    EndpointResult observed(model::Fact id, const std::string& subject, model::Value value) const
    {
        EndpointResult bad = good;
        test::observe(bad, id, subject, std::move(value));
        return bad;
    }

    std::vector<UntrustedText> accepted_groups() const
    {
        const model::Fact id = model::Fact::key_exchange_groups_accepted;
        return std::get<std::vector<UntrustedText>>(
            std::ranges::find(good.observations, id, &model::Observation::id)->value);
    }

    // Cells that break the rule, each by itself.
    Changed cells() const
    {
        Changed all;
        for (const test::PolicyCell& cell : test::cells_of(policy)) {
            if (cell.breaks(rule)) {
                all.push_back(good);
                test::set_cell(all.back(), cell.version, cell.suite, CellState::accepted);
                test::show_order(policy, all.back());
            }
        }
        return all;
    }

    Changed leaves() const
    {
        Changed all;
        for (const test::LeafSample& leaf : test::leaf_samples()) {
            all.push_back(good);
            test::show_leaf(all.back(), leaf);
            all.push_back(good);
            test::show_issuer(all.back(), leaf);
            // One change at a time, beside what is right.
            const auto change = [&](model::Fact id, model::Value value) {
                all.push_back(observed(id, test::leaf_subject, std::move(value)));
            };
            change(model::Fact::certificate_key_type, UntrustedText(leaf.key_type));
            test::observe(all.back(), model::Fact::certificate_key_bits, test::leaf_subject, std::int64_t{leaf.bits});
            change(model::Fact::certificate_signature_algorithm, UntrustedText(leaf.signature));
            change(model::Fact::certificate_issuer_keys,
                   test::texts({leaf.key_type + " " + std::to_string(leaf.bits)}));
            change(model::Fact::certificate_issuer_signatures, test::texts({leaf.signature}));
        }
        return all;
    }

    Changed operator()(const check::VersionsForbidden&) const { return cells(); }
    Changed operator()(const check::SuitesAllowed&) const { return cells(); }
    Changed operator()(const check::SuitesForbidden&) const { return cells(); }
    Changed operator()(const check::CertificateKeys&) const { return leaves(); }
    Changed operator()(const check::CertificateSignatures&) const { return leaves(); }
    Changed operator()(const check::VersionsRequired& one) const
    {
        Changed all;
        for (const tls::ProtocolVersion version : one.versions) {
            all.push_back(one.any && !all.empty() ? all.back() : good);
            for (const model::Cell& cell : good.matrix.values()) {
                if (cell.version == version) {
                    test::set_cell(all.back(), version, cell.suite, CellState::rejected);
                }
            }
        }
        return all;
    }
    Changed operator()(const check::SuitesRequired& one) const
    {
        const tls::ProtocolVersion version = one.versions.front();
        Changed all;
        for (const tls::CipherSuite other : test::askable(version)) {
            const bool required = std::ranges::binary_search(one.suites, other);
            if (!required && test::forbidding(policy, role, version, other) == 0) {
                all.push_back(good);
                for (const tls::CipherSuite suite : one.suites) {
                    test::set_cell(all.back(), version, suite, CellState::rejected);
                }
                test::set_cell(all.back(), version, other, CellState::accepted);
                test::show_order(policy, all.back());
                return all;
            }
        }
        return all;
    }
    Changed operator()(const check::SuitesPreferred& one) const
    {
        Changed all;
        for (const tls::CipherSuite other : test::askable(tls::ProtocolVersion::tls1_2)) {
            const bool preferred = std::ranges::binary_search(one.suites, other);
            if (!preferred && test::forbidding(policy, role, tls::ProtocolVersion::tls1_2, other) == 0) {
                all.push_back(good);
                test::set_cell(all.back(), tls::ProtocolVersion::tls1_2, other, CellState::accepted);
                test::observe(all.back(), model::Fact::suites_order, "TLS 1.2", UntrustedText("client"));
                return all;
            }
        }
        all.push_back(good);
        test::set_cell(all.back(), tls::ProtocolVersion::tls1_2, tls::CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA,
                       CellState::accepted);
        test::observe(all.back(), model::Fact::suites_order, "TLS 1.2", UntrustedText("client"));
        return all;
    }
    Changed operator()(const check::ServerOrder& one) const
    {
        return {observed(model::Fact::suites_order, "TLS 1.3", UntrustedText(one.wanted ? "client" : "server"))};
    }
    Changed operator()(const check::CertificateDates&) const
    {
        return {observed(model::Fact::certificate_outside_its_dates, test::leaf_subject, true),
                observed(model::Fact::certificate_issuer_dates, test::leaf_subject,
                         test::texts({"2025-01-01T00:00:00Z 2026-01-01T00:00:00Z outside"}))};
    }
    Changed operator()(const check::CertificateTrusted&) const
    {
        return {observed(model::Fact::certificate_self_signed, test::leaf_subject, true),
                observed(model::Fact::certificate_trusted, test::leaf_subject, false)};
    }
    Changed operator()(const check::CertificateName&) const
    {
        return {observed(model::Fact::certificate_names_host, test::leaf_subject, false)};
    }
    Changed operator()(const check::CertificateNoWildcard&) const
    {
        return {observed(model::Fact::certificate_dns_names, test::leaf_subject, test::texts({"*.example.com"}))};
    }
    Changed operator()(const check::CertificateHasNames&) const
    {
        return {observed(model::Fact::certificate_dns_names, test::leaf_subject, test::texts({}))};
    }
    Changed operator()(const check::CertificateValidity& one) const
    {
        const std::string years = one.days > 300 ? "2039-11-30" : "2027-02-28";
        return {observed(model::Fact::certificate_not_after, test::leaf_subject, UntrustedText(years + "T00:00:00Z")),
                observed(model::Fact::certificate_issuer_dates, test::leaf_subject,
                         test::texts({"2025-01-01T00:00:00Z 2045-01-01T00:00:00Z"}))};
    }
    Changed operator()(const check::GroupsAllowed&) const
    {
        Changed all;
        for (const char* const group : {"secp192r1", "secp224r1", "x25519", "ffdhe3072"}) {
            std::vector<UntrustedText> groups = accepted_groups();
            groups.emplace_back(group);
            all.push_back(observed(model::Fact::key_exchange_groups_accepted, "", groups));
        }
        return all;
    }
    Changed operator()(const check::GroupsRequired& one) const
    {
        std::vector<UntrustedText> groups = accepted_groups();
        std::erase_if(groups, [&](const UntrustedText& group) {
            return std::ranges::find(one.groups, group.escaped()) != one.groups.end();
        });
        return {observed(model::Fact::key_exchange_groups_accepted, "", groups)};
    }
    Changed operator()(const check::GroupsPreferred& one) const
    {
        return {observed(model::Fact::key_exchange_groups_order, "", test::texts({"secp521r1", one.groups.front()}))};
    }
    Changed operator()(const check::SchemesAllowed& one) const
    {
        return {observed(model::Fact::key_exchange_signatures_accepted, "",
                         test::texts({one.schemes.front(), "rsa_pkcs1_md5"}))};
    }
    Changed operator()(const check::DhBits& one) const
    {
        std::vector<UntrustedText> groups = accepted_groups();
        groups.emplace_back("DH " + std::to_string(one.bits - 1));
        return {observed(model::Fact::key_exchange_groups_accepted, "", groups)};
    }
    Changed operator()(const check::HasFeature& one) const
    {
        EndpointResult bad = good;
        if (one.only_with_cbc || one.only_with_old) {
            const auto version = one.only_with_old ? tls::ProtocolVersion::tls1_1 : tls::ProtocolVersion::tls1_2;
            test::set_cell(bad, version, tls::CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, CellState::accepted);
            test::show_order(policy, bad);
        }
        if (one.only_without_tls13) {
            for (const model::Cell& cell : good.matrix.values()) {
                if (cell.version == tls::ProtocolVersion::tls1_3) {
                    test::set_cell(bad, cell.version, cell.suite, CellState::rejected);
                }
            }
        }
        const model::Fact fact = observation_of(one.feature);
        const model::Value value = fact == model::Fact::certificate_scts ? model::Value(std::int64_t{0}) : !one.wanted;
        test::observe(bad, fact, model::is_of_certificate(fact) ? test::leaf_subject : "", value);
        return {bad};
    }
    Changed operator()(const check::StarttlsOffered&) const
    {
        EndpointResult bad = test::endpoint_for(role);
        bad.status = model::EndpointStatus::no_starttls;
        test::observe(bad, model::Fact::smtp_keywords_before_tls, "", test::texts({"PIPELINING"}));
        return {bad};
    }
    Changed operator()(const check::NoAuthBeforeTls&) const
    {
        return {observed(model::Fact::smtp_keywords_before_tls, "", test::texts({"STARTTLS", "AUTH"}))};
    }
    Changed operator()(const check::NoPlaintextAfterStarttls&) const
    {
        return {observed(model::Fact::smtp_plaintext_after_starttls, "", UntrustedText("250 ok"))};
    }
};

bool accepts_more(const EndpointResult& result, const EndpointResult& than)
{
    const std::vector<model::Cell> before = than.matrix.values();
    const auto is_new = [&before](const model::Cell& cell) {
        return cell.state == CellState::accepted && std::ranges::none_of(before, [&cell](const model::Cell& one) {
                   return one.version == cell.version && one.suite == cell.suite && one.state == CellState::accepted;
               });
    };
    return std::ranges::any_of(result.matrix.values(), is_new);
}

/// Rules that may fall with this one: those that ask the same of the same leaf or group, and where a cell more is
/// accepted, those about cells, of which cells_test.cpp says which.
bool falls_along(const PolicyRule& rule, const PolicyRule& other, bool more_cells)
{
    const bool a_group =
        std::holds_alternative<check::DhBits>(rule.check) && std::holds_alternative<check::GroupsAllowed>(other.check);
    // Without subjectAltName no name is right.
    const bool a_name = std::holds_alternative<check::CertificateHasNames>(rule.check) &&
                        std::holds_alternative<check::CertificateName>(other.check);
    const auto* const feature = std::get_if<check::HasFeature>(&rule.check);
    const bool a_version = feature != nullptr && feature->only_without_tls13 &&
                           std::holds_alternative<check::VersionsRequired>(other.check);
    return other.check.index() == rule.check.index() || a_group || a_name || a_version ||
           (more_cells && test::is_about_cells(other));
}

void breaks_only(const Policy& policy, const PolicyRule& rule, Role role, const EndpointResult& good)
{
    const Changed changed = std::visit(Break{policy, rule, role, good}, rule.check);
    const bool breaks = std::ranges::any_of(changed, [&](const EndpointResult& bad) {
        const model::Judgement judgement = policy::judge(policy, role, bad);
        const Finding& finding = finding_of(judgement, rule.id);
        const bool more_cells = accepts_more(bad, good);
        const bool alone = std::ranges::all_of(policy.rules, [&](const PolicyRule& other) {
            const Verdict verdict = finding_of(judgement, other.id).verdict;
            return other.id == rule.id || !is_violation(verdict) || falls_along(rule, other, more_cells);
        });
        return alone && finding.verdict == policy::violation(*rule.level(role)) && !finding.subjects.empty();
    });
    CHECK(breaks);
}

// Implicit TLS has no dialogue in the clear.
bool is_about_starttls(const PolicyRule& rule)
{
    return std::holds_alternative<check::StarttlsOffered>(rule.check) ||
           std::holds_alternative<check::NoAuthBeforeTls>(rule.check) ||
           std::holds_alternative<check::NoPlaintextAfterStarttls>(rule.check);
}

}  // namespace

TEST_CASE(
    "an endpoint that just passes passes every rule of each policy in each role, and each rule can be broken alone")
{
    for (const std::string& name : policy::policy_names()) {
        const auto policy = test::find_policy(name);
        REQUIRE(policy);
        for (const Role role : policy::all_roles) {
            const EndpointResult good = test::passing(*policy, role);
            const model::Judgement judgement = policy::judge(*policy, role, good);
            for (std::size_t i = 0; i < policy->rules.size(); ++i) {
                const PolicyRule& rule = policy->rules[i];
                const Finding& finding = judgement.findings.at(i);
                INFO(name << " " << format(role) << " " << rule.id << ": " << finding.sentence);
                CHECK((finding.verdict == Verdict::pass || finding.verdict == Verdict::not_applicable));
                CHECK((finding.verdict == Verdict::not_applicable || rule.level(role)));
                if (rule.level(role) && !(role == Role::submissions && is_about_starttls(rule))) {
                    breaks_only(*policy, rule, role, good);
                }
            }
        }
    }
}

TEST_CASE("a weak suite that nobody without a shared secret can finish is no proven weakness, but it is there")
{
    constexpr auto psk = tls::CipherSuite::TLS_PSK_WITH_NULL_SHA256;
    const auto verdict = [](const policy::Check& check, tls::CipherSuite suite, model::Grade grade) {
        PolicyRule rule;
        rule.id = "rule";
        rule.levels.at(static_cast<std::size_t>(Role::submission)) = policy::Level::must;
        rule.check = check;
        policy::Policy policy;
        policy.rules.push_back(rule);
        EndpointResult result = test::endpoint_for(Role::submission);
        test::set_cell(result, tls::ProtocolVersion::tls1_2, suite, CellState::accepted);
        std::vector<model::Cell> graded = result.matrix.values();
        graded.front().grade = grade;
        result.matrix = model::Matrix(graded);
        return finding_of(policy::judge(policy, Role::submission, result), "rule").verdict;
    };
    check::SuitesForbidden weak;
    weak.properties = {policy::SuiteProperty::null_cipher};
    const check::VersionsForbidden version{{tls::ProtocolVersion::tls1_2}};
    check::SuitesAllowed allowed;
    allowed.groups.push_back({{tls::ProtocolVersion::tls1_2}, {}});
    CHECK(verdict(weak, psk, model::Grade::server_flight) == Verdict::inconclusive);
    CHECK(verdict(weak, psk, model::Grade::handshake) == Verdict::fail);
    CHECK(verdict(weak, tls::CipherSuite::TLS_RSA_WITH_NULL_SHA256, model::Grade::server_flight) == Verdict::fail);
    CHECK(verdict(version, psk, model::Grade::server_flight) == Verdict::fail);
    CHECK(verdict(allowed, psk, model::Grade::server_flight) == Verdict::fail);
}

TEST_CASE(
    "a port that was not reached leaves rules open, a closed one asks nothing, and one without TLS what is about that")
{
    const auto policy = test::find_policy("pci");
    REQUIRE(policy);
    EndpointResult result = test::endpoint_for(Role::submission);
    result.status = model::EndpointStatus::failed;
    result.failure = base::Failure{base::Stage::greeting, base::Reason::throttled, UntrustedText("421 slow down")};
    const auto failed = policy::judge(*policy, Role::submission, result);
    CHECK(failed.verdict == Verdict::inconclusive);
    CHECK(finding_of(failed, "versions-early-tls").verdict == Verdict::inconclusive);
    CHECK(finding_of(failed, "versions-early-tls").sentence.str().find("421 slow down") != std::string::npos);
    CHECK(finding_of(failed, "auth-before-tls").verdict == Verdict::inconclusive);
    CHECK(finding_of(failed, "compression").verdict == Verdict::not_asked);

    test::observe(result, model::Fact::smtp_keywords_before_tls, "", test::texts({"AUTH"}));
    CHECK(finding_of(policy::judge(*policy, Role::submission, result), "auth-before-tls").verdict == Verdict::fail);

    result.status = model::EndpointStatus::no_starttls;
    const auto clear = policy::judge(*policy, Role::submission, result);
    CHECK(finding_of(clear, "versions-early-tls").verdict == Verdict::not_applicable);
    CHECK(finding_of(clear, "starttls").verdict == Verdict::fail);
    CHECK(finding_of(clear, "auth-before-tls").verdict == Verdict::fail);

    for (const auto status : {model::EndpointStatus::not_offered, model::EndpointStatus::not_tested}) {
        result.status = status;
        CHECK(policy::judge(*policy, Role::submission, result).verdict == Verdict::not_applicable);
    }
}

TEST_CASE("RSASSA-PSS is as good as a rule that names it says, and its hash, which is not seen, is asked for by others")
{
    const auto verdict_of = [](const std::string& name, const std::string& rule) {
        const auto policy = test::find_policy(name);
        EndpointResult result = test::passing(*policy, Role::submission);
        test::show_leaf(result, {"RSA", 4096, "rsassaPss"});
        return finding_of(policy::judge(*policy, Role::submission, result), rule).verdict;
    };
    CHECK(verdict_of("bsi", "certificate-pss") == Verdict::pass);
    CHECK(verdict_of("bsi", "certificate-signature") == Verdict::not_asked);
    CHECK(verdict_of("pci", "certificate-signature") == Verdict::not_asked);
    CHECK(verdict_of("mozilla-intermediate", "certificate-signature") == Verdict::fail);
}

// What PCI DSS says of the key of a certificate whose size is not known.
Verdict verdict_of_key(const std::string& type)
{
    const auto policy = test::find_policy("pci");
    EndpointResult result = test::passing(*policy, Role::submission);
    std::erase_if(result.observations, [](const auto& one) { return one.id == model::Fact::certificate_key_bits; });
    for (model::Observation& one : result.observations) {
        if (one.id == model::Fact::certificate_key_type) {
            one.value = UntrustedText(type);
        }
    }
    return finding_of(policy::judge(*policy, Role::submission, result), "certificate-key").verdict;
}

TEST_CASE("a key of unknown size is asked about by its kind alone, where no size of that kind would do")
{
    CHECK(verdict_of_key("RSA") == Verdict::not_asked);
    CHECK(verdict_of_key("") == Verdict::not_asked);
    CHECK(verdict_of_key("OID 1.2.643.7.1.1.1.113") == Verdict::fail);
}

// A server with one self-signed certificate for each of these subjects.
model::Finding trust_of(const std::vector<std::string>& subjects)
{
    const auto policy = test::find_policy("nist");
    EndpointResult result = test::passing(*policy, Role::submission);
    std::erase_if(result.observations, [](const auto& one) { return is_of_certificate(one.id); });
    for (const std::string& subject : subjects) {
        test::observe(result, model::Fact::certificate_subject, subject, UntrustedText("CN=mail.example.com"));
        test::observe(result, model::Fact::certificate_key_type, subject, UntrustedText("RSA"));
        test::observe(result, model::Fact::certificate_self_signed, subject, true);
    }
    return finding_of(policy::judge(*policy, Role::submission, result), "certificate-trusted");
}

TEST_CASE("a certificate is at fault by its kind and name, however its observations name it")
{
    const std::vector<std::string> wanted = {"RSA certificate (CN=mail.example.com)"};
    CHECK(trust_of({std::string(64, 'a')}).subjects == wanted);
    CHECK(trust_of({"leaf 1"}).subjects == wanted);
}

TEST_CASE("two certificates of one kind and name are one subject at fault")
{
    const model::Finding finding = trust_of({std::string(64, 'a'), std::string(64, 'b')});
    CHECK(finding.subjects == std::vector<std::string>{"RSA certificate (CN=mail.example.com)"});
    CHECK(finding.sentence == "RSA certificate (CN=mail.example.com): self-signed");
}

TEST_CASE("the role is that of the port, and a STARTTLS port that no MX can name is for submission")
{
    const auto at = [](std::uint16_t port, model::TlsMode mode) {
        return policy::role_of({"mail.example.com", *model::IpAddress::parse("192.0.2.1"), port, mode});
    };
    CHECK(at(25, model::TlsMode::starttls) == Role::mx);
    CHECK(at(587, model::TlsMode::starttls) == Role::submission);
    CHECK(at(2525, model::TlsMode::starttls) == Role::submission);
    CHECK(at(465, model::TlsMode::implicit) == Role::submissions);
    CHECK(at(25, model::TlsMode::implicit) == Role::submissions);
}

TEST_CASE("to harden port 25 is said to have a cost, and Postfix and Exim get lines while others get none")
{
    const auto policy = test::find_policy("pci");
    EndpointResult result = test::passing(*policy, Role::mx);
    test::set_cell(result, tls::ProtocolVersion::tls1_0, tls::CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
                   CellState::accepted);
    const auto lines_for = [&](const std::string& greeting) {
        test::observe(result, model::Fact::smtp_greeting, "", UntrustedText(greeting));
        return policy::judge(std::vector{*policy}, Role::mx, result).front().remedy;
    };
    const auto postfix = lines_for("220 mail.example.com ESMTP Postfix (Debian/GNU)");
    REQUIRE(postfix.size() > 2);
    CHECK(std::ranges::any_of(postfix, [](const std::string& line) {
        return line.find("smtpd_tls_protocols = >=TLSv1.2") != std::string::npos;
    }));
    CHECK(lines_for("220 mail.example.com ESMTP Exim 4.98 Wed").size() > 2);
    CHECK(lines_for("220 mail.example.com Microsoft ESMTP MAIL Service ready").empty());
    const auto notes = policy::judge(*policy, Role::mx, result).notes;
    CHECK(std::ranges::any_of(notes,
                              [](const std::string& note) { return note.find("has a cost") != std::string::npos; }));
}

TEST_CASE("what a policy forbids is a pure function of version, suite and role")
{
    const auto policy = test::find_policy("rfc8997");
    REQUIRE(policy);
    using tls::ProtocolVersion;
    CHECK(policy::forbidden(*policy, Role::submission, ProtocolVersion::tls1_0).size() ==
          test::askable(ProtocolVersion::tls1_0).size());
    const auto in_tls12 = policy::forbidden(*policy, Role::submission, ProtocolVersion::tls1_2);
    CHECK(in_tls12.size() > 10);
    CHECK(std::ranges::all_of(in_tls12, [](tls::CipherSuite suite) {
        return policy::has_property(suite, policy::SuiteProperty::anonymous);
    }));
    CHECK(policy::forbidden(*policy, Role::mx, ProtocolVersion::tls1_0).empty());
    const auto mail = test::find_policy("rfc8996");
    CHECK(policy::forbidden(*mail, Role::mx, ProtocolVersion::tls1_0).empty());
    CHECK_FALSE(policy::forbidden(*mail, Role::mx, ProtocolVersion::tls1_0, policy::Level::may).empty());
}

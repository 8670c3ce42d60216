#include "unit/policy/endpoints.hpp"

#include "report/policy/checks.hpp"
#include "report/policy/judge.hpp"
#include "report/policy/policies.hpp"

#include <algorithm>

namespace smtptls::test {

using base::UntrustedText;
using model::CellState;
using model::EndpointResult;
using model::Role;
using policy::Policy;
using tls::CipherSuite;
using tls::ProtocolVersion;
namespace check = policy::check;

base::Expected<Policy, std::string> find_policy(const std::string& name, const std::string& day)
{
    auto policy = policy::find_policy(name);
    if (policy) {
        policy::set_day(*policy, day);
    }
    return policy;
}

EndpointResult endpoint_for(Role role)
{
    const bool implicit = role == Role::submissions;
    const std::uint16_t port = implicit ? 465 : role == Role::submission ? 587 : 25;
    EndpointResult result;
    result.endpoint = {"mail.example.com", *model::IpAddress::parse("192.0.2.25"), port,
                       implicit ? model::TlsMode::implicit : model::TlsMode::starttls};
    result.status = model::EndpointStatus::scanned;
    return result;
}

void set_cell(EndpointResult& result, ProtocolVersion version, CipherSuite suite, CellState state)
{
    std::vector<model::Cell> cells = result.matrix.values();
    auto found =
        std::ranges::find_if(cells, [&](const auto& one) { return one.version == version && one.suite == suite; });
    if (found == cells.end()) {
        cells.push_back({version, suite, state, std::nullopt, "", {static_cast<model::QuestionId>(cells.size() + 1)}});
        found = cells.end() - 1;
    }
    found->state = state;
    found->grade = state == CellState::accepted ? std::optional(model::Grade::handshake) : std::nullopt;
    std::ranges::stable_sort(cells, std::greater(), &model::Cell::version);
    result.matrix = model::Matrix(cells);
}

void observe(EndpointResult& result, model::Fact id, const std::string& subject, model::Value value)
{
    auto& all = result.observations;
    auto found = std::ranges::find_if(all, [&](const auto& one) { return one.id == id && one.subject == subject; });
    if (found == all.end()) {
        all.push_back({id, subject, {}, {1}});
        found = all.end() - 1;
    }
    found->value = std::move(value);
}

model::Value texts(const std::vector<std::string>& words)
{
    std::vector<UntrustedText> all;
    for (const std::string& word : words) {
        all.emplace_back(word);
    }
    return all;
}

void show_leaf(EndpointResult& result, const LeafSample& leaf)
{
    const auto fact = [&](model::Fact id, model::Value value) { observe(result, id, leaf_subject, std::move(value)); };
    fact(model::Fact::certificate_subject, UntrustedText("CN=mail.example.com"));
    fact(model::Fact::certificate_dns_names, texts({"mail.example.com"}));
    fact(model::Fact::certificate_not_before, UntrustedText("2026-11-01T00:00:00Z"));
    fact(model::Fact::certificate_not_after, UntrustedText("2026-12-31T00:00:00Z"));
    fact(model::Fact::certificate_key_type, UntrustedText(leaf.key_type));
    fact(model::Fact::certificate_key_bits, std::int64_t{leaf.bits});
    fact(model::Fact::certificate_signature_algorithm, UntrustedText(leaf.signature));
    fact(model::Fact::certificate_self_signed, false);
    fact(model::Fact::certificate_outside_its_dates, false);
    fact(model::Fact::certificate_trusted, true);
    fact(model::Fact::certificate_names_host, true);
    fact(model::Fact::certificate_ocsp_named, true);
    fact(model::Fact::certificate_revocation_named, true);
    fact(model::Fact::certificate_key_usage, true);
    fact(model::Fact::certificate_key_signs, true);
    fact(model::Fact::certificate_server_usage, true);
    fact(model::Fact::certificate_any_usage, false);
    fact(model::Fact::certificate_scts, std::int64_t{2});
    fact(model::Fact::certificate_stapled, true);
    fact(model::Fact::certificate_not_revoked, true);
}

void show_issuer(EndpointResult& result, const LeafSample& issuer)
{
    const auto fact = [&](model::Fact id, const std::string& word) {
        observe(result, id, leaf_subject, texts({word}));
    };
    fact(model::Fact::certificate_issuer_names, "CN=Example CA");
    fact(model::Fact::certificate_issuer_keys, issuer.key_type + " " + std::to_string(issuer.bits));
    fact(model::Fact::certificate_issuer_signatures, issuer.signature);
    fact(model::Fact::certificate_issuer_dates, "2025-01-01T00:00:00Z 2027-01-01T00:00:00Z");
    for (const model::Fact fact_of_issuers :
         {model::Fact::certificate_issuer_usage, model::Fact::certificate_issuer_revocation,
          model::Fact::certificate_ca_constraints}) {
        observe(result, fact_of_issuers, leaf_subject, true);
    }
}

const std::vector<LeafSample>& leaf_samples()
{
    static const std::vector<LeafSample> samples = {
        {"EC secp256r1", 256, "ecdsa-with-SHA256"}, {"RSA", 4096, "rsassaPss"},
        {"RSA", 4096, "sha256WithRSAEncryption"},   {"RSA", 2048, "sha256WithRSAEncryption"},
        {"RSA", 1024, "sha256WithRSAEncryption"},   {"RSA", 1024, "ecdsa-with-SHA256"},
        {"EC secp192r1", 192, "ecdsa-with-SHA256"}, {"EC secp256r1", 256, "ecdsa-with-SHA224"},
        {"EC secp256r1", 256, "ecdsa-with-SHA1"},   {"RSA", 4096, "sha1WithRSAEncryption"},
        {"RSA", 4096, "md5WithRSAEncryption"},      {"EC secp384r1", 384, "ecdsa-with-SHA384"},
        {"ML-DSA-87", 20736, "ML-DSA-87"},          {"EC brainpoolP256r1", 256, "ecdsa-with-SHA256"},
    };
    return samples;
}

std::vector<CipherSuite> askable(ProtocolVersion version)
{
    std::vector<CipherSuite> suites;
    for (const tls::SuiteInfo& info : tls::all_suites()) {
        const bool tls13 = info.lowest == ProtocolVersion::tls1_3;
        if (tls::is_ssl2(info.code) == (version == ProtocolVersion::ssl2) &&
            tls13 == (version == ProtocolVersion::tls1_3)) {
            suites.push_back(info.code);
        }
    }
    return suites;
}

std::size_t forbidding(const Policy& policy, Role role, ProtocolVersion version, CipherSuite suite)
{
    return static_cast<std::size_t>(std::ranges::count_if(policy.rules, [&](const policy::PolicyRule& rule) {
        return rule.level(role) && policy::forbids(rule.check, version, suite);
    }));
}

namespace {

template <typename Kind>
std::vector<Kind> checks_of(const Policy& policy)
{
    std::vector<Kind> all;
    for (const policy::PolicyRule& rule : policy.rules) {
        const auto* const one = std::get_if<Kind>(&rule.check);
        if (one != nullptr && rule.holds) {
            all.push_back(*one);
        }
    }
    return all;
}

// A list that names no suite of the version says nothing of it.
bool is_preferred(const Policy& policy, ProtocolVersion version, CipherSuite suite)
{
    const std::vector<CipherSuite> all = askable(version);
    return std::ranges::all_of(checks_of<check::SuitesPreferred>(policy), [&](const auto& one) {
        const auto names = [&](CipherSuite other) { return std::ranges::binary_search(one.suites, other); };
        return names(suite) || std::ranges::none_of(all, names);
    });
}

// What is required and allowed; else the first suite that nothing forbids and that is preferred.
void accept_suites(const Policy& policy, Role role, ProtocolVersion version, EndpointResult& result)
{
    const auto fits = [&](CipherSuite suite) {
        return forbidding(policy, role, version, suite) == 0 && is_preferred(policy, version, suite);
    };
    bool accepted = false;
    for (const auto& required : checks_of<check::SuitesRequired>(policy)) {
        const bool here = std::ranges::find(required.versions, version) != required.versions.end();
        const auto found = std::ranges::find_if(required.suites, fits);
        if (here && found != required.suites.end()) {
            set_cell(result, version, *found, CellState::accepted);
            accepted = true;
        }
    }
    for (const CipherSuite suite : askable(version)) {
        const tls::SuiteInfo& info = *tls::find(suite);
        const bool usual = info.credentials == tls::CredentialClass::certificate && info.forward_secrecy &&
                           info.key_exchange != tls::KeyExchange::dhe;
        if (!accepted && usual && fits(suite)) {
            set_cell(result, version, suite, CellState::accepted);
            accepted = true;
        }
        // Something refused, so that the version was asked about.
        if (info.cipher == tls::Cipher::null || version == ProtocolVersion::tls1_3 ||
            version == ProtocolVersion::ssl2) {
            const auto cells = result.matrix.cells();
            const bool there = std::ranges::any_of(
                cells, [&](const auto& one) { return one.version == version && one.suite == suite; });
            if (!there) {
                set_cell(result, version, suite, CellState::rejected);
            }
        }
    }
}

void show_groups(const Policy& policy, EndpointResult& result)
{
    const std::vector<check::GroupsAllowed> lists = checks_of<check::GroupsAllowed>(policy);
    const auto allowed = [&](const std::string& group) {
        return std::ranges::all_of(
            lists, [&](const auto& one) { return std::ranges::find(one.groups, group) != one.groups.end(); });
    };
    std::vector<std::string> groups;
    for (const auto& required : checks_of<check::GroupsRequired>(policy)) {
        const auto found = std::ranges::find_if(required.groups, allowed);
        groups.push_back(found == required.groups.end() ? required.groups.front() : *found);
    }
    if (groups.empty()) {
        groups.emplace_back("secp256r1");
    }
    observe(result, model::Fact::key_exchange_groups_accepted, "", texts(groups));
    std::vector<std::string> order;
    for (const auto& preferred : checks_of<check::GroupsPreferred>(policy)) {
        order.insert(order.end(), preferred.groups.begin(), preferred.groups.end());
    }
    observe(result, model::Fact::key_exchange_groups_order, "", texts(order));
    const auto schemes = checks_of<check::SchemesAllowed>(policy);
    observe(result, model::Fact::key_exchange_signatures_accepted, "",
            texts(schemes.empty() ? std::vector<std::string>() : std::vector{schemes.front().schemes.front()}));
}

bool passes(const model::Judgement& judgement)
{
    return std::ranges::none_of(judgement.findings, [](const model::Finding& one) {
        return one.rule.str().starts_with("certificate") && one.verdict != model::Verdict::pass &&
               one.verdict != model::Verdict::not_applicable;
    });
}

}  // namespace

void show_order(const Policy& policy, EndpointResult& result)
{
    const auto orders = checks_of<check::ServerOrder>(policy);
    const std::string whose = orders.empty() || orders.front().wanted ? "server" : "client";
    for (const ProtocolVersion version : tls::all_versions) {
        std::vector<std::string> first;
        std::vector<std::string> last;
        for (const model::CellView& cell : result.matrix.cells()) {
            if (cell.version == version && cell.state == CellState::accepted) {
                (is_preferred(policy, cell.version, cell.suite) ? first : last).push_back(tls::format(cell.suite));
            }
        }
        if (!first.empty() || !last.empty()) {
            first.insert(first.end(), last.begin(), last.end());
            observe(result, model::Fact::suites_order, tls::format(version), UntrustedText(whose));
            observe(result, model::Fact::suites_server_order, tls::format(version), texts(first));
        }
    }
}

EndpointResult passing(const Policy& policy, Role role)
{
    EndpointResult result = endpoint_for(role);
    for (const ProtocolVersion version : tls::all_versions) {
        accept_suites(policy, role, version, result);
    }
    show_order(policy, result);
    show_groups(policy, result);
    observe(result, model::Fact::smtp_greeting, "", UntrustedText("220 mail.example.com ESMTP"));
    observe(result, model::Fact::smtp_keywords_before_tls, "", texts({"PIPELINING", "STARTTLS"}));
    for (const auto& feature : checks_of<check::HasFeature>(policy)) {
        if (!model::is_of_certificate(observation_of(feature.feature))) {
            observe(result, observation_of(feature.feature), "", feature.wanted);
        }
    }
    for (const LeafSample& leaf : leaf_samples()) {
        show_leaf(result, leaf);
        for (const LeafSample& issuer : leaf_samples()) {
            show_issuer(result, issuer);
            if (passes(policy::judge(policy, role, result))) {
                return result;
            }
        }
    }
    return result;
}

}  // namespace smtptls::test

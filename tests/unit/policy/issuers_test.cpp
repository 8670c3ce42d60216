// Rules about the certificates behind the leaf.
#include "catch.hpp"
#include "report/policy/judge.hpp"
#include "unit/policy/endpoints.hpp"

#include <algorithm>

using namespace smtptls;
using model::EndpointResult;
using model::Fact;
using model::Role;
using model::Verdict;
namespace check = policy::check;

namespace {

// What a rule that asks for SHA-256 in all certificates, or in the issuers alone, says.
model::Finding asked_of(const EndpointResult& result, check::Of of)
{
    policy::PolicyRule rule;
    rule.id = "rule";
    rule.levels.at(static_cast<std::size_t>(Role::submission)) = policy::Level::must;
    rule.check = check::CertificateSignatures{{"SHA-256"}, {}, of};
    policy::Policy policy;
    policy.rules.push_back(rule);
    return policy::judge(policy, Role::submission, result).findings.front();
}

EndpointResult with_leaf(bool self_signed)
{
    EndpointResult result = test::endpoint_for(Role::submission);
    test::set_cell(result, tls::ProtocolVersion::tls1_2, tls::CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA,
                   model::CellState::accepted);
    test::show_leaf(result, {"RSA", 2048, "sha256WithRSAEncryption"});
    test::observe(result, Fact::certificate_self_signed, test::leaf_subject, self_signed);
    return result;
}

}  // namespace

TEST_CASE("a certificate that signed itself has no issuer to ask about")
{
    CHECK(asked_of(with_leaf(true), check::Of::all).verdict == Verdict::pass);
}

TEST_CASE("a rule about issuers alone does not apply to one that signed itself, nor where only a root was sent")
{
    CHECK(asked_of(with_leaf(true), check::Of::issuers).verdict == Verdict::not_applicable);
    EndpointResult result = with_leaf(false);
    test::show_issuer(result, {"RSA", 2048, "sha256WithRSAEncryption"});
    for (const Fact fact : {Fact::certificate_issuer_names, Fact::certificate_issuer_keys,
                            Fact::certificate_issuer_signatures, Fact::certificate_issuer_dates}) {
        test::observe(result, fact, test::leaf_subject, test::texts({}));
    }
    CHECK(asked_of(result, check::Of::issuers).verdict == Verdict::not_applicable);
    CHECK(asked_of(result, check::Of::all).verdict == Verdict::pass);
}

TEST_CASE("issuers that were not read, or are too many, are not passed")
{
    EndpointResult result = with_leaf(false);
    test::show_issuer(result, {"RSA", 2048, "sha256WithRSAEncryption"});
    test::observe(result, Fact::certificate_issuer_names, test::leaf_subject, test::texts({"CN=A", "and 2 more"}));
    test::observe(result, Fact::certificate_issuer_keys, test::leaf_subject, test::texts({"RSA 2048", ""}));
    test::observe(result, Fact::certificate_issuer_signatures, test::leaf_subject,
                  test::texts({"sha256WithRSAEncryption", ""}));
    CHECK(asked_of(result, check::Of::all).verdict == Verdict::not_asked);
    const std::vector<std::string> many(100000, "sha256WithRSAEncryption");
    test::observe(result, Fact::certificate_issuer_keys, test::leaf_subject,
                  test::texts(std::vector<std::string>(many.size(), "RSA 2048")));
    test::observe(result, Fact::certificate_issuer_signatures, test::leaf_subject, test::texts(many));
    CHECK(asked_of(result, check::Of::all).verdict == Verdict::not_asked);
}

TEST_CASE("the issuers of a certificate that came alone are not asked, and the certificate itself is judged")
{
    const model::Finding finding = asked_of(with_leaf(false), check::Of::all);
    CHECK(finding.verdict == Verdict::not_asked);
    CHECK(finding.sentence.str().find("the issuers of") != std::string::npos);
    CHECK(asked_of(with_leaf(false), check::Of::leaf).verdict == Verdict::pass);
}

TEST_CASE("an issuer that breaks a rule is named, and only by rules about issuers")
{
    EndpointResult result = with_leaf(false);
    test::show_issuer(result, {"RSA", 2048, "sha1WithRSAEncryption"});
    for (const check::Of of : {check::Of::all, check::Of::issuers}) {
        const model::Finding finding = asked_of(result, of);
        CHECK(finding.verdict == Verdict::fail);
        REQUIRE(finding.subjects.size() == 1);
        CHECK(finding.subjects.front().find("Example CA") != std::string::npos);
    }
    CHECK(asked_of(result, check::Of::leaf).verdict == Verdict::pass);
}

TEST_CASE("a signature scheme that the document does not know is not judged, and another that it leaves out is a fault")
{
    const auto asked = [](const std::string& scheme) {
        policy::PolicyRule rule;
        rule.id = "rule";
        rule.levels.at(static_cast<std::size_t>(Role::submission)) = policy::Level::must;
        rule.check = check::SchemesAllowed{{"rsa_pss_rsae_sha256"}, {"mldsa65"}};
        policy::Policy policy;
        policy.rules.push_back(rule);
        EndpointResult result = with_leaf(true);
        test::observe(result, Fact::key_exchange_signatures_accepted, "", test::texts({scheme}));
        return policy::judge(policy, Role::submission, result).findings.front().verdict;
    };
    CHECK(asked("rsa_pss_rsae_sha256") == Verdict::pass);
    CHECK(asked("mldsa65") == Verdict::not_judged);
    CHECK(asked("rsa_pkcs1_sha256") == Verdict::fail);
    const auto bsi = test::find_policy("bsi-tr-03116-4");
    const auto rule = std::ranges::find(bsi->rules, "signature-schemes", &policy::PolicyRule::id);
    REQUIRE(rule != bsi->rules.end());
    const auto& silent = std::get<check::SchemesAllowed>(rule->check).silent;
    CHECK(std::ranges::find(silent, "mldsa65") != silent.end());
}

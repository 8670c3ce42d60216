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

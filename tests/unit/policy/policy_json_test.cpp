// Policies and waivers out of JSON: what is wrong is named with its place, and what would be right.
#include "report/policy/policy_json.hpp"

#include "catch.hpp"

#include <string>

using namespace smtptls;

namespace {

const std::string head = R"({"format": "smtptls-scan policy", "schema_version": 1, "name": "ours", "title": "Ours",
    "date": "2026-11", "document": "our own", "lists": {"good": ["TLS_AES_128_GCM_SHA256"]}, "rules": [)";

std::string rule_with(const std::string& check, const std::string& level = R"("must")")
{
    return R"({"id": "r", "asks": "Asked.", "source": "us", "level": )" + level + R"(, "check": )" + check + "}";
}

std::string policy_with(const std::string& check)
{
    return head + rule_with(check) + "]}";
}

struct Mistake {
    std::string text;
    std::string error;
};

const std::string starttls = R"({"kind": "starttls_offered"})";

const std::vector<Mistake> mistakes = {
    {"{", "not JSON"},
    {"[]", R"(has no "format": "smtptls-scan policy")"},
    {R"({"format": "smtptls-scan policy", "schema_version": 2})", "another schema_version than 1"},
    {head + "]}", "rules: has none"},
    {head + "{}]}", R"(rules[0]: has no "id")"},
    {policy_with(R"({"kind": "weak"})"), "rules[0].check.kind: weak is no check: certificate_dates"},
    {policy_with(R"("starttls_offered")"), R"(rules[0].check: is not an object with a "kind")"},
    {policy_with(R"({"kind": "starttls_offered", "more": 1})"), "has an unknown key more; there can be kind"},
    {policy_with(R"({"kind": "versions_forbidden", "versions": ["TLS 1.0", "SSL 4"]})"),
     "rules[0].check.versions[1]: SSL 4 is no version: SSL 2, SSL 3, TLS 1.0"},
    {policy_with(R"({"kind": "versions_forbidden", "versions": []})"), "rules[0].check.versions: names no version"},
    {policy_with(R"({"kind": "suites_forbidden"})"), "rules[0].check: forbids nothing"},
    {policy_with(R"({"kind": "suites_forbidden", "suites": ["RC4-SHA"]})"),
     "rules[0].check.suites[0]: RC4-SHA is no suite by IANA's name, and none of this policy's lists"},
    {policy_with(R"({"kind": "suites_forbidden", "properties": ["weak"]})"),
     "rules[0].check.properties[0]: weak is no word for this: null, anonymous"},
    {policy_with(R"({"kind": "suites_forbidden", "below_bits": -1})"), "below_bits: is not a whole number from 0 up"},
    {policy_with(R"({"kind": "groups_preferred", "groups": []})"), "rules[0].check.groups: names none"},
    {policy_with(R"({"kind": "schemes_allowed", "schemes": []})"), "rules[0].check.schemes: names none"},
    {policy_with(R"({"kind": "dh_bits", "bits": 99999999999})"), "bits: is more than 65536"},
    {policy_with(R"({"kind": "certificate_keys", "keys": [{"type": "DSS"}]})"),
     "rules[0].check.keys[0].type: DSS is no type of key: RSA"},
    {policy_with(R"({"kind": "certificate_signatures", "hashes": ["sha256"]})"), "sha256 is no hash: MD5"},
    {policy_with(R"({"kind": "feature", "feature": "magic", "wanted": true})"),
     "rules[0].check.feature: magic is no word for this: extended_master_secret"},
    {head + R"({"id": "r", "asks": "a", "source": "s", "level": "must", "from": "2027-01-01", "until": "2026-12-31",
      "check": {"kind": "starttls_offered"}}]})",
     "rules[0].until: is before from"},
    {head + rule_with(starttls, R"("often")") + "]}", "rules[0].level: often is no word for this: must, should, may"},
    {head + rule_with(starttls, R"({"mta": "must"})") + "]}",
     "rules[0].level: has an unknown key mta; there can be mx"},
    {head + rule_with(starttls) + "," + rule_with(starttls) + "]}", "rules[1].id: r is the id of a rule before it"},
    {R"({"format": "smtptls-scan policy", "schema_version": 1, "name": "a b", "title": "T", "date": "D",
         "document": "d", "rules": []})",
     "name: is not a name of letters"},
    {R"({"format": "smtptls-scan policy", "schema_version": 1, "name": "a", "title": "\u202eT", "date": "D",
         "document": "d", "rules": []})",
     "title: has a control character in it, or one that reorders or hides text"},
};

const std::string waiver_head = R"({"format": "smtptls-scan waivers", "schema_version": 1, "waivers": [{)";
const std::string answers = R"("owner": "ops", "reason": "old", "expires": "2026-12-31"}]})";

const std::vector<Mistake> waiver_mistakes = {
    {waiver_head + answers, "waivers[0]: names what it waives"},
    {waiver_head + R"("finding": "f", "rule": "p/r", "endpoints": "*", )" + answers,
     "waivers[0]: names what it waives"},
    {waiver_head + R"("rule": "p/r", )" + answers, "waivers[0]: names what it waives"},
    {waiver_head + R"("rule": "versions", "endpoints": "*", )" + answers,
     "waivers[0].rule: is not a policy's full name"},
    {waiver_head + R"("finding": "f", "owner": "ops", "reason": "old"}]})", R"(waivers[0]: has no "expires")"},
    {waiver_head + R"("finding": "f", "owner": "ops", "reason": "old", "expires": "2026-02-29"}]})",
     "waivers[0].expires: is not a day such as 2026-12-31"},
    {waiver_head + R"("finding": "f", "owner": "", "reason": "old", "expires": "2026-02-28"}]})",
     "waivers[0].owner: is empty"},
};

}  // namespace

TEST_CASE("a mistaken policy is refused with the place, and what would be right")
{
    for (const auto& [text, error] : mistakes) {
        const auto policy = policy::decode_policy(text);
        INFO(text);
        REQUIRE_FALSE(policy);
        CHECK(policy.error().find(error) != std::string::npos);
    }
}

TEST_CASE("a mistaken waiver is refused with the place, and what would be right")
{
    for (const auto& [text, error] : waiver_mistakes) {
        const auto waivers = policy::decode_waivers(text);
        INFO(text);
        REQUIRE_FALSE(waivers);
        CHECK(waivers.error().find(error) != std::string::npos);
    }
}

TEST_CASE("a policy of the user's own names suites one by one and by its lists, and levels by role")
{
    const std::string check =
        R"({"kind": "suites_allowed", "groups": [{"versions": ["TLSv1.3"],
            "suites": ["good", "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"]}]})";
    const auto policy = policy::decode_policy(head + rule_with(check, R"({"mx": "may", "submission": "must"})") + "]}");
    REQUIRE(policy);
    const policy::PolicyRule& rule = policy->rules.front();
    CHECK(rule.level(model::Role::mx) == policy::Level::may);
    CHECK(rule.level(model::Role::submission) == policy::Level::must);
    CHECK_FALSE(rule.level(model::Role::submissions));
    const auto& allowed = std::get<policy::check::SuitesAllowed>(rule.check);
    using tls::CipherSuite;
    CHECK(allowed.groups.front().suites ==
          std::vector{CipherSuite::TLS_AES_128_GCM_SHA256, CipherSuite::TLS_AES_256_GCM_SHA384});
}

TEST_CASE("a day is one of the calendar")
{
    for (const char* const day : {"2026-12-31", "2028-02-29", "2000-02-29"}) {
        CHECK(policy::is_day(day));
    }
    for (const char* const no : {"", "2026-13-01", "2026-00-10", "2026-04-31", "2027-02-29", "1900-02-29", "2026-1-1",
                                 "2026-12-31T", "20261231xx", "2026-+1-01"}) {
        CHECK_FALSE(policy::is_day(no));
    }
}

// The judge: a policy, a role and what a scan saw of an endpoint become a verdict for each rule. Pure: the day comes
// from outside.
#pragma once

#include "report/policy/policy.hpp"
#include "report/policy/seen.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace smtptls::policy {

/// What a port is for: 25 is `mx`; implicit TLS is `submissions`; every other STARTTLS port is `submission`, since
/// an MX record has no port and mail from the world can arrive at 25 alone (RFC 5321 section 5.1, RFC 6409).
model::Role role_of(const model::Endpoint& endpoint);

/// One rule at one endpoint. An open cell that matters is `inconclusive`, unless an accepted one violates already.
model::Finding judge(const Policy& policy, const PolicyRule& rule, model::Role role, const Seen& seen);

/// All rules at one endpoint, without a remedy; `server_name` as in Seen. The judgement's endpoint index is 0.
model::Judgement judge(const Policy& policy, model::Role role, const Seen& seen);
model::Judgement judge(const Policy& policy, model::Role role, const model::EndpointResult& result,
                       const std::string& server_name = "");

/// One endpoint under each policy, in their order. A role is that of the port unless `role` is given, or one for this
/// endpoint.
std::vector<model::Judgement> judge(std::span<const Policy> policies, std::optional<model::Role> role,
                                    const model::EndpointResult& result, const std::string& server_name = "");

/// The name that was asked for in SNI, by the options of a scan; empty: the hosts' own.
std::string server_name_of(const model::ScanHead& scan);

/// For the head of a report.
std::vector<model::UsedPolicy> used(const std::vector<Policy>& policies);

/// The scan with the judgements of all its endpoints.
model::Report judge_all(model::ScanResult scan, const std::vector<Policy>& policies, std::optional<model::Role> role);

/// "pci-dss-4.0.1/versions mail.example.com 192.0.2.1:25"
model::FindingId finding_id(const Policy& policy, const PolicyRule& rule, const model::Endpoint& endpoint);

/// Of all rules: fail, else inconclusive, else warn, advice, pass; not asked or not applicable if there is no other.
model::Verdict worst(const std::vector<model::Finding>& findings);

}  // namespace smtptls::policy

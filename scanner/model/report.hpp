// A scan, and what policies say of it: plain values. report/policy judges, record reads and writes, formats print.
// Sentences are ours, and where they quote a server or a file, escaped.
#pragma once

#include "model/scan_result.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::model {

/// What a port is for, which decides what a policy asks of it: `mx` receives mail from anybody, and TLS is
/// opportunistic; `mx_mandatory` does so with DANE or MTA-STS published; `submission` is STARTTLS for users'
/// programs (RFC 6409), `submissions` implicit TLS for them (RFC 8314).
enum class Role { mx, mx_mandatory, submission, submissions };

/// `inconclusive`: asked, and not known; `not_asked`: this scan did not ask, or no scan of ours does yet;
/// `not_applicable`: the rule asks nothing here. Only `fail` violates a policy.
enum class Verdict { pass, advice, warn, fail, inconclusive, not_asked, not_applicable };

/// How a finding stands to that of an earlier scan. `lost`: it was there and cannot be tested any more, which is
/// not fixed.
enum class Change { none, added, unchanged, fixed, lost };

/// A finding that somebody has taken on themselves for a while (docs/waivers.md).
struct AppliedWaiver {
    std::string owner;
    std::string reason;
    std::string expires;   ///< "2026-12-31", the last day it holds
    bool expired = false;  ///< then it changes nothing
};

/// What one rule of a policy says of one endpoint.
struct Finding {
    std::string id;    ///< stable from scan to scan: "pci-dss-4.0.1/versions mail.example.com 192.0.2.1:25"
    std::string rule;  ///< within the policy: "versions"
    Verdict verdict = Verdict::not_asked;
    std::string requirement;            ///< what the rule asks, in a sentence
    std::string source;                 ///< document and section: "NIST SP 800-52r2 section 3.1"
    std::string sentence;               ///< what was found
    std::vector<std::string> subjects;  ///< what is at fault or open: "TLS 1.0", "TLS 1.2 TLS_RSA_WITH_RC4_128_SHA"
    std::vector<QuestionId> evidence;   ///< exchanges of the endpoint, ascending
    std::optional<AppliedWaiver> waiver;
    Change change = Change::none;
    std::vector<std::string> new_subjects;   ///< with a baseline: those of `subjects` that were not there
    std::vector<std::string> lost_subjects;  ///< with a baseline: that were there, and cannot be told any more
    std::vector<std::string> open_subjects;  ///< beside what is at fault: what matters to the rule and is not known

    /// It violates the policy and nobody has waived it.
    bool counts() const { return verdict == Verdict::fail && (!waiver || waiver->expired); }
};

/// One endpoint under one policy.
struct Judgement {
    std::size_t endpoint = 0;  ///< index into Report::scan.endpoints
    std::string policy;        ///< full name: "pci-dss-4.0.1"
    Role role = Role::mx;
    Verdict verdict = Verdict::not_asked;  ///< of all rules: fail, else inconclusive, else warn, advice, pass
    std::vector<Finding> findings;         ///< one for each rule, in the policy's order
    std::vector<std::string> notes;        ///< what the policy's user must know: costs, limits of this pre-check
    std::vector<std::string> remedy;       ///< lines, in the syntax of the server that was recognized; may be empty
};

/// A policy that was used, for the head of a report.
struct UsedPolicy {
    std::string name;   ///< "nist-800-52r2"
    std::string title;  ///< "NIST SP 800-52 Revision 2"
    std::string date;   ///< of its document: "2019-08"
    std::vector<std::string> notes;
};

struct Report {
    ScanResult scan;
    std::vector<UsedPolicy> policies;   ///< none: a scan that was not judged
    std::vector<Judgement> judgements;  ///< by endpoint, then in the order of `policies`
    std::string baseline;               ///< where the earlier scan came from; empty: none
    std::vector<Finding> gone;          ///< of the baseline's endpoints that this scan does not have: `lost`
};

std::string_view format(Role role);
std::string_view format(Verdict verdict);
std::string_view format(Change change);

}  // namespace smtptls::model

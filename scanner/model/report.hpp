// A scan, and what policies say of it: plain values. report/policy judges, record reads and writes, formats print.
// Sentences are ours, and where they quote a server or a file, escaped.
#pragma once

#include "base/shared_text.hpp"
#include "base/sparse.hpp"
#include "model/scan_result.hpp"
#include "model/side_by_side.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::model {

/// `inconclusive`: asked, and not known; `not_asked`: this scan did not ask, or no scan of ours does yet;
/// `not_judged`: the document does not know what was found, since it is older; `not_applicable`: the rule asks nothing
/// here. Only `fail` violates a policy.
enum class Verdict : std::uint8_t { pass, advice, warn, fail, inconclusive, not_asked, not_judged, not_applicable };

/// How much a rule of a policy weighs: its violation is `fail`, `warn` or `advice`.
enum class Level : std::uint8_t { must, should, may };

/// How a finding stands to that of an earlier scan. `lost`: it was there and cannot be tested any more, which is
/// not fixed.
enum class Change : std::uint8_t { none, added, unchanged, fixed, lost };

/// A finding that somebody has taken on themselves for a while (docs/waivers.md).
struct AppliedWaiver {
    std::string owner;
    std::string reason;
    std::string expires;   ///< "2026-12-31", the last day it holds
    bool expired = false;  ///< then it changes nothing
};

/// What a finding is called, stable from scan to scan: "pci-dss-4.0.1/versions mail.example.com 192.0.2.1:25".
struct FindingId {
    FindingId() = default;
    FindingId(std::string_view of_rule, std::string_view at) : rule(of_rule), endpoint(at) {}
    /// Out of its text, of which the rule ends at the first space.
    FindingId(const std::string& text);                            // NOLINT
    FindingId(const char* text) : FindingId(std::string(text)) {}  // NOLINT

    std::string str() const;

    base::SharedText rule;      ///< "pci-dss-4.0.1/versions"
    base::SharedText endpoint;  ///< "mail.example.com 192.0.2.1:25"

    bool operator==(const FindingId&) const = default;
};

/// What one rule of a policy says of one endpoint. Small, since a report has hundreds of thousands.
struct Finding {
    FindingId id;
    base::SharedText rule;  ///< within the policy: "versions"
    Verdict verdict = Verdict::not_asked;
    std::optional<Level> level;  ///< of the rule, for this role; nothing: asks nothing of it
    bool ours = false;           ///< a rule that the policy's document does not have
    Change change = Change::none;
    base::SharedText requirement;  ///< what the rule asks, in a sentence
    base::SharedText source;       ///< document and section: "NIST SP 800-52r2 section 3.1"
    base::SharedText sentence;     ///< what was found
    base::SparseList<std::string>
        subjects;                           ///< what is at fault or open: "TLS 1.0", "TLS 1.2 TLS_RSA_WITH_RC4_128_SHA"
    base::SparseList<QuestionId> evidence;  ///< exchanges of the endpoint, ascending
    base::Sparse<AppliedWaiver> waiver;
    base::SparseList<std::string> new_subjects;   ///< with a baseline: those of `subjects` that were not there
    base::SparseList<std::string> lost_subjects;  ///< with a baseline: that were there, and cannot be told any more
    base::SparseList<std::string> open_subjects;  ///< beside what is at fault: what matters and is not known

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

/// What policies say of one endpoint, in their order; empty for a plain scan.
using Judgements = std::span<const Judgement>;

/// A policy that was used, for the head of a report.
struct UsedPolicy {
    std::string name;   ///< "nist-800-52r2"
    std::string title;  ///< "NIST SP 800-52 Revision 2"
    std::string date;   ///< of its document: "2019-08"
    std::vector<std::string> notes;
};

/// A report without its endpoints. What an end brings is there when all endpoints are: `gone`, `totals`, `exit_code`,
/// `side_by_side`, and of `scan` the end, its interruption, the targets and their failures.
struct ReportHead {
    ScanHead scan;
    std::vector<UsedPolicy> policies;  ///< none: a scan that was not judged
    std::string baseline;              ///< where the earlier scan came from; empty: none
    std::vector<Finding> gone;         ///< of the baseline's endpoints that this scan does not have: `lost`
    Totals totals;
    std::optional<int> exit_code = {};    ///< of the program that is about to leave; nothing: nobody said
    bool only_new = false;                ///< it is 1 only for what the baseline had not
    std::vector<std::string> files = {};  ///< that it writes, as they were named
    SideBySide side_by_side = {};         ///< what endpoints show only together; at the end

    bool complete() const { return totals.complete(scan); }
};

/// All of it at once.
struct Report {
    ScanResult scan;
    std::vector<UsedPolicy> policies;   ///< none: a scan that was not judged
    std::vector<Judgement> judgements;  ///< by endpoint, then in the order of `policies`
    std::string baseline;               ///< where the earlier scan came from; empty: none
    std::vector<Finding> gone;          ///< of the baseline's endpoints that this scan does not have: `lost`
    std::optional<int> exit_code = {};  ///< as in ReportHead
    bool only_new = false;              ///< as in ReportHead
    SideBySide side_by_side = {};       ///< as in ReportHead
};

ReportHead head_of(const Report& report);

/// Each endpoint's place, result and judgements.
template <typename See>
void each_endpoint(const Report& report, See see)
{
    std::size_t first = 0;
    for (std::size_t place = 0; place < report.scan.endpoints.size(); ++place) {
        std::size_t end = first;
        while (end < report.judgements.size() && report.judgements[end].endpoint == place) {
            ++end;
        }
        see(place, report.scan.endpoints[place], Judgements(report.judgements).subspan(first, end - first));
        first = end;
    }
}

std::string_view format(Verdict verdict);
std::string_view format(Level level);  ///< "must", "should", "may"
std::string_view format(Change change);

}  // namespace smtptls::model

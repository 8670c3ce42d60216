#include "report/policy/leaves.hpp"

#include <algorithm>

namespace smtptls::policy {

Outcome without_leaf(const Seen& seen)
{
    Outcome outcome;
    const bool shown = seen.accepts([](const model::CellView& cell) {
        const tls::SuiteInfo* const info = tls::find(cell.suite);
        return cell.version == tls::ProtocolVersion::tls1_3 ||
               (info != nullptr && info->credentials == tls::CredentialClass::certificate);
    });
    if (seen.may_hide_a_leaf()) {
        outcome.open.emplace_back("the certificate");
    } else if (shown || seen.result().matrix.empty() || seen.may_leave_out_a_leaf()) {
        outcome.unasked.emplace_back("the certificate");
    } else {
        return not_applicable("no suite with a certificate is accepted");
    }
    return outcome;
}

std::string kind_of_key(const Shown& one)
{
    return one.key_type.substr(0, one.key_type.find(' '));
}

bool is_of(const Shown& one, const check::KeyKind& kind)
{
    const std::size_t space = one.key_type.find(' ');
    const std::string curve = space == std::string::npos ? "" : one.key_type.substr(space + 1);
    const auto same = [&curve](const std::string& name) { return name == curve; };
    return kind_of_key(one) == kind.type && one.key_bits.value_or(0) >= kind.bits &&
           (kind.curves.empty() || std::ranges::any_of(kind.curves, same));
}

void add_once(std::vector<std::string>& all, const std::string& one)
{
    if (std::ranges::find(all, one) == all.end()) {
        all.push_back(one);
    }
}

void Tally::take(const Shown& shown, const Judged& verdict)
{
    any_ = true;
    if (!verdict.fault.empty()) {
        add_once(outcome_.faults, shown.label);
        add_once(phrases_, shown.label + ": " + verdict.fault);
    } else if (!verdict.open.empty()) {
        add_once(outcome_.open, verdict.open + " of " + shown.label);
    } else if (!verdict.unasked.empty()) {
        add_once(outcome_.unasked, verdict.unasked + " of " + shown.label);
    } else if (!verdict.unjudged.empty()) {
        add_once(outcome_.unjudged, verdict.unjudged + " of " + shown.label);
    }
}

Outcome Tally::end(const Seen& seen, const std::string& when_passed, Whose whose)
{
    if (seen.may_hide_a_leaf()) {
        outcome_.open.emplace_back("a certificate of another kind");
    }
    if (whose == Whose::anybody && seen.hides_what_others_get()) {
        outcome_.open.emplace_back("a certificate for clients that send another name or none");
    }
    if (seen.may_leave_out_a_leaf()) {
        outcome_.unasked.emplace_back("certificates of other kinds");
    }
    outcome_.sentence = outcome_.faults.empty() ? when_passed : shortened(phrases_);
    return std::move(outcome_);
}

namespace {

Outcome judge_leaves(const Seen& seen, Whose whose, const std::string& when_passed, const JudgeLeaf& judge)
{
    if (seen.leaves().empty()) {
        return without_leaf(seen);
    }
    Tally tally;
    for (const Leaf& leaf : seen.leaves()) {
        tally.outcome().rest_on(leaf.evidence);
        tally.take(leaf, whose == Whose::host && leaf.shown_to_others ? Judged() : judge(leaf));
    }
    return tally.end(seen, when_passed, whose);
}

}  // namespace

Outcome judge_leaves(const Seen& seen, const std::string& when_passed, const JudgeLeaf& judge)
{
    return judge_leaves(seen, Whose::anybody, when_passed, judge);
}

Outcome judge_leaves_of_host(const Seen& seen, const std::string& when_passed, const JudgeLeaf& judge)
{
    return judge_leaves(seen, Whose::host, when_passed, judge);
}

bool hides_issuers(const Leaf& leaf)
{
    return !leaf.self_signed.value_or(false) && !leaf.issuers;
}

}  // namespace smtptls::policy

#include "report/format/text_summary.hpp"

#include "model/idn.hpp"
#include "report/format/text_verdicts.hpp"
#include "report/format/words.hpp"
#include "report/format/worth_a_look.hpp"

#include <algorithm>
#include <numeric>

namespace smtptls::report {
namespace {

using model::EndpointStatus;

constexpr std::size_t few_endpoints = 3;
constexpr std::size_t most_unasked = 8;
constexpr std::size_t most_failed = 6;
constexpr std::size_t most_totals = 6;
constexpr std::size_t most_hosts = 3;
constexpr std::size_t most_failures = 3;
constexpr std::size_t most_new = 5;
// Of more the verdicts alone would be more than what is left on a screen.
constexpr std::size_t most_policies_apart = 2;

std::string out_of(std::size_t part, std::size_t whole, const std::string& noun)
{
    return std::to_string(part) + " of " + plural(whole, noun);
}

// "certificate-trusted 60, suites-nessus 60".
std::string totals_words(const std::vector<std::pair<std::string, std::size_t>>& totals)
{
    std::vector<std::string> words;
    std::ranges::transform(totals, std::back_inserter(words),
                           [](const auto& one) { return one.first + " " + std::to_string(one.second); });
    return joined(some_of(words, most_totals));
}

// A name of two labels, and no port with it: example.com.
bool is_like_a_domain(const std::string& target)
{
    const auto is_of_name = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    };
    const std::size_t dot = target.find('.');
    const bool one_dot = dot != std::string::npos && dot > 0 && target.find('.', dot + 1) == std::string::npos;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return one_dot && std::ranges::all_of(target, is_of_name) && dot + 1 < target.size() && !is_digit(target.back());
}

// The ASCII form of a name that was typed in Unicode, without a port.
std::string ascii_domain(const std::string& typed)
{
    if (model::is_ascii(typed)) {
        return typed;
    }
    const auto target = model::parse_target(typed);
    return target && !target->port ? target->host : typed;
}

void domains_text(const model::ReportHead& head, Page& page)
{
    std::vector<std::string> domains;
    for (const std::string& typed : head.scan.targets) {
        const std::string name = ascii_domain(typed);
        if (is_like_a_domain(name)) {
            domains.push_back(name);
        }
    }
    if (!domains.empty()) {
        const std::string more = domains.size() > 1 ? " (and " + std::to_string(domains.size() - 1) + " more)" : "";
        page.fact("MX", "mail for @" + domains[0] + more + " goes to its MX hosts: dig +short MX " + domains[0]);
    }
}

void files_text(const model::ReportHead& head, Page& page)
{
    std::vector<std::string> names;
    std::ranges::transform(head.files, std::back_inserter(names),
                           [](const std::string& name) { return base::escaped(name); });
    if (!names.empty()) {
        page.fact("files", joined(names));
    }
}

// What the baseline had not, of a rule that it knows too.
bool has_new_subjects(const model::Finding& finding)
{
    return finding.change == model::Change::unchanged && !finding.new_subjects.empty();
}

// Behind a verdict that stands whatever was not scanned.
std::string end_words(model::Interruption interruption)
{
    switch (interruption) {
        case model::Interruption::signal: return "; the scan was interrupted";
        case model::Interruption::max_time: return "; the scan was ended by --max-time";
        case model::Interruption::none: break;
    }
    return "";
}

std::string names_of_hosts(const model::Totals& totals)
{
    std::vector<std::string> hosts = totals.silent_hosts();
    return joined(some_of(hosts, most_hosts));
}

}  // namespace

TextSummary::Rule& TextSummary::Policy::rule(std::size_t hint, const std::string& rule_name)
{
    if (hint < rules.size() && rules[hint].name == rule_name) {
        return rules[hint];
    }
    const auto found = std::ranges::find(rules, rule_name, &Rule::name);
    return found == rules.end() ? rules.emplace_back(Rule{.name = rule_name}) : *found;
}

void TextSummary::Policy::add(const model::Judgement& judgement)
{
    bool failed = false;
    bool opened = false;
    for (std::size_t i = 0; i < judgement.findings.size(); ++i) {
        const model::Finding& finding = judgement.findings[i];
        const Shown shown = shown_as(finding);
        Rule& one = rule(i, finding.rule);
        one.applies += shown == Shown::not_applicable ? 0U : 1U;
        one.fails += finding.counts() ? 1U : 0U;
        one.open += shown == Shown::inconclusive ? 1U : 0U;
        one.warns += shown == Shown::warn ? 1U : 0U;
        one.waived += shown == Shown::waived ? 1U : 0U;
        one.unasked += shown == Shown::not_asked ? 1U : 0U;
        one.unjudged += shown == Shown::not_judged ? 1U : 0U;
        failed = failed || finding.counts();
        opened = opened || shown == Shown::inconclusive;
    }
    ++judged;
    fails += failed ? 1U : 0U;
    open += opened ? 1U : 0U;
}

TextSummary::Policy& TextSummary::policy(const std::string& name)
{
    const auto found = std::ranges::find(policies_, name, &Policy::name);
    if (found != policies_.end()) {
        return *found;
    }
    policies_.emplace_back().name = name;
    return policies_.back();
}

void TextSummary::add(std::size_t place, const model::EndpointResult& endpoint, Judgements judgements,
                      const model::ReportHead& head)
{
    ++endpoints_;
    ++statuses_.at(static_cast<std::size_t>(endpoint.status));
    for (const model::Judgement& judgement : judgements) {
        policy(judgement.policy).add(judgement);
        for (const model::Finding& finding : judgement.findings) {
            ++changes_.at(static_cast<std::size_t>(finding.change));
            waived_ += shown_as(finding) == Shown::waived ? 1U : 0U;
        }
    }
    take_new(place, endpoint, judgements);
    fleet_.add(place, endpoint, judgements);
    if (endpoint.status == EndpointStatus::failed && endpoint.failure && failures_.size() < most_failures) {
        failures_.push_back(model::format(endpoint.endpoint) + ": " + sentence(*endpoint.failure));
    }
    std::vector<std::string> said;
    for (const Remark& one : head.policies.empty() ? worth_a_look(endpoint, head.scan.started)
                                                   : ends_of_certificates(endpoint, head.scan.started)) {
        if (std::ranges::find(said, one.what) == said.end()) {
            said.push_back(one.what);
            const auto known = std::ranges::find(remarks_, one.what, &std::pair<std::string, std::size_t>::first);
            ++(known == remarks_.end() ? remarks_.emplace_back(one.what, 0) : *known).second;
        }
    }
}

void TextSummary::take_new(std::size_t place, const model::EndpointResult& endpoint, Judgements judgements)
{
    std::vector<std::string> rules;
    for (const model::Judgement& judgement : judgements) {
        for (const model::Finding& finding : judgement.findings) {
            const bool added = finding.change == model::Change::added;
            if (!added && !has_new_subjects(finding)) {
                continue;
            }
            new_violations_ += finding.counts() ? 1U : 0U;
            const std::string rule = finding.rule.str() + (added ? "" : " (new subjects)");
            if (std::ranges::find(rules, rule) == rules.end()) {
                rules.push_back(rule);
            }
        }
    }
    if (rules.empty()) {
        return;
    }
    ++with_new_;
    new_.emplace(place, place_of(endpoint.endpoint) + ": " + joined(some_of(rules, most_failed)));
    if (new_.size() > most_new) {
        new_.erase(std::prev(new_.end()));
    }
}

void TextSummary::fleet_text(Page& page) const
{
    if (endpoints_ <= few_endpoints || fleet_.failing() == 0) {
        return;
    }
    page.line();
    page.heading("Failed rules by endpoint, worst first");
    for (const Fleet::Worst& one : fleet_.worst()) {
        std::string row = "  " + base::right(std::to_string(one.failed), 3) + "  " + one.where;
        const std::size_t rules_begin = page.width() / 2;
        if (row.size() + 2 > rules_begin) {
            page.add(wrapped("", row, 0, page.width()));
            row.clear();
        }
        page.add(wrapped(row, joined(some_of(one.rules, one.rules.size())), rules_begin, page.width()));
    }
    if (fleet_.failing() > fleet_.worst().size()) {
        page.prose("and " + std::to_string(fleet_.failing() - fleet_.worst().size()) + " more endpoints", 7);
    }
}

void TextSummary::endpoints_text(const model::ReportHead& head, Page& page) const
{
    static constexpr std::array<std::pair<EndpointStatus, const char*>, 6> words = {
        {{EndpointStatus::scanned, "scanned"},
         {EndpointStatus::incomplete, "incomplete"},
         {EndpointStatus::failed, "failed"},
         {EndpointStatus::no_starttls, "without STARTTLS"},
         {EndpointStatus::not_offered, "not offered"},
         {EndpointStatus::not_tested, "not tested"}}};
    std::vector<std::string> parts;
    for (const auto& [status, word] : words) {
        if (of(status) > 0) {
            parts.push_back(std::to_string(of(status)) + " " + word);
        }
    }
    if (!head.scan.failures.empty()) {
        parts.push_back(plural(head.scan.failures.size(), "target") + " failed");
    }
    page.fact("endpoints", parts.empty() ? "none" : joined(parts));
    if (endpoints_ == 1) {
        return;  // why it failed stands right above
    }
    for (const std::string& failure : failures_) {
        page.fact("failed", failure);
    }
    if (of(EndpointStatus::failed) > failures_.size()) {
        page.fact("failed", "and " + std::to_string(of(EndpointStatus::failed) - failures_.size()) + " more");
    }
    if (endpoints_ > few_endpoints && fleet_.failing() > 0) {
        page.fact("failed rules", totals_words(fleet_.totals()));
    }
}

void TextSummary::remarks_text(const model::ReportHead& head, Page& page) const
{
    std::vector<std::string> words;
    for (const auto& [what, count] : remarks_) {
        words.push_back(what + (endpoints_ > 1 ? " at " + std::to_string(count) : ""));
    }
    if (!words.empty()) {
        page.fact("worth a look", joined(words));
    }
    if (head.policies.empty() && of(EndpointStatus::scanned) + of(EndpointStatus::incomplete) > 0) {
        page.fact("next", "--policy rfc9325 judges it; smtptls-scan policy list names others");
    }
}

// Each by name, since what passed has passed without it.
void TextSummary::unasked_text(Page& page) const
{
    std::vector<std::string> together;
    for (const Policy& one : policies_) {
        std::vector<std::string> names;
        for (const Rule& rule : one.rules) {
            if (rule.unasked > 0) {
                names.push_back(rule.name);
                if (std::ranges::find(together, rule.name) == together.end()) {
                    together.push_back(rule.name);
                }
            }
        }
        if (!names.empty() && policies_.size() <= most_policies_apart) {
            page.fact("not asked", base::shown(one.name) + ": " + joined(some_of(names, most_unasked)));
        }
    }
    if (!together.empty() && policies_.size() > most_policies_apart) {
        page.fact("not asked", joined(some_of(together, most_unasked)));
    }
}

// In one line what became better and what worse.
void TextSummary::changes_text(const model::ReportHead& head, Page& page) const
{
    if (head.baseline.empty() || head.policies.empty()) {
        return;
    }
    const auto count = [this](model::Change change) { return changes_.at(static_cast<std::size_t>(change)); };
    const std::size_t lost = count(model::Change::lost) + head.gone.size();
    page.fact("since then", std::to_string(count(model::Change::fixed)) + " fixed, " +
                                std::to_string(count(model::Change::added)) + " new, " +
                                std::to_string(count(model::Change::unchanged)) + " unchanged" +
                                (lost > 0 ? ", " + std::to_string(lost) + " no longer testable" : "") + " (" +
                                base::shown(head.baseline) + ")");
    for (const auto& [place, words] : new_) {
        page.fact("new", words);
    }
    if (with_new_ > new_.size()) {
        page.fact("new", "and at " + plural(with_new_ - new_.size(), "more endpoint"));
    }
}

void TextSummary::verdict_text(const Policy& policy, Page& page)
{
    const auto rules_with = [&policy](std::size_t Rule::*count) {
        return static_cast<std::size_t>(
            std::ranges::count_if(policy.rules, [count](const Rule& one) { return one.*count > 0; }));
    };
    const std::size_t all = rules_with(&Rule::applies);
    const std::size_t unasked = rules_with(&Rule::unasked);
    const std::size_t unjudged = rules_with(&Rule::unjudged);
    const std::size_t warns = rules_with(&Rule::warns);
    const std::string name = base::shown(policy.name);
    if (policy.fails > 0) {
        std::vector<std::string> failed;
        for (const Rule& one : policy.rules) {
            if (one.fails > 0) {
                failed.push_back(one.name);
            }
        }
        verdict_line(2, Shown::fail,
                     name + ": " + out_of(failed.size(), all, "rule") + " at " + std::to_string(policy.fails) + " of " +
                         plural(policy.judged, "endpoint") + ": " + joined(some_of(failed, most_failed)),
                     page);
    } else if (policy.open > 0) {
        verdict_line(2, Shown::inconclusive,
                     name + ": " + out_of(rules_with(&Rule::open), all, "rule") + " not known at " +
                         std::to_string(policy.open) + " of " + plural(policy.judged, "endpoint"),
                     page);
    } else if (all == 0) {
        verdict_line(2, Shown::not_applicable, name, page);
    } else {
        const std::size_t waived = rules_with(&Rule::waived);
        const std::string warned = (warns > 0 ? "; " + plural(warns, "warning") : "") +
                                   (waived > 0 ? "; " + std::to_string(waived) + " failed and waived" : "");
        const auto settled = static_cast<std::size_t>(std::ranges::count_if(
            policy.rules, [](const Rule& one) { return one.applies > 0 && one.unasked == 0 && one.unjudged == 0; }));
        const std::string asked = settled == all ? ": " + plural(all, "rule")
                                                 : ", as far as " + std::string(unasked > 0 ? "asked" : "judged") +
                                                       ": " + out_of(settled, all, "rule");
        verdict_line(2,
                     unjudged == all               ? Shown::not_judged
                     : settled == 0 && unasked > 0 ? Shown::not_asked
                     : warns > 0                   ? Shown::warn
                     : waived > 0                  ? Shown::waived
                                                   : Shown::pass,
                     name + asked + warned, page);
    }
}

// Why the exit code is 3.
std::string TextSummary::why(const model::ReportHead& head) const
{
    std::vector<std::string> reasons;
    if (head.scan.interruption != model::Interruption::none) {
        reasons.emplace_back("the scan was ended early");
    }
    if (!head.scan.failures.empty()) {
        reasons.push_back(plural(head.scan.failures.size(), "target") + " could not be scanned");
    }
    if (of(EndpointStatus::failed) > 0) {
        reasons.push_back(plural(of(EndpointStatus::failed), "endpoint") + " without an answer");
    }
    if (of(EndpointStatus::incomplete) > 0) {
        reasons.push_back(plural(of(EndpointStatus::incomplete), "endpoint") + " not known in full");
    }
    if (const std::string hosts = names_of_hosts(head.totals); reasons.empty() && !hosts.empty()) {
        reasons.push_back((of(EndpointStatus::not_tested) > 0 ? "no port was found open: " : "no port is open: ") +
                          hosts);
    }
    if (!head.gone.empty()) {
        reasons.emplace_back("endpoints of the baseline are missing");
    }
    const bool open = std::ranges::any_of(policies_, [](const Policy& one) { return one.open > 0; });
    if (reasons.empty()) {
        reasons.emplace_back(endpoints_ == 0 ? "there is no endpoint"
                             : open          ? "rules are inconclusive"
                                             : "a report could not be written");
    }
    return joined(reasons);
}

std::string TextSummary::reason_of(int code, const model::ReportHead& head) const
{
    if (code == 1) {
        const std::string what = !head.only_new         ? "a policy is violated"
                                 : new_violations_ == 1 ? "1 violation is new"
                                                        : plural(new_violations_, "violation") + " are new";
        return what + end_words(head.scan.interruption);
    }
    if (code == 3) {
        return why(head);
    }
    if (std::ranges::any_of(policies_, [](const Policy& one) { return one.fails > 0; })) {
        return "nothing is violated that the baseline had not";
    }
    return waived_ > 0 ? "nothing is violated that is not waived (" + std::to_string(waived_) + " waived)"
                       : "every question that was asked has an answer";
}

void TextSummary::write(const model::ReportHead& head, Page& page) const
{
    fleet_text(page);
    page.line();
    page.heading("Summary");
    endpoints_text(head, page);
    domains_text(head, page);
    remarks_text(head, page);
    unasked_text(page);
    files_text(head, page);
    changes_text(head, page);
    for (const Policy& one : policies_) {
        verdict_text(one, page);
    }
    if (head.exit_code) {
        page.fact("exit code", std::to_string(*head.exit_code) + ": " + reason_of(*head.exit_code, head));
    }
}

}  // namespace smtptls::report

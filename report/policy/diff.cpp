#include "report/policy/diff.hpp"

#include "base/text_layout.hpp"
#include "base/untrusted_text.hpp"
#include "report/policy/judge.hpp"
#include "report/policy/show.hpp"
#include "report/policy/text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace smtptls::policy {
namespace {

const PolicyRule* find(const Policy& policy, const std::string& id)
{
    const auto found = std::ranges::find(policy.rules, id, &PolicyRule::id);
    return found == policy.rules.end() ? nullptr : &*found;
}

std::string line_of(const char* sign, const PolicyRule& rule)
{
    return wrapped(std::string(sign) + " ", rule.id + ": " + levels_text(rule) + ". " + rule.asks, 4);
}

// What was and what is, where they are not the same.
void add_change(const std::string& what, const std::string& before, const std::string& after, std::string& out)
{
    if (before != after) {
        const auto or_none = [](const std::string& text) { return text.empty() ? "none" : text; };
        out += wrapped("    ", what + ": " + or_none(before), 6) + wrapped("     now: ", or_none(after), 10);
    }
}

std::string joined_lines(const std::vector<std::string>& lines)
{
    std::string text;
    for (const std::string& line : lines) {
        text += (text.empty() ? "" : "; ") + line;
    }
    return text;
}

// A line of a check: "in TLS 1.2 nothing but" and what it lists.
struct Listed {
    std::string head;
    std::vector<std::string> words;
};

Listed listed_in(const std::string& line)
{
    Listed listed;
    const std::size_t colon = line.find(": ");
    listed.head = colon == std::string::npos ? "" : line.substr(0, colon);
    for (std::size_t begin = colon == std::string::npos ? 0 : colon + 2; begin < line.size();) {
        const std::size_t end = std::min(line.find(", ", begin), line.size());
        listed.words.push_back(line.substr(begin, end - begin));
        begin = end + 2;
    }
    return listed;
}

// Those of `words` that are not among `others`: of many the first few, and how many more.
std::string only_in(const std::vector<std::string>& words, const std::vector<std::string>& others)
{
    constexpr std::size_t most = 8;
    std::vector<std::string> all;
    std::ranges::copy_if(words, std::back_inserter(all), [&others](const std::string& word) {
        return std::ranges::find(others, word) == others.end();
    });
    const std::size_t more = all.size() > most ? all.size() - most : 0;
    all.resize(all.size() - more);
    return base::joined(all) + (more > 0 ? " and " + std::to_string(more) + " more" : "");
}

// A long list is told by what is no longer in it and what is new.
void add_list(const Listed& before, const Listed& after, std::string& out)
{
    if (before.head != after.head) {
        add_change("check", before.head, after.head, out);
    }
    const std::string gone = only_in(before.words, after.words);
    const std::string fresh = only_in(after.words, before.words);
    if (!gone.empty()) {
        out += wrapped("    check, no longer: ", gone, 6);
    }
    if (!fresh.empty()) {
        out += wrapped("    check, now: ", fresh, 6);
    }
    if (before.head == after.head && gone.empty() && fresh.empty()) {
        out += "    check: in another order\n";
    }
}

void add_check(const Check& before, const Check& after, std::string& out)
{
    constexpr std::size_t longest = 400;  // of a check that is told as a whole
    std::vector<std::string> was = check_lines(before);
    std::vector<std::string> is = check_lines(after);
    if (joined_lines(was).size() <= longest && joined_lines(is).size() <= longest) {
        add_change("check", joined_lines(was), joined_lines(is), out);
        return;
    }
    was.resize(std::max(was.size(), is.size()));
    is.resize(was.size());
    for (std::size_t i = 0; i < was.size(); ++i) {
        if (was[i] != is[i]) {
            add_list(listed_in(was[i]), listed_in(is[i]), out);
        }
    }
}

std::string change_of(const PolicyRule& before, const PolicyRule& after)
{
    std::string changes;
    add_change("level", levels_text(before), levels_text(after), changes);
    add_change("asks", before.asks, after.asks, changes);
    add_check(before.check, after.check, changes);
    add_change("source", before.source, after.source, changes);
    add_change("note", before.note, after.note, changes);
    return changes.empty() ? "" : "~ " + after.id + "\n" + changes;
}

std::string word_of(const model::Finding* finding)
{
    return finding == nullptr ? "-" : std::string(format(finding->verdict));
}

const model::Finding* find(const model::Judgement& judgement, const std::string& rule)
{
    const auto found =
        std::ranges::find_if(judgement.findings, [&](const model::Finding& one) { return one.rule.str() == rule; });
    return found == judgement.findings.end() ? nullptr : &*found;
}

}  // namespace

std::string diff(const Policy& before, const Policy& after)
{
    std::string out;
    for (const PolicyRule& rule : before.rules) {
        out += find(after, rule.id) == nullptr ? line_of("-", rule) : "";
    }
    for (const PolicyRule& rule : after.rules) {
        const PolicyRule* const old = find(before, rule.id);
        out += old == nullptr ? line_of("+", rule) : change_of(*old, rule);
    }
    return out.empty() ? "The rules are the same.\n" : out;
}

std::string diff_of_verdicts(const Policy& before, const Policy& after, const model::ScanResult& scan)
{
    std::string out;
    const std::string server_name = server_name_of(scan);
    for (const model::EndpointResult& endpoint : scan.endpoints) {
        const model::Role role = endpoint.endpoint.role.value_or(role_of(endpoint.endpoint));
        const std::string& own = endpoint.endpoint.server_name;
        const std::string& asked_for = own.empty() ? server_name : own;
        const model::Judgement then = judge(before, role, endpoint, asked_for);
        const model::Judgement now = judge(after, role, endpoint, asked_for);
        std::vector<std::string> rules;
        for (const model::Judgement* const one : {&then, &now}) {
            for (const model::Finding& finding : one->findings) {
                if (std::ranges::find(rules, finding.rule.str()) == rules.end()) {
                    rules.push_back(finding.rule.str());
                }
            }
        }
        for (const std::string& rule : rules) {
            const std::string was = word_of(find(then, rule));
            const std::string is = word_of(find(now, rule));
            if (was != is) {
                const std::string place =
                    base::escaped(endpoint.endpoint.host) + " " + model::format(endpoint.endpoint);
                out += place + "  " + rule + ": " + was + " -> " + is + "\n";
            }
        }
    }
    return out.empty() ? "No verdict on this scan differs.\n" : out;
}

}  // namespace smtptls::policy

#include "report/format/fleet.hpp"

#include "report/format/words.hpp"

#include <algorithm>

namespace smtptls::report {

void Fleet::add(std::size_t place, const model::EndpointResult& endpoint, Judgements judgements)
{
    std::vector<std::string> rules;
    for (const model::Judgement& judgement : judgements) {
        for (const model::Finding& finding : judgement.findings) {
            if (finding.counts() && std::ranges::find(rules, finding.rule.str()) == rules.end()) {
                rules.push_back(finding.rule);
            }
        }
    }
    if (rules.empty()) {
        return;
    }
    ++failing_;
    for (const std::string& rule : rules) {
        ++totals_[rule];
    }
    Worst one{rules.size(), place, {}, {}};
    if (worst_.size() == most_kept && !(one < *worst_.rbegin())) {
        return;
    }
    one.where = place_of(endpoint.endpoint);
    one.rules = std::move(rules);
    worst_.insert(std::move(one));
    if (worst_.size() > most_kept) {
        worst_.erase(std::prev(worst_.end()));
    }
}

std::vector<std::pair<std::string, std::size_t>> Fleet::totals() const
{
    std::vector<std::pair<std::string, std::size_t>> all(totals_.begin(), totals_.end());
    std::ranges::stable_sort(all, std::greater<>(), &std::pair<std::string, std::size_t>::second);
    return all;
}

}  // namespace smtptls::report

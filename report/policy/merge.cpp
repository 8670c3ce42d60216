#include "report/policy/merge.hpp"

#include <algorithm>
#include <iterator>
#include <map>

namespace smtptls::policy {
namespace {

using model::Report;
using model::ScanResult;

std::string key_of(const model::Endpoint& endpoint)
{
    return endpoint.host + " " + format(endpoint);
}

void merge_options(ScanResult& into, const ScanResult& other)
{
    for (auto& [name, value] : into.options) {
        const auto found = std::ranges::find(other.options, name, &std::pair<std::string, std::string>::first);
        if (found == other.options.end() || found->second != value) {
            value = "differs";
        }
    }
}

// Who scanned, when, and what became of no endpoint.
void merge_head(ScanResult& into, const ScanResult& other)
{
    const auto same = [](std::string& ours, const std::string& theirs) { ours = ours == theirs ? ours : "several"; };
    same(into.program_version, other.program_version);
    same(into.library_version, other.library_version);
    into.started = std::min(into.started, other.started);
    into.finished = std::max(into.finished, other.finished);
    into.duration_ms += other.duration_ms;
    into.interruption = into.interruption == model::Interruption::none ? other.interruption : into.interruption;
    merge_options(into, other);
    into.targets.insert(into.targets.end(), other.targets.begin(), other.targets.end());
    into.failures.insert(into.failures.end(), other.failures.begin(), other.failures.end());
}

}  // namespace

Report merge(std::vector<Report> reports, std::vector<std::string>& replaced)
{
    Report merged = std::move(reports.front());
    std::map<std::string, std::size_t> places;
    std::map<std::size_t, std::vector<model::Judgement>> judgements;
    for (std::size_t i = 0; i < merged.scan.endpoints.size(); ++i) {
        places.emplace(key_of(merged.scan.endpoints[i].endpoint), i);
    }
    for (model::Judgement& one : merged.judgements) {
        judgements[one.endpoint].push_back(std::move(one));
    }
    for (std::size_t r = 1; r < reports.size(); ++r) {
        Report& other = reports[r];
        merge_head(merged.scan, other.scan);
        std::vector<std::size_t> moved;
        for (model::EndpointResult& result : other.scan.endpoints) {
            const std::string key = key_of(result.endpoint);
            const auto [place, fresh] = places.emplace(key, merged.scan.endpoints.size());
            if (fresh) {
                merged.scan.endpoints.push_back(std::move(result));
            } else {
                merged.scan.endpoints[place->second] = std::move(result);
                judgements.erase(place->second);
                replaced.push_back(key);
            }
            moved.push_back(place->second);
        }
        for (model::Judgement& one : other.judgements) {
            one.endpoint = moved.at(one.endpoint);
            judgements[one.endpoint].push_back(std::move(one));
        }
    }
    merged.judgements.clear();
    for (auto& [endpoint, all] : judgements) {
        std::ranges::move(all, std::back_inserter(merged.judgements));
    }
    return merged;
}

}  // namespace smtptls::policy

#include "model/merge.hpp"

#include <algorithm>
#include <unordered_map>

namespace smtptls::model {
namespace {

std::string key_of(const Endpoint& endpoint)
{
    return endpoint.host + " " + format(endpoint);
}

void merge_options(ScanHead& into, const ScanHead& other)
{
    for (auto& [name, value] : into.options) {
        const auto found = std::ranges::find(other.options, name, &std::pair<std::string, std::string>::first);
        if (found == other.options.end() || found->second != value) {
            value = "differs";
        }
    }
}

// Who scanned, when, and what became of no endpoint.
void merge_head(ScanHead& into, const ScanHead& other)
{
    const auto same = [](std::string& ours, const std::string& theirs) { ours = ours == theirs ? ours : "several"; };
    same(into.program_version, other.program_version);
    same(into.library_version, other.library_version);
    into.started = std::min(into.started, other.started);
    into.finished = std::max(into.finished, other.finished);
    into.duration_ms += other.duration_ms;
    into.interruption = into.interruption == Interruption::none ? other.interruption : into.interruption;
    merge_options(into, other);
    into.targets.insert(into.targets.end(), other.targets.begin(), other.targets.end());
    into.failures.insert(into.failures.end(), other.failures.begin(), other.failures.end());
}

}  // namespace

Merged merge(const std::vector<ScanResult>& scans)
{
    Merged merged;
    merged.head = scans.front();
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t scan = 0; scan < scans.size(); ++scan) {
        if (scan > 0) {
            merge_head(merged.head, scans[scan]);
        }
        for (std::size_t i = 0; i < scans[scan].endpoints.size(); ++i) {
            const std::string key = key_of(scans[scan].endpoints[i].endpoint);
            const auto [place, fresh] = places.emplace(key, merged.places.size());
            if (fresh) {
                merged.places.push_back({scan, i});
            } else {
                merged.places[place->second] = {scan, i};
                merged.replaced.push_back(key);
            }
        }
    }
    return merged;
}

ScanResult Merged::take(std::vector<ScanResult> scans) const
{
    ScanResult all{head, {}};
    for (const auto& [scan, endpoint] : places) {
        all.endpoints.push_back(std::move(scans[scan].endpoints[endpoint]));
    }
    return all;
}

}  // namespace smtptls::model

#include "model/scan_result.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace smtptls::model {

bool ScanResult::complete() const
{
    std::unordered_set<std::string_view> answering;
    for (const EndpointResult& result : endpoints) {
        if (result.status == EndpointStatus::scanned || result.status == EndpointStatus::no_starttls) {
            answering.insert(result.endpoint.host);
        }
    }
    const auto settled = [](const EndpointResult& result) {
        return result.status != EndpointStatus::incomplete && result.status != EndpointStatus::failed;
    };
    // A host of which no port answered was not tested, however truly each port was found closed.
    const auto answered = [&](const EndpointResult& result) { return answering.contains(result.endpoint.host); };
    return interruption == Interruption::none && failures.empty() && !endpoints.empty() &&
           std::all_of(endpoints.begin(), endpoints.end(), settled) &&
           std::all_of(endpoints.begin(), endpoints.end(), answered);
}

std::string_view format(EndpointStatus status)
{
    switch (status) {
        case EndpointStatus::scanned: return "scanned";
        case EndpointStatus::incomplete: return "incomplete";
        case EndpointStatus::no_starttls: return "no_starttls";
        case EndpointStatus::not_offered: return "not_offered";
        case EndpointStatus::not_tested: return "not_tested";
        case EndpointStatus::failed: return "failed";
    }
    return "unknown";
}

std::string_view format(Interruption interruption)
{
    switch (interruption) {
        case Interruption::none: return "none";
        case Interruption::signal: return "signal";
        case Interruption::max_time: return "max_time";
    }
    return "unknown";
}

}  // namespace smtptls::model

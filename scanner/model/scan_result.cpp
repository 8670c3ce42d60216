#include "model/scan_result.hpp"

#include <algorithm>
#include <string_view>

namespace smtptls::model {

void Totals::add(const EndpointResult& result)
{
    ++endpoints_;
    settled_ = settled_ && result.status != EndpointStatus::incomplete && result.status != EndpointStatus::failed;
    if (source_address_.empty()) {
        source_address_ = result.source_address;
    }
    bool& answers = hosts_[result.endpoint.host];
    answers = answers || result.status == EndpointStatus::scanned || result.status == EndpointStatus::no_starttls;
}

std::vector<std::string> Totals::silent_hosts() const
{
    std::vector<std::string> silent;
    for (const auto& [host, answers] : hosts_) {
        if (!answers) {
            silent.push_back(host);
        }
    }
    std::ranges::sort(silent);
    return silent;
}

// A host of which no port answered was not tested, however truly each port was found closed.
bool Totals::complete(const ScanHead& scan) const
{
    return scan.interruption == Interruption::none && scan.failures.empty() && endpoints_ > 0 && settled_ &&
           std::ranges::all_of(hosts_, [](const auto& host) { return host.second; });
}

Totals ScanResult::totals() const
{
    Totals totals;
    std::ranges::for_each(endpoints, [&totals](const EndpointResult& one) { totals.add(one); });
    return totals;
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

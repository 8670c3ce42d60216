#include "app/report.hpp"

#include "app/evidence_input.hpp"
#include "app/file.hpp"
#include "app/reporting.hpp"
#include "app/sandbox.hpp"
#include "app/side_by_side.hpp"
#include "base/clock.hpp"
#include "base/spool.hpp"
#include "base/untrusted_text.hpp"
#include "model/merge.hpp"
#include "openssl/library.hpp"
#include "report/policy/judge.hpp"
#include "report/policy/suggest.hpp"
#include "report/policy/waivers.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace smtptls::app {
namespace {

using Scans = base::Expected<std::vector<model::ScanResult>, std::string>;

Scans scan_of_evidence(const std::string& path, std::string& notes)
{
    const openssl::Library library;
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        const std::string words = std::generic_category().message(errno);
        return base::Unexpected<std::string>(base::UntrustedText(path).escaped() + ": " + words);
    }
    auto rebuilt = read_evidence(file, path);
    if (!rebuilt) {
        return base::Unexpected<std::string>(rebuilt.error());
    }
    for (const std::string& note : rebuilt->notes) {
        notes += "smtptls-scan: " + note + "\n";
    }
    std::vector<model::ScanResult> scans;
    scans.push_back(std::move(rebuilt->result));
    return scans;
}

// The error is that of the first file that has one, in the order they were named.
Scans scans_of_files(const std::vector<std::string>& paths)
{
    std::vector<model::ScanResult> scans(paths.size());
    std::vector<std::string> errors(paths.size());
    std::atomic<std::size_t> first_bad = paths.size();
    side_by_side(paths.size(), [&](std::size_t i) {
        // What comes behind a bad file is not looked at; what comes before it is, since it may be bad too.
        if (i > first_bad) {
            return;
        }
        auto scan = read_scan(paths[i]);
        if (scan) {
            scans[i] = *std::move(scan);
            return;
        }
        errors[i] = scan.error();
        for (std::size_t bad = first_bad; i < bad && !first_bad.compare_exchange_weak(bad, i);) {
        }
    });
    if (first_bad < paths.size()) {
        return base::Unexpected<std::string>(errors[first_bad]);
    }
    return scans;
}

Scans scans_of(const ReportOptions& options, std::string& notes)
{
    if (!options.evidence.empty()) {
        return scan_of_evidence(options.evidence, notes);
    }
    return scans_of_files(options.scans);
}

void suggest(const VerdictOptions& options, const model::EndpointResult& result, const std::string& server_name,
             policy::SuggestedWaivers& suggested)
{
    policy::Waivers waivers(options.waivers, base::today_utc());
    for (model::Judgement& judgement : policy::judge(options.policies, options.role, result, server_name)) {
        waivers.apply(judgement);
        suggested.add(judgement);
    }
}

}  // namespace

Leave report_again(const ReportOptions& options, const report::Style& terminal)
{
    const bool report = options.inventory == policy::Inventory::none && !options.suggest_waivers;
    auto outputs = OutputFiles::open(report ? options.outputs : std::vector<Output>());
    if (!outputs) {
        return {2, "", "smtptls-scan: " + outputs.error() + "\n"};
    }
    const auto spool_file = base::open_spool_file();
    if (options.sandbox) {
        std::vector<std::string> files = options.scans;
        files.push_back(options.evidence);
        confine({.network = false, .reads = std::move(files), .replaces = outputs->folders(), .fills = {}});
    }
    std::string notes;
    auto scans = scans_of(options, notes);
    if (!scans) {
        return {3, "", "smtptls-scan: " + scans.error() + "\n"};
    }
    const model::Merged merged = model::merge(*scans);
    for (const std::string& endpoint : merged.replaced) {
        notes += "smtptls-scan: " + endpoint + " is in several scans; the last one counts\n";
    }
    report::Style style = terminal;
    style.suites = options.suites;
    style.exchanges = options.exchanges;
    Reporting reporting(options.verdict, *std::move(outputs), style, merged.head, base::today_utc());
    reporting.take_inventory(options.inventory);
    std::vector<std::string> server_names;
    std::ranges::transform(*scans, std::back_inserter(server_names),
                           [](const model::ScanResult& scan) { return policy::server_name_of(scan); });
    policy::SuggestedWaivers suggested;
    for (std::size_t place = 0; place < merged.places.size(); ++place) {
        const auto [scan, endpoint] = merged.places[place];
        const model::EndpointResult& result = (*scans)[scan].endpoints[endpoint];
        reporting.endpoint(place, result, server_names[scan], (*scans)[scan].started);
        if (options.suggest_waivers) {
            suggest(options.verdict, result, server_names[scan], suggested);
        }
    }
    Leave leave = reporting.end(merged.head);
    leave.error.insert(0, notes);
    if (options.suggest_waivers) {
        leave.output = suggested.text();
    }
    return leave;
}

}  // namespace smtptls::app

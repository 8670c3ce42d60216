#include "app/verdict.hpp"

#include "app/side_by_side.hpp"
#include "report/policy/baseline.hpp"
#include "report/policy/judge.hpp"
#include "report/policy/merge.hpp"
#include "report/policy/waivers.hpp"

#include <array>
#include <ctime>

namespace smtptls::app {

std::string today_utc()
{
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 16> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts);
    return {text.data(), size};
}

model::Report judged(std::vector<model::ScanResult> scans, const VerdictOptions& options, const std::string& today,
                     std::string& notes)
{
    std::vector<model::Report> reports(scans.size());
    side_by_side(scans.size(), [&](std::size_t i) {
        reports[i] = policy::judge_all(std::move(scans[i]), options.policies, options.role);
    });
    const auto note = [&notes](const std::string& sentence) { notes += "smtptls-scan: " + sentence + "\n"; };
    std::vector<std::string> replaced;
    model::Report report = policy::merge(std::move(reports), replaced);
    for (const std::string& endpoint : replaced) {
        note(endpoint + " is in several scans; the last one counts");
    }
    for (const std::string& sentence : policy::apply_waivers(options.waivers, today, report)) {
        note(sentence);
    }
    if (options.baseline) {
        const model::Report earlier = policy::judge_all(*options.baseline, options.policies, options.role);
        policy::compare(earlier, options.baseline_name, report);
    }
    return report;
}

}  // namespace smtptls::app

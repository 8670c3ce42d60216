#include "app/reporting.hpp"

#include "report/policy/cbom.hpp"
#include "report/policy/judge.hpp"

#include <unistd.h>

namespace smtptls::app {
namespace {

std::optional<policy::Baseline> baseline_of(const VerdictOptions& options)
{
    if (!options.baseline || options.policies.empty()) {
        return std::nullopt;
    }
    policy::Baseline baseline;
    const std::string server_name = policy::server_name_of(*options.baseline);
    for (const model::EndpointResult& result : options.baseline->endpoints) {
        for (const model::Judgement& one : policy::judge(options.policies, options.role, result, server_name)) {
            baseline.add(one);
        }
    }
    return baseline;
}

}  // namespace

Reporting::Reporting(const VerdictOptions& options, OutputFiles outputs, const report::Style& style,
                     model::ScanHead begun, const std::string& today)
    : options_(options),
      head_{.scan = std::move(begun),
            .policies = policy::used(options.policies),
            .baseline = options.baseline ? options.baseline_name : "",
            .gone = {},
            .totals = {},
            .exit_code = {},
            .only_new = options.fail_on == policy::FailOn::added,
            .files = outputs.paths(),
            .side_by_side = {}},
      waivers_(options.waivers, today),
      baseline_(baseline_of(options)),
      exit_code_(options.fail_on),
      files_(std::move(outputs)),
      width_(style.width)
{
    if (options.baseline && options.policies.empty()) {
        accepted_.emplace(*options.baseline);
    }
    files_.begin(head_, style);
    if (files_.are_silent() && isatty(STDERR_FILENO) == 1) {
        summary_.emplace();
    }
}

void Reporting::endpoint(std::size_t place, const model::EndpointResult& result, const std::string& server_name,
                         const std::string& seen)
{
    if (!accepted_) {
        write(place, result, server_name, seen);
        return;
    }
    model::EndpointResult compared = result;
    accepted_->compare(compared);
    write(place, compared, server_name, seen);
}

void Reporting::write(std::size_t place, const model::EndpointResult& result, const std::string& server_name,
                      const std::string& seen)
{
    head_.totals.add(result);
    comparison_.add(result);
    std::vector<model::Judgement> judgements = policy::judge(options_.policies, options_.role, result, server_name);
    for (model::Judgement& judgement : judgements) {
        judgement.endpoint = place;
        waivers_.apply(judgement);
        if (baseline_) {
            baseline_->compare(result.status, judgement);
        }
        exit_code_.add(judgement);
    }
    files_.endpoint(place, result, judgements);
    if (inventory_ != policy::Inventory::none) {
        lines_.add(place, policy::inventory_lines(inventory_, result, seen.empty() ? head_.scan.started : seen));
    }
    if (summary_) {
        summary_->add(place, result, judgements, head_);
    }
}

Leave Reporting::end(model::ScanHead scan)
{
    head_.scan = std::move(scan);
    if (baseline_) {
        head_.gone = baseline_->gone();
    }
    if (inventory_ == policy::Inventory::none) {
        head_.side_by_side = comparison_.result();
    }
    head_.exit_code = exit_code_.of(head_);
    Leave leave = files_.end(*head_.exit_code);
    if (inventory_ == policy::Inventory::cbom) {
        leave.output = policy::cbom(head_.scan, lines_);
    } else if (inventory_ != policy::Inventory::none) {
        leave.output = policy::inventory_head(inventory_);
        lines_.give([&leave](std::string_view lines) { leave.output += lines; });
    }
    std::string notes;
    for (const std::string& sentence : waivers_.notes()) {
        notes += "smtptls-scan: " + sentence + "\n";
    }
    for (const std::string& endpoint : accepted_ ? accepted_->gone() : std::vector<std::string>()) {
        notes += "smtptls-scan: " + endpoint + " is in the baseline and not in this scan\n";
    }
    leave.error.insert(0, notes);
    if (summary_) {
        head_.exit_code = leave.exit_code;
        report::Page page({.width = width_});
        summary_->write(head_, page);
        leave.error += page.take();
    }
    return leave;
}

}  // namespace smtptls::app

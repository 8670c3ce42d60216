// From endpoints, one by one, to reports: judged, waived, compared, written, and an exit code.
#pragma once

#include "api/side_by_side.hpp"
#include "app/output.hpp"
#include "app/verdict_options.hpp"
#include "base/spool.hpp"
#include "report/format/text_summary.hpp"
#include "report/policy/accepted_before.hpp"
#include "report/policy/baseline.hpp"
#include "report/policy/inventory.hpp"
#include "report/policy/waivers.hpp"

#include <optional>

namespace smtptls::app {

class Reporting {
public:
    /// `begun`: who scans, since when, and with what options. `today` is "2026-11-21". Keeps references to `options`.
    Reporting(const VerdictOptions& options, OutputFiles outputs, const report::Style& style, model::ScanHead begun,
              const std::string& today);

    /// `place` orders the endpoints; each comes once, in any order. `server_name`: the name of SNI, if it was not the
    /// host's. `seen`: when its scan began, where that is not when the report's did. Throws std::system_error if the
    /// disk is full.
    void endpoint(std::size_t place, const model::EndpointResult& result, const std::string& server_name,
                  const std::string& seen = {});

    /// In place of a report; `outputs` are then none.
    void take_inventory(policy::Inventory inventory) { inventory_ = inventory; }

    /// False if nobody reads any of the outputs any more.
    bool is_wanted() const { return inventory_ != policy::Inventory::none || files_.is_wanted(); }

    /// With the whole head of the scan. The exit code is at least 3 if an output could not be written.
    Leave end(model::ScanHead scan);

private:
    void write(std::size_t place, const model::EndpointResult& result, const std::string& server_name,
               const std::string& seen);

    VerdictOptions const& options_;
    model::ReportHead head_;
    policy::Waivers waivers_;
    std::optional<policy::Baseline> baseline_;        // with policies
    std::optional<policy::AcceptedBefore> accepted_;  // without any
    policy::ExitCode exit_code_;
    OutputFiles files_;
    Comparison comparison_;
    policy::Inventory inventory_ = policy::Inventory::none;
    base::Spool lines_;                           // of the inventory
    std::optional<report::TextSummary> summary_;  // for who sees nothing else
    std::size_t width_;
};

}  // namespace smtptls::app

// Judgements beside an earlier scan, judged by the same policies: what is new, unchanged, fixed, or lost
// (docs/baseline.md).
#pragma once

#include "model/report.hpp"

#include <string>
#include <unordered_map>
#include <vector>

namespace smtptls::policy {

/// What an earlier scan violated. Findings are the same by their id.
class Baseline {
public:
    /// One of the earlier scan's judgements.
    void add(const model::Judgement& earlier);

    /// Sets `change`, `new_subjects` and `lost_subjects` of each finding; `status` is that of its endpoint.
    void compare(model::EndpointStatus status, model::Judgement& now);

    /// The earlier findings that were not among those compared: `lost`, and all of their subjects.
    std::vector<model::Finding> gone() const;

private:
    struct Entry {
        model::Finding finding;
        bool met = false;
    };

    std::vector<Entry> entries_;  // violations only
    std::unordered_map<std::string, std::size_t> places_;
};

/// Whether the finding counts and has something at fault that the baseline had not.
bool is_new(const model::Finding& finding);

}  // namespace smtptls::policy

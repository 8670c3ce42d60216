// Waivers upon a report: what somebody has taken on themselves, until a day (docs/waivers.md).
#pragma once

#include "model/report.hpp"
#include "report/policy/waiver.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smtptls::policy {

class Waivers {
public:
    /// `today` is "2026-11-21" in UTC; a waiver holds to the end of its day.
    Waivers(std::vector<Waiver> waivers, std::string_view today);

    /// Marks each violation (`fail`) that a waiver covers; where several do, one that still holds is taken.
    void apply(model::Judgement& judgement);

    /// Of all judgements so far: a sentence for each waiver that covers nothing, and for each that has expired.
    std::vector<std::string> notes() const;

private:
    struct Entry {
        Waiver waiver;
        bool expired = false;
        std::size_t covered = 0;  // findings
    };

    std::vector<Entry> entries_;
};

/// Whether `pattern`, in which each * stands for any characters, covers the whole text.
bool matches(std::string_view pattern, std::string_view text);

}  // namespace smtptls::policy

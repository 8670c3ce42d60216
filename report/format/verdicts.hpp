// What formats have in common about findings: how each is shown, and how many there are of a kind. A finding that
// somebody has taken on themselves is shown as waived, and counts as that.
#pragma once

#include "model/report.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::report {

/// Worst first.
enum class Shown { fail, inconclusive, warn, waived, advice, pass, not_asked, not_judged, not_applicable };

constexpr std::array<Shown, 9> all_shown = {Shown::fail,      Shown::inconclusive, Shown::warn,
                                            Shown::waived,    Shown::advice,       Shown::pass,
                                            Shown::not_asked, Shown::not_judged,   Shown::not_applicable};

/// A failed finding with a waiver that holds is `waived`, one that is no longer testable `inconclusive`; else as the
/// verdict.
Shown shown_as(const model::Finding& finding);
Shown shown_as(model::Verdict verdict);

/// As its verdict; but where all that fails is waived, `waived` or what is worse among the other findings.
Shown shown_as(const model::Judgement& judgement);

/// "fail", "waived", "not asked".
std::string_view word_of(Shown shown);

class Tally {
public:
    void add(Shown shown) { ++counts_.at(static_cast<std::size_t>(shown)); }
    void add(const Tally& other);
    std::size_t of(Shown shown) const { return counts_.at(static_cast<std::size_t>(shown)); }
    std::size_t all() const;

    /// "2 failed, 1 waived, 7 passed"; only what there is.
    std::string words() const;

private:
    std::array<std::size_t, all_shown.size()> counts_{};
};

Tally tally_of(const model::Judgement& judgement);

/// The findings to speak of, worst first: all but those that passed, do not apply or were not asked.
std::vector<const model::Finding*> to_speak_of(const model::Judgement& judgement);

/// Whether it is no violation, and its sentence says from what day on it will be one.
bool foretells(const model::Finding& finding);

/// Of an endpoint that was not reached a rule that nothing is known of says no more than why it was not reached.
bool is_folded(const model::EndpointResult& endpoint, const model::Finding& finding);

/// "waived until 2026-12-31 by ops: reason", "waiver by ops expired on 2026-01-31: reason"; empty: none.
std::string waiver_words(const model::Finding& finding);

/// At most `limit` of the texts, then "and 12 more".
std::vector<std::string> some_of(const std::vector<std::string>& texts, std::size_t limit);

}  // namespace smtptls::report

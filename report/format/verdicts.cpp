#include "report/format/verdicts.hpp"

#include "base/text_layout.hpp"
#include "base/untrusted_text.hpp"

#include <algorithm>
#include <numeric>

namespace smtptls::report {

Shown shown_as(model::Verdict verdict)
{
    switch (verdict) {
        case model::Verdict::pass: return Shown::pass;
        case model::Verdict::advice: return Shown::advice;
        case model::Verdict::warn: return Shown::warn;
        case model::Verdict::fail: return Shown::fail;
        case model::Verdict::inconclusive: return Shown::inconclusive;
        case model::Verdict::not_asked: return Shown::not_asked;
        case model::Verdict::not_judged: return Shown::not_judged;
        case model::Verdict::not_applicable: break;
    }
    return Shown::not_applicable;
}

Shown shown_as(const model::Finding& finding)
{
    if (finding.change == model::Change::lost) {
        // What it was in the baseline is not what it is.
        return Shown::inconclusive;
    }
    const bool waived = finding.verdict == model::Verdict::fail && !finding.counts();
    return waived ? Shown::waived : shown_as(finding.verdict);
}

Shown shown_as(const model::Judgement& judgement)
{
    const bool fails = judgement.findings.empty() || std::ranges::any_of(judgement.findings, &model::Finding::counts);
    if (judgement.verdict != model::Verdict::fail || fails) {
        return shown_as(judgement.verdict);
    }
    Shown worst = Shown::not_applicable;
    for (const model::Finding& finding : judgement.findings) {
        worst = std::min(worst, shown_as(finding));
    }
    return worst;
}

std::string_view word_of(Shown shown)
{
    static constexpr std::array<std::string_view, all_shown.size()> words = {
        "fail", "inconclusive", "warn", "waived", "advice", "pass", "not asked", "not judged", "not applicable"};
    return words.at(static_cast<std::size_t>(shown));
}

void Tally::add(const Tally& other)
{
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        counts_.at(i) += other.counts_.at(i);
    }
}

std::size_t Tally::all() const
{
    return std::accumulate(counts_.begin(), counts_.end(), std::size_t{0});
}

std::string Tally::words() const
{
    static constexpr std::array<std::string_view, all_shown.size()> words = {
        "failed", "inconclusive", "warning", "waived", "hint", "passed", "not asked", "not judged", "not applicable"};
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        const auto shown = static_cast<Shown>(i);
        const bool noun = shown == Shown::warn || shown == Shown::advice;
        const std::string word(words.at(i));
        if (counts_.at(i) > 0) {
            parts.push_back(noun ? base::plural(counts_.at(i), word) : std::to_string(counts_.at(i)) + " " + word);
        }
    }
    return parts.empty() ? "nothing asked" : base::joined(parts);
}

Tally tally_of(const model::Judgement& judgement)
{
    Tally tally;
    for (const model::Finding& finding : judgement.findings) {
        tally.add(shown_as(finding));
    }
    return tally;
}

std::vector<const model::Finding*> to_speak_of(const model::Judgement& judgement)
{
    std::vector<const model::Finding*> chosen;
    for (const model::Finding& finding : judgement.findings) {
        const bool lost = finding.change == model::Change::fixed || finding.change == model::Change::lost;
        if (shown_as(finding) < Shown::pass || lost) {
            chosen.push_back(&finding);
        }
    }
    std::ranges::stable_sort(chosen, {}, [](const model::Finding* finding) { return shown_as(*finding); });
    return chosen;
}

bool foretells(const model::Finding& finding)
{
    const std::string& sentence = finding.sentence;
    return shown_as(finding) >= Shown::pass &&
           std::ranges::any_of(std::array{", then fail: ", ", then warn: ", ", then advice: "},
                               [&](const char* words) { return sentence.find(words) != std::string::npos; });
}

bool is_folded(const model::EndpointResult& endpoint, const model::Finding& finding)
{
    return endpoint.status == model::EndpointStatus::failed && shown_as(finding) == Shown::inconclusive &&
           finding.change == model::Change::none;
}

std::string waiver_words(const model::Finding& finding)
{
    if (!finding.waiver) {
        return "";
    }
    const model::AppliedWaiver& waiver = *finding.waiver;
    return base::shown(waiver.expired
                           ? "the waiver by " + waiver.owner + " expired on " + waiver.expires + ": " + waiver.reason
                           : "waived until " + waiver.expires + " by " + waiver.owner + ": " + waiver.reason);
}

std::vector<std::string> some_of(const std::vector<std::string>& texts, std::size_t limit)
{
    std::vector<std::string> some;
    for (std::size_t i = 0; i < std::min(limit, texts.size()); ++i) {
        some.push_back(base::shown(texts[i]));
    }
    if (texts.size() > limit) {
        some.push_back("and " + std::to_string(texts.size() - limit) + " more");
    }
    return some;
}

}  // namespace smtptls::report

// The probe of the SMTP dialogue: greeting, EHLO keywords before and inside TLS, STARTTLS that is not always there,
// silence inside TLS, and plaintext injected behind STARTTLS. Asks nothing: it learns from every answer.
#include "probes/probe.hpp"

#include <algorithm>
#include <map>

namespace smtptls::probes {
namespace {

using base::UntrustedText;
using model::Fact;

std::vector<UntrustedText> words_of(const std::vector<std::string>& words)
{
    std::vector<UntrustedText> texts;
    for (const std::string& word : words) {
        texts.emplace_back(word);
    }
    return texts;
}

// So many replies without STARTTLS after the last one with it: it was withdrawn, and is not missing now and then.
constexpr std::size_t enough_withdrawn = 8;
constexpr std::size_t most_named = 16;  // exchanges, as evidence

// What EHLO replies in the clear said of STARTTLS, in the order in which the connections began.
class Offers {
public:
    void note(const smtp::Transcript& said, model::QuestionId id);
    std::vector<model::Observation> observations() const;

private:
    std::map<model::QuestionId, bool> offered_;
};

void Offers::note(const smtp::Transcript& said, model::QuestionId id)
{
    // What was overwritten on the way is another matter.
    if (said.ehlo && said.ehlo->code == 250 && said.overwritten().empty()) {
        const std::vector<std::string> words = said.keywords();
        offered_[id] = std::ranges::find(words, "STARTTLS") != words.end() || said.starttls_in_first_line();
    }
}

std::vector<model::Observation> Offers::observations() const
{
    std::vector<model::QuestionId> without;
    std::size_t since = 0;
    for (const auto& [id, offered] : offered_) {
        since = offered ? 0 : since + 1;
        if (!offered) {
            without.push_back(id);
        }
    }
    const std::size_t with = offered_.size() - without.size();
    if (without.empty() || with == 0) {
        return {};
    }
    std::vector<model::QuestionId> evidence = without;
    evidence.resize(std::min(evidence.size(), most_named));
    const auto number = [](std::size_t count) { return static_cast<std::int64_t>(count); };
    std::vector<model::Observation> out = {
        model::observed<Fact::smtp_starttls_offered>(number(with)),
        model::observed<Fact::smtp_starttls_missing>(number(without.size()), evidence)};
    if (since >= enough_withdrawn) {
        out.push_back(model::observed<Fact::smtp_starttls_withdrawn>(number(since), evidence));
    }
    return out;
}

// How often the server asked to come back later, and when first: its limits on connections, or its load.
class Throttling {
public:
    void note(const model::Answer& answer);
    std::vector<model::Observation> observations() const;

private:
    std::map<model::QuestionId, std::int64_t> started_ms_;
};

void Throttling::note(const model::Answer& answer)
{
    const auto* const broken = std::get_if<model::Broken>(&answer.outcome);
    if (broken != nullptr && broken->failure.reason == base::Reason::throttled) {
        started_ms_[answer.question.id] = answer.started_ms;
    }
}

std::vector<model::Observation> Throttling::observations() const
{
    if (started_ms_.empty()) {
        return {};
    }
    std::vector<model::QuestionId> evidence;
    std::int64_t first = started_ms_.begin()->second;
    for (const auto& [id, started] : started_ms_) {
        if (evidence.size() < most_named) {
            evidence.push_back(id);
        }
        first = std::min(first, started);
    }
    return {model::observed<Fact::limits_throttled>(static_cast<std::int64_t>(started_ms_.size()), evidence),
            model::observed<Fact::limits_throttled_after_ms>(first, evidence)};
}

class Dialogue : public Probe {
public:
    Requirement needs() const override { return Requirement::contact; }
    std::vector<model::Question> ask(std::size_t, model::Numbering&) override { return {}; }
    void learn(const model::Answer& answer) override;
    Conclusion conclude() const override;

private:
    template <Fact fact>
    void note(typename model::fact_types::Of<fact>::type value, const model::Answer& answer);
    void note_inside(const model::Answer& answer);

    std::vector<model::Observation> observations_;
    Offers offers_;
    Throttling throttling_;
    bool spoke_inside_ = false;
    std::optional<model::Observation> silence_;
};

// The first answer that shows a fact is its evidence; later ones that agree add nothing.
template <Fact fact>
void Dialogue::note(typename model::fact_types::Of<fact>::type value, const model::Answer& answer)
{
    if (std::ranges::find(observations_, fact, &model::Observation::id) == observations_.end()) {
        observations_.push_back(model::observed<fact>(std::move(value), {answer.question.id}));
    }
}

// A handshake was completed, we waited for SMTP, and not a word came.
void Dialogue::note_inside(const model::Answer& answer)
{
    spoke_inside_ = spoke_inside_ || answer.inside_tls.greeting || answer.inside_tls.ehlo;
    const auto* const completed = std::get_if<model::Completed>(&answer.outcome);
    const auto* const asked = std::get_if<model::HandshakeQuestion>(&answer.question.asked);
    if (silence_ || completed == nullptr || asked == nullptr || asked->mute || !completed->after) {
        return;
    }
    const base::Reason reason = completed->after->reason;
    if (reason == base::Reason::timed_out || reason == base::Reason::closed || reason == base::Reason::reset) {
        silence_ =
            model::observed<Fact::smtp_silent_inside_tls>(UntrustedText(base::format(reason)), {answer.question.id});
    }
}

Conclusion Dialogue::conclude() const
{
    Conclusion conclusion{{}, observations_};
    for (model::Observation& one : offers_.observations()) {
        conclusion.observations.push_back(std::move(one));
    }
    for (model::Observation& one : throttling_.observations()) {
        conclusion.observations.push_back(std::move(one));
    }
    if (silence_ && !spoke_inside_) {
        conclusion.observations.push_back(*silence_);
    }
    return conclusion;
}

void Dialogue::learn(const model::Answer& answer)
{
    offers_.note(answer.before_tls, answer.question.id);
    throttling_.note(answer);
    note_inside(answer);
    const smtp::Transcript& before = answer.before_tls;
    const smtp::Transcript& inside = answer.inside_tls;
    const auto& greeting = before.greeting ? before.greeting : inside.greeting;
    if (greeting) {
        note<Fact::smtp_greeting>(greeting->text(), answer);
    }
    if (before.ehlo && before.ehlo->code == 250) {
        note<Fact::smtp_keywords_before_tls>(words_of(before.keywords()), answer);
        if (before.starttls_in_first_line()) {
            note<Fact::smtp_starttls_in_first_line>(true, answer);
        }
    }
    if (const std::vector<std::string> words = before.overwritten(); !words.empty()) {
        note<Fact::smtp_overwritten>(words_of(words), answer);
    }
    if (inside.ehlo && inside.ehlo->code == 250) {
        note<Fact::smtp_keywords_inside_tls>(words_of(inside.keywords()), answer);
    }
    if (!before.plaintext_after_starttls.empty()) {
        note<Fact::smtp_plaintext_after_starttls>(before.plaintext_after_starttls, answer);
    }
}

}  // namespace

std::unique_ptr<Probe> make_dialogue(const Knowledge& known, ServerProfile& server);

std::unique_ptr<Probe> make_dialogue(const Knowledge&, ServerProfile&)
{
    return std::make_unique<Dialogue>();
}

}  // namespace smtptls::probes

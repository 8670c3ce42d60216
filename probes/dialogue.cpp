// The probe of the SMTP dialogue: greeting, EHLO keywords before and inside TLS, and plaintext
// injected behind STARTTLS. Asks nothing: it learns from every answer.
#include "probes/probe.hpp"

#include <algorithm>

namespace smtptls::probes {
namespace {

using base::UntrustedText;

model::Value words_of(const std::vector<std::string>& words)
{
    std::vector<UntrustedText> texts;
    for (const std::string& word : words) {
        texts.emplace_back(word);
    }
    return texts;
}

class Dialogue : public Probe {
public:
    Requirement needs() const override { return Requirement::contact; }
    std::vector<model::Question> ask(std::size_t, model::Numbering&) override { return {}; }
    void learn(const model::Answer& answer) override;
    Conclusion conclude() const override { return {{}, observations_}; }

private:
    void note(std::string id, model::Value value, const model::Answer& answer);

    std::vector<model::Observation> observations_;
};

// The first answer that shows a fact is its evidence; later ones that agree add nothing.
void Dialogue::note(std::string id, model::Value value, const model::Answer& answer)
{
    const bool known = std::any_of(observations_.begin(), observations_.end(),
                                   [&](const model::Observation& other) { return other.id == id; });
    if (!known) {
        observations_.push_back({std::move(id), "", std::move(value), {answer.question.id}});
    }
}

void Dialogue::learn(const model::Answer& answer)
{
    const smtp::Transcript& before = answer.before_tls;
    const smtp::Transcript& inside = answer.inside_tls;
    const auto& greeting = before.greeting ? before.greeting : inside.greeting;
    if (greeting) {
        note("smtp.greeting", greeting->text(), answer);
    }
    if (before.ehlo && before.ehlo->code == 250) {
        note("smtp.keywords_before_tls", words_of(before.keywords()), answer);
        if (before.starttls_in_first_line()) {
            note("smtp.starttls_in_first_line", true, answer);
        }
    }
    if (const std::vector<std::string> words = before.overwritten(); !words.empty()) {
        note("smtp.overwritten", words_of(words), answer);
    }
    if (inside.ehlo && inside.ehlo->code == 250) {
        note("smtp.keywords_inside_tls", words_of(inside.keywords()), answer);
    }
    if (!before.plaintext_after_starttls.empty()) {
        note("smtp.plaintext_after_starttls", before.plaintext_after_starttls, answer);
    }
}

}  // namespace

std::unique_ptr<Probe> make_dialogue(const Knowledge& known, ServerProfile& server);

std::unique_ptr<Probe> make_dialogue(const Knowledge&, ServerProfile&)
{
    return std::make_unique<Dialogue>();
}

}  // namespace smtptls::probes

// The probe of versions and suites: one VersionPlan for each version our TLS library can speak, side
// by side, newest first. Makes the first contact, and gives up when the server cannot be reached.
#include "probes/probe.hpp"
#include "probes/version_plan.hpp"

#include <algorithm>

namespace smtptls::probes {
namespace {

using model::Answer;
using model::Cell;
using model::CellState;
using model::Question;
using tls::ProtocolVersion;

// Failures before TLS in a row, after which the server counts as gone.
constexpr int most_lost_in_a_row = 12;
constexpr int most_contacts = 2;
constexpr std::uint32_t keys_per_plan = 1U << 16U;

bool worth_another_try(base::Reason reason)
{
    return reason == base::Reason::throttled || reason == base::Reason::unavailable || reason == base::Reason::reset ||
           reason == base::Reason::closed;
}

std::size_t suites_of(ProtocolVersion version)
{
    const auto belongs = [version](const tls::SuiteInfo& info) {
        if (version == ProtocolVersion::ssl2) {
            return tls::is_ssl2(info.code);
        }
        const bool tls13 = info.lowest == ProtocolVersion::tls1_3;
        return !tls::is_ssl2(info.code) && tls13 == (version == ProtocolVersion::tls1_3);
    };
    const auto all = tls::all_suites();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), belongs));
}

class Suites : public Probe {
public:
    Requirement needs() const override { return Requirement::nothing; }
    std::vector<Question> ask(const Knowledge& known, std::size_t room) override;
    void learn(const Answer& answer) override;
    Conclusion conclude() const override;

private:
    void begin(const Knowledge& known);
    void learn_contact(const Answer& answer);
    std::size_t most_now(std::size_t room) const;
    static Question question_of(const Offer& offer, std::size_t plan, ProtocolVersion version);

    std::vector<VersionPlan> plans_;
    bool begun_ = false;
    std::size_t under_way_ = 0;
    bool contact_made_ = false;  // an answer got as far as TLS
    bool tls_spoken_ = false;    // the server answered a hello as TLS servers do
    int contacts_ = 0;
    int lost_in_a_row_ = 0;
    bool given_up_ = false;
    std::vector<model::NotAsked> not_asked_;
};

Question Suites::question_of(const Offer& offer, std::size_t plan, ProtocolVersion version)
{
    Question question;
    question.asker = "suites";
    question.key = static_cast<std::uint32_t>(plan) * keys_per_plan + offer.key;
    question.purpose = offer.purpose;
    question.asked = model::HandshakeQuestion{version, offer.suites};
    return question;
}

void Suites::begin(const Knowledge& known)
{
    begun_ = true;
    for (const auto& [version, suites] : known.speakable) {
        plans_.emplace_back(version, suites);
    }
    for (auto version = tls::all_versions.rbegin(); version != tls::all_versions.rend(); ++version) {
        const auto spoken = known.speakable.find(*version);
        const std::size_t asked = spoken == known.speakable.end() ? 0 : spoken->second.size();
        const std::size_t all = suites_of(*version);
        const std::string reason = asked == 0 ? "the linked OpenSSL does not speak " + tls::format(*version)
                                              : "the linked OpenSSL does not speak these suites";
        not_asked_.push_back({*version, all - std::min(asked, all), reason});
    }
}

// The first contact alone; a server that cannot be reached is not asked four times at once.
std::size_t Suites::most_now(std::size_t room) const
{
    if (given_up_) {
        return 0;
    }
    return contact_made_ ? room : std::min<std::size_t>(room, under_way_ == 0 ? 1 : 0);
}

std::vector<Question> Suites::ask(const Knowledge& known, std::size_t room)
{
    if (!begun_) {
        begin(known);
    }
    std::vector<Question> questions;
    const std::size_t most = most_now(room);
    for (std::size_t i = 0; i < plans_.size() && questions.size() < most; ++i) {
        // Until it has spoken TLS, a server is asked once in each version and no more: garbage and
        // silence do not get better by repetition.
        while (questions.size() < most && (tls_spoken_ || !contact_made_ || !plans_[i].begun())) {
            const auto offer = plans_[i].next();
            if (!offer) {
                break;
            }
            questions.push_back(question_of(*offer, i, plans_[i].version()));
        }
    }
    under_way_ += questions.size();
    return questions;
}

void Suites::learn_contact(const Answer& answer)
{
    ++contacts_;
    const auto failure = model::failure_before_tls(answer);
    contact_made_ = !failure;
    given_up_ = failure && (contacts_ >= most_contacts || !worth_another_try(failure->reason));
}

void Suites::learn(const Answer& answer)
{
    if (answer.question.asker != "suites") {
        return;
    }
    --under_way_;
    if (!contact_made_) {
        learn_contact(answer);
    }
    tls_spoken_ = tls_spoken_ || model::spoke_tls(answer);
    lost_in_a_row_ = model::failure_before_tls(answer) ? lost_in_a_row_ + 1 : 0;
    given_up_ = given_up_ || lost_in_a_row_ >= most_lost_in_a_row;
    VersionPlan& plan = plans_.at(answer.question.key / keys_per_plan);
    plan.learn(answer.question.key % keys_per_plan, reply_of(answer, plan.version()));
}

Conclusion Suites::conclude() const
{
    Conclusion conclusion;
    conclusion.not_asked = not_asked_;
    for (const VersionPlan& plan : plans_) {
        const bool other = std::any_of(plans_.begin(), plans_.end(), [&](const VersionPlan& candidate) {
            return candidate.version() != plan.version() && candidate.accepted_any();
        });
        const std::vector<Cell> cells = plan.cells(other);
        conclusion.cells.insert(conclusion.cells.end(), cells.begin(), cells.end());
    }
    return conclusion;
}

}  // namespace

std::unique_ptr<Probe> make_suites();

std::unique_ptr<Probe> make_suites()
{
    return std::make_unique<Suites>();
}

}  // namespace smtptls::probes

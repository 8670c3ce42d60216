// The probe of intolerance: what a legal hello must not have if this server is to answer it (RFC 8446 appendix D.5,
// RFC 8701, RFC 7685). Most is seen in the answers to other probes; one suite that the server accepts is asked for
// again in two or three hellos of unusual shape. What fails is called intolerance only if it fails twice, with the
// same suite in the usual hello accepted between.
#include "probes/probe.hpp"
#include "probes/reply.hpp"
#include "probes/suite_sets.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

namespace smtptls::probes {
namespace {

using tls::CipherSuite;
using tls::ExtensionSet;
using tls::HelloTrial;
using tls::ProtocolVersion;

enum class Trait {
    grease,
    unknown_extension,
    length,
    segment,
    over_64,
    over_128,
    high_suites,
    extensions,
    server_name,
    tls1_3,
};

using model::Fact;

// By trait.
constexpr std::array trait_facts = {
    Fact::intolerance_grease,           Fact::intolerance_unknown_extension, Fact::intolerance_length_256_to_511,
    Fact::intolerance_over_one_segment, Fact::intolerance_over_64_suites,    Fact::intolerance_over_128_suites,
    Fact::intolerance_high_suites,      Fact::intolerance_extensions,        Fact::intolerance_server_name,
    Fact::intolerance_tls1_3_hello};

// "grease", "server_name"
std::string word_of(Trait trait)
{
    const std::string_view id = model::format(trait_facts.at(static_cast<std::size_t>(trait)));
    return std::string(id.substr(id.find('.') + 1));
}

constexpr std::uint16_t hanging_size = 400;
constexpr std::uint16_t two_segments = 2000;  // Ethernet carries 1,460 bytes in one
constexpr std::size_t some_high = 20;
constexpr int most_lost = 4;  // connections that came to nothing, after which nothing more is asked
constexpr int enough_lost_hellos = 2;

// The hello that the server is known to answer.
struct Base {
    ProtocolVersion version{};
    CipherSuite suite{};
    ExtensionSet extensions = ExtensionSet::full;

    // The versions that old servers have tell most of them.
    int rank() const
    {
        const int age = version == ProtocolVersion::tls1_2 ? 4 : version == ProtocolVersion::tls1_3 ? 3 : 0;
        return (extensions == ExtensionSet::full ? 10 : 0) + age;
    }
};

class IntoleranceProbe : public Probe {
public:
    IntoleranceProbe(const Knowledge& known, const ServerProfile& server)
        : limited_(known.focus.has_value()), server_(&server)
    {
    }

    Requirement needs() const override { return Requirement::contact; }
    std::vector<model::Question> ask(std::size_t room, model::Numbering& ids) override;
    void learn(const model::Answer& answer) override;
    Conclusion conclude() const override;

private:
    struct Trial {
        std::vector<Trait> traits;
        model::HelloQuestion asked;
        int failures = 0;
    };
    enum class Stage { waiting, trial, usual };

    void begin();
    void push(std::vector<Trait> traits, HelloTrial trial);
    void push_list(Trait trait, std::size_t size, bool high);
    void push_shapes();
    model::Question question(model::QuestionId id) const;
    void learn_passively(const model::Answer& answer);
    void learn_usual(const Reply& reply);
    void learn_trial(const Reply& reply);
    void note(Trait trait, bool intolerant);
    std::optional<bool>& fact(Trait trait) { return facts_.at(static_cast<std::size_t>(trait)); }

    std::optional<Base> base_;
    std::array<std::optional<bool>, trait_facts.size()> facts_ = {};
    std::array<std::vector<model::QuestionId>, trait_facts.size()> evidence_ = {};
    std::size_t longest_list_ = 0;
    int lost_hellos_of_1_3_ = 0;
    bool begun_ = false;
    Stage stage_ = Stage::waiting;
    std::deque<Trial> trials_;
    int lost_ = 0;
    model::QuestionId last_id_ = 0;
    bool limited_;
    const ServerProfile* server_;
};

void IntoleranceProbe::note(Trait trait, bool intolerant)
{
    if (!fact(trait)) {
        fact(trait) = intolerant;
    }
}

void IntoleranceProbe::push(std::vector<Trait> traits, HelloTrial trial)
{
    trials_.push_back({std::move(traits), {base_->version, {base_->suite}, base_->extensions, trial}});
}

// `size` suites, the accepted one first, since a server may read no further than it must.
void IntoleranceProbe::push_list(Trait trait, std::size_t size, bool high)
{
    Trial trial{{trait}, {base_->version, {base_->suite}, base_->extensions, {}}};
    for (const tls::SuiteInfo& info : tls::all_suites()) {
        const bool fits = is_high(info.code) == high && !tls::is_ssl2(info.code) && info.code != base_->suite;
        if (fits && trial.asked.suites.size() < size) {
            trial.asked.suites.push_back(info.code);
        }
    }
    trials_.push_back(std::move(trial));
}

// The server needed a hello with few extensions or none: is it the name that it cannot bear, or the others?
void IntoleranceProbe::push_shapes()
{
    const bool none = base_->extensions == ExtensionSet::none;
    push({Trait::extensions}, {false, false, none, 0});
    trials_.back().asked.extensions = none ? ExtensionSet::few : ExtensionSet::full;
    if (none && server_->hellos.named) {
        push({Trait::server_name}, {});
        trials_.back().asked.extensions = ExtensionSet::few;
    }
}

void IntoleranceProbe::begin()
{
    begun_ = true;
    if (base_->extensions != ExtensionSet::full) {
        push_shapes();
    }
    if (base_->extensions != ExtensionSet::none && server_->hellos.named) {
        note(Trait::server_name, false);
    }
    if (server_->hellos.hang_if_long) {
        return;  // each of the trials below would hang
    }
    if (longest_list_ <= 64) {
        push_list(Trait::over_64, 65, false);
    }
    if (longest_list_ <= 128) {
        push_list(Trait::over_128, 129, false);
    }
    if (!fact(Trait::high_suites)) {
        push_list(Trait::high_suites, some_high, true);
    }
    // All at once, and one by one only if that fails.
    push({Trait::grease, Trait::unknown_extension, Trait::length}, {true, true, false, hanging_size});
    push({Trait::segment}, {false, false, false, two_segments});
}

model::Question IntoleranceProbe::question(model::QuestionId id) const
{
    const Trial& trial = trials_.front();
    model::Question question{id, "intolerance", {model::Purpose::Kind::trial, base_->version, "the usual hello"}, {}};
    if (stage_ == Stage::usual) {
        question.asked = model::HelloQuestion{base_->version, {base_->suite}, base_->extensions, {}};
        return question;
    }
    question.purpose.detail.clear();
    for (const Trait trait : trial.traits) {
        question.purpose.detail += (trait == trial.traits.front() ? "" : ", ") + word_of(trait);
    }
    question.asked = trial.asked;
    return question;
}

std::vector<model::Question> IntoleranceProbe::ask(std::size_t room, model::Numbering& ids)
{
    if (limited_ || !base_ || room == 0 || stage_ != Stage::waiting || lost_ >= most_lost) {
        return {};
    }
    if (!begun_) {
        begin();
    }
    if (trials_.empty()) {
        return {};
    }
    // After the first failure the usual hello, and then the trial once more.
    stage_ = trials_.front().failures % 2 == 1 ? Stage::usual : Stage::trial;
    last_id_ = ids.next();
    return {question(last_id_)};
}

void IntoleranceProbe::learn(const model::Answer& answer)
{
    if (answer.question.id != last_id_ || stage_ == Stage::waiting) {
        learn_passively(answer);
        return;
    }
    const Stage stage = std::exchange(stage_, Stage::waiting);
    if (model::failure_before_tls(answer)) {
        ++lost_;
        return;
    }
    const Reply reply = reply_of(answer, base_->version);
    if (stage == Stage::usual) {
        learn_usual(reply);
    } else {
        learn_trial(reply);
    }
}

// If the server does not answer what it answered before, nothing is to be learnt from it.
void IntoleranceProbe::learn_usual(const Reply& reply)
{
    if (reply.kind == ReplyKind::chosen && reply.item == base_->suite) {
        ++trials_.front().failures;
    } else {
        trials_.pop_front();
        ++lost_;
    }
}

void IntoleranceProbe::learn_trial(const Reply& reply)
{
    Trial& trial = trials_.front();
    for (const Trait trait : trial.traits) {
        evidence_.at(static_cast<std::size_t>(trait)).push_back(reply.evidence);
    }
    const bool borne = reply.kind == ReplyKind::chosen && reply.item == base_->suite;
    if (borne || trial.failures == 2) {
        const Trial done = std::move(trial);
        trials_.pop_front();
        for (const Trait trait : done.traits) {
            note(trait, !borne);
        }
        return;
    }
    if (trial.traits.size() > 1) {
        trials_.pop_front();
        push({Trait::grease}, {true, false, false, 0});
        push({Trait::unknown_extension}, {false, true, false, 0});
        push({Trait::length}, {false, false, false, hanging_size});
        return;
    }
    trial.failures = 1;
}

void IntoleranceProbe::learn_passively(const model::Answer& answer)
{
    const auto* const asked = std::get_if<model::HelloQuestion>(&answer.question.asked);
    if (asked == nullptr || asked->version < ProtocolVersion::tls1_0) {
        return;
    }
    if (asked->version == ProtocolVersion::tls1_3) {
        const auto failure = model::failure_before_tls(answer);
        lost_hellos_of_1_3_ += failure || model::spoke_tls(answer) ? 0 : 1;
        if (model::spoke_tls(answer)) {
            note(Trait::tls1_3, false);
        }
    }
    const Reply reply = reply_of(answer, asked->version);
    if (reply.kind != ReplyKind::chosen || !contains(asked->suites, reply.item)) {
        return;
    }
    const Base seen{asked->version, reply.item, asked->extensions};
    if (!begun_ && (!base_ || seen.rank() > base_->rank())) {
        base_ = seen;
    }
    longest_list_ = std::max(longest_list_, asked->suites.size());
    if (asked->suites.size() > 64) {
        note(Trait::over_64, false);
    }
    if (asked->suites.size() > 128) {
        note(Trait::over_128, false);
    }
    if (std::any_of(asked->suites.begin(), asked->suites.end(), is_high)) {
        note(Trait::high_suites, false);
    }
    if (asked->extensions == ExtensionSet::full) {
        note(Trait::extensions, false);
    }
}

Conclusion IntoleranceProbe::conclude() const
{
    Conclusion conclusion;
    auto facts = facts_;
    std::optional<bool>& hello_of_1_3 = facts.at(static_cast<std::size_t>(Trait::tls1_3));
    if (!hello_of_1_3 && base_ && lost_hellos_of_1_3_ >= enough_lost_hellos) {
        hello_of_1_3 = true;
    }
    if (facts.at(static_cast<std::size_t>(Trait::extensions)) == true) {
        facts.at(static_cast<std::size_t>(Trait::server_name)).reset();  // was it the name?
    }
    for (std::size_t i = 0; i < facts.size(); ++i) {
        if (facts.at(i)) {
            conclusion.observations.push_back({trait_facts.at(i), "", *facts.at(i), evidence_.at(i)});
        }
    }
    return conclusion;
}

}  // namespace

std::unique_ptr<Probe> make_intolerance(const Knowledge& known, ServerProfile& server);

std::unique_ptr<Probe> make_intolerance(const Knowledge& known, ServerProfile& server)
{
    return std::make_unique<IntoleranceProbe>(known, server);
}

}  // namespace smtptls::probes

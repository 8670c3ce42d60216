// The probe of versions and suites: a VersionPlan for each version, the gates from TLS 1.2 down one after
// the other, SSL 2 by itself, and for each version that accepts something a ConfirmPlan. Makes the first
// contact, and gives up when the server cannot be reached.
#include "probes/confirm_plan.hpp"
#include "probes/probe.hpp"
#include "probes/reach.hpp"
#include "probes/ssl2_plan.hpp"
#include "probes/suite_sets.hpp"
#include "probes/version_plan.hpp"

#include <algorithm>
#include <utility>

namespace smtptls::probes {
namespace {

using model::Answer;
using model::Cell;
using model::Question;
using tls::CipherSuite;
using tls::ProtocolVersion;

constexpr std::size_t enough_for_cover = 8;  // accepted suites
constexpr double long_lane = 2;              // choices to come

// The keys of questions: the plan's number, and its own key.
constexpr std::uint32_t keys_per_plan = 1U << 16U;
constexpr std::uint32_t confirm_plans = 16;
constexpr std::uint32_t ssl2_plan = 32;

// Servers use suites in versions that do not define them: every suite is asked about in every version up
// to TLS 1.2. Those of TLS 1.3 have a numbering of their own.
Suites candidates(ProtocolVersion version)
{
    Suites suites;
    for (const tls::SuiteInfo& info : tls::all_suites()) {
        const bool tls13 = info.lowest == ProtocolVersion::tls1_3;
        if (!tls::is_ssl2(info.code) && tls13 == (version == ProtocolVersion::tls1_3)) {
            suites.push_back(info.code);
        }
    }
    return suites;
}

// RFC 8446 section 9.1 and appendix B.4: what nearly every server of TLS 1.3 has.
bool common_in_tls13(CipherSuite suite)
{
    return info_of(suite).family == tls::CipherFamily::aes_gcm || info_of(suite).family == tls::CipherFamily::chacha20;
}

class SuitesProbe : public Probe {
public:
    Requirement needs() const override { return Requirement::nothing; }
    std::vector<Question> ask(const Knowledge& known, std::size_t room) override;
    void learn(const Answer& answer) override;
    Conclusion conclude() const override;

private:
    struct Version {
        VersionPlan plan;
        std::optional<ConfirmPlan> confirm;      ///< where our library speaks the version
        std::optional<std::uint32_t> handshake;  ///< the key of a hello's question that is asked as a handshake
        bool by_hello = false;                   ///< one such came to nothing
    };

    void begin(const Knowledge& known);
    std::size_t most_now(std::size_t room) const;
    bool may_ask(std::size_t version, bool beside) const;
    std::optional<Question> next_question();
    std::optional<Question> next_hello(bool beside);
    std::optional<Question> next_confirmation();
    std::optional<Question> next_ssl2();
    std::optional<Question> next_sign_of_life();
    bool rests_on_hang_ups() const;
    bool may_ask_ssl2() const;
    void settle();
    void begin_confirming(bool early);
    std::optional<Question> handshake_instead(std::size_t version, const Offer& offer);
    bool speaks_inside(ProtocolVersion version);
    void spread(std::size_t room);
    double longest_way() const;
    std::size_t hellos_ready() const;
    std::size_t confirmations_ready() const;
    void learn_handshake(Version& version, const Reply& reply);
    void learn_version(std::size_t version, std::uint32_t key, const Answer& answer);
    bool accepted_in_another(ProtocolVersion version) const;
    std::vector<model::Observation> observations() const;

    Manner manner_;
    std::vector<Version> versions_;  // newest first
    bool one_lane_ = false;
    bool inside_asked_ = false;  // EHLO inside TLS
    Ssl2Plan ssl2_;
    bool begun_ = false;
    std::size_t under_way_ = 0;
    Reach reach_;
    bool hung_up_ = false;  // a hello was answered by a close before any was answered otherwise
    bool life_asked_ = false;
};

Question question_of(std::uint32_t plan, std::uint32_t key, std::string purpose, model::Asked asked)
{
    Question question;
    question.asker = "suites";
    question.key = plan * keys_per_plan + key;
    question.purpose = std::move(purpose);
    question.asked = std::move(asked);
    return question;
}

void SuitesProbe::begin(const Knowledge& known)
{
    begun_ = true;
    for (auto version = tls::all_versions.rbegin(); version != tls::all_versions.rend(); ++version) {
        if (*version != ProtocolVersion::ssl2) {
            versions_.push_back(
                {VersionPlan(*version, candidates(*version), manner_, known.one_lane), std::nullopt, std::nullopt});
            if (const auto spoken = known.speakable.find(*version); spoken != known.speakable.end()) {
                versions_.back().confirm.emplace(*version, spoken->second, known.confirm);
            }
        }
    }
    one_lane_ = known.one_lane;
}

// The first contact alone; a server that cannot be reached is not asked four times at once.
std::size_t SuitesProbe::most_now(std::size_t room) const
{
    if (reach_.given_up()) {
        return 0;
    }
    return reach_.contact_made() ? room : std::min<std::size_t>(room, under_way_ == 0 ? 1 : 0);
}

std::vector<Question> SuitesProbe::ask(const Knowledge& known, std::size_t room)
{
    if (!begun_) {
        begin(known);
    }
    settle();
    const std::size_t most = most_now(room);
    begin_confirming(false);
    spread(most);
    if (!one_lane_ && most > hellos_ready() + confirmations_ready()) {
        begin_confirming(true);
    }
    std::vector<Question> questions;
    while (questions.size() < most) {
        auto question = next_question();
        if (!question) {
            break;
        }
        ++under_way_;
        questions.push_back(std::move(*question));
    }
    return questions;
}

std::optional<Question> SuitesProbe::next_question()
{
    std::optional<Question> question = next_hello(false);
    question = question ? std::move(question) : next_hello(true);
    // Many servers hang up on SSL 2: the confirmations behind it show that they are alive.
    question = question ? std::move(question) : next_ssl2();
    question = question ? std::move(question) : next_confirmation();
    return question ? std::move(question) : next_sign_of_life();
}

// A version that was hung up on is absent only if the server goes on to answer: one that has had enough of us
// hangs up on everything.
bool SuitesProbe::rests_on_hang_ups() const
{
    return ssl2_.hung_up() || std::any_of(versions_.begin(), versions_.end(),
                                          [](const Version& version) { return version.plan.hung_up(); });
}

std::optional<Question> SuitesProbe::next_sign_of_life()
{
    if (manner_.alive || life_asked_ || under_way_ > 0 || !rests_on_hang_ups()) {
        return std::nullopt;
    }
    for (Version& version : versions_) {
        if (version.plan.done() && version.plan.accepted_any()) {
            version.plan.ask_alive();
            life_asked_ = true;
            return next_hello(false);
        }
    }
    return std::nullopt;
}

// TLS 1.3 and 1.2 may be asked at once; below, a version waits for the gate above it, whose answer may
// decide it, unless there is room for a question beside it. Until it has spoken TLS, a server is asked once
// in each version and no more: garbage and silence do not get better by repetition. One that hangs up may
// choke on the hello: TLS 1.2 in every shape.
bool SuitesProbe::may_ask(std::size_t version, bool beside) const
{
    const VersionPlan& plan = versions_[version].plan;
    if (!reach_.tls_spoken()) {
        const bool other_shape = hung_up_ && plan.version() == ProtocolVersion::tls1_2;
        return (!plan.begun() || other_shape) && under_way_ == 0;
    }
    const bool chained = plan.version() < ProtocolVersion::tls1_2;
    if (!chained || plan.begun()) {
        return true;
    }
    const VersionPlan& above = versions_[version - 1].plan;
    return above.gate_decided() || (beside && !one_lane_ && above.begun());
}

// TLS 1.2 first: with most servers it is the longest way.
std::optional<Question> SuitesProbe::next_hello(bool beside)
{
    for (const std::size_t i : {std::size_t{1}, std::size_t{0}, std::size_t{2}, std::size_t{3}, std::size_t{4}}) {
        VersionPlan& plan = versions_.at(i).plan;
        if (!may_ask(i, beside)) {
            continue;
        }
        if (auto offer = plan.next()) {
            if (auto handshake = handshake_instead(i, *offer)) {
                return handshake;
            }
            return question_of(static_cast<std::uint32_t>(i), offer->key, std::move(offer->purpose),
                               model::HelloQuestion{plan.version(), std::move(offer->suites), offer->extensions});
        }
    }
    return std::nullopt;
}

// Found and confirmed in one connection: instead of a lane's hello, a handshake with what is likely of it and shows
// most that is new. One at a time in each version, or two would show the same.
std::optional<Question> SuitesProbe::handshake_instead(std::size_t version, const Offer& offer)
{
    Version& of = versions_.at(version);
    if (!offer.may_be_handshake || !of.confirm || of.handshake || of.by_hello || one_lane_) {
        return std::nullopt;
    }
    const ProtocolVersion number = of.plan.version();
    const Suites likely = those(offer.suites, [&](CipherSuite suite) {
        return number == ProtocolVersion::tls1_3 ? common_in_tls13(suite)
                                                 : manner_.knows_keys(suite) && manner_.knows_bulk(suite);
    });
    Suites suites = of.confirm->most_telling(likely);
    if (suites.empty()) {
        return std::nullopt;
    }
    of.plan.narrow(offer.key, suites);
    of.handshake = offer.key;
    return question_of(static_cast<std::uint32_t>(version), offer.key, "confirm " + tls::format(number) + ", a lane's",
                       model::HandshakeQuestion{number, std::move(suites), speaks_inside(number)});
}

// What is said inside TLS is heard once. In TLS 1.3 it also shows that our Finished was taken.
bool SuitesProbe::speaks_inside(ProtocolVersion version)
{
    const bool first = !std::exchange(inside_asked_, true);
    return first || version == ProtocolVersion::tls1_3;
}

// When all are done or wait for each other, those that wait go on.
void SuitesProbe::settle()
{
    manner_.settled = std::all_of(versions_.begin(), versions_.end(),
                                  [](const Version& version) { return version.plan.done() || version.plan.waiting(); });
}

// As soon as the removal has ended: the closing seldom finds more. `early`: where there is room that nothing
// else needs, and enough was found for a cover that will not grow much.
void SuitesProbe::begin_confirming(bool early)
{
    for (Version& version : versions_) {
        const bool enough = early && version.plan.accepted().size() >= enough_for_cover;
        if (!(version.plan.removed() || enough) || !version.plan.accepted_any() || !version.confirm) {
            continue;
        }
        version.confirm->set_shaky(manner_.shaky);
        version.confirm->extend(version.plan.accepted());
    }
}

// The most choices to come from one list that is under way.
double SuitesProbe::longest_way() const
{
    double longest = 0;
    for (const Version& version : versions_) {
        longest = std::max(longest, version.plan.expected_under_way());
    }
    return longest;
}

// Room that nothing needs is for more lanes: where most is expected.
void SuitesProbe::spread(std::size_t room)
{
    const auto longest = std::max_element(versions_.begin(), versions_.end(), [](const Version& a, const Version& b) {
        return a.plan.expected_ready() < b.plan.expected_ready();
    });
    const double expected = longest->plan.expected_ready();
    const std::size_t needed = hellos_ready();
    // A much longer list will be answered any moment, and the room is better kept for it.
    if (reach_.tls_spoken() && room > needed && expected >= longest_way() / 2) {
        longest->plan.spread(room - needed);
    }
    const bool confirming = longest_way() < long_lane;
    for (Version& version : versions_) {
        if (room > hellos_ready() + (confirming ? 0 : confirmations_ready())) {
            version.plan.ask_resting();
        }
    }
}

std::size_t SuitesProbe::hellos_ready() const
{
    std::size_t count = may_ask_ssl2() && !ssl2_.begun() ? 1 : 0;
    for (std::size_t i = 0; i < versions_.size(); ++i) {
        count += may_ask(i, true) ? versions_[i].plan.ready() : 0;
    }
    return count;
}

std::size_t SuitesProbe::confirmations_ready() const
{
    std::size_t count = 0;
    for (const Version& version : versions_) {
        count += version.confirm ? version.confirm->ready() : 0;
    }
    return count;
}

// While there are long lists the room is theirs: they will be divided, and confirmations can wait for the end.
std::optional<Question> SuitesProbe::next_confirmation()
{
    if (!one_lane_ && longest_way() >= long_lane) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < versions_.size(); ++i) {
        Version& version = versions_[i];
        if (!version.confirm) {
            continue;
        }
        const ProtocolVersion number = version.plan.version();
        if (const auto question = version.confirm->next()) {
            return question_of(confirm_plans + static_cast<std::uint32_t>(i), question->key,
                               "confirm " + tls::format(number) + " " + tls::format(question->suite),
                               model::HandshakeQuestion{number, {question->suite}, speaks_inside(number)});
        }
    }
    return std::nullopt;
}

bool SuitesProbe::may_ask_ssl2() const
{
    return reach_.tls_spoken() || (reach_.contact_made() && under_way_ == 0 && !ssl2_.begun());
}

std::optional<Question> SuitesProbe::next_ssl2()
{
    if (!may_ask_ssl2() || !ssl2_.next()) {
        return std::nullopt;
    }
    Suites kinds;
    for (const tls::SuiteInfo& info : tls::all_suites()) {
        if (tls::is_ssl2(info.code)) {
            kinds.push_back(info.code);
        }
    }
    return question_of(ssl2_plan, 0, "gate SSL 2, every kind", model::HelloQuestion{ProtocolVersion::ssl2, kinds, {}});
}

void SuitesProbe::learn(const Answer& answer)
{
    if (answer.question.asker != "suites") {
        return;
    }
    --under_way_;
    reach_.learn(answer);
    const bool answered = model::spoke_tls(answer);
    const auto* const broken = std::get_if<model::Broken>(&answer.outcome);
    const bool came_to_nothing = broken != nullptr && broken->failure.reason != base::Reason::cancelled;
    manner_.alive = answered || (manner_.alive && !came_to_nothing);
    const bool ended = reply_of(answer, model::version_of(answer.question.asked)).kind == Reply::Kind::closed;
    hung_up_ = hung_up_ || (ended && !reach_.tls_spoken());
    const std::uint32_t plan = answer.question.key / keys_per_plan;
    const std::uint32_t key = answer.question.key % keys_per_plan;
    if (plan == ssl2_plan) {
        ssl2_.learn(answer);
    } else if (plan >= confirm_plans) {
        const ProtocolVersion version = model::version_of(answer.question.asked);
        const Reply reply = reply_of(answer, version);
        inside_asked_ = inside_asked_ && reply.kind == Reply::Kind::chosen;
        versions_.at(plan - confirm_plans).confirm->learn(key, reply);
    } else {
        learn_version(plan, key, answer);
    }
}

void SuitesProbe::learn_handshake(Version& version, const Reply& reply)
{
    version.handshake.reset();
    const bool completed = reply.kind == Reply::Kind::chosen && reply.grade == model::Grade::handshake;
    inside_asked_ = inside_asked_ && completed;
    if (completed) {
        version.confirm->learn_completed(reply);
    } else {
        version.by_hello = true;
    }
}

void SuitesProbe::learn_version(std::size_t version, std::uint32_t key, const Answer& answer)
{
    VersionPlan& plan = versions_.at(version).plan;
    const Reply reply = reply_of(answer, plan.version());
    const bool at_the_gate = !plan.gate_decided();
    if (versions_[version].handshake == key) {
        learn_handshake(versions_[version], reply);
    }
    plan.learn(key, reply);
    const bool lower = reply.kind == Reply::Kind::lower;
    // RFC 5246 appendix E.1: a server answers with the highest version it has that is not above the
    // client's, and alert 70 says that there is none.
    const bool none_below = at_the_gate && plan.absent_below() && plan.version() <= ProtocolVersion::tls1_2;
    for (std::size_t i = version + 1; i < versions_.size() && at_the_gate && (lower || none_below); ++i) {
        VersionPlan& below = versions_[i].plan;
        if (lower && below.version() == reply.version) {
            const auto* const hello = std::get_if<model::HelloQuestion>(&answer.question.asked);
            if (reply.whole) {
                below.learn_elsewhere(reply, hello != nullptr ? hello->extensions : tls::ExtensionSet::full);
            }
            break;
        }
        if (plan.version() <= ProtocolVersion::tls1_2) {
            below.learn_absent(reply.evidence);
        }
    }
}

bool SuitesProbe::accepted_in_another(ProtocolVersion version) const
{
    return std::any_of(versions_.begin(), versions_.end(), [version](const Version& other) {
        return other.plan.version() != version && other.plan.accepted_any();
    });
}

std::vector<model::Observation> SuitesProbe::observations() const
{
    std::vector<model::Observation> out;
    const bool hangs_up_on_all = life_asked_ && !manner_.alive;
    if (reach_.banned() || hangs_up_on_all) {
        out.push_back({"limits.probably_banned", "", std::int64_t{reach_.answered()}, {}});
    }
    for (const Version& version : versions_) {
        const std::string subject = tls::format(version.plan.version());
        const SuiteOrder order = version.plan.order();
        if (order != SuiteOrder::unknown) {
            const char* const word = order == SuiteOrder::server ? "server" : "client";
            out.push_back({"suites.order", subject, base::UntrustedText(word), {}});
        }
        if (order == SuiteOrder::server && version.plan.order_complete()) {
            std::vector<base::UntrustedText> names;
            for (const CipherSuite suite : version.plan.accepted()) {
                names.emplace_back(tls::format(suite));
            }
            out.push_back({"suites.server_order", subject, std::move(names), {}});
        }
        if (version.plan.accepted_any() && version.plan.extensions() != tls::ExtensionSet::full) {
            out.push_back({"intolerance.long_hello", subject, true, {}});
        }
    }
    return out;
}

Conclusion SuitesProbe::conclude() const
{
    Conclusion conclusion;
    for (const Version& version : versions_) {
        std::vector<Cell> cells = version.plan.cells(accepted_in_another(version.plan.version()));
        for (Cell& cell : cells) {
            if (version.confirm) {
                version.confirm->apply(cell);
            }
            conclusion.cells.push_back(std::move(cell));
        }
    }
    if (begun_) {
        const std::vector<Cell> cells = ssl2_.cells(reach_.tls_spoken() && manner_.alive);
        conclusion.cells.insert(conclusion.cells.end(), cells.begin(), cells.end());
    }
    conclusion.observations = observations();
    return conclusion;
}

}  // namespace

std::unique_ptr<Probe> make_suites();

std::unique_ptr<Probe> make_suites()
{
    return std::make_unique<SuitesProbe>();
}

}  // namespace smtptls::probes

// What is asked next: gates, lists, confirmations, and where there is room for more at once.
#include "probes/suites.hpp"

#include "probes/suite_sets.hpp"

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

Suites ssl2_kinds()
{
    Suites kinds;
    for (const tls::SuiteInfo& info : tls::all_suites()) {
        if (tls::is_ssl2(info.code)) {
            kinds.push_back(info.code);
        }
    }
    return kinds;
}

// RFC 8446 section 9.1 and appendix B.4: what nearly every server of TLS 1.3 has.
bool common_in_tls13(CipherSuite suite)
{
    return info_of(suite).family == tls::CipherFamily::aes_gcm || info_of(suite).family == tls::CipherFamily::chacha20;
}

Question question_of(std::uint32_t plan, std::uint32_t key, std::string purpose, model::Asked asked)
{
    Question question;
    question.asker = "suites";
    question.key = plan * SuitesProbe::keys_per_plan + key;
    question.purpose = std::move(purpose);
    question.asked = std::move(asked);
    return question;
}

}  // namespace

void SuitesProbe::begin(const Knowledge& known)
{
    begun_ = true;
    if (known.focus) {
        manner_.interest.limit_to(*known.focus);
    }
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
        if (!question && under_way_ == 0) {
            // A plan may have found that it has nothing more to ask, for which others wait.
            settle();
            question = next_question();
        }
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
        if (offer.any) {
            return true;
        }
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
    const Suites kinds = ssl2_kinds();
    const bool worth = std::any_of(kinds.begin(), kinds.end(), [this](CipherSuite kind) {
        return manner_.interest.worth(ProtocolVersion::ssl2, kind);
    });
    return worth && (reach_.tls_spoken() || (reach_.contact_made() && under_way_ == 0 && !ssl2_.begun()));
}

std::optional<Question> SuitesProbe::next_ssl2()
{
    if (!may_ask_ssl2() || !ssl2_.next()) {
        return std::nullopt;
    }
    return question_of(ssl2_plan, 0, "gate SSL 2, every kind",
                       model::HelloQuestion{ProtocolVersion::ssl2, ssl2_kinds(), {}});
}

std::unique_ptr<Probe> make_suites();

std::unique_ptr<Probe> make_suites()
{
    return std::make_unique<SuitesProbe>();
}

}  // namespace smtptls::probes

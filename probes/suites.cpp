// What is asked next: gates, lists, confirmations, and where there is room for more at once.
#include "probes/suites.hpp"

#include "probes/suite_sets.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace smtptls::probes {
namespace {

using model::Question;
using tls::CipherSuite;
using tls::ProtocolVersion;

constexpr double long_lane = 2;  // choices to come
constexpr int long_row = 8;      // of closes in answer to hellos

Suites candidates(ProtocolVersion version)
{
    const auto suites = tls::suites_of(version);
    return {suites.begin(), suites.end()};
}

Interest interest_of(const Knowledge& known)
{
    Interest interest;
    if (known.focus) {
        interest.limit_to(*known.focus);
    }
    return interest;
}

Question question_of(model::QuestionId id, model::Purpose purpose, model::Asked asked)
{
    return {id, "suites", std::move(purpose), std::move(asked)};
}

}  // namespace

SuitesProbe::Version::Version(ProtocolVersion version, const Knowledge& known, const Shared& shared)
    : plan(version, candidates(version), shared)
{
    if (const auto spoken = known.speakable.find(version); spoken != known.speakable.end()) {
        confirm.emplace(version, spoken->second, known.confirm);
    }
}

SuitesProbe::SuitesProbe(const Knowledge& known, ServerProfile& server)
    : server_(server),
      interest_(interest_of(known)),
      lanes_(known.lanes),
      implicit_(known.endpoint.mode == model::TlsMode::implicit),
      double_check_(known.double_check, known.double_check_seed)
{
    const Shared shared{server_, interest_, coordination_, known.lanes};
    for (auto version = tls::all_versions.rbegin(); version != tls::all_versions.rend(); ++version) {
        if (*version != ProtocolVersion::ssl2) {
            versions_.emplace_back(*version, known, shared);
        }
    }
}

// The first contact alone; a server that cannot be reached is not asked four times at once.
std::size_t SuitesProbe::most_now(std::size_t room) const
{
    if (reachability_.given_up()) {
        return 0;
    }
    const bool alone = reachability_.rest() != Rest::none;
    return server_.contact && !alone ? room : std::min<std::size_t>(room, under_way_.empty() ? 1 : 0);
}

std::vector<Question> SuitesProbe::ask(std::size_t room, model::Numbering& ids)
{
    asked_.any = true;
    settle();
    const std::size_t most = most_now(room);
    extend_confirming();
    spread(most);
    std::vector<Question> questions;
    while (questions.size() < most) {
        Next question = next_question(ids);
        if (!question && under_way_.empty()) {
            // A plan may just have finished, which unblocks those that wait for it.
            settle();
            question = next_question(ids);
        }
        if (!question) {
            break;
        }
        reachability_.asked_alone(question->id);
        questions.push_back(std::move(*question));
    }
    return questions;
}

SuitesProbe::Next SuitesProbe::next_question(model::Numbering& ids)
{
    Next question = server_.log.hang_ups >= long_row ? next_sign_of_life(ids) : std::nullopt;
    question = question ? std::move(question) : next_hello(false, ids);
    question = question ? std::move(question) : next_hello(true, ids);
    // Many servers hang up on SSL 2: the confirmations behind it show that they are alive.
    question = question ? std::move(question) : next_ssl2(ids);
    question = question ? std::move(question) : next_confirmation(ids);
    // Before the cells are drawn that are asked again, and after them: these may be closes too.
    if (!question && double_check_.due()) {
        question = next_last_sign(ids);
    }
    question = question ? std::move(question) : next_check(ids);
    return question ? std::move(question) : next_last_sign(ids);
}

SuitesProbe::Next SuitesProbe::next_last_sign(model::Numbering& ids)
{
    if (!server_.alive && !asked_.life && under_way_.empty() && rests_on_hang_ups()) {
        asked_.life = true;
        return next_sign_of_life(ids);
    }
    return std::nullopt;
}

// A version that was hung up on is absent only if the server goes on to answer: one that has had enough of us
// hangs up on everything. Between long rows of closes, and in the end, it is asked for what it accepted.
bool SuitesProbe::rests_on_hang_ups() const
{
    return ssl2_.hung_up() || std::any_of(versions_.begin(), versions_.end(),
                                          [](const Version& version) { return version.plan.hung_up(); });
}

SuitesProbe::Next SuitesProbe::next_sign_of_life(model::Numbering& ids)
{
    for (std::size_t i = 0; i < versions_.size(); ++i) {
        VersionPlan& plan = versions_[i].plan;
        if (plan.accepted_any() && plan.gate_decided()) {
            plan.ask_alive();
            server_.log.hang_ups = 0;
            return next_hello_of(i, ids);
        }
    }
    if (ssl2_.may_ask_again()) {
        server_.log.hang_ups = 0;
        ssl2_.ask_again();
        return ssl2_hello(ids);
    }
    return std::nullopt;
}

bool SuitesProbe::all_done() const
{
    const auto is_done = [](const Version& version) {
        return version.plan.done() && (!version.confirm || version.confirm->done());
    };
    return under_way_.empty() && std::ranges::all_of(versions_, is_done);
}

SuitesProbe::Next SuitesProbe::next_check(model::Numbering& ids)
{
    if (double_check_.due() && all_done()) {
        std::vector<model::Cell> cells;
        for (const Version& version : versions_) {
            std::ranges::move(cells_of(version), std::back_inserter(cells));
        }
        double_check_.draw(std::move(cells));
        asked_.life = false;
    }
    model::QuestionId id = 0;
    const auto cell = double_check_.next(ids, id);
    if (!cell) {
        return std::nullopt;
    }
    under_way_.emplace(id, OfCheck{});
    model::Purpose purpose{model::Purpose::Kind::check, cell->version, tls::format(cell->suite)};
    // Only what was completed before, or shares all with what was.
    if (cell->grade == model::Grade::handshake || cell->grade == model::Grade::family) {
        return question_of(id, std::move(purpose), handshake_with(cell->version, {cell->suite}));
    }
    return question_of(
        id, std::move(purpose),
        model::HelloQuestion{cell->version, {cell->suite}, version_of(cell->version).plan.extensions(), {}});
}

// TLS 1.3 and 1.2 may be asked at once; below, a version waits for the gate above it, whose answer may
// decide it, unless there is room for a question beside it. Until it has spoken TLS, a server is asked once
// in each version and no more: garbage and silence do not get better by repetition. One that hangs up may
// choke on the hello: TLS 1.2 in every shape; and one that is silent may hang on it: in one other.
bool SuitesProbe::may_ask(std::size_t version, bool beside) const
{
    const VersionPlan& plan = versions_[version].plan;
    if (!server_.spoke_tls) {
        const bool other_shape =
            (first_.closes > 0 || first_.silences == 1) && plan.version() == ProtocolVersion::tls1_2;
        return (!plan.begun() || other_shape) && under_way_.empty();
    }
    if (interest_.limited() && plan.version() == ProtocolVersion::tls1_3 && plan.gate_decided()) {
        // What TLS 1.2 is about to show need not be asked again.
        const VersionPlan& below = versions_[version + 1].plan;
        return !below.begun() || below.removed() || below.waiting();
    }
    const bool chained = plan.version() < ProtocolVersion::tls1_2;
    if (!chained || plan.begun()) {
        return true;
    }
    const VersionPlan& above = versions_[version - 1].plan;
    return above.gate_decided() || (beside && lanes_ && !interest_.limited() && above.begun());
}

// TLS 1.2 first: with most servers it is the longest way.
SuitesProbe::Next SuitesProbe::next_hello(bool beside, model::Numbering& ids)
{
    std::vector<std::size_t> order(versions_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto is_longest = [this](std::size_t i) { return versions_[i].plan.version() == ProtocolVersion::tls1_2; };
    std::stable_partition(order.begin(), order.end(), is_longest);
    for (const std::size_t i : order) {
        Next question = may_ask(i, beside) ? next_hello_of(i, ids) : std::nullopt;
        if (question) {
            return question;
        }
    }
    return std::nullopt;
}

SuitesProbe::Next SuitesProbe::next_hello_of(std::size_t i, model::Numbering& ids)
{
    Version& version = versions_[i];
    auto offer = version.plan.next(ids);
    if (!offer) {
        return std::nullopt;
    }
    under_way_.emplace(offer->id, OfPlan{i});
    if (auto handshake = handshake_instead(version, *offer)) {
        return handshake;
    }
    return question_of(offer->id, std::move(offer->purpose),
                       model::HelloQuestion{version.plan.version(),
                                            std::move(offer->suites),
                                            offer->extensions,
                                            {.without_name = offer->without_name}});
}

// RFC 8446 section 9.1 and appendix B.4: what nearly every server of TLS 1.3 has.
bool SuitesProbe::is_likely(CipherSuite suite) const
{
    const tls::SuiteInfo& info = info_of(suite);
    if (info.lowest == ProtocolVersion::tls1_3) {
        return info.family == tls::CipherFamily::aes_gcm || info.family == tls::CipherFamily::chacha20;
    }
    return server_.served.knows(suite);
}

// Found and confirmed in one connection: instead of a lane's hello, a handshake with what is likely of it and shows
// what the cover needs.
SuitesProbe::Next SuitesProbe::handshake_instead(Version& version, const Offer& offer)
{
    if (!offer.may_be_handshake || !version.confirm || version.by_hello) {
        return std::nullopt;
    }
    const ProtocolVersion number = version.plan.version();
    const auto likely = [&](CipherSuite suite) { return offer.any || is_likely(suite); };
    // Without the tail, which is accepted already.
    const auto is_new = [&](CipherSuite suite) { return !contains(version.plan.accepted(), suite); };
    const Suites list = those(offer.suites, is_new);
    Suites others = version.plan.accepted();
    std::ranges::copy_if(version.plan.undecided(), std::back_inserter(others),
                         [&](CipherSuite suite) { return !contains(list, suite); });
    // Whichever it is, one of AES-GCM is what a server most likely has, and shows as much as the one of its gate.
    const auto is_gcm = [](CipherSuite suite) { return info_of(suite).family == tls::CipherFamily::aes_gcm; };
    Suites suites = offer.any ? version.confirm->wanted_of(list, {}, is_gcm) : Suites();
    if (suites.empty()) {
        suites = version.confirm->wanted_of(list, others, likely);
    }
    if (suites.empty()) {
        return std::nullopt;
    }
    version.plan.narrow(offer.id, suites);
    version.confirm->aim(offer.id, suites);
    return question_of(offer.id, {model::Purpose::Kind::confirm, number, "one of a list"},
                       handshake_with(number, std::move(suites)));
}

// What is said inside TLS is heard once. In TLS 1.3 it also shows that our Finished was taken. A server that does not
// answer in there is waited for once.
model::HandshakeQuestion SuitesProbe::handshake_with(ProtocolVersion version, Suites suites)
{
    const bool first = !std::exchange(asked_.inside, true);
    const bool dialogue = (first || version == ProtocolVersion::tls1_3) && !server_.inside.silent;
    return {version, std::move(suites), dialogue, server_.inside.silent};
}

// When all are done or wait for each other, those that wait go on.
void SuitesProbe::settle()
{
    coordination_.settled = std::ranges::all_of(
        versions_, [](const Version& version) { return version.plan.done() || version.plan.waiting(); });
}

// As soon as the removal has ended: the closing seldom finds more. Before, what is certain to be in the cover, where
// the client's order decides.
void SuitesProbe::extend_confirming()
{
    const auto likely = [this](CipherSuite suite) { return is_likely(suite); };
    for (Version& version : versions_) {
        const VersionPlan& plan = version.plan;
        if (!version.confirm || !plan.accepted_any() || !(plan.removed() || plan.believes_client())) {
            continue;
        }
        version.confirm->set_shaky(server_.log.shaky);
        version.confirm->extend(to_confirm(version), plan.removed() ? Suites() : those(plan.undecided(), likely),
                                plan.order() == Order::server);
    }
}

// Of what is accepted; a limited scan completes in TLS 1.3 what breaks a rule, and one beside.
std::vector<CipherSuite> SuitesProbe::to_confirm(const Version& version) const
{
    const VersionPlan& plan = version.plan;
    if (!interest_.limited() || plan.version() != ProtocolVersion::tls1_3) {
        return plan.accepted();
    }
    Suites suites = those(plan.accepted(), [&](CipherSuite suite) {
        return interest_.tells(plan.version(), suite) || version.confirm->is_asked(suite);
    });
    return suites.empty() ? Suites{plan.accepted().front()} : suites;
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
    Version* longest = nullptr;
    double expected = -1;
    for (Version& version : versions_) {
        if (const double of_it = version.plan.expected_ready(); of_it > expected) {
            expected = of_it;
            longest = &version;
        }
    }
    const std::size_t needed = hellos_ready();
    const double under_way = longest_way();  // what is spread is ready, not under way
    // A much longer list will be answered any moment, and the room is better kept for it.
    if (server_.spoke_tls && room > needed && expected >= under_way / 2) {
        longest->plan.spread(room - needed);
    }
    const bool confirming = under_way < long_lane;
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
SuitesProbe::Next SuitesProbe::next_confirmation(model::Numbering& ids)
{
    if (lanes_ && longest_way() >= long_lane) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < versions_.size(); ++i) {
        Version& version = versions_[i];
        model::QuestionId id = 0;
        const auto suite = version.confirm ? version.confirm->next(ids, id) : std::nullopt;
        if (suite) {
            const ProtocolVersion number = version.plan.version();
            under_way_.emplace(id, OfConfirm{i});
            return question_of(id, {model::Purpose::Kind::confirm, number, tls::format(*suite)},
                               handshake_with(number, {*suite}));
        }
    }
    return std::nullopt;
}

bool SuitesProbe::may_ask_ssl2() const
{
    const Suites kinds = candidates(ProtocolVersion::ssl2);
    const bool worth = std::any_of(kinds.begin(), kinds.end(),
                                   [this](CipherSuite kind) { return interest_.worth(ProtocolVersion::ssl2, kind); });
    return worth && (server_.spoke_tls || (server_.contact && under_way_.empty() && !ssl2_.begun()));
}

SuitesProbe::Next SuitesProbe::next_ssl2(model::Numbering& ids)
{
    return may_ask_ssl2() && ssl2_.next() ? ssl2_hello(ids) : std::nullopt;
}

SuitesProbe::Next SuitesProbe::ssl2_hello(model::Numbering& ids)
{
    const model::QuestionId id = ids.next();
    under_way_.emplace(id, OfSsl2{});
    return question_of(id, {model::Purpose::Kind::gate, ProtocolVersion::ssl2, "every kind"},
                       model::HelloQuestion{ProtocolVersion::ssl2, candidates(ProtocolVersion::ssl2), {}});
}

std::unique_ptr<Probe> make_suites(const Knowledge& known, ServerProfile& server);

std::unique_ptr<Probe> make_suites(const Knowledge& known, ServerProfile& server)
{
    return std::make_unique<SuitesProbe>(known, server);
}

}  // namespace smtptls::probes

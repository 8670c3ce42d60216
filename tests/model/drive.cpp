#include "tests/model/drive.hpp"

#include "tests/catch.hpp"

#include <algorithm>
#include <random>

namespace smtptls::probes {
std::unique_ptr<Probe> make_suites(const Knowledge& known, ServerProfile& server);
}

namespace smtptls::test {
namespace {

using model::Answer;
using model::CellState;
using model::Question;
using Kind = model::Purpose::Kind;

constexpr int endless = 4000;
constexpr std::size_t most_told = 3;

// A suite that was chosen is asked again only behind a list, as one of the last two; lanes do not overlap.
class Watch {
public:
    void asked(const Question& question)
    {
        if (question.purpose.kind == Kind::confirm || question.purpose.kind == Kind::order) {
            return;
        }
        const Suites& suites = model::suites_of(question.asked);
        const ProtocolVersion version = model::version_of(question.asked);
        Suites unknown;
        for (std::size_t i = 0; i < suites.size(); ++i) {
            const bool chosen = chosen_.contains({version, suites[i]});
            if (!chosen) {
                unknown.push_back(suites[i]);
            } else if (i + longest_tail < suites.size()) {
                offences.push_back("asked after it was chosen: " + format(question.purpose) + " " +
                                   tls::format(suites[i]));
            }
        }
        if (question.purpose.kind == Kind::removal) {
            for (const auto& [id, other] : under_way_) {
                if (other.version == version && overlap(unknown, other.suites)) {
                    offences.push_back("lanes overlap: " + format(question.purpose));
                }
            }
            under_way_[question.id] = {version, unknown};
        }
    }

    void answered(const Answer& answer)
    {
        under_way_.erase(answer.question.id);
        if (const auto* const seen = std::get_if<model::FlightSeen>(&answer.outcome)) {
            chosen_.insert({seen->choice.version, seen->choice.suite});
        }
    }

    std::vector<std::string> offences;

private:
    static constexpr std::size_t longest_tail = 2;

    struct Removing {
        ProtocolVersion version{};
        Suites suites;
    };

    static bool overlap(const Suites& a, const Suites& b)
    {
        return std::any_of(a.begin(), a.end(), [&](CipherSuite suite) { return probes::contains(b, suite); });
    }

    std::set<std::pair<ProtocolVersion, CipherSuite>> chosen_;
    std::map<model::QuestionId, Removing> under_way_;
};

int& count_of(Run& run, Kind kind)
{
    switch (kind) {
        case Kind::confirm: return run.confirmations;
        case Kind::sieve: return run.sieving;
        case Kind::order: return run.ordering;
        default: return run.questions;
    }
}

// Everything that is asked and answered in one run goes through here.
class Conversation {
public:
    Conversation(Answering server, const Setting& setting)
        : server_(std::move(server)), setting_(setting), random_(setting.seed)
    {
    }

    std::size_t under_way() const { return under_way_.size(); }
    std::size_t room() const { return setting_.in_flight - under_way_.size(); }

    void ask(const probes::Offer& offer, ProtocolVersion version)
    {
        ask({offer.id, "", offer.purpose, model::HelloQuestion{version, offer.suites, offer.extensions}});
    }

    void ask(Question question)
    {
        watch_.asked(question);
        ++count_of(run_, question.purpose.kind);
        run_.extra_lanes += is_new_lane(question.purpose) ? 1 : 0;
        run_.asked.push_back(question);
        const int takes = setting_.takes_ms ? setting_.takes_ms(question) : 0;
        run_.work_ms += takes;
        under_way_.push_back({std::move(question), run_.ms + takes});
    }

    Answer answer_next()
    {
        if (answered_ == endless) {
            FAIL("no end after " << endless << " questions");
        }
        const auto next = draw();
        Answer answer;
        answer.question = std::move(next->question);
        run_.ms = next->ends_ms;
        under_way_.erase(next);
        const auto fault = setting_.faults.find(answered_++);
        answer.outcome = fault == setting_.faults.end() ? server_(answer.question.asked) : fault->second;
        run_.log.push_back(std::to_string(run_.ms) + " ms, " + format(answer.question.purpose) + " (" +
                           std::to_string(model::suites_of(answer.question.asked).size()) +
                           "): " + model::describe(answer.outcome));
        watch_.answered(answer);
        return answer;
    }

    Run end()
    {
        run_.offences = watch_.offences;
        return std::move(run_);
    }

private:
    struct UnderWay {
        Question question;
        int ends_ms = 0;
    };

    std::vector<UnderWay>::iterator draw()
    {
        if (setting_.takes_ms) {
            return std::min_element(under_way_.begin(), under_way_.end(),
                                    [](const UnderWay& a, const UnderWay& b) { return a.ends_ms < b.ends_ms; });
        }
        const bool in_turn = under_way_.size() == 1 || setting_.in_turn;
        return under_way_.begin() + static_cast<std::ptrdiff_t>(in_turn ? 0 : random_() % under_way_.size());
    }

    bool is_new_lane(const model::Purpose& purpose)
    {
        return purpose.kind == Kind::removal && purpose.detail.find("lane ") == 0 &&
               lanes_.insert(format(purpose)).second;
    }

    Answering server_;
    const Setting& setting_;
    std::mt19937 random_;
    Watch watch_;
    Run run_;
    std::vector<UnderWay> under_way_;
    std::set<std::string> lanes_;
    int answered_ = 0;
};

// Adds to Catch's message, for the first few.
template <typename Counts>
std::size_t count_and_tell(const Server& server, const Run& run, Counts counts)
{
    std::size_t count = 0;
    for (const model::Cell& cell : run.cells) {
        if (counts(cell) && ++count <= most_told) {
            UNSCOPED_INFO(server.name << ": " << tls::format(cell.version) << " " << tls::format(cell.suite) << " "
                                      << model::format(cell.state) << " " << cell.note);
        }
    }
    return count;
}

}  // namespace

std::size_t Run::count(CellState state) const
{
    return static_cast<std::size_t>(
        std::count_if(cells.begin(), cells.end(), [state](const model::Cell& cell) { return cell.state == state; }));
}

Run run_plan(const Answering& server, ProtocolVersion version, const Suites& candidates, const Setting& setting)
{
    probes::ServerProfile profile;
    profile.served.add(CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256);
    probes::Interest interest;
    probes::Coordination coordination;
    probes::VersionPlan plan(version, candidates, {profile, interest, coordination, setting.lanes});
    model::Numbering ids;
    Conversation conversation(server, setting);
    for (;;) {
        if (const std::size_t busy = conversation.under_way() + plan.ready(); busy < setting.in_flight) {
            plan.spread(setting.in_flight - busy);
        }
        while (conversation.room() > 0) {
            const auto offer = plan.next(ids);
            if (!offer) {
                break;
            }
            conversation.ask(*offer, version);
        }
        if (conversation.under_way() == 0) {
            break;
        }
        const Answer answer = conversation.answer_next();
        profile.learn(answer);
        plan.learn(answer.question.id, probes::reply_of(answer, version));
    }
    REQUIRE(plan.done());
    Run run = conversation.end();
    run.cells = plan.cells(true);
    run.cells_alone = plan.cells(false);
    run.accepted = plan.accepted();
    run.order = plan.order();
    run.server_order = plan.server_order();
    run.extra_lanes = plan.extra_lanes();
    return run;
}

Run run_plan(const Server& server, ProtocolVersion version, const Suites& candidates, const Setting& setting)
{
    return run_plan(answering(server), version, candidates, setting);
}

Run run_probe(const Server& server, const Setting& setting)
{
    return run_probe(answering(server), setting);
}

Run run_probe(const Answering& server, const Setting& setting)
{
    probes::Knowledge known;
    known.speakable = speakable();
    known.confirm = setting.confirm;
    known.lanes = setting.lanes;
    known.focus = setting.focus;
    known.double_check = setting.double_check;
    known.double_check_seed = setting.seed;
    probes::ServerProfile profile;
    const auto probe = probes::make_suites(known, profile);
    model::Numbering ids;
    Conversation conversation(server, setting);
    for (;;) {
        for (Question& question : probe->ask(conversation.room(), ids)) {
            conversation.ask(std::move(question));
        }
        if (conversation.under_way() == 0) {
            break;
        }
        const Answer answer = conversation.answer_next();
        profile.learn(answer);
        probe->learn(answer);
    }
    probes::Conclusion conclusion = probe->conclude();
    Run run = conversation.end();
    run.cells = std::move(conclusion.cells);
    run.observations = std::move(conclusion.observations);
    return run;
}

std::size_t count_wrong(const Server& server, const Run& run)
{
    return count_and_tell(server, run, [&](const model::Cell& cell) { return wrong(server, cell); });
}

std::size_t count_open(const Server& server, const Run& run)
{
    return count_and_tell(server, run, [&](const model::Cell& cell) {
        const bool open = cell.state == CellState::inconclusive || cell.state == CellState::not_tested;
        return open && !server.poison.contains(cell.suite);
    });
}

std::map<ProtocolVersion, Suites, std::greater<>> speakable()
{
    std::map<ProtocolVersion, Suites, std::greater<>> out;
    for (const ProtocolVersion version : tls::all_versions) {
        if (version < ProtocolVersion::tls1_0) {
            continue;
        }
        for (const tls::SuiteInfo& info : tls::all_suites()) {
            const bool gone = info.cipher == tls::Cipher::rc4 || info.cipher == tls::Cipher::triple_des ||
                              info.cipher == tls::Cipher::idea || info.export_grade;
            const bool tls13 = info.lowest == ProtocolVersion::tls1_3;
            if (!gone && !info.openssl_name.empty() && !tls::is_ssl2(info.code) && info.lowest <= version &&
                tls13 == (version == ProtocolVersion::tls1_3)) {
                out[version].push_back(info.code);
            }
        }
    }
    return out;
}

}  // namespace smtptls::test

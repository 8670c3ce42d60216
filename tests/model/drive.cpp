#include "tests/model/drive.hpp"

#include "tests/catch.hpp"

#include <algorithm>
#include <random>

namespace smtptls::probes {
std::unique_ptr<Probe> make_suites();
}

namespace smtptls::test {
namespace {

using model::Answer;
using model::CellState;
using model::Question;

constexpr int endless = 4000;
constexpr std::size_t most_told = 3;

bool begins(const std::string& text, const char* start)
{
    return text.rfind(start, 0) == 0;
}

// A suite that was chosen is asked again only as canary; lanes do not overlap.
class Watch {
public:
    void asked(const Question& question)
    {
        if (begins(question.purpose, "confirm")) {
            return;
        }
        const Suites& suites = model::suites_of(question.asked);
        const ProtocolVersion version = model::version_of(question.asked);
        const bool canary = begins(question.purpose, "canary") || begins(question.purpose, "alive");
        for (std::size_t i = 0; i + (canary ? 1 : 0) < suites.size(); ++i) {
            if (!canary_tail(canary, suites, i) && chosen_.contains({version, suites[i]})) {
                offences.push_back("asked after it was chosen: " + question.purpose + " " + tls::format(suites[i]));
            }
        }
        if (begins(question.purpose, "removal")) {
            for (const auto& [id, other] : under_way_) {
                if (model::version_of(other.asked) == version && overlap(suites, model::suites_of(other.asked))) {
                    offences.push_back("lanes overlap: " + question.purpose + " and " + other.purpose);
                }
            }
            under_way_[question.id] = question;
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
    static bool canary_tail(bool canary, const Suites& suites, std::size_t i)
    {
        return canary && i + 2 >= suites.size();
    }
    static bool overlap(const Suites& a, const Suites& b)
    {
        return std::any_of(a.begin(), a.end(), [&](CipherSuite suite) { return probes::contains(b, suite); });
    }

    std::set<std::pair<ProtocolVersion, CipherSuite>> chosen_;
    std::map<model::QuestionId, Question> under_way_;
};

int& count_of(Run& run, const std::string& purpose)
{
    if (begins(purpose, "confirm")) {
        return run.confirmations;
    }
    return begins(purpose, "sieve") ? run.sieving : run.questions;
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
        Question question;
        question.key = offer.key;
        question.purpose = offer.purpose;
        question.asked = model::HelloQuestion{version, offer.suites, offer.extensions};
        ask(std::move(question));
    }

    void ask(Question question)
    {
        question.id = ++last_id_;
        watch_.asked(question);
        ++count_of(run_, question.purpose);
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
        run_.log.push_back(answer.question.purpose + " (" +
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

    bool is_new_lane(const std::string& purpose)
    {
        return begins(purpose, "removal") && purpose.find(", lane ") != std::string::npos &&
               lanes_.insert(purpose).second;
    }

    Answering server_;
    const Setting& setting_;
    std::mt19937 random_;
    Watch watch_;
    Run run_;
    std::vector<UnderWay> under_way_;
    std::set<std::string> lanes_;
    model::QuestionId last_id_ = 0;
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
    probes::Manner manner;
    manner.accepted(ProtocolVersion::tls1_2, CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256);
    probes::VersionPlan plan(version, candidates, manner, setting.one_lane);
    Conversation conversation(server, setting);
    for (;;) {
        if (const std::size_t busy = conversation.under_way() + plan.ready(); busy < setting.in_flight) {
            plan.spread(setting.in_flight - busy);
        }
        while (conversation.room() > 0) {
            const auto offer = plan.next();
            if (!offer) {
                break;
            }
            conversation.ask(*offer, version);
        }
        if (conversation.under_way() == 0) {
            break;
        }
        const Answer answer = conversation.answer_next();
        plan.learn(answer.question.key, probes::reply_of(answer, version));
    }
    REQUIRE(plan.done());
    Run run = conversation.end();
    run.cells = plan.cells(true);
    run.cells_alone = plan.cells(false);
    run.accepted = plan.accepted();
    run.order = plan.order();
    run.extra_lanes = plan.extra_lanes();
    return run;
}

Run run_plan(const Server& server, ProtocolVersion version, const Suites& candidates, const Setting& setting)
{
    return run_plan(answering(server), version, candidates, setting);
}

Run run_probe(const Server& server, const Setting& setting)
{
    const auto probe = probes::make_suites();
    probes::Knowledge known;
    known.speakable = speakable();
    known.confirm = setting.confirm;
    known.one_lane = setting.one_lane;
    known.focus = setting.focus;
    Conversation conversation(answering(server), setting);
    for (;;) {
        for (Question& question : probe->ask(known, conversation.room())) {
            conversation.ask(std::move(question));
        }
        if (conversation.under_way() == 0) {
            break;
        }
        probe->learn(conversation.answer_next());
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

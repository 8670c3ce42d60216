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

model::Outcome outcome_of(const Server& server, const Question& question, const Setting& setting, int number)
{
    const auto fault = setting.faults.find(number);
    if (fault == setting.faults.end()) {
        return answer(server, question.asked);
    }
    return fault->second;
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

void note(Run& run, const Question& question, const model::Outcome& outcome)
{
    run.log.push_back(question.purpose + " (" + std::to_string(model::suites_of(question.asked).size()) +
                      "): " + model::describe(outcome));
}

int& count_of(Run& run, const std::string& purpose)
{
    if (begins(purpose, "confirm")) {
        return run.confirmations;
    }
    return begins(purpose, "sieve") ? run.sieving : run.questions;
}

bool new_lane(std::set<std::string>& lanes, const std::string& purpose)
{
    return begins(purpose, "removal") && purpose.find(", lane ") != std::string::npos && lanes.insert(purpose).second;
}

// The one that is answered next.
template <typename T>
T draw(std::vector<T>& from, std::mt19937& random)
{
    const std::size_t index = from.size() == 1 ? 0 : random() % from.size();
    T value = std::move(from[index]);
    from.erase(from.begin() + static_cast<std::ptrdiff_t>(index));
    return value;
}

}  // namespace

std::size_t Run::count(CellState state) const
{
    return static_cast<std::size_t>(
        std::count_if(cells.begin(), cells.end(), [state](const model::Cell& cell) { return cell.state == state; }));
}

Run run_plan(const Server& server, ProtocolVersion version, const Suites& candidates, const Setting& setting)
{
    Run run;
    Watch watch;
    std::mt19937 random(setting.seed);
    probes::Manner manner;
    manner.accepted(ProtocolVersion::tls1_2, CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256);
    probes::VersionPlan plan(version, candidates, manner, setting.one_lane);
    std::vector<Question> under_way;
    int number = 0;
    do {
        if (const std::size_t busy = under_way.size() + plan.ready(); busy < setting.in_flight) {
            plan.spread(setting.in_flight - busy);
        }
        while (under_way.size() < setting.in_flight) {
            auto offer = plan.next();
            if (!offer) {
                break;
            }
            Question question;
            question.id = question.key = offer->key;
            question.purpose = offer->purpose;
            question.asked = model::HelloQuestion{version, offer->suites, offer->extensions};
            watch.asked(question);
            under_way.push_back(std::move(question));
        }
        if (!under_way.empty()) {
            Answer answer;
            answer.question = draw(under_way, random);
            answer.outcome = outcome_of(server, answer.question, setting, number++);
            ++count_of(run, answer.question.purpose);
            note(run, answer.question, answer.outcome);
            watch.answered(answer);
            plan.learn(answer.question.key, probes::reply_of(answer, version));
        }
        REQUIRE(number < endless);
    } while (!under_way.empty() || !plan.done());
    run.cells = plan.cells(true);
    run.accepted = plan.accepted();
    run.order = plan.order();
    run.extra_lanes = plan.extra_lanes();
    run.offences = watch.offences;
    return run;
}

Run run_probe(const Server& server, const Setting& setting)
{
    Run run;
    Watch watch;
    std::mt19937 random(setting.seed);
    const auto probe = probes::make_suites();
    probes::Knowledge known;
    known.speakable = speakable();
    known.confirm = setting.confirm;
    known.one_lane = setting.one_lane;
    known.focus = setting.focus;
    std::vector<Question> under_way;
    model::QuestionId id = 0;
    int number = 0;
    std::set<std::string> lanes;
    for (;;) {
        for (Question& question : probe->ask(known, setting.in_flight - under_way.size())) {
            question.id = ++id;
            watch.asked(question);
            under_way.push_back(std::move(question));
        }
        if (under_way.empty()) {
            break;
        }
        Answer answer;
        answer.question = draw(under_way, random);
        answer.outcome = outcome_of(server, answer.question, setting, number++);
        ++count_of(run, answer.question.purpose);
        run.extra_lanes += new_lane(lanes, answer.question.purpose) ? 1 : 0;
        note(run, answer.question, answer.outcome);
        watch.answered(answer);
        probe->learn(answer);
        REQUIRE(number < endless);
    }
    probes::Conclusion conclusion = probe->conclude();
    run.cells = std::move(conclusion.cells);
    run.observations = std::move(conclusion.observations);
    run.offences = watch.offences;
    return run;
}

std::size_t count_wrong(const Server& server, const Run& run)
{
    std::size_t count = 0;
    for (const model::Cell& cell : run.cells) {
        if (wrong(server, cell)) {
            if (++count > most_told) {
                continue;
            }
            UNSCOPED_INFO(server.name << ": " << tls::format(cell.version) << " " << tls::format(cell.suite) << " "
                                      << model::format(cell.state) << " " << cell.note);
        }
    }
    return count;
}

std::size_t count_open(const Server& server, const Run& run)
{
    std::size_t count = 0;
    for (const model::Cell& cell : run.cells) {
        const bool open = cell.state == CellState::inconclusive || cell.state == CellState::not_tested;
        if (open && !server.poison.contains(cell.suite)) {
            if (++count > most_told) {
                continue;
            }
            UNSCOPED_INFO(server.name << ": " << tls::format(cell.version) << " " << tls::format(cell.suite) << " "
                                      << model::format(cell.state) << " " << cell.note);
        }
    }
    return count;
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

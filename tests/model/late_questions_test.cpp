// Late questions, tried by the clock of a simulation (docs/decisions/0013): a connection is carried to the 220 and only
// then given its question, with everything that was learnt by then. Compared with questions that are given before
// the connection is opened. Not a test of the program: `smtptls-model "[late]"` prints the figures.
#include "tests/catch.hpp"
#include "tests/model/drive.hpp"
#include "tests/model/shapes.hpp"

#include <iostream>
#include <queue>
#include <random>

namespace smtptls::probes {
std::unique_ptr<Probe> make_suites(const Knowledge& known, ServerProfile& server);
}

namespace smtptls::test {
namespace {

// As in time_test.cpp: STARTTLS through a round trip of 20 ms.
constexpr int to_the_220_ms = 80;
constexpr int late_hello_ms = 20;
constexpr int late_finish_ms = 40;
constexpr int late_jitter_ms = 8;
constexpr unsigned late_runs = 20;

struct Figures {
    int ms = 0;
    int connections = 0;
    int in_vain = 0;  // opened, and then there was no question left
};

bool is_handshake(const model::Question& question)
{
    return std::holds_alternative<model::HandshakeQuestion>(question.asked);
}

// Always has as many connections open as it may, which is the quickest: what is opened in vain is not held against it.
class LateScan {
public:
    LateScan(Server server, std::size_t width, unsigned seed) : server_(std::move(server)), width_(width), random_(seed)
    {
        known_.speakable = speakable();
        known_.lanes = false;
        probe_ = probes::make_suites(known_, profile_);
    }

    Figures run()
    {
        open();
        while (!events_.empty()) {
            const Event event = events_.top();
            events_.pop();
            now_ = event.at;
            if (event.question) {
                learn(*event.question);
            } else {
                ++parked_;
            }
            give_out();
            if (contact_ && asking_ == 0) {
                break;
            }
            for (std::size_t busy = events_.size() + parked_; contact_ && busy < width_; ++busy) {
                open();
            }
        }
        return {now_, connections_, static_cast<int>(events_.size() + parked_)};
    }

private:
    struct Event {
        int at = 0;
        std::optional<model::Question> question;  // that is answered; nothing: the 220 has come
        bool operator<(const Event& other) const { return at > other.at; }
    };

    int jitter() { return static_cast<int>(random_() % late_jitter_ms); }

    void open()
    {
        ++connections_;
        events_.push({now_ + to_the_220_ms + jitter(), std::nullopt});
    }

    void give_out()
    {
        while (parked_ > 0) {
            std::vector<model::Question> questions = probe_->ask(1, ids_);
            if (questions.empty()) {
                return;
            }
            --parked_;
            ++asking_;
            const int takes = late_hello_ms + (is_handshake(questions[0]) ? late_finish_ms : 0);
            events_.push({now_ + takes, std::move(questions[0])});
        }
    }

    void learn(const model::Question& question)
    {
        --asking_;
        contact_ = true;
        model::Answer reply;
        reply.question = question;
        reply.outcome = answer(server_, question.asked);
        profile_.learn(reply);
        probe_->learn(reply);
    }

    Server server_;
    std::size_t width_;
    std::mt19937 random_;
    probes::Knowledge known_;
    probes::ServerProfile profile_;
    std::unique_ptr<probes::Probe> probe_;
    model::Numbering ids_;
    std::priority_queue<Event> events_;
    std::size_t parked_ = 0;
    int asking_ = 0;
    int connections_ = 0;
    int now_ = 0;
    bool contact_ = false;
};

Figures early(const Server& server, std::size_t width, unsigned seed)
{
    std::mt19937 random(seed);
    Setting setting;
    setting.in_flight = width;
    setting.seed = seed;
    setting.takes_ms = [&random](const model::Question& question) {
        return to_the_220_ms + late_hello_ms + (is_handshake(question) ? late_finish_ms : 0) +
               static_cast<int>(random() % late_jitter_ms);
    };
    const Run run = run_probe(server, setting);
    return {run.ms, run.connections(), 0};
}

void print_mean(const std::string& what, const std::vector<Figures>& all)
{
    Figures sum;
    for (const Figures& one : all) {
        sum.ms += one.ms;
        sum.connections += one.connections;
        sum.in_vain += one.in_vain;
    }
    const double count = static_cast<double>(all.size());
    std::cout << what << ": " << sum.ms / count << " ms, " << sum.connections / count << " connections, "
              << sum.in_vain / count << " of them in vain\n";
}

}  // namespace

TEST_CASE("late questions beside early ones", "[.late]")
{
    for (const auto& make : {debian_postfix, hardened_postfix}) {
        for (const std::size_t width : {1U, 4U, 8U, 16U}) {
            std::vector<Figures> late_ones;
            std::vector<Figures> early_ones;
            for (unsigned seed = 1; seed <= late_runs; ++seed) {
                late_ones.push_back(LateScan(make(), width, seed).run());
                early_ones.push_back(early(make(), width, seed));
            }
            print_mean(make().name + ", " + std::to_string(width) + " at a time, late", late_ones);
            print_mean(make().name + ", " + std::to_string(width) + " at a time, early, with lanes", early_ones);
        }
    }
}

}  // namespace smtptls::test

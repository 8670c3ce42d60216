// How long a scan takes, by the clock of a simulation: each question takes its round trips, and nothing else
// takes time. What the real clock says is measured in tests/bench.
#include "tests/catch.hpp"
#include "tests/model/drive.hpp"
#include "tests/model/shapes.hpp"

#include <algorithm>
#include <iostream>
#include <queue>
#include <random>

namespace smtptls::probes {
std::unique_ptr<Probe> make_suites();
}

namespace smtptls::test {
namespace {

using model::Question;

constexpr int hello_ms = 100;  // STARTTLS through a round trip of 20 ms
constexpr int finish_ms = 40;  // the rest of a handshake, and QUIT

struct Timed {
    int ends_ms = 0;
    Question question;
    bool operator<(const Timed& other) const { return ends_ms > other.ends_ms; }
};

struct Span {
    int ms = 0;
    int work_ms = 0;
};

// `seed` moves every answer by up to 8 ms, as a real network does.
Span span_of(const Server& server, std::size_t in_flight, unsigned seed)
{
    const auto probe = probes::make_suites();
    probes::Knowledge known;
    known.speakable = speakable();
    std::mt19937 random(seed);
    std::priority_queue<Timed> under_way;
    Span span;
    for (;;) {
        for (Question& question : probe->ask(known, in_flight - under_way.size())) {
            const bool handshake = std::holds_alternative<model::HandshakeQuestion>(question.asked);
            const int takes = hello_ms + (handshake ? finish_ms : 0) + static_cast<int>(random() % 8);
            span.work_ms += takes;
            under_way.push({span.ms + takes, std::move(question)});
        }
        if (under_way.empty()) {
            return span;
        }
        model::Answer reply;
        reply.question = under_way.top().question;
        span.ms = under_way.top().ends_ms;
        under_way.pop();
        reply.outcome = answer(server, reply.question.asked);
        probe->learn(reply);
    }
}

}  // namespace

TEST_CASE("a scan with four and with eight questions at once takes no longer than was measured")
{
    struct Case {
        Server server;
        std::size_t in_flight;
        int most_ms;  // measured: 3334, 1856, 2025 and 1272
    };
    for (const Case& each : {Case{debian_postfix(), 4, 3400}, Case{debian_postfix(), 8, 1900},
                             Case{hardened_postfix(), 4, 2070}, Case{hardened_postfix(), 8, 1310}}) {
        const auto& [server, in_flight, most_ms] = each;
        int ms = 0;
        int work_ms = 0;
        constexpr int runs = 20;
        for (unsigned seed = 1; seed <= runs; ++seed) {
            const Span span = span_of(server, in_flight, seed);
            ms += span.ms / runs;
            work_ms += span.work_ms / runs;
        }
        const double busy = static_cast<double>(work_ms) / (static_cast<double>(in_flight) * ms);
        std::cout << server.name << ", " << in_flight << " in flight: " << ms << " ms, busy " << busy << '\n';
        CHECK(ms <= most_ms);
    }
}

}  // namespace smtptls::test

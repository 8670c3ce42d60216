// How long a scan takes, by the clock of a simulation: each question takes its round trips, and nothing else
// takes time. What the real clock says is measured in tests/bench.
#include "tests/catch.hpp"
#include "tests/model/drive.hpp"
#include "tests/model/shapes.hpp"

#include <iostream>
#include <random>

namespace smtptls::test {
namespace {

constexpr int hello_ms = 100;  // STARTTLS through a round trip of 20 ms
constexpr int finish_ms = 40;  // the rest of a handshake, and QUIT

// `seed` moves every answer by up to 8 ms, as a real network does.
Run timed(const Server& server, std::size_t in_flight, unsigned seed)
{
    Setting setting;
    setting.in_flight = in_flight;
    setting.takes_ms = [random = std::mt19937(seed)](const model::Question& question) mutable {
        const bool handshake = std::holds_alternative<model::HandshakeQuestion>(question.asked);
        return hello_ms + (handshake ? finish_ms : 0) + static_cast<int>(random() % 8);
    };
    return run_probe(server, setting);
}

}  // namespace

TEST_CASE("a scan with four and with eight questions at once takes no longer than was measured")
{
    struct Case {
        Server server;
        std::size_t in_flight;
        int most_ms;  // measured: 3165, 1916, 1972 and 1238
    };
    for (const Case& each : {Case{debian_postfix(), 4, 3250}, Case{debian_postfix(), 8, 1960},
                             Case{hardened_postfix(), 4, 2030}, Case{hardened_postfix(), 8, 1290}}) {
        const auto& [server, in_flight, most_ms] = each;
        int ms = 0;
        int work_ms = 0;
        constexpr int runs = 20;
        for (unsigned seed = 1; seed <= runs; ++seed) {
            const Run run = timed(server, in_flight, seed);
            ms += run.ms / runs;
            work_ms += run.work_ms / runs;
        }
        const double busy = static_cast<double>(work_ms) / (static_cast<double>(in_flight) * ms);
        std::cout << server.name << ", " << in_flight << " in flight: " << ms << " ms, busy " << busy << '\n';
        CHECK(ms <= most_ms);
    }
}

}  // namespace smtptls::test

#include "probes/lanes.hpp"

#include <algorithm>

namespace smtptls::probes {
namespace {

// Of servers as they are: of a key exchange that was accepted with a cipher that was accepted, most are.
constexpr double both_known = 0.8;
constexpr double keys_known = 0.12;
constexpr double neither_known = 0.02;
constexpr double known_after_refusal = 0.5;

constexpr double least_in_lane = .7;    // choices that make a lane worth its refusal
constexpr double least_to_go_on = 3.0;  // below, a lane is not worth a refusal of its own
constexpr std::size_t first_lanes = 3;
constexpr std::size_t lanes_per_found = 2;

}  // namespace

double expected_choices(const Suites& suites, tls::ProtocolVersion version, const Manner& manner, bool after_refusal)
{
    double sum = 0;
    for (const tls::CipherSuite suite : suites) {
        if (info_of(suite).lowest > version) {
            continue;
        }
        const bool keys = manner.knows_keys(suite);
        const bool both = keys && manner.knows_bulk(suite);
        if (after_refusal) {
            sum += both ? known_after_refusal : 0;
        } else {
            sum += both ? both_known : keys ? keys_known : neither_known;
        }
    }
    return sum;
}

std::size_t lanes_worth(double expected, std::size_t found, std::size_t lanes)
{
    const auto by_expectation = static_cast<std::size_t>(expected / least_in_lane);
    const std::size_t most = first_lanes + found * lanes_per_found;
    const std::size_t more = most > lanes ? most - lanes : 0;
    return std::max<std::size_t>(1, std::min(by_expectation, 1 + more));
}

bool goes_on(double expected)
{
    return expected >= least_to_go_on;
}

}  // namespace smtptls::probes

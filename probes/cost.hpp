// What the probes cost a server, in connections: stated beforehand, held to in tests/model and tests/lab.
#pragma once

#include "probes/confirm_plan.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace smtptls::probes {

struct Cost {
    std::size_t hellos = 0;
    std::size_t handshakes = 0;

    std::size_t connections() const { return hellos + handshakes; }
    bool operator==(const Cost&) const = default;
};

/// A kind of server, and about what it costs undisturbed.
struct KnownCost {
    std::string_view server;  ///< "a server with default settings"
    Cost cost;
};

/// Fewest first. `limited`: with --verdict-only.
std::vector<KnownCost> known_costs(Confirm confirm, bool limited = false);
/// The place among them of a server with default settings.
constexpr std::size_t typical_server(bool limited)
{
    return limited ? 1 : 2;
}

/// The most that one endpoint can cost whatever it accepts, if no question is asked again.
Cost most_cost(Confirm confirm);

}  // namespace smtptls::probes

// One question of a plan: as it is given out, and as the plan remembers it.
#pragma once

#include "probes/reply.hpp"
#include "probes/suite_sets.hpp"
#include "tls/hello_shape.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace smtptls::probes {

/// What to offer, in order, in one connection.
struct Offer {
    std::uint32_t key = 0;  ///< unique within the plan
    std::string purpose;    ///< begins with gate, removal, canary, alive or sieve
    Suites suites;
    tls::ExtensionSet extensions = tls::ExtensionSet::full;
};

struct Task {
    enum class Kind { gate, removal, canary, alive, sieve };

    static constexpr int most_failures = 3;   ///< connections that came to nothing, for one question
    static constexpr int most_throttles = 6;  ///< the engine waits longer each time

    Kind kind = Kind::gate;
    std::string label;
    Suites suites;  ///< without the canary
    tls::ExtensionSet extensions = tls::ExtensionSet::full;
    bool own_canary = false;  ///< closed by itself when refused, not with the rest of the version
    int failures = 0;
    int throttles = 0;
    int closes = 0;
    std::optional<tls::CipherSuite> lost = {};  ///< chosen in a connection that then broke

    /// Counts a connection that came to nothing; false when there were enough of them.
    bool may_repeat(const Reply& reply)
    {
        const bool throttled = reply.kind == Reply::Kind::throttled;
        int& count = throttled ? throttles : failures;
        return ++count < (throttled ? most_throttles : most_failures);
    }

    /// A connection that breaks behind a choice is asked for once more: perhaps it was the network.
    bool lost_for_good(const Reply& reply)
    {
        if (reply.kind != Reply::Kind::chosen_broken || lost == reply.suite) {
            return true;
        }
        lost = reply.suite;
        return false;
    }
};

}  // namespace smtptls::probes

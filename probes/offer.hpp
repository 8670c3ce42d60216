// One question of a plan: as it is given out, and as the plan remembers it.
#pragma once

#include "probes/reply.hpp"
#include "probes/suite_sets.hpp"
#include "tls/hello_shape.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace smtptls::probes {

/// What to offer, in order, in one connection.
struct Offer {
    std::uint32_t key = 0;  ///< unique within the plan
    std::string purpose;    ///< begins with gate, removal, canary, alive or sieve
    Suites suites;
    tls::ExtensionSet extensions = tls::ExtensionSet::full;
    bool any = false;               ///< it matters little which is chosen
    bool may_be_handshake = false;  ///< a choice of any part of it is worth as much: VersionPlan::narrow
};

struct Task {
    enum class Kind { gate, removal, canary, alive, sieve };

    static constexpr int most_failures = 3;    ///< connections that came to nothing, for one question
    static constexpr int most_if_shaky = 6;    ///< where that happens now and then
    static constexpr int most_throttles = 12;  ///< the engine waits longer each time
    static constexpr int most_lost = 3;        ///< choices in connections that broke behind them

    Kind kind = Kind::gate;
    std::string label;
    Suites suites;  ///< without the canary
    tls::ExtensionSet extensions = tls::ExtensionSet::full;
    bool own_canary = false;  ///< closed by itself when refused, not with the rest of the version
    int failures = 0;
    int throttles = 0;
    int closes = 0;
    int lost = 0;           ///< choices in connections that then broke
    bool in_doubt = false;  ///< asked again because its refusal came amid trouble
    bool once = false;      ///< only to see which of these is chosen: done with after one answer
    bool narrowed = false;  ///< under way as a handshake that offers a part of it
    bool by_hello = false;  ///< such a handshake came to nothing
    bool put_off = false;   ///< came to nothing, and is asked once more when all else was

    bool troubled() const { return failures + throttles + closes + lost > 0; }

    /// Counts a connection that came to nothing; false when there were enough of them.
    bool may_repeat(const Reply& reply, bool shaky)
    {
        if (reply.kind == Reply::Kind::throttled) {
            return ++throttles < most_throttles;
        }
        return ++failures < (shaky ? most_if_shaky : most_failures);
    }

    /// After enough of them, once: all counts begin anew. False the second time.
    bool may_be_put_off()
    {
        failures = throttles = closes = lost = 0;
        return !std::exchange(put_off, true);
    }

    /// A connection that breaks behind a choice is asked for again: perhaps it was the network.
    bool lost_for_good(const Reply& reply, bool shaky)
    {
        return reply.kind != Reply::Kind::chosen_broken || ++lost >= (shaky ? most_if_shaky : most_lost);
    }
};

}  // namespace smtptls::probes

// Drives a plan, or the whole probe, against a model server: so many questions in flight, answers in an
// order drawn from a seed, faults at chosen places. Looks on that no question is wasted.
#pragma once

#include "probes/probe.hpp"
#include "probes/version_plan.hpp"
#include "tests/model/server.hpp"

#include <functional>

namespace smtptls::test {

/// What becomes of the n-th connection, counted from 0: a fault, or nothing.
using Faults = std::map<int, model::Outcome>;

struct Setting {
    std::size_t in_flight = 1;
    unsigned seed = 1;
    bool one_lane = false;
    Faults faults = {};
    probes::Confirm confirm = probes::Confirm::family;
    std::optional<model::Focus> focus = {};  ///< of the probe
};

struct Run {
    std::vector<model::Cell> cells;
    std::vector<model::Observation> observations;
    int questions = 0;  ///< confirming handshakes not counted
    int confirmations = 0;
    int sieving = 0;  ///< lists of the sieve, not among the questions
    int extra_lanes = 0;
    Suites accepted;  ///< one plan: in the order found
    probes::SuiteOrder order = probes::SuiteOrder::unknown;
    std::vector<std::string> offences;  ///< questions that should not have been asked
    std::vector<std::string> log;

    std::size_t count(model::CellState state) const;
};

/// One version by itself; another one has accepted something.
Run run_plan(const Server& server, ProtocolVersion version, const Suites& candidates, const Setting& setting = {});
Run run_probe(const Server& server, const Setting& setting = {});

/// Cells that the server disproves; each printed with the server's name.
std::size_t count_wrong(const Server& server, const Run& run);

/// Cells left open although a question could have told, poison not counted.
std::size_t count_open(const Server& server, const Run& run);

/// What our TLS library could speak: as Debian's.
std::map<ProtocolVersion, Suites, std::greater<>> speakable();

}  // namespace smtptls::test

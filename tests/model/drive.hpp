// Drives a plan, or the whole probe, against a model server: so many questions in flight, answers in an
// order drawn from a seed or by the clock of a simulation, faults at chosen places. Looks on that no question is
// wasted.
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
    unsigned seed = 1;     ///< draws which question is answered next
    bool in_turn = false;  ///< the one that was asked first is
    bool lanes = true;
    Faults faults = {};
    probes::Confirm confirm = probes::Confirm::family;
    std::optional<model::Focus> focus = {};  ///< of the probe
    std::uint32_t double_check = 0;          ///< cells
    /// How long a question takes: the one that ends first is answered next.
    std::function<int(const model::Question&)> takes_ms = {};
};

struct Run {
    std::vector<model::Cell> cells;
    std::vector<model::Cell> cells_alone;  ///< one plan: if no other version had accepted anything
    std::vector<model::Observation> observations;
    int questions = 0;  ///< confirming handshakes not counted
    int confirmations = 0;
    int sieving = 0;   ///< lists of the sieve, not among the questions
    int ordering = 0;  ///< questions about the order alone, not among them either
    int extra_lanes = 0;
    Suites accepted;  ///< one plan: in the order found
    probes::Order order = probes::Order::unknown;
    std::optional<Suites> server_order;
    std::vector<std::string> offences;  ///< questions that should not have been asked
    std::vector<model::Question> asked;
    std::vector<std::string> log;  ///< in the order answered
    int ms = 0;                    ///< by the clock of the simulation
    int work_ms = 0;               ///< of all questions, one after the other

    int connections() const { return questions + confirmations + sieving + ordering; }
    std::size_t count(model::CellState state) const;
};

/// One version by itself; another one has accepted something. Fails if the plan comes to no end.
Run run_plan(const Answering& server, ProtocolVersion version, const Suites& candidates, const Setting& setting = {});
Run run_plan(const Server& server, ProtocolVersion version, const Suites& candidates, const Setting& setting = {});
Run run_probe(const Server& server, const Setting& setting = {});
Run run_probe(const Answering& server, const Setting& setting = {});

/// Cells that the server disproves; each printed with the server's name.
std::size_t count_wrong(const Server& server, const Run& run);

/// Cells left open although a question could have told, poison not counted.
std::size_t count_open(const Server& server, const Run& run);

/// What our TLS library could speak: as Debian's.
std::map<ProtocolVersion, Suites, std::greater<>> speakable();

}  // namespace smtptls::test

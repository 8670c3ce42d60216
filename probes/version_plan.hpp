// The plan for one version: which suites to offer next, and what the answers mean. Pure: driven by
// probes/suites over the network and by tests/model over functions.
//
//   gate      all certificate suites, then a short common list, then parts from the other end, then
//             the other credential classes: is the version there at all?
//   removal   by credential class and cipher family: offer, take away what is chosen, until refused
//   closing   the canary: everything refused so far, and last an accepted suite, must be answered
//             with that suite; only then is the rest rejected. Halves find what breaks the answer.
#pragma once

#include "model/matrix.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace smtptls::probes {

/// What to offer, in order, in one connection.
struct Offer {
    std::uint32_t key = 0;  ///< unique within the plan
    std::string purpose;
    std::vector<tls::CipherSuite> suites;
};

/// What a version plan needs to know of an answer.
struct Reply {
    enum class Kind {
        chosen,       ///< `suite`, with a completed handshake or at least a whole flight
        chosen_lost,  ///< `suite` was chosen, and then the server failed or refused
        refused,      ///< by an alert that means no: 40, 47, 71
        absent,       ///< the version itself was refused: alert 70, or another version answered
        broken,       ///< nothing that answers the question; `suite` if one was chosen before
        throttled,    ///< the server asked us to come back later
    };
    Kind kind = Kind::broken;
    tls::CipherSuite suite{};
    model::Grade grade = model::Grade::handshake;
    std::string words;  ///< for notes: escaped
    model::QuestionId evidence = 0;
};

/// How `answer` answers a question about `version`.
Reply reply_of(const model::Answer& answer, tls::ProtocolVersion version);

class VersionPlan {
public:
    /// The most questions asked to close one version, so that a server which breaks on every list
    /// does not cost hundreds of connections; what is open then is inconclusive.
    static constexpr int closing_budget = 64;

    /// `candidates`: every suite to decide, in the order to offer them.
    VersionPlan(tls::ProtocolVersion version, std::vector<tls::CipherSuite> candidates);

    /// The next offer that can be made now; nothing while answers must be awaited or at the end.
    std::optional<Offer> next();
    void learn(std::uint32_t key, const Reply& reply);

    /// True once an offer was given out.
    bool begun() const { return begun_; }
    bool accepted_any() const;
    tls::ProtocolVersion version() const { return version_; }

    /// One cell for each candidate. `other_version_accepted`: the server completed a handshake in
    /// another version, without which a refusal of this whole version proves nothing.
    std::vector<model::Cell> cells(bool other_version_accepted) const;

private:
    enum class Kind { gate, removal, canary, alive };
    enum class Phase { gate, removal, closing, done };

    struct Task {
        Kind kind = Kind::gate;
        std::string label;
        std::vector<tls::CipherSuite> suites;  // without the canary
        int failures = 0;
        int throttles = 0;
    };

    struct Decision {
        model::CellState state = model::CellState::not_tested;
        std::optional<model::Grade> grade;
        std::string note;
        std::vector<model::QuestionId> evidence;
    };

    void begin_gates();
    void begin_removal();
    void begin_closing();
    void split(const Task& task);
    bool retry(Task task, const Reply& reply);
    void take_gate(Task task, const Reply& reply);
    void take_removal(Task task, const Reply& reply);
    void take_canary(Task task, const Reply& reply);
    void take_alive(Task task, const Reply& reply);
    bool take_choice(Task& task, const Reply& reply);
    void decide(tls::CipherSuite suite, model::CellState state, const Reply& reply);
    void leave_open(const Task& task, const std::string& why, const Reply& reply);
    void advance();
    void push(Task task) { ready_.push_back(std::move(task)); }
    std::vector<tls::CipherSuite> undecided() const;
    model::Cell cell_of(tls::CipherSuite suite, bool other_version_accepted) const;

    tls::ProtocolVersion version_;
    std::vector<tls::CipherSuite> candidates_;
    Phase phase_ = Phase::gate;
    std::deque<Task> ready_;
    std::map<std::uint32_t, Task> under_way_;
    std::uint32_t next_key_ = 1;
    int closing_questions_ = 0;
    std::optional<tls::CipherSuite> canary_;
    bool canary_alive_ = false;
    std::map<tls::CipherSuite, Decision> decisions_;
    std::map<tls::CipherSuite, std::vector<model::QuestionId>> refusals_;
    std::vector<model::QuestionId> gate_refusals_;
    bool version_absent_ = false;  // alert 70 or another version
    std::string gate_trouble_;     // a gate that was not answered
    bool begun_ = false;
};

}  // namespace smtptls::probes

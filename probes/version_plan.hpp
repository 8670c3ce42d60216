// The plan for one version: which suites to offer next, and what the answers mean. Pure: driven by
// probes/suites over the network and by tests/model over functions. docs/decisions/0005.
//
//   gate      is the version there at all? every certificate suite; a short list with few extensions;
//             without extensions; the suites of other credentials
//   removal   offer, take away what is chosen, ask again, until refused; the certificate suites first,
//             then the others; lanes side by side where there is room
//   closing   the canary: all that was refused, and last an accepted suite, must be answered with that
//             suite; only then is the rest rejected. Parts of a list that fails are asked alone.
#pragma once

#include "probes/reply.hpp"
#include "tls/hello_shape.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace smtptls::probes {

/// What to offer, in order, in one connection.
struct Offer {
    std::uint32_t key = 0;  ///< unique within the plan
    std::string purpose;    ///< begins with gate, removal, canary or alive
    std::vector<tls::CipherSuite> suites;
    tls::ExtensionSet extensions = tls::ExtensionSet::full;
};

/// How this server refuses, learnt in all its versions.
struct Manner {
    bool by_alert = false;  ///< it has refused something by an alert: a close is then no refusal
};

enum class SuiteOrder { unknown, client, server };

class VersionPlan {
public:
    /// The most questions asked to close one version, so that a server which breaks on every list
    /// does not cost hundreds of connections; what is open then is inconclusive.
    static constexpr int closing_budget = 160;

    /// `candidates`: every suite to decide, in the order to offer them. `one_lane`: never two questions
    /// at once, so that a server's own order is known in full. `manner` outlives the plan.
    VersionPlan(tls::ProtocolVersion version, std::vector<tls::CipherSuite> candidates, Manner& manner,
                bool one_lane = false);

    /// The next offer that can be made now; nothing while answers must be awaited or at the end.
    std::optional<Offer> next();
    void learn(std::uint32_t key, const Reply& reply);

    /// A hello for another version, in this shape, was answered with this one: an answer is never thrown away.
    void learn_elsewhere(const Reply& reply, tls::ExtensionSet shape = tls::ExtensionSet::full);

    /// Another version's answer proves this one absent.
    void learn_absent(model::QuestionId evidence);

    /// There is room for one more question: the next lane that can be split will be.
    void want_split() { want_split_ = true; }

    tls::ProtocolVersion version() const { return version_; }
    bool begun() const { return next_key_ > 1; }  ///< an offer was given out
    bool gate_decided() const { return phase_ != Phase::gate; }
    bool done() const { return phase_ == Phase::done; }
    bool absent_below() const { return absent_below_; }  ///< alert 70 at the gate
    bool accepted_any() const;
    std::vector<tls::CipherSuite> accepted() const;  ///< in the order they were found
    std::size_t largest_lane() const;                ///< suites in the longest list under way
    int extra_lanes() const { return extra_lanes_; }

    /// Whose order of preference decides, and the server's order if it is its own and was seen in full.
    SuiteOrder order() const;
    bool order_complete() const { return extra_lanes_ == 0; }

    /// The shape of hello that was needed; full unless the server choked on it.
    tls::ExtensionSet extensions() const { return extensions_; }
    std::size_t most_suites() const { return most_suites_; }

    /// One cell for each candidate. `other_version_accepted`: the server accepted a suite in another
    /// version, without which a refusal of this whole version proves nothing.
    std::vector<model::Cell> cells(bool other_version_accepted) const;

private:
    enum class Kind { gate, removal, canary, alive };
    enum class Phase { gate, removal, closing, done };

    struct Task {
        Kind kind = Kind::gate;
        std::string label;
        std::vector<tls::CipherSuite> suites;  // without the canary
        tls::ExtensionSet extensions = tls::ExtensionSet::full;
        bool own_canary = false;  // closed by itself when refused, not with the rest of the version
        int failures = 0;
        int throttles = 0;
        int closes = 0;
        std::optional<tls::CipherSuite> lost;  // chosen in a connection that then broke
    };

    struct Decision {
        model::CellState state = model::CellState::not_tested;
        std::optional<model::Grade> grade;
        std::string note;
        std::vector<model::QuestionId> evidence;
    };

    struct Pick {
        std::vector<tls::CipherSuite> offered;
        tls::CipherSuite suite{};
    };

    // version_plan.cpp: gate and removal
    void begin_gates();
    void push_gate(std::string label, std::vector<tls::CipherSuite> suites, tls::ExtensionSet extensions);
    void take_gate(Task task, const Reply& reply);
    void gate_failed(Task task, const Reply& reply);
    void gate_refused(const Task& task, const Reply& reply);
    void push_gates_in_parts();
    void begin_removal();
    void take_removal(Task task, const Reply& reply);
    void go_on_removing(Task task);
    void refused(const Task& task, const Reply& reply);
    void closed(Task task, const Reply& reply);
    bool take_choice(Task& task, const Reply& reply);
    bool lost_for_good(Task& task, const Reply& reply);
    void push_lanes(const std::string& label, const std::vector<tls::CipherSuite>& suites, bool own_canary);
    std::size_t promising(const std::vector<tls::CipherSuite>& suites) const;
    std::vector<tls::CipherSuite> in_direction(const Task& task);

    // version_closing.cpp
    void begin_closing();
    void choose_witness();
    void reopen();
    bool looks_like_clients_order() const;
    void take_canary(Task task, const Reply& reply);
    void canary_failed(const Task& task, const Reply& reply);
    void take_alive(Task task, const Reply& reply);
    void subdivide(const std::vector<tls::CipherSuite>& suites);
    void close_apart(const std::string& label, const std::vector<tls::CipherSuite>& suites);
    bool looks_spoken(tls::CipherSuite suite) const;

    // both
    bool retry(Task task, const Reply& reply);
    void decide(tls::CipherSuite suite, model::CellState state, const Reply& reply);
    void leave_open(const std::vector<tls::CipherSuite>& suites, const std::string& why, const Reply& reply);
    void advance();
    std::vector<tls::CipherSuite> undecided() const;
    model::Cell cell_of(tls::CipherSuite suite, bool other_version_accepted) const;
    model::Cell whole_version_cell(model::Cell cell, bool other_version_accepted) const;

    tls::ProtocolVersion version_;
    std::vector<tls::CipherSuite> candidates_;
    Manner* manner_;
    bool one_lane_ = false;

    Phase phase_ = Phase::gate;
    std::deque<Task> ready_;
    std::map<std::uint32_t, Task> under_way_;
    std::map<std::uint32_t, std::vector<tls::CipherSuite>> offered_;  // in the direction it was asked
    std::uint32_t next_key_ = 1;

    tls::ExtensionSet extensions_ = tls::ExtensionSet::full;
    std::size_t most_suites_ = SIZE_MAX;
    bool version_absent_ = false;
    bool absent_below_ = false;
    bool in_parts_ = false;  // the last gates: refused by an alert, asked once more in parts
    std::set<tls::CipherSuite> gate_refused_;  // by an alert, at the gate
    int gate_closes_ = 0;
    std::string gate_trouble_;
    std::vector<model::QuestionId> gate_evidence_;

    std::deque<std::vector<tls::CipherSuite>> later_;  // credential classes still to be removed
    bool others_queued_ = false;
    bool want_split_ = false;
    int extra_lanes_ = 0;
    int removals_ = 0;
    int lost_choices_ = 0;
    std::vector<Pick> picks_;
    std::vector<tls::CipherSuite> found_;

    std::optional<tls::CipherSuite> canary_;
    std::optional<tls::CipherSuite> witness_;  // offered behind the canary, to tell whose order decides
    bool client_proven_ = false;
    bool canary_alive_ = false;
    bool closing_begun_ = false;
    int closing_questions_ = 0;
    std::vector<std::vector<tls::CipherSuite>> pending_;  // lists whose canary failed, until it is known alive
    std::set<std::vector<tls::CipherSuite>> refused_alone_;
    std::map<tls::CipherSuite, Decision> decisions_;
    std::map<tls::CipherSuite, std::vector<model::QuestionId>> refusals_;
    std::set<tls::CipherSuite> by_close_;
};

}  // namespace smtptls::probes

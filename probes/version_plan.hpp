// The plan for one version: which suites to offer next, and what the answers mean. Pure: driven by
// probes/suites over the network and by tests/model over functions. docs/decisions/0005 and 0006.
//
//   gate      is the version there at all? (version_gate.hpp)
//   removal   offer, take away what is chosen, ask again, until refused; the certificate suites first,
//             then the others; lanes side by side where there is room
//   closing   the canary: all that was refused, and last an accepted suite, must be answered with that
//             suite; only then is the rest rejected. Parts of a list that fails are asked alone.
//   sieving   where the client's order is not known to decide: the rest in lists in which no trap can hide a
//             suite (sieve.hpp)
#pragma once

#include "probes/offer.hpp"
#include "probes/version_gate.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace smtptls::probes {

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

    /// The offer of this key is made as a handshake with `suites`, a part of it. Only a choice will count.
    void narrow(std::uint32_t key, Suites suites);

    /// A hello for another version, in this shape, was answered with this one: an answer is never thrown away.
    void learn_elsewhere(const Reply& reply, tls::ExtensionSet shape = tls::ExtensionSet::full);

    /// Asks once more for an accepted suite, to see whether the server is alive.
    void ask_alive() { push_alive(false); }

    /// Another version's answer proves this one absent.
    void learn_absent(model::QuestionId evidence);

    /// There is room for `room` questions beside those that are ready: divides the lists that are ready, where
    /// that is worth a refusal each.
    void spread(std::size_t room);
    /// What was accepted in some version counts no more: what it kept from being asked is asked now.
    void reconsider();

    /// There is room for another list beside those that are ready: what waited for a lane is asked by itself.
    void ask_resting();

    tls::ProtocolVersion version() const { return version_; }
    bool begun() const { return next_key_ > 1; }  ///< an offer was given out
    bool gate_decided() const { return phase_ != Phase::gate || waiting(); }
    bool removed() const { return phase_ > Phase::removal; }  ///< what is accepted is known, but for surprises
    bool done() const { return phase_ == Phase::done && !owes_joint_sieve(); }
    bool hung_up() const { return done() && !accepted_any() && gate_.all_closed(); }
    bool waiting() const;                                       ///< for the other versions to settle
    bool absent_below() const { return gate_.absent_below(); }  ///< alert 70 at the gate
    bool accepted_any() const { return !found_.empty(); }
    const Suites& accepted() const { return found_; }  ///< in the order they were found
    std::size_t ready() const { return may_ask() ? ready_.size() : 0; }
    /// Choices to come from the longest list that is ready, and from the longest one under way.
    double expected_ready() const;
    double expected_under_way() const;
    int extra_lanes() const { return extra_lanes_; }

    /// Whose order of preference decides, and the server's order if it is its own and was seen in full.
    SuiteOrder order() const;
    bool order_complete() const;

    /// The shape of hello that was needed; full unless the server choked on it.
    tls::ExtensionSet extensions() const { return gate_.extensions(); }

    /// One cell for each candidate. `other_version_accepted`: the server accepted a suite in another
    /// version, without which a refusal of this whole version proves nothing.
    std::vector<model::Cell> cells(bool other_version_accepted) const;

private:
    using Kind = Task::Kind;
    enum class Phase { gate, removal, closing, sieving, done };

    struct Decision {
        model::CellState state = model::CellState::not_tested;
        std::optional<model::Grade> grade;
        std::string note;
        std::vector<model::QuestionId> evidence;
    };

    struct Refused {
        Task task;
        int answer = 0;  ///< its number in Manner
    };

    struct Pick {
        Suites offered;
        tls::CipherSuite suite{};
    };

    // version_plan.cpp: gate, and version_removal.cpp
    bool may_ask() const;
    Suites in_direction(const Task& task);
    void note_manner(const Task& task, const Reply& reply, bool was_offered);
    void note_choice(const Suites& offered, const Reply& reply);
    bool ask_usual_shape(const Task& opening);
    void take_usual_shape(Task task, const Reply& reply);
    void take_gate(Task task, const Reply& reply);
    void begin_removal();
    std::vector<Suites> lists_of(const Suites& suites) const;
    void push_lanes(const std::string& label, const Suites& suites);
    void push_others(bool beside);
    void join_others(Task& task);
    void divide(Task task, std::size_t parts);
    bool is_lane(const Task& task) const;
    bool may_join(const Task& task, const Task& other) const;
    void join(const Task& task, Task& other);
    void go_on(Task task);
    void wake_resting();
    void begin_focused(const Suites& open);
    bool push_dropped();
    Suites worth(const Suites& suites) const;
    double expected(const Task& task) const;
    void take_removal(Task task, const Reply& reply);
    void refused(const Task& task, const Reply& reply);
    void ask_again_in_doubt();
    void closed(Task task, const Reply& reply);
    bool take_choice(Task& task, const Reply& reply);

    // version_closing.cpp
    void begin_closing();
    void ask_order();
    void choose_witness();
    void reopen();
    bool looks_like_clients_order() const { return fits_clients_order(3); }
    bool fits_clients_order(int enough) const;
    void take_canary(Task task, const Reply& reply);
    void canary_failed(const Task& task, const Reply& reply);
    void take_alive(Task task, const Reply& reply);
    void push_alive(bool first);
    void subdivide(const Suites& suites);
    void close_apart(const std::string& label, const Suites& suites);
    bool looks_spoken(tls::CipherSuite suite) const;
    void begin_sieving();
    bool owes_joint_sieve() const { return sieve_begun_ && !sieved_jointly_ && manner_->traps; }

    // both
    void decide(tls::CipherSuite suite, model::CellState state, const Reply& reply);
    void leave_open(const Suites& suites, const std::string& why, const Reply& reply);
    void advance();
    Suites undecided() const;
    model::Cell cell_of(tls::CipherSuite suite, bool other_version_accepted) const;
    model::Cell whole_version_cell(model::Cell cell, bool other_version_accepted) const;

    tls::ProtocolVersion version_;
    Suites candidates_;
    Manner* manner_;
    bool one_lane_ = false;
    VersionGate gate_;

    std::optional<model::QuestionId> absent_;  // shown by another version while this one was being asked
    std::optional<Task> opening_;            // in fewer extensions, until the usual hello was asked once more
    Phase phase_ = Phase::gate;
    std::deque<Task> ready_;
    std::vector<Task> resting_;  // lanes of which little is expected, until they can join another
    std::map<std::uint32_t, Task> under_way_;
    std::map<std::uint32_t, Suites> offered_;  // in the direction it was asked
    std::uint32_t next_key_ = 1;

    std::deque<Suites> later_;    // credential classes still to be removed
    bool others_joined_ = false;  // on the belief that the client's order decides
    int extra_lanes_ = 0;
    Suites left_out_;                               // of lists that were asked as handshakes
    std::size_t lanes_ = 0;                         // of which none was refused
    std::set<tls::CredentialClass> lanes_refused_;  // by the class of their first suite
    int removals_ = 0;
    int lost_choices_ = 0;
    std::vector<Pick> picks_;
    Suites found_;

    std::optional<tls::CipherSuite> canary_;
    std::optional<tls::CipherSuite> witness_;  // offered behind the canary, to tell whose order decides
    bool client_proven_ = false;
    bool canary_alive_ = false;
    bool sieve_begun_ = false;
    bool sieved_jointly_ = false;
    std::set<Suites> sieved_;  // lists asked since it was begun
    int closing_questions_ = 0;
    std::vector<Suites> pending_;  // lists whose canary failed, until it is known alive
    std::vector<Refused> refused_lists_;
    std::set<Suites> refused_alone_;
    std::map<tls::CipherSuite, Decision> decisions_;
    std::map<tls::CipherSuite, std::vector<model::QuestionId>> refusals_;
    std::set<tls::CipherSuite> refused_by_alert_;
    std::set<tls::CipherSuite> by_close_;
};

}  // namespace smtptls::probes

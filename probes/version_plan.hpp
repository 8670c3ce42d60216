// The plan for one version: which suites to offer next, and what the answers mean. Pure: driven by
// probes/suites over the network and by tests/model over functions. docs/decisions/0005, 0006 and 0013;
// docs/probes/suites.md has a drawing.
//
//   gate      is the version there at all? (gate.hpp)
//   removal   offer, take away what is chosen, ask again (elimination/removal.hpp)
//   closing   what was refused, and last an accepted suite, which must be chosen (elimination/closing.hpp)
//   sieving   where the client's order is not known to decide (elimination/sieving.hpp, sieve.hpp)
//   ordering  the server's own order in full (elimination/ordering.hpp)
//   repeating what was refused, where more than one server answers (elimination/repeating.hpp)
#pragma once

#include "probes/absence.hpp"
#include "probes/elimination/closing.hpp"
#include "probes/elimination/lanes.hpp"
#include "probes/elimination/ordering.hpp"
#include "probes/elimination/removal.hpp"
#include "probes/elimination/repeating.hpp"
#include "probes/elimination/sieving.hpp"
#include "probes/gate.hpp"
#include "probes/suite_nature.hpp"

#include <optional>
#include <set>
#include <variant>
#include <vector>

namespace smtptls::probes {

/// What to offer, in order, in one connection.
struct Offer {
    model::QuestionId id = 0;
    model::Purpose purpose;
    Suites suites;
    tls::ExtensionSet extensions = tls::ExtensionSet::full;
    bool without_name = false;      ///< no server_name
    bool any = false;               ///< it matters little which is chosen
    bool may_be_handshake = false;  ///< a choice of any part of it is worth as much: VersionPlan::narrow
};

/// What the plans of an endpoint share; outlives them.
struct Shared {
    ServerProfile& server;
    Interest& interest;
    Coordination& coordination;
    bool lanes = true;  ///< lists side by side; without them the result is the same
};

class VersionPlan {
public:
    /// `candidates`: every suite to decide, in the order to offer them.
    VersionPlan(tls::ProtocolVersion version, Suites candidates, const Shared& shared);
    VersionPlan(const VersionPlan&) = delete;  // its parts refer to each other
    VersionPlan& operator=(const VersionPlan&) = delete;

    /// The next offer that can be made now; nothing while answers must be awaited or at the end.
    std::optional<Offer> next(model::Numbering& ids);
    void learn(model::QuestionId id, const Reply& reply);

    /// The offer of this id is made as a handshake with `suites`, a part of it. Only a choice will count.
    void narrow(model::QuestionId id, Suites suites) { bench_.desk.narrow(id, std::move(suites)); }

    /// A hello for another version, with `offered` in this shape, was answered with this one: an answer is never thrown
    /// away.
    void learn_elsewhere(const Reply& reply, const Suites& offered, tls::ExtensionSet extensions);

    /// Asks once more for an accepted suite, to see whether the server is alive.
    void ask_alive() { bench_.desk.push_first(bench_.ask_alive()); }

    /// Another version's answer says that this one is absent.
    void learn_absent(model::QuestionId evidence);

    /// An accepted suite once more, by a hello; if it is refused, answers contradict each other.
    void ask_alone(tls::CipherSuite suite, std::string why);

    /// A cell that was rejected, or open, is accepted after all.
    void accept_after_all(const Reply& reply);

    /// What was accepted in this version is refused, or this version said to be absent, in the answer to this question.
    void contradicted_by(model::QuestionId no);

    /// What was accepted in some version counts no more: what it kept from being asked is asked now.
    void reconsider();

    /// There is room for `room` questions beside those that are ready: lists are divided where that is worth it.
    void spread(std::size_t room);
    /// There is room for another list beside those that are ready: what waits to join another is asked by itself.
    void ask_resting() { lanes_.ask_resting(bench_); }

    tls::ProtocolVersion version() const { return version_; }
    bool begun() const { return begun_; }  ///< an offer was given out
    bool gate_decided() const;
    bool removed() const;  ///< what is accepted is known, but for surprises
    bool done() const { return std::holds_alternative<Done>(phase_) && !owes_joint_sieve() && !owes_repeats(); }
    bool hung_up() const { return done() && !accepted_any() && absence_.all_closed(shared_.server); }
    bool waiting() const;  ///< for the other versions to settle
    /// Nothing is accepted, and its TLS library fails with some suite.
    bool fails() const { return done() && !accepted_any() && absence_.any_fails(shared_.server); }
    bool absent_below() const { return absence_.below; }  ///< alert 70 at the gate
    bool accepted_any() const { return !accepted().empty(); }
    const Suites& accepted() const { return bench_.ledger.found(); }  ///< in the order they were found
    Suites undecided() const { return bench_.ledger.undecided(); }
    std::size_t ready() const { return may_ask() ? bench_.desk.ready().size() : 0; }
    double expected_ready() const { return lanes_.expected_ready(bench_); }
    double expected_under_way() const { return lanes_.expected_under_way(bench_); }
    int extra_lanes() const { return lanes_.extra(); }

    Order order() const { return bench_.preference.order(); }
    /// So far it looks as if the client's order decides.
    bool believes_client() const { return bench_.preference.pair().has_value(); }
    /// The accepted suites in the server's own order; nothing if the order is not its own, or not known in full.
    std::optional<Suites> server_order() const;

    /// The shape of hello that was needed; full unless the server choked on it.
    tls::ExtensionSet extensions() const { return bench_.shape.extensions; }

    /// One cell for each candidate. `other_version_accepted`: the server accepted a suite in another
    /// version, without which a refusal of this whole version proves nothing.
    std::vector<model::Cell> cells(bool other_version_accepted) const;

private:
    using SuiteAsk = Ask<tls::CipherSuite>;
    struct Done {};
    using Phase = std::variant<Gate, Removal<tls::CipherSuite>, Closing<tls::CipherSuite>, Sieving<tls::CipherSuite>,
                               Ordering<tls::CipherSuite>, Repeating<tls::CipherSuite>, Done>;

    bool may_ask() const;
    bool refresh(SuiteAsk& ask) const;
    void note(const Asked<tls::CipherSuite>& asked, const Reply& reply);
    void take(SuiteAsk ask, const Reply& reply);
    void advance();
    void go_on(Gate& gate);
    void go_on(Removal<tls::CipherSuite>& removal);
    void go_on(Closing<tls::CipherSuite>& closing);
    void go_on(Sieving<tls::CipherSuite>& sieving);
    void go_on(Ordering<tls::CipherSuite>& ordering);
    void go_on(Repeating<tls::CipherSuite>& repeating);
    void go_on(Done);
    /// A trap was first seen, perhaps in another version, when this one had been sieved for single faults.
    bool owes_joint_sieve() const { return !sieved_.empty() && !sieved_jointly_ && shared_.server.traps; }
    bool owes_repeats() const { return shared_.server.members.repeats() > repeated_; }
    void begin_repeating();
    model::QuestionId refusal_of(tls::CipherSuite suite) const;
    void begin_removal();
    void begin_closing(const std::vector<Suites>& broken, bool alive);
    model::Cell cell_of(tls::CipherSuite suite, bool other_version_accepted) const;
    void doubt(model::Cell& cell) const;
    model::Cell whole_version_cell(model::Cell cell, bool other_version_accepted) const;

    tls::ProtocolVersion version_;
    Shared shared_;
    SuiteNature nature_;
    Bench<tls::CipherSuite> bench_;
    Lanes<tls::CipherSuite> lanes_;
    Absence absence_;
    std::optional<model::QuestionId> absent_;  // said by another version while this one was being asked
    bool begun_ = false;
    std::set<Suites> sieved_;  // lists
    bool sieved_jointly_ = false;
    int repeated_ = 0;  // times
    Phase phase_;
};

}  // namespace smtptls::probes

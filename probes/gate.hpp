// Is a version there at all? Every certificate suite; if that is refused, the suites of other credentials; if it is met
// by anything but an alert that says no, a short list with few extensions, and one without. Whatever the answers:
// absent is only what was refused once more, later, with another key exchange, other groups and schemes. Where the
// refusals still prove too little follow the certificate suites in parts, backwards, all suites in the lists of the
// sieve, or what the server's library fails with, taken apart. One question after the other: each is only asked if
// those before it were refused. The first phase of a VersionPlan.
#pragma once

#include "probes/absence.hpp"
#include "probes/elimination/bench.hpp"

#include <deque>
#include <optional>
#include <string>

namespace smtptls::probes {

class Gate {
public:
    using SuiteAsk = Ask<tls::CipherSuite>;
    using SuiteBench = Bench<tls::CipherSuite>;

    /// `absence` outlives the gate.
    Gate(tls::ProtocolVersion version, const Suites& candidates, Absence& absence);

    /// Nothing is ready or under way: the next question. Nothing at the end, or while the other versions must settle.
    std::optional<SuiteAsk> next(SuiteBench& bench, bool settled);
    bool waiting() const { return ready_.empty() && stage_ == Stage::waits; }

    /// True if the version is there: its shape is known, and perhaps its first suite.
    bool take(SuiteBench& bench, SuiteAsk ask, const Reply& reply);

    /// Another version's hello in this shape was answered with this version.
    void opened_elsewhere(SuiteBench& bench, tls::ExtensionSet extensions);

    /// Another version's answer says that this one is absent.
    void tell_absent(model::QuestionId evidence);

private:
    enum class Stage { shapes, waits, proof };

    void push(std::string detail, Suites suites, tls::ExtensionSet extensions);
    void push_proof(const SuiteBench& bench);
    void push_variety(const Suites& candidates, const ServerProfile& server);
    void push_parts(const Suites& refused);
    void push_apart(const Suites& failed, const ServerProfile& server);
    Suites failed_of(const SuiteBench& bench) const;
    void shorten(const ServerProfile& server);
    void learn(SuiteBench& bench, SuiteAsk ask, const Reply& reply);
    void learn_refusal(const SuiteAsk& ask, const Reply& reply, SuiteBench& bench);
    void learn_close(const SuiteBench& bench, SuiteAsk ask);
    void learn_failure(const SuiteBench& bench, SuiteAsk ask);
    void learn_nothing(SuiteBench& bench, SuiteAsk ask, const Reply& reply);
    void settle_shapes(const SuiteBench& bench);
    bool is_in_doubt(const ServerProfile& server) const;
    void open(SuiteBench& bench, tls::ExtensionSet extensions);
    bool asks_usual_shape(SuiteBench& bench, const SuiteAsk& opening);
    bool take_usual_shape(SuiteBench& bench, SuiteAsk ask, const Reply& reply);

    tls::ProtocolVersion version_;
    Absence* absence_;
    std::deque<SuiteAsk> ready_;
    Stage stage_ = Stage::shapes;
    bool in_doubt_ = false;  // asked once more
    int last_answer_ = 0;
    int silences_ = 0;
    int apart_ = 0;                             // questions about what the library fails with
    std::optional<tls::ExtensionSet> opening_;  // fewer extensions, until the usual hello was asked once more
};

}  // namespace smtptls::probes

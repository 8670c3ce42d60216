// Is a version there at all? Every certificate suite; if that is refused, a short list with few extensions,
// one without extensions, the suites of other credentials; and where the refusals prove too little, the
// certificate suites in parts, backwards, or all suites in the lists of the sieve. One question after the other: each
// is only asked if those before it were refused. The first phase of a VersionPlan.
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

    /// Another version's answer proves this one absent.
    void set_absent(model::QuestionId evidence);

private:
    enum class Stage { shapes, waits, parts };

    void push(std::string detail, Suites suites, tls::ExtensionSet extensions);
    void learn(SuiteBench& bench, SuiteAsk ask, const Reply& reply);
    void learn_refusal(const SuiteAsk& ask, const Reply& reply, SuiteBench& bench);
    void learn_close(const SuiteBench& bench, SuiteAsk ask);
    bool is_in_doubt(const ServerProfile& server) const;
    void push_parts(const Suites& candidates);
    void open(SuiteBench& bench, tls::ExtensionSet extensions);
    bool asks_usual_shape(SuiteBench& bench, const SuiteAsk& opening);
    bool take_usual_shape(SuiteBench& bench, SuiteAsk ask, const Reply& reply);

    tls::ProtocolVersion version_;
    Absence* absence_;
    std::deque<SuiteAsk> ready_;
    Stage stage_ = Stage::shapes;
    bool in_doubt_ = false;  // asked once more
    int last_answer_ = 0;
    std::optional<tls::ExtensionSet> opening_;  // fewer extensions, until the usual hello was asked once more
};

}  // namespace smtptls::probes

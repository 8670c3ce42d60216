// Is a version there at all? Every certificate suite; if that is refused, a short list with few extensions,
// one without extensions, the suites of other credentials; and where the refusals prove too little, the
// certificate suites in parts, backwards, or all suites in the lists of the sieve. One question after the other: each
// is only asked if those before it were refused. Pure, like VersionPlan, which asks for it and takes what is chosen.
#pragma once

#include "probes/manner.hpp"
#include "probes/offer.hpp"

#include <deque>
#include <set>
#include <vector>

namespace smtptls::probes {

class VersionGate {
public:
    VersionGate(tls::ProtocolVersion version, const Suites& candidates, const Manner& manner);

    /// The next question; nothing at the end, or while the others must settle first.
    std::optional<Task> next();
    void ask_again(Task task) { ready_.push_front(std::move(task)); }

    /// An answer without a choice. Those with one are the plan's, which then calls opened().
    void learn(Task task, const Reply& reply);
    void opened(const Task& task);
    /// Another version's hello in this shape was answered with this version.
    void opened_elsewhere(tls::ExtensionSet shape);
    /// Another version's answer proves this one absent.
    void set_absent(model::QuestionId evidence);

    bool asked_all() const { return ready_.empty() && !parts_wait_; }
    bool waiting() const { return ready_.empty() && parts_wait_; }
    bool absent() const { return absent_; }
    bool absent_below() const { return absent_below_; }  ///< alert 70

    /// What an alert refused in the full shape was the list itself: it need not be asked again.
    bool refused(tls::CipherSuite suite) const { return refused_.contains(suite); }

    /// The shape of hello that was needed, and how many suites may be offered in it.
    tls::ExtensionSet extensions() const { return extensions_; }
    std::size_t most_suites() const { return most_suites_; }

    /// Nothing was chosen: was the version refused suite by suite by an alert, or closed each time?
    bool all_refused(tls::CipherSuite suite) const { return trouble_.empty() && refused_.contains(suite); }
    bool all_closed() const;
    bool any_closed() const { return closes_ > 0; }
    const std::string& trouble() const { return trouble_; }
    const std::vector<model::QuestionId>& evidence() const { return evidence_; }

private:
    void push(std::string label, Suites suites, tls::ExtensionSet extensions);
    void take(Task task, const Reply& reply);
    void learn_refusal(const Task& task);
    void learn_close(Task task);
    bool is_in_doubt() const;
    void push_parts();
    void push_sieve();

    tls::ProtocolVersion version_;
    Suites candidates_;
    const Manner* manner_;
    std::deque<Task> ready_;
    tls::ExtensionSet extensions_ = tls::ExtensionSet::full;
    std::size_t most_suites_ = SIZE_MAX;
    bool absent_ = false;
    bool absent_below_ = false;
    bool in_parts_ = false;    // refused by an alert, asked once more in parts
    bool parts_wait_ = false;  // whether that is needed is told by the other versions
    bool in_doubt_ = false;    // asked once more
    int last_answer_ = 0;
    std::set<tls::CipherSuite> refused_;
    int closes_ = 0;
    std::string trouble_;
    std::vector<model::QuestionId> evidence_;
};

}  // namespace smtptls::probes

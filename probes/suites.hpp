// The probe of versions and suites: a VersionPlan for each version, the gates from TLS 1.2 down one after
// the other, SSL 2 by itself, and for each version that accepts something a ConfirmPlan. Makes the first
// contact, and gives up when the server cannot be reached. suites.cpp asks, suites_answers.cpp learns.
#pragma once

#include "probes/confirm_plan.hpp"
#include "probes/double_check.hpp"
#include "probes/probe.hpp"
#include "probes/reachability.hpp"
#include "probes/ssl2_plan.hpp"
#include "probes/version_plan.hpp"

#include <deque>
#include <map>
#include <optional>
#include <variant>
#include <vector>

namespace smtptls::probes {

class SuitesProbe : public Probe {
public:
    /// `server` outlives the probe.
    SuitesProbe(const Knowledge& known, ServerProfile& server);
    SuitesProbe(const SuitesProbe&) = delete;
    SuitesProbe& operator=(const SuitesProbe&) = delete;

    Requirement needs() const override { return Requirement::nothing; }
    std::vector<model::Question> ask(std::size_t room, model::Numbering& ids) override;
    void learn(const model::Answer& answer) override;
    Conclusion conclude() const override;

private:
    struct Version {
        Version(tls::ProtocolVersion version, const Knowledge& known, const Shared& shared);

        VersionPlan plan;
        std::optional<ConfirmPlan> confirm;  ///< where our library speaks the version
        bool by_hello = false;               ///< a handshake in place of a hello came to nothing
    };

    // Who asked a question.
    struct OfPlan {
        std::size_t version;
    };
    struct OfConfirm {
        std::size_t version;
    };
    struct OfSsl2 {};
    struct OfCheck {};
    using Asker = std::variant<OfPlan, OfConfirm, OfSsl2, OfCheck>;
    using Next = std::optional<model::Question>;

    std::size_t most_now(std::size_t room) const;
    bool may_ask(std::size_t version, bool beside) const;
    Next next_question(model::Numbering& ids);
    Next next_hello(bool beside, model::Numbering& ids);
    Next next_hello_of(std::size_t version, model::Numbering& ids);
    Next next_confirmation(model::Numbering& ids);
    Next next_ssl2(model::Numbering& ids);
    Next ssl2_hello(model::Numbering& ids);
    Next next_sign_of_life(model::Numbering& ids);
    Next next_last_sign(model::Numbering& ids);
    Next next_check(model::Numbering& ids);
    bool all_done() const;
    Next handshake_instead(Version& version, const Offer& offer);
    bool is_likely(tls::CipherSuite suite) const;
    bool rests_on_hang_ups() const;
    bool may_ask_ssl2() const;
    void settle();
    void extend_confirming();
    std::vector<tls::CipherSuite> to_confirm(const Version& version) const;
    model::HandshakeQuestion handshake_with(tls::ProtocolVersion version, Suites suites);
    void spread(std::size_t room);
    double longest_way() const;
    std::size_t hellos_ready() const;
    std::size_t confirmations_ready() const;
    void withdraw(const Version& version);
    void learn(OfPlan asker, const model::Answer& answer);
    void learn(OfConfirm asker, const model::Answer& answer);
    void learn(OfSsl2, const model::Answer& answer) { ssl2_.learn(answer); }
    void learn(OfCheck, const model::Answer& answer);
    std::vector<model::Cell> cells_of(const Version& version) const;
    Version& version_of(tls::ProtocolVersion version);
    void learn_below(std::size_t version, const Reply& reply, const model::Answer& answer);
    bool accepted_in_another(const VersionPlan& plan) const;
    std::vector<model::Observation> observations() const;

    ServerProfile& server_;
    Interest interest_;
    Coordination coordination_;
    std::deque<Version> versions_;  // newest first
    Ssl2Plan ssl2_;
    Reachability reachability_;
    std::map<model::QuestionId, Asker> under_way_;
    bool lanes_;
    bool implicit_;
    DoubleCheck double_check_;
    struct {
        bool any = false;
        bool inside = false;  // EHLO inside TLS
        bool life = false;    // in the end, what rests on closes
    } asked_;
    struct {
        int closes = 0;
        int silences = 0;
    } first_;  // in answer to hellos, before any was answered otherwise
};

}  // namespace smtptls::probes

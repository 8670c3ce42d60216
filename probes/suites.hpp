// The probe of versions and suites: a VersionPlan for each version, the gates from TLS 1.2 down one after
// the other, SSL 2 by itself, and for each version that accepts something a ConfirmPlan. Makes the first
// contact, and gives up when the server cannot be reached. suites.cpp asks, suites_answers.cpp learns.
#pragma once

#include "probes/confirm_plan.hpp"
#include "probes/probe.hpp"
#include "probes/reach.hpp"
#include "probes/ssl2_plan.hpp"
#include "probes/version_plan.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace smtptls::probes {

class SuitesProbe : public Probe {
public:
    // The keys of questions: the plan's number, and its own key.
    static constexpr std::uint32_t keys_per_plan = 1U << 16U;
    static constexpr std::uint32_t confirm_plans = 16;
    static constexpr std::uint32_t ssl2_plan = 32;

    Requirement needs() const override { return Requirement::nothing; }
    std::vector<model::Question> ask(const Knowledge& known, std::size_t room) override;
    void learn(const model::Answer& answer) override;
    Conclusion conclude() const override;

private:
    struct Version {
        VersionPlan plan;
        std::optional<ConfirmPlan> confirm;      ///< where our library speaks the version
        std::optional<std::uint32_t> handshake;  ///< the key of a hello's question that is asked as a handshake
        bool by_hello = false;                   ///< one such came to nothing
    };

    void begin(const Knowledge& known);
    std::size_t most_now(std::size_t room) const;
    bool may_ask(std::size_t version, bool beside) const;
    std::optional<model::Question> next_question();
    std::optional<model::Question> next_hello(bool beside);
    std::optional<model::Question> next_confirmation();
    std::optional<model::Question> next_ssl2();
    std::optional<model::Question> next_sign_of_life();
    bool rests_on_hang_ups() const;
    bool may_ask_ssl2() const;
    void settle();
    void begin_confirming(bool early);
    std::optional<model::Question> handshake_instead(std::size_t version, const Offer& offer);
    bool speaks_inside(tls::ProtocolVersion version);
    void spread(std::size_t room);
    double longest_way() const;
    std::size_t hellos_ready() const;
    std::size_t confirmations_ready() const;
    void withdraw(const Version& version);
    void learn_handshake(Version& version, const Reply& reply);
    void learn_version(std::size_t version, std::uint32_t key, const model::Answer& answer);
    bool accepted_in_another(tls::ProtocolVersion version) const;
    std::vector<model::Observation> observations() const;

    Manner manner_;
    std::vector<Version> versions_;  // newest first
    bool one_lane_ = false;
    bool inside_asked_ = false;  // EHLO inside TLS
    Ssl2Plan ssl2_;
    bool begun_ = false;
    std::size_t under_way_ = 0;
    Reach reach_;
    bool hung_up_ = false;  // a hello was answered by a close before any was answered otherwise
    bool life_asked_ = false;
};

}  // namespace smtptls::probes

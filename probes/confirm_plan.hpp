// Confirming one version by completed handshakes: a whole flight can still lie. The fewest suites that
// cover every key exchange, authentication and cipher family among the accepted ones that our TLS
// library can speak; what fails behind the flight is lowered, and its untested siblings are asked one
// by one. Pure, like VersionPlan.
#pragma once

#include "probes/reply.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace smtptls::probes {

/// How much is confirmed: `family` is the cover described above; `version` one handshake in each
/// version; `suite` every suite our library can speak.
enum class Confirm { none, version, family, suite };

class ConfirmPlan {
public:
    /// `speakable`: what our library can complete.
    ConfirmPlan(tls::ProtocolVersion version, std::vector<tls::CipherSuite> speakable, Confirm confirm);

    /// What the hellos found; again with more when more was found.
    void extend(const std::vector<tls::CipherSuite>& accepted);

    struct Question {
        std::uint32_t key = 0;
        tls::CipherSuite suite{};
    };

    /// What breaks off is tried more often: it does now and then.
    void set_shaky(bool shaky) { shaky_ = shaky; }

    std::optional<Question> next();
    void learn(std::uint32_t key, const Reply& reply);

    /// Those of `suites`, accepted or not, with which a handshake would show most that is not asked yet; none if
    /// with none of them it would show anything.
    std::vector<tls::CipherSuite> most_telling(const std::vector<tls::CipherSuite>& suites) const;
    /// A handshake of this version that was completed in place of a hello.
    void learn_completed(const Reply& reply);
    std::size_t ready() const { return ready_.size(); }
    bool done() const { return ready_.empty() && under_way_.empty(); }

    /// Suites that were chosen and could not be finished.
    std::vector<tls::CipherSuite> lowered() const;

    /// `cell` with what the handshakes say of it: its grade, or inconclusive.
    void apply(model::Cell& cell) const;

private:
    using Property = std::string;  // "kx rsa", "auth ecdsa", "family AES-GCM"

    struct Result {
        enum class Kind { confirmed, lowered, unconfirmed } kind = Kind::unconfirmed;
        std::string words;
        model::QuestionId evidence = 0;
    };

    static std::vector<Property> properties_of(tls::CipherSuite suite);
    bool asks_all() const;
    std::set<Property> asked_properties() const;
    void confirm(tls::CipherSuite suite, const Reply& reply);
    bool is_asked(tls::CipherSuite suite) const;
    void choose();
    void choose_cover();
    void ask_siblings();

    tls::ProtocolVersion version_;
    std::vector<tls::CipherSuite> speakable_;
    Confirm confirm_;
    std::vector<tls::CipherSuite> open_;  // accepted and speakable
    std::deque<tls::CipherSuite> ready_;
    std::map<std::uint32_t, tls::CipherSuite> under_way_;
    std::map<tls::CipherSuite, int> tries_;
    std::map<tls::CipherSuite, int> throttles_;
    bool shaky_ = false;
    std::uint32_t next_key_ = 1;
    std::map<tls::CipherSuite, Result> results_;
    std::set<Property> confirmed_;
};

}  // namespace smtptls::probes

// Confirming one version by completed handshakes: a whole flight can still lie. A cover, few suites that show every key
// exchange, authentication and cipher family among the accepted ones that our TLS library can speak. It depends on
// nothing but what is accepted, so that two scans of one server say the same. What fails behind the flight is lowered,
// and those that share what is in doubt are asked one by one. Pure, like VersionPlan.
#pragma once

#include "model/matrix.hpp"
#include "probes/elimination/patience.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace smtptls::probes {

using model::Confirm;

class ConfirmPlan {
public:
    /// `speakable`: what our library can complete.
    ConfirmPlan(tls::ProtocolVersion version, std::vector<tls::CipherSuite> speakable, Confirm confirm);

    /// What the hellos found, and what they may find yet; again when that has changed. `alone`: no handshake finds
    /// anything, since the server's order decides; the cover is then the fewest suites, not those that are found and
    /// confirmed in one connection.
    void extend(const std::vector<tls::CipherSuite>& accepted, const std::vector<tls::CipherSuite>& undecided = {},
                bool alone = false);

    /// What breaks off is tried more often: it does now and then.
    void set_shaky(bool shaky) { shaky_ = shaky; }

    /// The next suite to complete a handshake with, in the question with this id.
    std::optional<tls::CipherSuite> next(model::Numbering& ids, model::QuestionId& id);
    void learn(model::QuestionId id, const Reply& reply);

    /// A handshake that offers these of `suites`, in this order, will likely complete one that the cover needs, and
    /// find it as well. None if there is no such handshake. `others`: what else is accepted, or not decided yet.
    using Likely = std::function<bool(tls::CipherSuite)>;  ///< whether the server likely accepts it
    std::vector<tls::CipherSuite> wanted_of(const std::vector<tls::CipherSuite>& suites,
                                            const std::vector<tls::CipherSuite>& others, const Likely& likely) const;
    /// It is under way, with this id; no other one will be for the same.
    void aim(model::QuestionId id, const std::vector<tls::CipherSuite>& suites);
    bool aimed(model::QuestionId id) const { return aimed_.contains(id); }
    /// What became of it. False if it was not completed.
    bool learn_aimed(model::QuestionId id, const Reply& reply);
    bool asks_any() const { return confirm_ != Confirm::none; }
    std::size_t ready() const { return ready_.size(); }
    bool done() const { return ready_.empty() && under_way_.empty(); }

    /// A handshake with it is under way, or was, or will be.
    bool is_asked(tls::CipherSuite suite) const;

    /// The handshake in which an accepted suite was refused; it is tried twice.
    std::optional<model::QuestionId> refused_in(tls::CipherSuite suite) const;

    /// Suites that were chosen and could not be finished.
    std::vector<tls::CipherSuite> lowered() const;

    /// `cell` with what the handshakes say of it: its grade, or inconclusive.
    void apply(model::Cell& cell) const;

private:
    using Property = std::string;  // "kx rsa", "auth ecdsa", "family AES-GCM"
    using Suites = std::vector<tls::CipherSuite>;

    struct Result {
        // `flight`: all of the server's flight came, and our library, or the server for want of a client certificate,
        // did not go on; `left_out`: it was not begun.
        enum class Kind { confirmed, flight, lowered, unconfirmed, left_out } kind = Kind::unconfirmed;
        std::string words;
        model::QuestionId evidence = 0;
    };

    static Result result_of(const Reply& reply);
    bool nothing_came_of_it() const;
    void apply_proof(model::Cell& cell, const Result* result) const;

    enum class Rank { family, others, all };
    static std::vector<Property> properties_of(tls::CipherSuite suite, Rank rank = Rank::all);
    bool asks_all() const;
    bool is_confirmed(tls::CipherSuite suite) const;
    std::set<Property> asked_properties() const;
    std::set<Property> shown() const;
    Suites cover(const Suites& suites, bool alone) const;
    Suites siblings() const;
    void ask_unasked();

    tls::ProtocolVersion version_;
    Suites speakable_;
    Confirm confirm_;
    Suites open_;  // accepted and speakable
    std::size_t undecided_ = SIZE_MAX;
    Suites cover_;  // of these, what is to be completed
    std::deque<tls::CipherSuite> ready_;
    std::map<model::QuestionId, tls::CipherSuite> under_way_;
    std::map<model::QuestionId, std::set<Property>> aimed_;
    std::map<tls::CipherSuite, Patience> patience_;
    bool shaky_ = false;
    std::map<tls::CipherSuite, Result> results_;
};

}  // namespace smtptls::probes

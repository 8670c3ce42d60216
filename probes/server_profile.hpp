// What one server has shown of itself, whatever it was asked for: learnt in one place, used by all its probes and by
// the engine.
#pragma once

#include "model/question.hpp"
#include "probes/credential.hpp"
#include "probes/members.hpp"
#include "probes/suite_sets.hpp"

#include <bitset>
#include <climits>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace smtptls::probes {

/// Answers are numbered. A refusal between trouble and the good answers around it may have been part of the trouble,
/// and is doubtful; not on a server that never gave a good one.
class TroubleLog {
public:
    /// A question broke off and was answered when it was asked again: the network, or a server with too much to do.
    /// What breaks off is then asked more often.
    bool shaky = false;
    int hang_ups = 0;  ///< closes in answer to hellos, since the last other answer

    int now() const { return now_; }
    void note_good();
    void note_refusal() { ++now_; }
    void note_trouble();
    bool doubtful(int answer) const;

private:
    int now_ = 0;
    int last_good_ = 0;
    bool in_trouble_ = false;
    std::vector<std::pair<int, int>> troubled_;
};

/// A pause after connections failed in a row, so long that a limit on connections has passed.
enum class Rest { none, after_ten_seconds, after_a_minute };

/// The kinds of suites that were accepted, in any version.
class Served {
public:
    std::set<Credential> credentials;
    bool completes = false;  ///< a handshake was completed; where none is asked for, a whole flight sent

    void add(tls::CipherSuite suite);
    bool any() const { return keys_.any(); }

    /// The plans ask for thousands of suites each time they are asked for a question.
    bool knows_keys(const tls::SuiteInfo& suite) const { return keys_.test(keys_of(suite)); }
    bool knows_bulk(const tls::SuiteInfo& suite) const { return bulks_.test(bulk_of(suite)); }
    bool knows(tls::CipherSuite suite) const { return knows_keys(info_of(suite)) && knows_bulk(info_of(suite)); }

private:
    static constexpr std::size_t most = 32;  // values of one property

    static std::size_t keys_of(const tls::SuiteInfo& suite)
    {
        return static_cast<std::size_t>(suite.key_exchange) * most + static_cast<std::size_t>(suite.authentication);
    }
    static std::size_t bulk_of(const tls::SuiteInfo& suite)
    {
        const auto cipher = static_cast<std::size_t>(suite.cipher);
        return (cipher * most + static_cast<std::size_t>(suite.mode)) * most + static_cast<std::size_t>(suite.mac);
    }

    std::bitset<most * most> keys_;
    std::bitset<most * most * most> bulks_;
};

/// Which hellos of ours it bears.
struct Hellos {
    bool named = false;         ///< they carry a name
    bool short_only = false;    ///< it answers short ones only
    bool hang_if_long = false;  ///< and does not even close on others
    bool bare_only = false;     ///< it answers those without extensions only
    bool long_lists = false;    ///< it chose the last of more than 128 suites
};

/// What it says inside TLS.
struct Inside {
    bool silent = false;  ///< it let a greeting or EHLO wait for a timeout, and never said a word
    bool speaks = false;  ///< it has answered
};

struct ServerProfile {
    /// What every answer shows, whoever asked.
    void learn(const model::Answer& answer);

    bool contact = false;    ///< an answer got as far as TLS
    bool spoke_tls = false;  ///< a hello was answered as TLS servers do
    bool alive = true;       ///< the last connection was answered so
    bool by_alert = false;   ///< it has refused something by an alert: a close is then no refusal
    Hellos hellos;
    bool client_proven = false;  ///< in some version the client's order was shown to decide
    bool traps = false;          ///< it refuses lists because of a suite that it picks and cannot serve
    Inside inside;
    Served served;
    TroubleLog log;
    Members members;
    Rest rest = Rest::none;  ///< it is let alone now, and then asked one question

    /// Closes in answer to one list, after which they count as a refusal if they can.
    int enough_closes() const { return log.shaky ? 6 : 3; }
};

/// What the plans of one server's versions must agree on.
struct Coordination {
    /// Nothing else is under way from which a plan that waits could learn more.
    bool settled = true;
    /// In a limited scan, some version asks for the order although it asks about no suite.
    bool order_asked = false;
};

}  // namespace smtptls::probes

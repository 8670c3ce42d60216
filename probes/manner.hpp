// How one server behaves, learnt in all its versions and shared by their plans.
#pragma once

#include "probes/credential.hpp"
#include "probes/interest.hpp"
#include "probes/suite_sets.hpp"

#include <algorithm>
#include <climits>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace smtptls::probes {

struct Manner {
    bool by_alert = false;            ///< it has refused something by an alert: a close is then no refusal
    bool reads_long_lists = false;    ///< it chose the last of more than 128 suites
    bool clients_order = false;       ///< in some version it looked as if the client's order decided
    bool client_proven = false;       ///< in some version the client's order was shown to decide
    bool order_asked = false;         ///< in a limited scan, by a version that asks about no suite
    bool servers_order = false;       ///< in some version an order of its own was seen to decide
    bool traps = false;               ///< it refuses lists because of a suite that it picks and cannot serve
    bool others_begun = false;        ///< a version asks about each kind of other credentials apart
    bool others_asked_apart = false;  ///< a version was closed: what each kind of credentials does is known

    /// A question broke off and was answered when it was asked again: the network, or a server with too much to
    /// do. What breaks off is then asked more often.
    bool shaky = false;

    /// The last connection was answered as TLS servers do.
    bool alive = true;
    /// Closes in answer to one list, after which they count as a refusal if they can.
    int enough_closes() const { return shaky ? 6 : 3; }

    /// Nothing else is under way from which a plan that waits could learn more.
    bool settled = true;

    std::set<std::pair<tls::KeyExchange, tls::Authentication>> keys;  ///< of suites accepted in any version
    std::set<std::tuple<tls::Cipher, tls::CipherMode, tls::Mac>> bulks;

    std::set<Credential> credentials;

    Interest interest;

    /// Answers are numbered. A refusal between trouble and the good answers around it may have been part of
    /// the trouble, and is doubtful; not on a server that never gave a good one.
    int now() const { return now_; }
    void note_good()
    {
        last_good_ = ++now_;
        if (in_trouble_) {
            troubled_.back().second = now_;
            in_trouble_ = false;
        }
    }
    void note_refusal() { ++now_; }
    void note_trouble()
    {
        ++now_;
        if (!in_trouble_) {
            troubled_.emplace_back(last_good_, INT_MAX);
            in_trouble_ = true;
        }
    }
    bool doubtful(int answer) const
    {
        return std::any_of(troubled_.begin(), troubled_.end(), [answer](const auto& span) {
            return span.first > 0 && answer > span.first && answer < span.second;
        });
    }

    void accepted(tls::ProtocolVersion version, tls::CipherSuite suite)
    {
        interest.accepted(version, suite);
        const tls::SuiteInfo& info = info_of(suite);
        credentials.insert(credential_of(suite));
        keys.emplace(info.key_exchange, info.authentication);
        bulks.emplace(info.cipher, info.mode, info.mac);
    }

    bool accepted_any() const { return !keys.empty(); }

    bool knows_keys(tls::CipherSuite suite) const
    {
        return keys.contains({info_of(suite).key_exchange, info_of(suite).authentication});
    }

    bool knows_credential(tls::CipherSuite suite) const { return credentials.contains(credential_of(suite)); }

    bool knows_bulk(tls::CipherSuite suite) const
    {
        return bulks.contains({info_of(suite).cipher, info_of(suite).mode, info_of(suite).mac});
    }

private:
    int now_ = 0;
    int last_good_ = 0;
    bool in_trouble_ = false;
    std::vector<std::pair<int, int>> troubled_;
};

}  // namespace smtptls::probes

// Servers as pure functions: from the suites offered, in their order, to a reply. And the loop that
// lets a VersionPlan ask one, counting its questions.
#pragma once

#include "probes/version_plan.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <vector>

namespace smtptls::probes {

using Suites = std::vector<tls::CipherSuite>;
using Server = std::function<Reply(const Suites& offered)>;

inline Reply reply(Reply::Kind kind, tls::CipherSuite suite = {})
{
    return {kind, suite, tls::ProtocolVersion::tls1_2, model::Grade::handshake, true, "words", 1};
}

/// How one server decides; `accepted` is in the server's order.
struct Behaviour {
    Suites accepted = {};
    bool own_order = true;      ///< else the client's
    Suites poison = {};         ///< picked by the order above, before what is accepted, and then it fails
    bool shows_poison = false;  ///< fails with a ServerHello seen; else a bare alert 40
    std::size_t reads = 1000;   ///< how many suites of the offer it reads
    bool closes = false;        ///< refuses by closing
};

/// In a server's own order poison ranks where `accepted` has it, or first if it is not there.
inline Reply answer(const Behaviour& server, const Suites& offered)
{
    const auto end = offered.begin() + static_cast<std::ptrdiff_t>(std::min(offered.size(), server.reads));
    const Suites read(offered.begin(), end);
    const auto in = [](const Suites& list, tls::CipherSuite suite) {
        return std::find(list.begin(), list.end(), suite) != list.end();
    };
    Suites ranked;
    for (const tls::CipherSuite suite : server.poison) {
        if (!in(server.accepted, suite)) {
            ranked.push_back(suite);
        }
    }
    ranked.insert(ranked.end(), server.accepted.begin(), server.accepted.end());
    const Suites& first = server.own_order ? ranked : read;
    const Suites& second = server.own_order ? read : ranked;
    for (const tls::CipherSuite suite : first) {
        if (!in(second, suite)) {
            continue;
        }
        if (!in(server.poison, suite)) {
            return reply(Reply::Kind::chosen, suite);
        }
        return server.shows_poison ? reply(Reply::Kind::chosen_lost, suite) : reply(Reply::Kind::refused);
    }
    return reply(server.closes ? Reply::Kind::broken : Reply::Kind::refused);
}

inline Server server_of(Behaviour behaviour)
{
    return [behaviour = std::move(behaviour)](const Suites& offered) { return answer(behaviour, offered); };
}

/// No plan may ask more: the gates (up to 8) with their retries, for each candidate a choice or three failures,
/// for each a throttle, and the closing budget with its last retries.
inline std::size_t worst_case(std::size_t candidates)
{
    constexpr std::size_t tries = 9;  // 3 failures and 6 throttles
    return 8 * tries + tries * candidates + VersionPlan::closing_budget + tries * 8;
}

struct Run {
    std::shared_ptr<Manner> manner;
    VersionPlan plan;
    std::size_t questions = 0;
    std::size_t sieving = 0;  ///< of the questions
    bool ended = false;
    std::vector<Suites> asked = {};
    std::vector<std::string> purposes = {};
};

/// Asks until the plan has no more questions, `width` at a time; answers come back in order. Another version has
/// accepted something.
inline Run run(const Suites& candidates, const Server& server, std::size_t width = 1)
{
    const auto manner = std::make_shared<Manner>();
    manner->accepted(tls::ProtocolVersion::tls1_2, tls::CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256);
    Run out{manner, VersionPlan(tls::ProtocolVersion::tls1_2, candidates, *manner)};
    std::deque<Offer> under_way;
    while (out.questions <= worst_case(candidates.size())) {
        while (under_way.size() < width) {
            auto offer = out.plan.next();
            if (!offer) {
                break;
            }
            ++out.questions;
            out.sieving += offer->purpose.rfind("sieve", 0) == 0 ? 1U : 0U;
            out.asked.push_back(offer->suites);
            out.purposes.push_back(offer->purpose);
            under_way.push_back(std::move(*offer));
        }
        if (under_way.empty()) {
            out.ended = true;
            break;
        }
        const Offer offer = std::move(under_way.front());
        under_way.pop_front();
        out.plan.learn(offer.key, server(offer.suites));
    }
    return out;
}

struct Verdict {
    std::size_t right = 0;
    std::size_t open = 0;
    std::size_t falsely_accepted = 0;
    std::size_t falsely_rejected = 0;

    std::size_t wrong() const { return falsely_accepted + falsely_rejected; }
};

/// `accepted` is the truth; a poison suite may be open or rejected, never accepted.
inline Verdict judge(const Run& done, const Suites& accepted, bool other_version = true)
{
    const std::set<tls::CipherSuite> truth(accepted.begin(), accepted.end());
    Verdict verdict;
    for (const model::Cell& cell : done.plan.cells(other_version)) {
        const bool yes = truth.contains(cell.suite);
        switch (cell.state) {
            case model::CellState::accepted: ++(yes ? verdict.right : verdict.falsely_accepted); break;
            case model::CellState::rejected: ++(yes ? verdict.falsely_rejected : verdict.right); break;
            default: ++verdict.open; break;
        }
    }
    return verdict;
}

/// Every subset of `suites`, and each once with the order reversed.
inline std::vector<Suites> every_subset(const Suites& suites)
{
    std::vector<Suites> out;
    for (std::size_t bits = 0; bits < (std::size_t{1} << suites.size()); ++bits) {
        Suites subset;
        for (std::size_t i = 0; i < suites.size(); ++i) {
            if ((bits >> i & 1U) != 0) {
                subset.push_back(suites[i]);
            }
        }
        out.push_back(subset);
        std::reverse(subset.begin(), subset.end());
        out.push_back(subset);
    }
    return out;
}

/// Six suites: two of one family and class, others of other families, classes and credentials.
inline const Suites& six()
{
    using enum tls::CipherSuite;
    static const Suites suites = {
        TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_RSA_WITH_AES_128_GCM_SHA256,
        TLS_RSA_WITH_CAMELLIA_128_CBC_SHA,     TLS_RSA_WITH_AES_128_CBC_SHA,          TLS_DH_anon_WITH_AES_128_CBC_SHA,
    };
    return suites;
}

}  // namespace smtptls::probes

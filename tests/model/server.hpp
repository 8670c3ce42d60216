// Servers as pure functions: a table of versions and suites, an order of preference, a manner of
// refusing, and what can go wrong. The planners are held to what such a server would accept.
#pragma once

#include "model/matrix.hpp"
#include "model/question.hpp"
#include "probes/suite_sets.hpp"

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace smtptls::test {

using probes::Suites;
using tls::CipherSuite;
using tls::ProtocolVersion;

enum class Order { server, client, chacha_first };

/// How a hello is turned down. `lower`: by answering an older version, where there is one.
enum class Refusal { alert_40, alert_47, alert_70, alert_71, alert_80, alert_112, close, reset, silence, lower };

/// The ways in which the suites of a version that is there are refused.
inline constexpr std::array refusals = {Refusal::alert_40, Refusal::alert_47, Refusal::alert_71, Refusal::alert_80,
                                        Refusal::close,    Refusal::reset,    Refusal::silence};

/// A suite that the server picks and then cannot finish with.
enum class Poison { bare_alert, bare_close, after_hello, after_flight };

struct Server {
    std::string name;
    std::map<ProtocolVersion, Suites> tables;  ///< in order of preference; SSL 2: the kinds
    std::map<CipherSuite, Poison> poison;
    Order order = Order::server;
    Refusal refusal = Refusal::alert_40;
    Refusal absent = Refusal::alert_70;
    std::size_t reads = SIZE_MAX;             ///< only so many suites of a list
    std::size_t refuses_longer = SIZE_MAX;    ///< lists
    bool closes_on_full = false;              ///< extensions
    std::size_t closes_on_longer = SIZE_MAX;  ///< lists
    bool closes_on_tls13 = false;
    bool ecdhe_needs_extensions = false;
    bool liar = false;        ///< a ServerHello for everything, and then an alert
    bool needs_name = false;  ///< unrecognized_name to everything
    bool hrr_loop = false;    ///< no handshake of TLS 1.3 comes to an end
    bool unoffered = false;   ///< answers with a suite that nobody offered
};

model::Outcome answer(const Server& server, const model::Asked& asked);

/// For what no Server does, any function is one.
using Answering = std::function<model::Outcome(const model::Asked&)>;

/// `server` is copied.
Answering answering(const Server& server);

/// What is true of a cell: accepted without any trouble.
bool accepts(const Server& server, ProtocolVersion version, CipherSuite suite);
bool is_poison(const Server& server, ProtocolVersion version, CipherSuite suite, Poison poison);

/// A claim that this server disproves: rejected though it is accepted, or accepted though it is not (a suite
/// that only a completed handshake can unmask counts if the claim is that it was completed).
bool wrong(const Server& server, const model::Cell& cell);

std::size_t count_accepted(const Server& server);

model::Outcome alert(tls::AlertDescription description, std::optional<model::ServerChoice> choice = {});
model::Outcome failure(base::Stage stage, base::Reason reason);
/// The connection is lost behind a choice.
model::Outcome broken_off(ProtocolVersion version, CipherSuite suite);
model::Outcome flight(ProtocolVersion version, CipherSuite suite);

}  // namespace smtptls::test

#include "tests/model/server.hpp"

#include <algorithm>

namespace smtptls::test {
namespace {

using model::Outcome;
using model::ServerChoice;
using tls::AlertDescription;

Outcome broken_after(base::Reason reason, const ServerChoice& choice)
{
    return model::Broken{{base::Stage::handshake, reason, {}}, choice};
}

bool is_chacha(CipherSuite suite)
{
    return probes::info_of(suite).cipher == tls::Cipher::chacha20;
}

std::optional<CipherSuite> first_of(const Suites& order, const Suites& allowed)
{
    const auto found =
        std::find_if(order.begin(), order.end(), [&](CipherSuite suite) { return probes::contains(allowed, suite); });
    return found == order.end() ? std::nullopt : std::optional(*found);
}

std::optional<CipherSuite> pick(const Server& server, const Suites& table, const Suites& offered)
{
    if (server.order == Order::client) {
        return first_of(offered, table);
    }
    if (server.order == Order::chacha_first && !offered.empty() && is_chacha(offered.front())) {
        if (const auto chacha = first_of(probes::those(table, is_chacha), offered)) {
            return chacha;
        }
    }
    return first_of(table, offered);
}

struct Hello {
    ProtocolVersion version{};
    Suites suites;
    bool full = false;
    bool any_extensions = true;
    bool completes = false;
};

Hello hello_of(const model::Asked& asked)
{
    Hello hello{model::version_of(asked), model::suites_of(asked)};
    const auto* const question = std::get_if<model::HelloQuestion>(&asked);
    hello.completes = question == nullptr;
    hello.full = question != nullptr && question->extensions == tls::ExtensionSet::full;
    hello.any_extensions = question == nullptr || question->extensions != tls::ExtensionSet::none;
    return hello;
}

Suites table_of(const Server& server, ProtocolVersion version, bool any_extensions)
{
    const auto found = server.tables.find(version);
    Suites table = found == server.tables.end() ? Suites() : found->second;
    if (server.ecdhe_needs_extensions && !any_extensions) {
        std::erase_if(table, [](CipherSuite s) { return probes::info_of(s).key_exchange == tls::KeyExchange::ecdhe; });
    }
    return table;
}

Outcome turn_down(const Server& server, Refusal refusal, const Hello& hello)
{
    switch (refusal) {
        case Refusal::alert_40: return alert(AlertDescription::handshake_failure);
        case Refusal::alert_47: return alert(AlertDescription::illegal_parameter);
        case Refusal::alert_70: return alert(AlertDescription::protocol_version);
        case Refusal::alert_71: return alert(AlertDescription::insufficient_security);
        case Refusal::alert_80: return alert(AlertDescription::internal_error);
        case Refusal::alert_112: return alert(AlertDescription::unrecognized_name);
        case Refusal::close: return failure(base::Stage::hello, base::Reason::closed);
        case Refusal::reset: return failure(base::Stage::hello, base::Reason::reset);
        case Refusal::silence: return failure(base::Stage::hello, base::Reason::timed_out);
        case Refusal::lower: break;
    }
    for (auto table = server.tables.rbegin(); table != server.tables.rend(); ++table) {
        const auto chosen = table->first < hello.version && table->first != ProtocolVersion::ssl2
                                ? pick(server, table->second, hello.suites)
                                : std::nullopt;
        if (chosen && !server.poison.contains(*chosen)) {
            return model::OtherVersion{{table->first, *chosen, false}};
        }
    }
    const bool older = !server.tables.empty() && server.tables.begin()->first < hello.version;
    return alert(older ? AlertDescription::handshake_failure : AlertDescription::protocol_version);
}

Outcome finish(const Server& server, const Hello& hello, CipherSuite suite)
{
    const ServerChoice choice{hello.version, suite, true};
    const auto poison = server.poison.find(suite);
    if (poison != server.poison.end()) {
        switch (poison->second) {
            case Poison::bare_alert: return alert(AlertDescription::handshake_failure);
            case Poison::bare_close: return failure(base::Stage::hello, base::Reason::closed);
            case Poison::after_hello:
                return alert(AlertDescription::handshake_failure, ServerChoice{hello.version, suite, false});
            case Poison::after_flight:
                if (hello.completes) {
                    return broken_after(base::Reason::closed, choice);
                }
                break;
        }
    }
    if (!hello.completes) {
        return flight(hello.version, suite);
    }
    if (server.hrr_loop && hello.version == ProtocolVersion::tls1_3) {
        return broken_after(base::Reason::protocol_error, choice);
    }
    model::Completed completed;
    completed.choice = choice;
    return completed;
}

}  // namespace

Outcome alert(AlertDescription description, std::optional<ServerChoice> choice)
{
    return model::AlertReceived{tls::AlertLevel::fatal, description, choice};
}

Outcome failure(base::Stage stage, base::Reason reason)
{
    return model::Broken{{stage, reason, {}}, std::nullopt};
}

Outcome broken_off(ProtocolVersion version, CipherSuite suite)
{
    return model::Broken{{base::Stage::hello, base::Reason::reset, {}}, ServerChoice{version, suite, false}};
}

Outcome flight(ProtocolVersion version, CipherSuite suite)
{
    model::FlightSeen seen;
    seen.choice = {version, suite, true};
    seen.hello_retry = version == ProtocolVersion::tls1_3;
    return seen;
}

Answering answering(const Server& server)
{
    return [server](const model::Asked& asked) { return answer(server, asked); };
}

Outcome answer(const Server& server, const model::Asked& asked)
{
    Hello hello = hello_of(asked);
    const bool there = server.tables.contains(hello.version);
    if (hello.version == ProtocolVersion::ssl2) {
        return there ? Outcome(model::Ssl2Seen{server.tables.at(hello.version), {}})
                     : failure(base::Stage::hello, base::Reason::closed);
    }
    const bool tls13 = hello.version == ProtocolVersion::tls1_3;
    if (server.needs_name) {
        return turn_down(server, Refusal::alert_112, hello);
    }
    if ((server.closes_on_full && hello.full) || hello.suites.size() > server.closes_on_longer ||
        (server.closes_on_tls13 && tls13)) {
        return turn_down(server, Refusal::close, hello);
    }
    if (hello.suites.size() > server.refuses_longer) {
        return turn_down(server, Refusal::alert_40, hello);
    }
    hello.suites.resize(std::min(hello.suites.size(), server.reads));
    if (server.liar) {
        return alert(AlertDescription::handshake_failure, ServerChoice{hello.version, hello.suites.front(), false});
    }
    if (server.unoffered) {
        return finish(server, hello, CipherSuite{0x7f7f});
    }
    if (!there) {
        // RFC 5246 appendix E.1: a lower version that is there is answered; alert 70 says that there is none.
        return turn_down(server, server.absent == Refusal::alert_70 ? Refusal::lower : server.absent, hello);
    }
    const auto chosen = pick(server, table_of(server, hello.version, hello.any_extensions), hello.suites);
    return chosen ? finish(server, hello, *chosen)
                  : turn_down(server, server.refusal == Refusal::alert_70 ? Refusal::alert_40 : server.refusal, hello);
}

bool accepts(const Server& server, ProtocolVersion version, CipherSuite suite)
{
    const auto table = server.tables.find(version);
    return !server.liar && !server.needs_name && !server.unoffered && table != server.tables.end() &&
           probes::contains(table->second, suite) && !server.poison.contains(suite);
}

bool is_poison(const Server& server, ProtocolVersion version, CipherSuite suite, Poison poison)
{
    const auto table = server.tables.find(version);
    const auto found = server.poison.find(suite);
    return table != server.tables.end() && probes::contains(table->second, suite) && found != server.poison.end() &&
           found->second == poison;
}

bool wrong(const Server& server, const model::Cell& cell)
{
    if (accepts(server, cell.version, cell.suite)) {
        return cell.state == model::CellState::rejected;
    }
    if (is_poison(server, cell.version, cell.suite, Poison::after_flight)) {
        return cell.grade == model::Grade::handshake || cell.grade == model::Grade::family;
    }
    return cell.state == model::CellState::accepted;
}

std::size_t count_accepted(const Server& server)
{
    std::size_t count = 0;
    for (const auto& [version, table] : server.tables) {
        for (const CipherSuite suite : table) {
            count += accepts(server, version, suite) && version != ProtocolVersion::ssl2 ? 1U : 0U;
        }
    }
    return count;
}

}  // namespace smtptls::test

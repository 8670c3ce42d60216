#include "engine/outlook.hpp"

#include "probes/cost.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace smtptls::engine {
namespace {

using std::chrono::milliseconds;

// The waits of one question: for the connection, greeting, EHLO, STARTTLS and TLS.
constexpr int steps_with_starttls = 5;
constexpr int steps_of_implicit = 2;
constexpr milliseconds round_trip{20};

// How many lines of a kind a hello and a handshake leave, counted in the logs of real servers:
// docs/politeness.md.
struct LineRule {
    std::string_view mailer;
    std::string_view line;
    std::string_view line_of_implicit;  // the same where TLS comes first
    std::size_t hello;
    std::size_t handshake;
    bool fail2ban;
};

constexpr std::array<LineRule, 5> rules = {{
    {"Postfix", "connect from", "", 1, 1, false},
    {"Postfix", "SSL_accept error from", "", 1, 0, false},
    {"Postfix", "lost connection after STARTTLS from", "lost connection after CONNECT from", 1, 0, true},
    {"Postfix", "disconnect from", "", 1, 1, false},
    {"Exim", "TLS error on connection from", "", 1, 0, false},
}};

int steps_of(const model::Endpoint& endpoint)
{
    return endpoint.mode == model::TlsMode::starttls ? steps_with_starttls : steps_of_implicit;
}

// The endpoints of one address one after the other, a few addresses side by side.
template <typename Time>
milliseconds together(const std::vector<model::Endpoint>& endpoints, std::size_t side_by_side, Time time)
{
    std::map<model::IpAddress, milliseconds> each;
    milliseconds sum{0};
    for (const model::Endpoint& endpoint : endpoints) {
        const milliseconds one = time(endpoint);
        each[endpoint.address] += one;
        sum += one;
    }
    milliseconds longest = sum / static_cast<std::int64_t>(std::max<std::size_t>(1, side_by_side));
    for (const auto& [address, one] : each) {
        longest = std::max(longest, one);
    }
    return longest;
}

void add_times(model::Outlook& out, const Settings& settings)
{
    const auto connections = static_cast<std::int64_t>(out.each[out.typical].sum());
    const auto at_once = static_cast<std::int64_t>(out.at_once);
    out.usual = together(out.endpoints, settings.addresses, [&](const model::Endpoint& endpoint) {
        const milliseconds busy = connections * steps_of(endpoint) * round_trip / at_once;
        return std::max(busy, (connections - 1) * settings.pace);
    });
    // A slow server is asked one question at a time.
    out.longest = together(out.endpoints, settings.addresses, [&](const model::Endpoint& endpoint) {
        return connections * std::max(settings.pace, steps_of(endpoint) * settings.step_timeout);
    });
}

void add_lines(model::Outlook& out)
{
    const model::ExpectedConnections& one = out.each[out.typical];
    for (const LineRule& rule : rules) {
        for (const model::TlsMode mode : {model::TlsMode::starttls, model::TlsMode::implicit}) {
            const auto endpoints = static_cast<std::size_t>(
                std::count_if(out.endpoints.begin(), out.endpoints.end(),
                              [mode](const model::Endpoint& endpoint) { return endpoint.mode == mode; }));
            const std::size_t count = endpoints * (one.hellos * rule.hello + one.handshakes * rule.handshake);
            const bool other_words = mode == model::TlsMode::implicit && !rule.line_of_implicit.empty();
            const std::string_view line = other_words ? rule.line_of_implicit : rule.line;
            if (count == 0) {
                continue;
            }
            if (!out.lines.empty() && out.lines.back().line == line && out.lines.back().mailer == rule.mailer) {
                out.lines.back().count += count;
            } else {
                out.lines.push_back({rule.mailer, line, count, rule.fail2ban});
            }
        }
    }
}

}  // namespace

model::Outlook outlook(const Settings& settings, std::vector<model::Endpoint> endpoints, bool limited)
{
    model::Outlook out;
    out.endpoints = std::move(endpoints);
    for (const probes::KnownCost& known : probes::known_costs(settings.confirm, limited)) {
        out.each.push_back({known.server, known.cost.hellos + settings.double_check, known.cost.handshakes});
    }
    out.typical = probes::typical_server(limited);
    const probes::Cost most = probes::most_cost(settings.confirm);
    out.most = {"any server, if no question is asked again", most.hellos + settings.double_check, most.handshakes};
    out.at_once = settings.connections;
    add_times(out, settings);
    add_lines(out);
    return out;
}

}  // namespace smtptls::engine

#include "report/format/hints.hpp"

#include "report/format/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace smtptls::report {
namespace {

using base::Reason;
using base::Stage;
using model::CellState;
using model::CellView;
using model::EndpointResult;
using model::EndpointStatus;

std::string counted(std::int64_t count, const std::string& noun)
{
    return plural(static_cast<std::size_t>(count), noun);
}

// Seconds between two connections that this scan was let make, rounded up to a tenth.
std::string pace_of(const EndpointResult& endpoint, std::int64_t turned_away)
{
    const std::int64_t let_in =
        std::max<std::int64_t>(1, static_cast<std::int64_t>(endpoint.connections) - turned_away);
    std::array<char, 32> text{};
    const double tenths = std::ceil(static_cast<double>(endpoint.duration_ms) / 100 / static_cast<double>(let_in));
    const int size = std::snprintf(text.data(), text.size(), "%.1f", std::clamp(tenths / 10, 0.1, 1e6));
    return {text.data(), static_cast<std::size_t>(size)};
}

std::string share_of(std::int64_t part, std::int64_t whole)
{
    return 2 * part > whole ? "most mail" : "about one mail in " + std::to_string((whole + part / 2) / part);
}

void say_starttls(const EndpointResult& endpoint, Hints& hints)
{
    const std::int64_t offered = number_of(endpoint, model::Fact::smtp_starttls_offered);
    const std::int64_t missing = number_of(endpoint, model::Fact::smtp_starttls_missing);
    const std::int64_t withdrawn = number_of(endpoint, model::Fact::smtp_starttls_withdrawn);
    if (missing == 0) {
        return;
    }
    if (withdrawn > 0) {
        hints.emplace_back("STARTTLS",
                           "was offered to " + counted(offered, "connection") + " and to none of the " +
                               std::to_string(withdrawn) +
                               " after it: some servers no longer offer it to a client whose handshake failed");
        return;
    }
    hints.emplace_back("STARTTLS", "is missing from " + std::to_string(missing) + " of " +
                                       std::to_string(offered + missing) +
                                       " EHLO replies: " + share_of(missing, offered + missing) +
                                       " would go out in the clear, or not at all");
}

void say_throttling(const EndpointResult& endpoint, Hints& hints)
{
    const std::int64_t times = number_of(endpoint, model::Fact::limits_throttled);
    if (times > 0) {
        const std::int64_t after = number_of(endpoint, model::Fact::limits_throttled_after_ms);
        hints.emplace_back("throttled", "the server said 421 or the like " + counted(times, "time") + ", first " +
                                            seconds(after) +
                                            " after the scan of it began: try --polite, or have it let this address "
                                            "through");
    }
}

bool name_was_sent(const EndpointResult& endpoint, const std::vector<std::pair<std::string, std::string>>& options)
{
    const bool by_option = std::ranges::any_of(
        options, [](const auto& option) { return option.first == "sni" && !option.second.empty(); });
    return by_option || endpoint.endpoint.host != endpoint.endpoint.address.format();
}

bool is_completed(const CellView& cell)
{
    return cell.grade == model::Grade::handshake || cell.grade == model::Grade::family;
}

// A HelloRetryRequest is said before the certificate is looked for.
bool is_served(const CellView& cell)
{
    return cell.state == CellState::accepted && cell.grade != model::Grade::hello_retry;
}

}  // namespace

Hints hints_of_failure(const EndpointResult& endpoint)
{
    const base::Failure failure = endpoint.failure.value_or(base::Failure{});
    const bool implicit = endpoint.endpoint.mode == model::TlsMode::implicit;
    Hints hints;
    if (failure.stage == Stage::connect && failure.reason == Reason::timed_out && endpoint.endpoint.port == 25) {
        hints.emplace_back("", "many networks block outgoing connections to port 25: try from another one");
    }
    if (failure.stage == Stage::ehlo && failure.reason == Reason::rejected) {
        hints.emplace_back("", "without EHLO there is no STARTTLS (RFC 3207); HELO is not tried");
    }
    if (implicit && failure.reason == Reason::protocol_error && failure.text.escaped().starts_with("220")) {
        hints.emplace_back("", "the server speaks SMTP on this port: use --tls starttls");
    }
    if (!implicit && failure.stage == Stage::greeting && failure.reason == Reason::timed_out) {
        hints.emplace_back("",
                           "if the server speaks TLS at once on this port, use --tls implicit; or it may wait for a "
                           "PROXY header from a load balancer");
    }
    return hints;
}

Hints hints_of_manners(const EndpointResult& endpoint)
{
    Hints hints;
    const std::map<model::Fact, std::string> facts = facts_of(endpoint, "");
    if (facts.contains(model::Fact::limits_probably_banned)) {
        hints.emplace_back("banned",
                           "probably: not reached any more after " +
                               counted(number_of(endpoint, model::Fact::limits_probably_banned), "connection") +
                               "; have this address let through (docs/politeness.md), or wait and use a longer "
                               "--pace");
    } else if (const std::int64_t turned_away = number_of(endpoint, model::Fact::limits_turned_away); turned_away > 0) {
        hints.emplace_back("limit", std::to_string(turned_away) + " of " + plural(endpoint.connections, "connection") +
                                        " were turned away, and later ones were not: to stay below the server's limit, "
                                        "use --pace " +
                                        pace_of(endpoint, turned_away));
    }
    say_throttling(endpoint, hints);
    say_starttls(endpoint, hints);
    if (const auto silent = facts.find(model::Fact::smtp_silent_inside_tls); silent != facts.end()) {
        const bool implicit = endpoint.endpoint.mode == model::TlsMode::implicit;
        const std::string what = silent->second != "timed_out" ? "the server hangs up as soon as TLS stands"
                                 : implicit                    ? "nothing greets inside TLS"
                                                               : "the server does not answer EHLO inside TLS";
        hints.emplace_back("no SMTP", what + ": perhaps this is no mail server, or its SMTP is out of order");
    }
    return hints;
}

Hints hints_of_name(const EndpointResult& endpoint, const std::vector<std::pair<std::string, std::string>>& options)
{
    const auto cells = endpoint.matrix.cells();
    const bool tried = endpoint.handshakes > 0;
    const bool completed = std::ranges::any_of(cells, is_completed);
    const bool nothing = !completed && (tried || std::ranges::none_of(cells, is_served));
    const bool unknown = facts_of(endpoint, "").contains(model::Fact::tls_unrecognized_name);
    if (endpoint.status != EndpointStatus::incomplete) {
        return {};
    }
    if (!name_was_sent(endpoint, options) && (unknown || nothing)) {
        return {{"", unknown ? "the server wants a name (alert unrecognized_name): use --sni NAME"
                             : "no server name was sent, and nothing could be completed: try --sni NAME"}};
    }
    if (unknown && nothing) {
        return {{"",
                 "the server does not know the name it was sent (alert unrecognized_name): try another one with "
                 "--sni NAME"}};
    }
    return {};
}

}  // namespace smtptls::report

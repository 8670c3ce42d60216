#include "app/progress.hpp"

#include "base/clock.hpp"

#include <algorithm>

namespace smtptls::app {
namespace {

// Fewer say nothing of how long the others take.
constexpr std::size_t few_done = 3;

// "0:26", "1:02:05"
std::string format(std::chrono::seconds time)
{
    const auto two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    const std::int64_t all = time.count();
    const std::string minutes =
        all < 3600 ? std::to_string(all / 60) : std::to_string(all / 3600) + ":" + two(all / 60 % 60);
    return minutes + ":" + two(all % 60);
}

// "12 a second", and what is slower "9 a minute"
std::string rate_text(std::size_t count, std::chrono::seconds elapsed)
{
    const auto seconds = static_cast<std::size_t>(std::max<std::int64_t>(elapsed.count(), 1));
    return count >= seconds ? std::to_string(count / seconds) + " a second"
                            : std::to_string(60 * count / seconds) + " a minute";
}

}  // namespace

void Progress::found(std::size_t endpoints)
{
    ++looked_up_;
    endpoints_ += endpoints;
}

void Progress::endpoint(const model::EndpointProgress& progress)
{
    if (!progress.done) {
        under_way_.insert_or_assign(progress.endpoint, progress);
        return;
    }
    under_way_.erase(progress.endpoint);
    ++done_;
}

std::string Progress::line(std::chrono::seconds elapsed, std::size_t columns) const
{
    const bool alone = endpoints_ == 1 && looked_up_ == targets_ && under_way_.size() == 1;
    const auto text = [&](bool in_full) {
        const std::string front = ending_ ? "ending; what is known will be printed  " : "";
        const std::string state =
            alone ? line_of_one(under_way_.begin()->second, elapsed, in_full) : line_of_many(elapsed);
        return front + state + line_of_throttled(in_full);
    };
    const std::string full = text(true);
    return full.size() <= columns ? full : text(false).substr(0, columns);
}

std::string Progress::line_of_one(const model::EndpointProgress& one, std::chrono::seconds elapsed, bool in_full)
{
    const bool named = !one.endpoint.host.empty();
    std::string text =
        named ? one.endpoint.host + ":" + std::to_string(one.endpoint.port) : model::format(one.endpoint);
    text += "  " + std::to_string(one.connections);
    if (one.about > 0) {
        text += " of about " + std::to_string(one.about);
    }
    text += in_full ? " connections" : "";
    if (one.version) {
        text += ", " + tls::format(*one.version);
    }
    return text + ", " + format(elapsed);
}

std::string Progress::line_of_many(std::chrono::seconds elapsed) const
{
    if (looked_up_ < targets_) {
        return std::to_string(done_) + " endpoints done, " + std::to_string(looked_up_) + " of " +
               std::to_string(targets_) + " targets looked up, " + format(elapsed);
    }
    std::string text = std::to_string(done_) + " of " + std::to_string(endpoints_) + " endpoints";
    if (done_ == 0) {
        std::size_t connections = 0;
        for (const auto& [endpoint, one] : under_way_) {
            connections += one.connections;
        }
        return text + ", " + std::to_string(connections) + " connections, " + format(elapsed);
    }
    const std::string rate = text + ", " + rate_text(done_, elapsed);
    if (done_ < few_done || done_ * 20 < endpoints_) {
        return rate + ", " + format(elapsed);
    }
    const auto left = static_cast<std::size_t>(elapsed.count()) * (endpoints_ - done_) / done_;
    return rate + ", about " + format(std::chrono::seconds(static_cast<std::int64_t>(left))) + " left";
}

// Who must be waited for is why it takes so long.
std::string Progress::line_of_throttled(bool in_full) const
{
    std::size_t servers = 0;
    std::int64_t since = 0;
    for (const auto& [endpoint, one] : under_way_) {
        servers += one.throttled > 0 ? 1U : 0U;
        since = one.throttled > 0 && (since == 0 || one.throttled_since < since) ? one.throttled_since : since;
    }
    if (servers == 0) {
        return "";
    }
    const std::string when = " (421 since " + base::local_time(since) + ")";
    if (!in_full) {
        return "  asked to slow down" + when;
    }
    const std::string who = servers == 1 ? "  the server asks" : "  " + std::to_string(servers) + " servers ask";
    return who + " us to slow down" + when;
}

}  // namespace smtptls::app

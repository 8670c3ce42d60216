#include "model/question.hpp"

#include <array>

namespace smtptls::model {
namespace {

std::string describe_choice(const ServerChoice& choice)
{
    return tls::format(choice.version) + " " + tls::format(choice.suite);
}

std::string after_choice(const std::optional<ServerChoice>& choice)
{
    return choice ? " after choosing " + describe_choice(*choice) : std::string();
}

struct Describe {
    std::string operator()(const Completed& completed) const { return describe_choice(completed.choice); }
    std::string operator()(const FlightSeen& seen) const
    {
        return describe_choice(seen.choice) + (seen.hello_retry ? " (hello retry request)" : " (server flight)");
    }
    std::string operator()(const Ssl2Seen& seen) const
    {
        std::string text = "SSL 2";
        for (const tls::CipherSuite kind : seen.kinds) {
            text += " " + tls::format(kind);
        }
        return text;
    }
    std::string operator()(const Ssl2Refused& refused) const { return refused.words; }
    std::string operator()(const AlertReceived& alert) const
    {
        return "alert " + tls::format(alert.description) + after_choice(alert.choice);
    }
    std::string operator()(const OtherVersion& other) const { return "answered " + describe_choice(other.choice); }
    std::string operator()(const Broken& broken) const
    {
        const std::string where(format(broken.failure.stage));
        const std::string what(format(broken.failure.reason));
        const std::string words = broken.failure.text.empty() ? "" : ": " + broken.failure.text.escaped();
        return what + " at " + where + after_choice(broken.choice) + words;
    }
};

}  // namespace

tls::ProtocolVersion version_of(const Asked& asked)
{
    return std::visit([](const auto& question) { return question.version; }, asked);
}

const std::vector<tls::CipherSuite>& suites_of(const Asked& asked)
{
    return std::visit([](const auto& question) -> const std::vector<tls::CipherSuite>& { return question.suites; },
                      asked);
}

std::optional<base::Failure> failure_before_tls(const Answer& answer)
{
    const auto* broken = std::get_if<Broken>(&answer.outcome);
    if (broken == nullptr || broken->failure.stage > base::Stage::starttls) {
        return std::nullopt;
    }
    return broken->failure;
}

bool spoke_tls(const Answer& answer)
{
    const auto* broken = std::get_if<Broken>(&answer.outcome);
    return broken == nullptr || broken->choice.has_value();
}

std::string format(const Purpose& purpose)
{
    static constexpr std::array words = {"gate",  "removal", "canary",  "alive",
                                         "sieve", "order",   "confirm", "intolerance", "double check"};
    return std::string(words.at(static_cast<std::size_t>(purpose.kind))) + " " + tls::format(purpose.version) +
           (purpose.detail.empty() ? "" : ", " + purpose.detail);
}

std::string describe(const Outcome& outcome)
{
    return std::visit(Describe(), outcome);
}

}  // namespace smtptls::model

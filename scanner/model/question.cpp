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

// What servers say when the client's certificate does not come: OpenSSL handshake_failure, in TLS 1.3
// certificate_required (RFC 8446 section 6.2); JSSE, NSS and Go bad_certificate.
bool asks_for_certificate(tls::AlertDescription description)
{
    switch (description) {
        case tls::AlertDescription::handshake_failure:
        case tls::AlertDescription::no_certificate:
        case tls::AlertDescription::bad_certificate:
        case tls::AlertDescription::certificate_unknown:
        case tls::AlertDescription::access_denied:
        case tls::AlertDescription::certificate_required: return true;
        default: return false;
    }
}

// The alert by which the server refused after its whole flight.
std::optional<tls::AlertDescription> refusal_behind_flight(const Outcome& outcome)
{
    if (const auto* const completed = std::get_if<Completed>(&outcome)) {
        return completed->refused ? std::optional(completed->refused->description) : std::nullopt;
    }
    const auto* const alert = std::get_if<AlertReceived>(&outcome);
    const bool behind = alert != nullptr && alert->choice && alert->choice->flight_complete;
    return behind ? std::optional(alert->description) : std::nullopt;
}

constexpr std::string_view for_want_of_certificate = " for want of a client certificate";

struct Describe {
    std::string operator()(const Completed& completed) const
    {
        return describe_choice(completed.choice) +
               (completed.refused ? ", then alert " + tls::format(completed.refused->description) : "");
    }
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
        text += seen.certified ? "" : ", without a certificate";
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

std::string_view format(NameSent name)
{
    switch (name) {
        case NameSent::usual: return "usual";
        case NameSent::none: return "none";
        case NameSent::other: return "other";
    }
    return "usual";
}

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
    static constexpr std::array words = {"gate",  "removal", "canary",      "alive",        "sieve",
                                         "order", "confirm", "intolerance", "double check", "certificate"};
    return std::string(words.at(static_cast<std::size_t>(purpose.kind))) + " " + tls::format(purpose.version) +
           (purpose.detail.empty() ? "" : ", " + purpose.detail);
}

bool is_left_out(const Outcome& outcome)
{
    const auto* const broken = std::get_if<Broken>(&outcome);
    return broken != nullptr && broken->failure.reason == base::Reason::left_out && !broken->choice;
}

std::string describe(const Outcome& outcome)
{
    const bool required = client_certificate(outcome) == ClientCertificate::required;
    return std::visit(Describe(), outcome) + std::string(required ? for_want_of_certificate : "");
}

const ServerChoice* choice_of(const Outcome& outcome)
{
    struct Find {
        const ServerChoice* operator()(const Completed& completed) const { return &completed.choice; }
        const ServerChoice* operator()(const FlightSeen& seen) const { return &seen.choice; }
        const ServerChoice* operator()(const OtherVersion& other) const { return &other.choice; }
        const ServerChoice* operator()(const AlertReceived& alert) const
        {
            return alert.choice ? &*alert.choice : nullptr;
        }
        const ServerChoice* operator()(const Broken& broken) const { return broken.choice ? &*broken.choice : nullptr; }
        const ServerChoice* operator()(const Ssl2Seen&) const { return nullptr; }
        const ServerChoice* operator()(const Ssl2Refused&) const { return nullptr; }
    };
    return std::visit(Find(), outcome);
}

ClientCertificate client_certificate(const Outcome& outcome)
{
    const ServerChoice* const choice = choice_of(outcome);
    if (choice == nullptr || !choice->certificate_requested) {
        return ClientCertificate::unasked;
    }
    const auto refusal = refusal_behind_flight(outcome);
    return refusal && asks_for_certificate(*refusal) ? ClientCertificate::required : ClientCertificate::requested;
}

std::string_view format(ClientCertificate wanted)
{
    switch (wanted) {
        case ClientCertificate::unasked: return "unasked";
        case ClientCertificate::requested: return "requested";
        case ClientCertificate::required: return "required";
    }
    return "unknown";
}

}  // namespace smtptls::model

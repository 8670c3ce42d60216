#include "interview/hello_answer.hpp"

namespace smtptls::interview {
namespace {

using base::Failure;
using base::Reason;
using base::Stage;
using base::UntrustedText;
using model::ServerChoice;
using tls::ExtensionType;

ServerChoice choice_of(const tls::ServerHello& hello, bool whole, bool certificate_requested = false)
{
    return {tls::version_of(hello), hello.cipher_suite, whole, certificate_requested};
}

ServerChoice choice_of(const tls::ServerFlight& flight, bool whole)
{
    return choice_of(flight.hello, whole, flight.certificate_requested);
}

std::optional<model::Certificate> leaf_of(const std::optional<tls::CertificateChain>& chain, std::int64_t at,
                                          openssl::CertificateReader& certificates)
{
    if (!chain || chain->certificates.empty()) {
        return std::nullopt;
    }
    return certificates.read(chain->certificates, at);
}

model::FlightSeen facts_of(const tls::ServerFlight& flight, std::int64_t at, openssl::CertificateReader& certificates)
{
    model::FlightSeen seen;
    seen.choice = choice_of(flight, true);
    if (flight.key_exchange) {
        seen.group = tls::describe_key(*flight.key_exchange);
        seen.signature =
            flight.key_exchange->signature_scheme ? tls::format(*flight.key_exchange->signature_scheme) : "";
    }
    seen.extended_master_secret = tls::has_extension(flight.hello, ExtensionType::extended_master_secret);
    seen.encrypt_then_mac = tls::has_extension(flight.hello, ExtensionType::encrypt_then_mac);
    seen.certificate = leaf_of(flight.chain, at, certificates);
    return seen;
}

model::Broken broken(Reason reason, std::string_view words, std::optional<ServerChoice> choice = {})
{
    return {{Stage::hello, reason, UntrustedText(words)}, choice};
}

// How a flight ended that had begun.
struct EndOfFlight {
    ServerChoice choice;

    model::Outcome operator()(const tls::Alert& alert) const
    {
        return model::AlertReceived{alert.level, alert.description, choice};
    }
    model::Outcome operator()(const tls::Closed&) const { return broken(Reason::closed, "", choice); }
    model::Outcome operator()(const tls::Malformed& malformed) const
    {
        return broken(Reason::protocol_error, "malformed " + malformed.where, choice);
    }
    model::Outcome operator()(const Failure& failure) const
    {
        return model::Broken{{Stage::hello, failure.reason, failure.text}, choice};
    }
};

struct ToOutcome {
    tls::ProtocolVersion asked;
    std::int64_t at;
    openssl::CertificateReader& certificates;

    model::Outcome operator()(const tls::ServerFlight& flight) const
    {
        const std::string_view flaw = tls::flaw_of(flight);
        const ServerChoice choice = choice_of(flight, flaw.empty());
        if (choice.version != asked) {
            return model::OtherVersion{choice};
        }
        // RFC 8446 section 4.1.1: without a share in the hello the server must ask for one.
        if (asked == tls::ProtocolVersion::tls1_3) {
            return broken(Reason::protocol_error, "a TLS 1.3 ServerHello without a share to answer", choice);
        }
        if (!flaw.empty()) {
            return broken(Reason::protocol_error, flaw, choice);
        }
        return facts_of(flight, at, certificates);
    }
    model::Outcome operator()(const tls::HelloRetryRequest& retry) const
    {
        const ServerChoice choice = choice_of(retry.hello, true);
        if (asked != tls::ProtocolVersion::tls1_3) {
            return broken(Reason::protocol_error, "a HelloRetryRequest nobody asked for", choice);
        }
        if (const std::string_view flaw = tls::flaw_of(retry.hello); !flaw.empty()) {
            return broken(Reason::protocol_error, flaw, choice_of(retry.hello, false));
        }
        model::FlightSeen seen;
        seen.choice = choice;
        seen.hello_retry = true;
        seen.group = retry.selected_group ? tls::format(*retry.selected_group) : "";
        return seen;
    }
    model::Outcome operator()(const tls::BrokenFlight& flight) const
    {
        const ServerChoice choice = choice_of(flight.begun, false);
        if (choice.version != asked) {
            return model::OtherVersion{choice};
        }
        return std::visit(EndOfFlight{choice}, flight.end);
    }
    model::Outcome operator()(const tls::Ssl2ServerHello& hello) const
    {
        if (hello.version != tls::ProtocolVersion::ssl2) {
            return broken(Reason::protocol_error, "an SSL 2 ServerHello of another version");
        }
        return model::Ssl2Seen{hello.cipher_specs, certificates.read(hello.certificate, at),
                               !hello.certificate.empty()};
    }
    model::Outcome operator()(const tls::Ssl2Error& error) const { return model::Ssl2Refused{tls::format(error)}; }
    model::Outcome operator()(const tls::Alert& alert) const
    {
        return model::AlertReceived{alert.level, alert.description, std::nullopt};
    }
    model::Outcome operator()(const tls::Closed&) const { return broken(Reason::closed, ""); }
    model::Outcome operator()(const tls::NotTls& other) const
    {
        return model::Broken{{Stage::hello, Reason::protocol_error, other.text}, std::nullopt};
    }
    model::Outcome operator()(const tls::Malformed& malformed) const
    {
        return broken(Reason::protocol_error, "malformed " + malformed.where);
    }
    model::Outcome operator()(const Failure& failure) const
    {
        return model::Broken{{Stage::hello, failure.reason, failure.text}, std::nullopt};
    }
};

}  // namespace

model::Outcome outcome_of(const tls::HelloOutcome& outcome, tls::ProtocolVersion asked, std::int64_t at,
                          openssl::CertificateReader& certificates)
{
    return std::visit(ToOutcome{asked, at, certificates}, outcome);
}

}  // namespace smtptls::interview

#include "interview/script.hpp"

#include "interview/hello_answer.hpp"

namespace smtptls::interview {
namespace {

// RFC 5321 section 4.1.3: "[192.0.2.1]" or "[IPv6:2001:db8::1]", for a machine without a name.
std::string ehlo_name(const Names& names, const model::Answer& answer)
{
    if (!names.ehlo.empty()) {
        return names.ehlo;
    }
    const std::string address = answer.source_address.substr(0, answer.source_address.find('%'));
    const bool v6 = address.find(':') != std::string::npos;
    return (v6 ? "[IPv6:" : "[") + address + "]";
}

}  // namespace

std::string server_name(const Names& names, const model::Endpoint& endpoint)
{
    if (!endpoint.server_name.empty()) {
        return endpoint.server_name;
    }
    if (!names.server.empty()) {
        return names.server;
    }
    // RFC 6066 section 3: an address is no name to be sent.
    return model::IpAddress::parse(endpoint.host) ? std::string() : endpoint.host;
}

std::string name_sent(const Names& names, const model::Endpoint& endpoint, const model::HandshakeQuestion& question)
{
    switch (question.name) {
        case model::NameSent::none: return "";
        case model::NameSent::other: return "smtptls-scan.invalid";  // RFC 6761 section 6.4: nobody has it
        case model::NameSent::usual: break;
    }
    return server_name(names, endpoint);
}

smtp::Script script_before_tls(const Names& names, const model::Answer& answer)
{
    return {true, true, false, ehlo_name(names, answer)};
}

smtp::Script script_inside_tls(const Names& names, const model::Endpoint& endpoint, const model::Answer& answer)
{
    const auto& asked = std::get<model::HandshakeQuestion>(answer.question.asked);
    smtp::Script script{endpoint.mode == model::TlsMode::implicit, false, true, ehlo_name(names, answer)};
    script.ehlo = asked.dialogue;
    script.mute = asked.mute;
    script.listens = asked.version == tls::ProtocolVersion::tls1_3;
    return script;
}

tls::Hello hello_of(const model::HelloQuestion& asked, const std::string& server_name, const tls::HelloEntropy& entropy)
{
    if (asked.version == tls::ProtocolVersion::ssl2) {
        return tls::make_ssl2_client_hello(entropy);
    }
    const tls::HelloShape shape{server_name, asked.extensions, asked.trial};
    return tls::make_client_hello(asked.version, asked.suites, shape, entropy);
}

void take_before_tls(model::Answer& answer, const smtp::Session& session)
{
    answer.before_tls = session.transcript();
    if (!session.ready_for_tls() && session.failure()) {
        answer.outcome = model::Broken{*session.failure(), std::nullopt};
    }
}

void take_hello(model::Answer& answer, const tls::HelloExchange& exchange, openssl::CertificateReader& certificates)
{
    if (exchange.outcome()) {
        const auto& asked = std::get<model::HelloQuestion>(answer.question.asked);
        answer.outcome = outcome_of(*exchange.outcome(), asked.version, answer.at, certificates);
    }
}

void take_handshake(model::Answer& answer, model::Outcome outcome, const std::vector<base::Bytes>& chain,
                    base::Bytes staple, openssl::CertificateReader& certificates)
{
    answer.outcome = std::move(outcome);
    auto* const completed = std::get_if<model::Completed>(&answer.outcome);
    if (completed != nullptr && !chain.empty()) {
        completed->certificate = certificates.read(chain, answer.at);
        completed->staple = std::move(staple);
    }
}

void take_inside_tls(model::Answer& answer, const smtp::Session& session)
{
    answer.inside_tls = session.transcript();
    if (auto* const completed = std::get_if<model::Completed>(&answer.outcome)) {
        completed->after = session.failure();
    }
}

void hear_clear_text(model::Answer& answer)
{
    auto* const broken = std::get_if<model::Broken>(&answer.outcome);
    if (broken == nullptr || broken->choice || broken->failure.reason != base::Reason::protocol_error) {
        return;
    }
    const std::string words = broken->failure.text.escaped();
    for (const char* const code : {"421", "450", "451", "452"}) {
        if (words.rfind(code, 0) == 0) {
            broken->failure.stage = base::Stage::greeting;
            broken->failure.reason = base::Reason::throttled;
        }
    }
}

}  // namespace smtptls::interview

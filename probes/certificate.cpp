// The probe of the leaf certificates: facts of each one a flight or a handshake showed (a server may
// have one for each key type), of the key exchanges, and whether the server wants a certificate of the client. Asks
// nothing: it learns from every answer.
#include "probes/probe.hpp"

#include <map>
#include <set>

namespace smtptls::probes {
namespace {

using base::UntrustedText;
using model::Certificate;
using model::Fact;
using model::Observation;

struct Seen {
    Certificate certificate;
    std::vector<model::QuestionId> evidence;  // the first handshake that showed it
};

// Whether the server wants the client's certificate.
struct WantsOurs {
    model::ClientCertificate how = model::ClientCertificate::unasked;
    model::QuestionId evidence = 0;  // the first answer that showed as much
};

class CertificateProbe : public Probe {
public:
    Requirement needs() const override { return Requirement::contact; }
    std::vector<model::Question> ask(std::size_t, model::Numbering&) override { return {}; }
    void learn(const model::Answer& answer) override;
    Conclusion conclude() const override;

private:
    void learn_keys(const std::string& group, const std::string& signature);
    void learn_leaf(const std::optional<Certificate>& leaf, const model::Answer& answer);
    void learn_client_certificate(const model::Answer& answer);
    void learn_unknown_name(const model::Answer& answer);

    std::map<std::string, Seen> seen_;  // by SHA-256: what is said does not depend on which one came first
    std::set<std::string> groups_;
    std::set<std::string> signatures_;
    std::map<tls::ProtocolVersion, WantsOurs> client_certificate_;
    std::vector<model::QuestionId> unknown_name_;  // the first answer that said so
};

void CertificateProbe::learn(const model::Answer& answer)
{
    learn_client_certificate(answer);
    learn_unknown_name(answer);
    if (const auto* const completed = std::get_if<model::Completed>(&answer.outcome)) {
        learn_keys(completed->group, completed->signature);
        learn_leaf(completed->certificate, answer);
    } else if (const auto* const seen = std::get_if<model::FlightSeen>(&answer.outcome)) {
        learn_keys(seen->group, seen->signature);
        learn_leaf(seen->certificate, answer);
    } else if (const auto* const ssl2 = std::get_if<model::Ssl2Seen>(&answer.outcome)) {
        learn_leaf(ssl2->certificate, answer);
    }
}

// RFC 6066 section 3: a server that does not know the name may say so and end the handshake.
void CertificateProbe::learn_unknown_name(const model::Answer& answer)
{
    const auto* const alert = std::get_if<model::AlertReceived>(&answer.outcome);
    if (alert != nullptr && alert->description == tls::AlertDescription::unrecognized_name && unknown_name_.empty()) {
        unknown_name_ = {answer.question.id};
    }
}

void CertificateProbe::learn_keys(const std::string& group, const std::string& signature)
{
    if (!group.empty()) {
        groups_.insert(group);
    }
    if (!signature.empty()) {
        signatures_.insert(signature);
    }
}

void CertificateProbe::learn_leaf(const std::optional<Certificate>& leaf, const model::Answer& answer)
{
    if (leaf) {
        seen_.try_emplace(leaf->sha256, Seen{*leaf, {answer.question.id}});
    }
}

void CertificateProbe::learn_client_certificate(const model::Answer& answer)
{
    const model::ClientCertificate how = model::client_certificate(answer.outcome);
    if (how == model::ClientCertificate::unasked) {
        return;
    }
    WantsOurs& known = client_certificate_[model::choice_of(answer.outcome)->version];
    if (how > known.how) {
        known = {how, answer.question.id};
    }
}

std::vector<UntrustedText> texts_of(const std::set<std::string>& words)
{
    std::vector<UntrustedText> texts;
    for (const std::string& word : words) {
        texts.emplace_back(word);
    }
    return texts;
}

std::vector<Observation> describe(const Seen& seen)
{
    const Certificate& c = seen.certificate;
    std::vector<Observation> facts;
    const auto note = [&]<Fact fact>(typename model::fact_types::Of<fact>::type value) {
        facts.push_back(model::observed<fact>(std::move(value), seen.evidence, c.sha256));
    };
    note.operator()<Fact::certificate_subject>(c.subject);
    note.operator()<Fact::certificate_dns_names>(c.dns_names);
    note.operator()<Fact::certificate_issuer>(c.issuer);
    note.operator()<Fact::certificate_not_before>(UntrustedText(c.not_before));
    note.operator()<Fact::certificate_not_after>(UntrustedText(c.not_after));
    note.operator()<Fact::certificate_serial>(UntrustedText(c.serial));
    note.operator()<Fact::certificate_key_type>(UntrustedText(c.key_type));
    if (c.key_bits > 0) {
        note.operator()<Fact::certificate_key_bits>(c.key_bits);
    }
    note.operator()<Fact::certificate_signature_algorithm>(c.signature_algorithm);
    note.operator()<Fact::certificate_sha256>(UntrustedText(c.sha256));
    if (c.self_signed) {
        note.operator()<Fact::certificate_self_signed>(*c.self_signed);
    }
    note.operator()<Fact::certificate_outside_its_dates>(c.expired);
    note.operator()<Fact::certificate_chain_length>(c.chain_length);
    if (c.chain_length < 2) {
        return facts;
    }
    std::vector<UntrustedText> names;
    std::vector<UntrustedText> keys;
    std::vector<UntrustedText> signatures;
    std::vector<UntrustedText> dates;
    for (const model::Issuer& one : c.issuers) {
        names.push_back(one.name);
        keys.emplace_back(one.key_type + (one.key_bits > 0 ? " " + std::to_string(one.key_bits) : ""));
        signatures.push_back(one.signature_algorithm);
        dates.emplace_back(one.not_before + " " + one.not_after + (one.expired ? " outside" : ""));
    }
    note.operator()<Fact::certificate_issuer_names>(std::move(names));
    note.operator()<Fact::certificate_issuer_keys>(std::move(keys));
    note.operator()<Fact::certificate_issuer_signatures>(std::move(signatures));
    note.operator()<Fact::certificate_issuer_dates>(std::move(dates));
    return facts;
}

Conclusion CertificateProbe::conclude() const
{
    Conclusion conclusion;
    for (const auto& [sha256, seen] : seen_) {
        const std::vector<Observation> facts = describe(seen);
        conclusion.observations.insert(conclusion.observations.end(), facts.begin(), facts.end());
    }
    if (!unknown_name_.empty()) {
        conclusion.observations.push_back(model::observed<Fact::tls_unrecognized_name>(true, unknown_name_));
    }
    if (!groups_.empty()) {
        conclusion.observations.push_back(model::observed<Fact::key_exchange_groups_seen>(texts_of(groups_)));
    }
    if (!signatures_.empty()) {
        conclusion.observations.push_back(model::observed<Fact::key_exchange_signatures_seen>(texts_of(signatures_)));
    }
    for (const auto& [version, wants] : client_certificate_) {
        conclusion.observations.push_back(model::observed<Fact::client_certificate>(
            UntrustedText(model::format(wants.how)), {wants.evidence}, tls::format(version)));
    }
    return conclusion;
}

}  // namespace

std::unique_ptr<Probe> make_certificate(const Knowledge& known, ServerProfile& server);

std::unique_ptr<Probe> make_certificate(const Knowledge&, ServerProfile&)
{
    return std::make_unique<CertificateProbe>();
}

}  // namespace smtptls::probes

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

    std::map<std::string, Seen> seen_;  // by SHA-256: what is said does not depend on which one came first
    std::set<std::string> groups_;
    std::set<std::string> signatures_;
    std::map<tls::ProtocolVersion, WantsOurs> client_certificate_;
};

void CertificateProbe::learn(const model::Answer& answer)
{
    learn_client_certificate(answer);
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
    const auto fact = [&](std::string id, model::Value value) {
        return Observation{"certificate." + std::move(id), c.sha256, std::move(value), seen.evidence};
    };
    std::vector<Observation> facts = {
        fact("subject", c.subject),
        fact("dns_names", c.dns_names),
        fact("issuer", c.issuer),
        fact("not_before", UntrustedText(c.not_before)),
        fact("not_after", UntrustedText(c.not_after)),
        fact("serial", UntrustedText(c.serial)),
        fact("key_type", UntrustedText(c.key_type)),
        fact("key_bits", std::int64_t{c.key_bits}),
        fact("signature_algorithm", c.signature_algorithm),
        fact("sha256", UntrustedText(c.sha256)),
        fact("self_signed", c.self_signed.value_or(false)),
        fact("outside_its_dates", c.expired),
        fact("chain_length", std::int64_t{c.chain_length}),
    };
    std::erase_if(facts, [&](const Observation& one) {
        return (one.id == "certificate.key_bits" && c.key_bits <= 0) ||
               (one.id == "certificate.self_signed" && !c.self_signed);
    });
    return facts;
}

Conclusion CertificateProbe::conclude() const
{
    Conclusion conclusion;
    for (const auto& [sha256, seen] : seen_) {
        const std::vector<Observation> facts = describe(seen);
        conclusion.observations.insert(conclusion.observations.end(), facts.begin(), facts.end());
    }
    if (!groups_.empty()) {
        conclusion.observations.push_back({"key_exchange.groups_seen", "", texts_of(groups_), {}});
    }
    if (!signatures_.empty()) {
        conclusion.observations.push_back({"key_exchange.signatures_seen", "", texts_of(signatures_), {}});
    }
    for (const auto& [version, wants] : client_certificate_) {
        conclusion.observations.push_back(
            {"client_certificate", tls::format(version), UntrustedText(model::format(wants.how)), {wants.evidence}});
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

// The probe of the leaf certificates: facts of each one a flight or a handshake showed (a server may
// have one for each key type), of the key exchanges, and whether the server wants a certificate of the client. Learns
// from every answer, and in the end asks which certificates there are besides.
#include "probes/other_certificates.hpp"
#include "probes/probe.hpp"

#include <algorithm>
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
    std::int64_t at = 0;                      // of that one
    bool usual = false;                       // a client that sends the host's name gets it
    bool completed = false;                   // in a handshake, in which an OCSP answer could come with it
    base::Bytes staple = {};
    std::optional<model::Examination> examination = {};
};

// Whether the server wants the client's certificate.
struct WantsOurs {
    model::ClientCertificate how = model::ClientCertificate::unasked;
    model::QuestionId evidence = 0;  // the first answer that showed as much
};

class CertificateProbe : public Probe {
public:
    CertificateProbe(const Knowledge& known, const ServerProfile& server) : others_(known, server) {}

    Requirement needs() const override { return Requirement::rest; }
    std::vector<model::Question> ask(std::size_t room, model::Numbering& ids) override
    {
        return others_.ask(room, ids);
    }
    void learn(const model::Answer& answer) override;
    std::vector<model::ChainSeen> chains() const override;
    void examined(const model::Examination& examination) override;
    Conclusion conclude() const override;

private:
    void learn_keys(const std::string& group, const std::string& signature);
    void learn_leaf(const std::optional<Certificate>& leaf, const model::Answer& answer);
    void learn_client_certificate(const model::Answer& answer);
    void learn_unknown_name(const model::Answer& answer);

    OtherCertificates others_;
    std::map<std::string, Seen> seen_;  // by SHA-256: what is said does not depend on which one came first
    std::set<std::string> groups_;
    std::set<std::string> signatures_;
    std::map<tls::ProtocolVersion, WantsOurs> client_certificate_;
    std::vector<model::QuestionId> unknown_name_;  // the first answer that said so
};

void CertificateProbe::learn(const model::Answer& answer)
{
    others_.learn(answer);
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
    const auto* const asked = std::get_if<model::HandshakeQuestion>(&answer.question.asked);
    if (asked != nullptr && asked->is_special()) {
        return;
    }
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
    if (!leaf) {
        return;
    }
    others_.see(*leaf, answer);
    Seen& seen = seen_.try_emplace(leaf->sha256, Seen{*leaf, {answer.question.id}, answer.at}).first->second;
    const auto* const asked = std::get_if<model::HandshakeQuestion>(&answer.question.asked);
    seen.usual = seen.usual || asked == nullptr || asked->name == model::NameSent::usual;
    if (const auto* const completed = std::get_if<model::Completed>(&answer.outcome)) {
        seen.completed = true;
        seen.staple = seen.staple.empty() ? completed->staple : seen.staple;
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

template <typename Words>
std::vector<UntrustedText> texts_of(const Words& words)
{
    std::vector<UntrustedText> texts;
    std::ranges::transform(words, std::back_inserter(texts),
                           [](const std::string& word) { return UntrustedText(word); });
    return texts;
}

std::vector<model::ChainSeen> CertificateProbe::chains() const
{
    std::vector<model::ChainSeen> all;
    for (const auto& [sha256, seen] : seen_) {
        if (!seen.certificate.chain || seen.certificate.chain->empty()) {
            continue;
        }
        model::ChainSeen one{sha256, seen.certificate.chain, seen.staple, seen.at};
        if (seen.usual) {
            one.ocsp_urls = seen.certificate.extensions.ocsp_urls;
            one.crl_urls = seen.certificate.extensions.crl_urls;
        }
        all.push_back(std::move(one));
    }
    return all;
}

void CertificateProbe::examined(const model::Examination& examination)
{
    if (const auto found = seen_.find(examination.sha256); found != seen_.end()) {
        found->second.examination = examination;
    }
}

// Facts of one certificate.
class Facts {
public:
    explicit Facts(const Seen& seen) : seen_(seen) {}

    template <Fact fact>
    void note(typename model::fact_types::Of<fact>::type value)
    {
        all_.push_back(model::observed<fact>(std::move(value), seen_.evidence, seen_.certificate.sha256));
    }

    /// Nothing of an empty list or text.
    template <Fact fact>
    void note_any(typename model::fact_types::Of<fact>::type value)
    {
        if (!value.empty()) {
            note<fact>(std::move(value));
        }
    }

    std::vector<Observation> take() { return std::move(all_); }

private:
    const Seen& seen_;
    std::vector<Observation> all_;
};

void describe_extensions(const Certificate& c, Facts& facts)
{
    const model::CertificateExtensions& extensions = c.extensions;
    const auto has = [](const std::vector<std::string>& words, const char* word) {
        return std::ranges::find(words, word) != words.end();
    };
    facts.note_any<Fact::certificate_key_usages>(texts_of(extensions.key_usages));
    facts.note<Fact::certificate_key_usage>(extensions.key_usage_critical);
    if (!extensions.key_usages.empty()) {
        facts.note<Fact::certificate_key_signs>(has(extensions.key_usages, "digitalSignature"));
    }
    facts.note_any<Fact::certificate_extended_usages>(texts_of(extensions.extended_usages));
    facts.note<Fact::certificate_server_usage>(has(extensions.extended_usages, "serverAuth"));
    facts.note<Fact::certificate_any_usage>(has(extensions.extended_usages, "anyExtendedKeyUsage"));
    facts.note<Fact::certificate_must_staple>(extensions.must_staple);
    facts.note<Fact::certificate_scts>(extensions.scts);
    facts.note_any<Fact::certificate_ocsp_urls>(extensions.ocsp_urls);
    facts.note_any<Fact::certificate_crl_urls>(extensions.crl_urls);
    facts.note_any<Fact::certificate_issuer_urls>(extensions.issuer_urls);
    facts.note<Fact::certificate_ocsp_named>(!extensions.ocsp_urls.empty());
    facts.note<Fact::certificate_revocation_named>(extensions.names_revocation());
}

// What all the issuers have that were shown; of one that cannot be read nobody knows.
void describe_issuer_extensions(const Certificate& c, Facts& facts)
{
    const auto is_read = [](const model::Issuer& one) { return one.extensions.has_value(); };
    if (c.issuers.empty() || !std::ranges::all_of(c.issuers, is_read)) {
        return;
    }
    const auto all = [&c](auto has) {
        return std::ranges::all_of(c.issuers, [&has](const model::Issuer& one) { return has(*one.extensions); });
    };
    using Extensions = model::CertificateExtensions;
    facts.note<Fact::certificate_issuer_usage>(all([](const Extensions& one) { return one.key_usage_critical; }));
    facts.note<Fact::certificate_issuer_revocation>(all([](const Extensions& one) { return one.names_revocation(); }));
    facts.note<Fact::certificate_ca_constraints>(
        all([](const Extensions& one) { return one.ca && one.constraints_critical && one.path_length.has_value(); }));
}

void describe_revocation(const Seen& seen, const model::Examination& examination, Facts& facts)
{
    using State = model::RevocationState;
    std::vector<UntrustedText> words;
    bool stapled_good = false;
    bool good = false;
    bool revoked = false;
    for (const model::RevocationWord& word : examination.revocation) {
        words.emplace_back(model::describe(word));
        good = good || word.state == State::good;
        revoked = revoked || word.state == State::revoked;
        stapled_good = stapled_good || (word.state == State::good && word.source == model::RevocationSource::staple);
    }
    if (seen.completed) {
        facts.note<Fact::certificate_stapled>(stapled_good);
    }
    facts.note_any<Fact::certificate_revocation>(std::move(words));
    if (good || revoked) {
        facts.note<Fact::certificate_not_revoked>(!revoked);
    } else if (std::ranges::any_of(examination.revocation, [](const model::RevocationWord& word) {
                   return word.source != model::RevocationSource::staple;
               })) {
        facts.note<Fact::certificate_revocation_open>(true);
    }
}

void describe_examination(const Seen& seen, Facts& facts)
{
    if (!seen.examination) {
        return;
    }
    const model::Examination& examination = *seen.examination;
    if (examination.trust) {
        facts.note<Fact::certificate_trusted>(examination.trust->trusted);
        facts.note_any<Fact::certificate_trust_fault>(examination.trust->fault);
        facts.note_any<Fact::certificate_trust_anchor>(examination.trust->anchor);
    }
    if (examination.names_host) {
        facts.note<Fact::certificate_names_host>(*examination.names_host);
    }
    describe_revocation(seen, examination, facts);
}

void describe_issuers(const Certificate& c, Facts& facts)
{
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
    facts.note<Fact::certificate_issuer_names>(std::move(names));
    facts.note<Fact::certificate_issuer_keys>(std::move(keys));
    facts.note<Fact::certificate_issuer_signatures>(std::move(signatures));
    facts.note<Fact::certificate_issuer_dates>(std::move(dates));
    describe_issuer_extensions(c, facts);
    facts.note_any<Fact::certificate_chain_faults>(c.chain_faults);
}

void describe_key(const Certificate& c, Facts& facts)
{
    facts.note<Fact::certificate_key_type>(UntrustedText(c.key_type));
    if (c.key_bits > 0) {
        facts.note<Fact::certificate_key_bits>(c.key_bits);
    }
    facts.note_any<Fact::certificate_rsa_exponent>(UntrustedText(c.rsa_exponent));
    facts.note_any<Fact::certificate_rsa_modulus>(UntrustedText(c.rsa_modulus));
    facts.note_any<Fact::certificate_spki_sha256>(UntrustedText(c.spki_sha256));
}

std::vector<Observation> describe(const Seen& seen)
{
    const Certificate& c = seen.certificate;
    Facts facts(seen);
    facts.note<Fact::certificate_subject>(c.subject);
    facts.note<Fact::certificate_dns_names>(c.dns_names);
    facts.note<Fact::certificate_issuer>(c.issuer);
    facts.note<Fact::certificate_not_before>(UntrustedText(c.not_before));
    facts.note<Fact::certificate_not_after>(UntrustedText(c.not_after));
    facts.note<Fact::certificate_serial>(UntrustedText(c.serial));
    describe_key(c, facts);
    facts.note<Fact::certificate_signature_algorithm>(c.signature_algorithm);
    facts.note<Fact::certificate_sha256>(UntrustedText(c.sha256));
    if (c.self_signed) {
        facts.note<Fact::certificate_self_signed>(*c.self_signed);
    }
    facts.note<Fact::certificate_outside_its_dates>(c.expired);
    if (c.days_left) {
        facts.note<Fact::certificate_days_left>(*c.days_left);
    }
    facts.note<Fact::certificate_chain_length>(c.chain_length);
    if (!seen.usual) {
        facts.note<Fact::certificate_shown_to_others>(true);
    }
    describe_extensions(c, facts);
    if (c.chain_length > 1) {
        describe_issuers(c, facts);
    }
    describe_examination(seen, facts);
    return facts.take();
}

Conclusion CertificateProbe::conclude() const
{
    Conclusion conclusion;
    for (const auto& [sha256, seen] : seen_) {
        const std::vector<Observation> facts = describe(seen);
        conclusion.observations.insert(conclusion.observations.end(), facts.begin(), facts.end());
    }
    for (Observation& one : others_.conclude()) {
        conclusion.observations.push_back(std::move(one));
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

std::unique_ptr<Probe> make_certificate(const Knowledge& known, ServerProfile& server)
{
    return std::make_unique<CertificateProbe>(known, server);
}

}  // namespace smtptls::probes

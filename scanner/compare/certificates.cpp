#include "compare/certificates.hpp"

#include "base/text_layout.hpp"
#include "openssl/shared_factors.hpp"

#include <algorithm>

namespace smtptls::compare {

using model::Fact;

namespace {

// The name is left out where it is the address.
std::string told_place(const model::Endpoint& endpoint)
{
    const bool named = endpoint.host != endpoint.address.format();
    return (named ? endpoint.host + " " : "") + model::format(endpoint);
}

}  // namespace

// What was observed of one certificate at one endpoint.
struct Certificates::Facts {
    std::map<Fact, const model::Value*> values = {};

    template <typename Value>
    std::optional<Value> of(Fact fact) const
    {
        const auto found = values.find(fact);
        const Value* const value = found == values.end() ? nullptr : std::get_if<Value>(found->second);
        return value == nullptr ? std::nullopt : std::optional(*value);
    }
    std::string text(Fact fact) const
    {
        return of<base::UntrustedText>(fact).value_or(base::UntrustedText()).escaped();
    }
    std::optional<bool> truth(Fact fact) const { return of<bool>(fact); }
};

std::size_t Certificates::number_of(const Facts& facts)
{
    const auto [found, fresh] = numbers_.emplace(facts.text(Fact::certificate_sha256), known_.size());
    if (!fresh) {
        return found->second;
    }
    const std::string type = facts.text(Fact::certificate_key_type);
    const std::int64_t bits = facts.of<std::int64_t>(Fact::certificate_key_bits).value_or(0);
    Known known{.sha256 = found->first,
                .subject = facts.of<base::UntrustedText>(Fact::certificate_subject).value_or(base::UntrustedText())};
    known.key = (type.empty() ? "key of unknown type" : type) + (bits > 0 ? " " + std::to_string(bits) + " bits" : "");
    known.not_after = facts.text(Fact::certificate_not_after);
    known.spki_sha256 = facts.text(Fact::certificate_spki_sha256);
    known.modulus = facts.text(Fact::certificate_rsa_modulus);
    known.long_rsa = known.modulus.empty() && bits > 4096 && type.starts_with("RSA");
    known_.push_back(std::move(known));
    return found->second;
}

std::vector<ShownCertificate> Certificates::add(const model::EndpointResult& result)
{
    std::map<std::string, Facts> by_subject;
    for (const model::Observation& one : result.observations) {
        if (!model::is_of_certificate(one.id) || one.subject.empty()) {
            continue;
        }
        if (by_subject.size() < most_of_endpoint || by_subject.contains(one.subject)) {
            by_subject[one.subject].values.emplace(one.id, &one.value);
        }
    }
    std::vector<ShownCertificate> usual;
    for (const auto& [subject, facts] : by_subject) {
        if (facts.text(Fact::certificate_sha256).empty()) {
            continue;  // it could not be recognized elsewhere
        }
        const std::size_t number = number_of(facts);
        Known& known = known_[number];
        known.places.insert(result.endpoint);
        if (known.places.size() > model::ComparedCertificate::most_places) {
            known.places.erase(std::prev(known.places.end()));
        }
        ++known.place_count;
        known.hosts.insert(result.endpoint.host);
        if (!facts.truth(Fact::certificate_shown_to_others).value_or(false)) {
            const std::optional<bool> outside = facts.truth(Fact::certificate_outside_its_dates);
            usual.push_back({number, facts.truth(Fact::certificate_trusted), facts.truth(Fact::certificate_names_host),
                             outside ? std::optional(!*outside) : std::nullopt});
        }
    }
    return usual;
}

std::vector<model::KeyUse> Certificates::key_uses() const
{
    struct Use {
        std::vector<std::string> certificates;
        std::set<std::string> hosts;
    };
    std::map<std::string, Use> uses;
    for (const auto& [sha256, number] : numbers_) {
        const Known& known = known_[number];
        if (!known.spki_sha256.empty()) {
            Use& use = uses[known.spki_sha256];
            use.certificates.push_back(sha256);
            use.hosts.insert(known.hosts.begin(), known.hosts.end());
        }
    }
    std::vector<model::KeyUse> out;
    for (auto& [spki_sha256, use] : uses) {
        if (use.certificates.size() > 1 || use.hosts.size() > 1) {
            out.push_back({spki_sha256, std::move(use.certificates), use.hosts.size()});
        }
    }
    return out;
}

std::vector<model::SharedFactor> Certificates::shared_factors(std::vector<std::string>& notes) const
{
    // Of each key one certificate.
    std::map<std::string, std::size_t> keys;
    std::size_t too_long = 0;
    for (const auto& [sha256, number] : numbers_) {
        const Known& known = known_[number];
        too_long += known.long_rsa ? 1U : 0U;
        if (!known.modulus.empty()) {
            keys.emplace(known.spki_sha256.empty() ? known.modulus : known.spki_sha256, number);
        }
    }
    std::vector<std::string> moduli;
    std::vector<std::string> certificates;
    for (const auto& [key, number] : keys) {
        moduli.push_back(known_[number].modulus);
        certificates.push_back(known_[number].sha256);
    }
    const openssl::SharedFactors found = openssl::shared_factors(moduli);
    std::vector<model::SharedFactor> out;
    for (const openssl::FactorPair& pair : found.pairs) {
        out.push_back(
            {certificates[pair.first], certificates[pair.second], static_cast<std::int64_t>(pair.bits), pair.whole});
    }
    const auto note = [&notes](std::size_t count, const std::string& words) {
        if (count > 0) {
            notes.push_back(base::plural(count, "RSA key") + " " + words);
        }
    };
    if (found.more_pairs > 0) {
        notes.push_back(base::plural(found.more_pairs, "more pair") + " of RSA keys with a factor in common");
    }
    note(found.unpaired.size(), "of which a factor is in another key too: there were too many to say with which");
    note(found.left_out.size(), "not looked through for common factors: there were too many");
    note(found.unread.size(), "not looked through for common factors: the modulus is no number that can be one");
    note(too_long, "not looked through for common factors: longer than 4,096 bits");
    return out;
}

std::vector<model::ComparedCertificate> Certificates::described(const std::set<std::string>& wanted) const
{
    std::vector<model::ComparedCertificate> out;
    for (const std::string& sha256 : wanted) {
        const Known& known = known_[numbers_.at(sha256)];
        model::ComparedCertificate one{sha256, known.subject, known.key, known.not_after, {}, known.place_count};
        std::ranges::transform(known.places, std::back_inserter(one.places), told_place);
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace smtptls::compare

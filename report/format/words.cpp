#include "report/format/words.hpp"

#include "base/untrusted_text.hpp"
#include "model/idn.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>

namespace smtptls::report {
namespace {

std::string join_escaped(const std::vector<base::UntrustedText>& texts)
{
    std::string out;
    for (const base::UntrustedText& text : texts) {
        out += (out.empty() ? "" : ", ") + text.escaped();
    }
    return out;
}

struct Show {
    std::string operator()(bool value) const { return value ? "yes" : "no"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(const base::UntrustedText& value) const { return value.escaped(); }
    std::string operator()(const std::vector<base::UntrustedText>& values) const { return join_escaped(values); }
};

// No connection was made, so it did not end at one.
bool is_before_its_turn(const base::Failure& failure)
{
    return failure.reason == base::Reason::cancelled && failure.text.escaped() == model::before_its_turn;
}

// Empty: it is not among them.
std::string shown_fact(const std::map<model::Fact, std::string>& facts, model::Fact fact)
{
    const auto found = facts.find(fact);
    return found == facts.end() ? std::string() : found->second;
}

// What was asked about certificates and has no answer.
std::vector<std::string> open_of_certificates(const model::EndpointResult& endpoint)
{
    std::vector<std::string> open;
    for (const model::Observation& one : endpoint.observations) {
        if (one.id == model::Fact::certificate_not_known) {
            open.push_back(shown_value(one.value));
        } else if (one.id == model::Fact::certificate_revocation_open) {
            open.emplace_back("whether a certificate is revoked");
        }
    }
    return open;
}

std::string sentence_of_open(const model::EndpointResult& endpoint)
{
    const bool marked = std::ranges::any_of(
        endpoint.matrix.cells(), [&endpoint](const model::CellView& cell) { return endpoint.leaves_open(cell); });
    std::string certificates;
    for (const std::string& one : open_of_certificates(endpoint)) {
        certificates += (certificates.empty() ? "not answered: " : ", ") + one;
    }
    const std::string cells = "what is marked ? could not be told; it is neither accepted nor rejected";
    return certificates.empty() ? cells : marked ? cells + "; " + certificates : certificates;
}

}  // namespace

std::string seconds(std::int64_t milliseconds)
{
    std::array<char, 32> text{};
    const int size = std::snprintf(text.data(), text.size(), "%.1f s", static_cast<double>(milliseconds) / 1000.0);
    return {text.data(), static_cast<std::size_t>(size)};
}

std::string sentence(const base::Failure& failure)
{
    using base::Reason;
    const std::string where = failure.stage == base::Stage::inner_ehlo ? "EHLO inside TLS"
                              : failure.stage == base::Stage::starttls ? "STARTTLS"
                              : failure.stage == base::Stage::ehlo     ? "EHLO"
                              : failure.stage == base::Stage::connect  ? "the TCP connection"
                              : failure.stage == base::Stage::resolve  ? "the name lookup"
                                                                       : "the " + std::string(format(failure.stage));
    switch (failure.reason) {
        case Reason::timed_out: return "no answer in time at " + where;
        case Reason::refused: return "connection refused";
        case Reason::reset: return "the connection was reset at " + where;
        case Reason::closed: return "the server closed the connection at " + where;
        case Reason::unreachable: return "no route to this address from here";
        case Reason::not_found: return "the name has no address";
        case Reason::rejected: return "the server refused at " + where;
        case Reason::throttled: return "the server asks to come back later, at " + where;
        case Reason::unavailable: return "the server offers STARTTLS and cannot do it: TLS is broken or limited there";
        case Reason::not_offered: return "the server does not offer STARTTLS";
        case Reason::stripped: return "STARTTLS was overwritten on the way: a firewall, mail inspection or an attacker";
        case Reason::protocol_error:
            return failure.stage >= base::Stage::hello ? "what came at " + where + " is not TLS as it should be"
                                                       : "what came at " + where + " is not SMTP as it should be";
        case Reason::cancelled:
            return is_before_its_turn(failure) ? "not scanned: the scan ended before its turn"
                                               : "the scan was ended at " + where;
        case Reason::left_out: return "not all of its addresses are scanned";
        case Reason::local_error: return "this machine could not go on at " + where;
    }
    return "unknown";
}

std::string sentence_with_words(const base::Failure& failure)
{
    const std::string words = failure.text.escaped();
    const std::string ours = sentence(failure);
    return ours +
           (words.empty() || is_before_its_turn(failure) || base::lower(words) == ours ? "" : " (" + words + ")");
}

std::string sentence_of_end(const model::EndpointResult& endpoint)
{
    const base::Failure failure = endpoint.failure.value_or(base::Failure{});
    const std::string words = failure.text.escaped();
    const std::string quoted = words.empty() ? "" : " (" + words + ")";
    switch (endpoint.status) {
        case model::EndpointStatus::not_offered: return "the port is closed";
        case model::EndpointStatus::no_starttls: return "the server speaks SMTP and does not offer STARTTLS" + quoted;
        case model::EndpointStatus::not_tested: return "no route to this address from here" + quoted;
        case model::EndpointStatus::failed: return sentence_with_words(failure);
        case model::EndpointStatus::incomplete: return sentence_of_open(endpoint);
        case model::EndpointStatus::scanned: break;
    }
    return "every question has an answer";
}

std::string mode_of(const model::Endpoint& endpoint)
{
    return endpoint.mode == model::TlsMode::implicit ? "implicit TLS" : "STARTTLS";
}

std::string place_of(const model::Endpoint& endpoint)
{
    const std::string name = endpoint.host == endpoint.address.format() ? "" : endpoint.host + " ";
    return name + model::format(endpoint);
}

std::string shown_place_of(const model::Endpoint& endpoint)
{
    const std::string name = endpoint.unicode_host.empty() ? "" : " (" + endpoint.unicode_host + ")";
    return name.empty() ? place_of(endpoint) : endpoint.host + name + " " + model::format(endpoint);
}

std::string shown_target(const std::string& typed)
{
    if (model::is_ascii(typed)) {
        return base::escaped(typed);
    }
    const auto target = model::parse_target(typed);
    if (!target) {
        return base::escaped(typed);
    }
    return target->host + (target->port ? ":" + std::to_string(*target->port) : "") +
           (target->unicode_host.empty() ? "" : " (" + target->unicode_host + ")");
}

std::vector<std::string> shown_targets(const std::vector<std::string>& typed)
{
    std::vector<std::string> shown;
    std::ranges::transform(typed, std::back_inserter(shown), shown_target);
    return shown;
}

std::string shown_value(const model::Value& value)
{
    return std::visit(Show(), value);
}

std::map<model::Fact, std::string> facts_of(const model::EndpointResult& endpoint, const std::string& subject)
{
    std::map<model::Fact, std::string> facts;
    for (const model::Observation& observation : endpoint.observations) {
        if (observation.subject == subject) {
            facts[observation.id] = shown_value(observation.value);
        }
    }
    return facts;
}

std::vector<LabelledFact> labelled_facts(const model::EndpointResult& endpoint, std::span<const model::Fact> others)
{
    std::map<std::pair<model::Fact, std::string>, std::string> subjects;
    for (const model::Observation& one : endpoint.observations) {
        const bool borne = model::info_of(one.id).page == "intolerance" && one.value == model::Value(false);
        if (is_of_certificate(one.id) || borne || std::ranges::find(others, one.id) != others.end()) {
            continue;
        }
        std::string& all = subjects[{one.id, shown_value(one.value)}];
        all += (all.empty() || one.subject.empty() ? "" : ", ") + one.subject;
    }
    std::vector<LabelledFact> facts;
    for (const auto& [fact, about] : subjects) {
        const std::string label(model::info_of(fact.first).label);
        facts.push_back({fact.first, label + (about.empty() ? "" : " (" + about + ")"), fact.second});
    }
    return facts;
}

std::int64_t number_of(const model::EndpointResult& endpoint, model::Fact fact)
{
    constexpr std::int64_t most_counted = 1'000'000'000;  // of a document that is read
    for (const model::Observation& one : endpoint.observations) {
        const auto* const value = std::get_if<std::int64_t>(&one.value);
        if (one.id == fact && one.subject.empty() && value != nullptr) {
            return std::clamp<std::int64_t>(*value, 0, most_counted);
        }
    }
    return 0;
}

std::vector<std::string> certificates_of(const model::EndpointResult& endpoint)
{
    std::vector<std::string> subjects;
    for (const model::Observation& one : endpoint.observations) {
        const bool known = std::ranges::find(subjects, one.subject) != subjects.end();
        if (is_of_certificate(one.id) && !one.subject.empty() && !known) {
            subjects.push_back(one.subject);
        }
    }
    return subjects;
}

std::string place_among(std::size_t number, std::size_t count, const std::map<model::Fact, std::string>& facts)
{
    constexpr std::size_t enough_digits = 16;
    if (count < 2) {
        return "";
    }
    const auto found = facts.find(model::Fact::certificate_sha256);
    const std::string sha256 =
        found == facts.end() ? "" : ", SHA-256 " + found->second.substr(0, enough_digits) + "...";
    return std::to_string(number) + " of " + std::to_string(count) + sha256;
}

std::string key_words(const std::map<model::Fact, std::string>& facts)
{
    const auto type = facts.find(model::Fact::certificate_key_type);
    const auto bits = facts.find(model::Fact::certificate_key_bits);
    const bool named = type != facts.end() && !type->second.empty();
    // Documents of old have 0 where the size was not known.
    const bool sized = bits != facts.end() && bits->second != "0";
    return (named ? type->second : "key of unknown type") + (sized ? " " + bits->second + " bits" : "");
}

std::string issuer_words(const std::map<model::Fact, std::string>& facts)
{
    const auto of = [&facts](model::Fact fact) { return shown_fact(facts, fact); };
    const bool own = of(model::Fact::certificate_self_signed) == "yes";
    const std::string trusted = of(model::Fact::certificate_trusted);
    const std::string anchor = of(model::Fact::certificate_trust_anchor);
    const std::string issuer = of(model::Fact::certificate_issuer);
    const std::string words = own ? "self-signed" : "issued by " + issuer;
    if (trusted == "yes") {
        return words + ", trusted" + (own || anchor == issuer ? "" : " by " + anchor);
    }
    const std::string why = of(model::Fact::certificate_trust_fault);
    return words + (trusted.empty() ? "" : ", not trusted" + (own || why.empty() ? "" : " (" + why + ")"));
}

std::vector<std::string> remarks_on_certificate(const std::map<model::Fact, std::string>& facts)
{
    const auto of = [&facts](model::Fact fact) { return shown_fact(facts, fact); };
    std::vector<std::string> remarks;
    if (of(model::Fact::certificate_shown_to_others) == "yes") {
        remarks.emplace_back("only for clients that do not send the host's name");
    } else if (of(model::Fact::certificate_names_host) == "no") {
        remarks.emplace_back("not for the name of the host");
    }
    if (of(model::Fact::certificate_must_staple) == "yes" && of(model::Fact::certificate_stapled) == "no") {
        remarks.emplace_back("asks for a stapled OCSP answer (must staple), and none that is good came");
    }
    const std::string revocation = of(model::Fact::certificate_revocation);
    if (!revocation.empty()) {
        remarks.push_back("revocation: " + revocation);
    }
    const std::string faults = of(model::Fact::certificate_chain_faults);
    if (!faults.empty()) {
        remarks.push_back("chain: " + faults);
    }
    return remarks;
}

}  // namespace smtptls::report

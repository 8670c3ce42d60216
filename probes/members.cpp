#include "probes/members.hpp"

#include <algorithm>

namespace smtptls::probes {
namespace {

using base::UntrustedText;

constexpr std::size_t most_values = 8;  // of what differs

// RFC 5321 section 4.2: the host's name is the first word. What follows may be a clock or an id.
std::string host_of(const std::optional<smtp::Reply>& greeting)
{
    if (!greeting || greeting->code != 220 || greeting->lines.empty()) {
        return {};
    }
    const std::string& line = greeting->lines.front();
    return line.substr(0, line.find(' '));
}

// STARTTLS apart: a reply that lacks it is a fact of its own.
std::string capabilities_of(const smtp::Transcript& transcript)
{
    if (!transcript.ehlo || transcript.ehlo->code != 250) {
        return {};
    }
    std::vector<std::string> keywords = transcript.keywords();
    std::erase(keywords, "STARTTLS");
    std::ranges::sort(keywords);
    std::string joined;
    for (const std::string& keyword : keywords) {
        joined += (joined.empty() ? "" : " ") + keyword;
    }
    return joined;
}

const model::Certificate* certificate_of(const model::Answer& answer)
{
    if (const auto* const completed = std::get_if<model::Completed>(&answer.outcome)) {
        return completed->certificate ? &*completed->certificate : nullptr;
    }
    const auto* const flight = std::get_if<model::FlightSeen>(&answer.outcome);
    return flight != nullptr && flight->certificate ? &*flight->certificate : nullptr;
}

const model::ServerChoice* choice_of(const model::Answer& answer)
{
    const auto* const completed = std::get_if<model::Completed>(&answer.outcome);
    const auto* const flight = std::get_if<model::FlightSeen>(&answer.outcome);
    return completed != nullptr ? &completed->choice : flight != nullptr ? &flight->choice : nullptr;
}

}  // namespace

void Members::compare(const std::string& what, std::string value, model::QuestionId id)
{
    if (value.empty()) {
        return;
    }
    const auto [first, fresh] = seen_.try_emplace(what, Sight{value, id});
    if (fresh || first->second.value == value) {
        return;
    }
    auto& [values, evidence] = differ_[what];
    if (values.empty()) {
        values.emplace_back(first->second.value);
        evidence.push_back(first->second.evidence);
    }
    const UntrustedText text(value);
    if (values.size() < most_values && std::ranges::find(values, text) == values.end()) {
        values.push_back(text);
        evidence.push_back(id);
    }
}

void Members::learn(const model::Answer& answer)
{
    const model::QuestionId id = answer.question.id;
    compare("host name in the greeting", host_of(answer.before_tls.greeting), id);
    compare("host name in the greeting", host_of(answer.inside_tls.greeting), id);
    compare("capabilities before TLS", capabilities_of(answer.before_tls), id);
    compare("capabilities inside TLS", capabilities_of(answer.inside_tls), id);
    const model::Certificate* const certificate = certificate_of(answer);
    const model::ServerChoice* const choice = choice_of(answer);
    if (certificate != nullptr && choice != nullptr) {
        // A server with several certificates chooses one by the suite, and in TLS 1.3 by our schemes.
        const std::string kind = std::holds_alternative<model::Completed>(answer.outcome) ? "" : " (server flight)";
        compare(
            "certificate for " + std::string(tls::format(choice->version)) + " " + tls::format(choice->suite) + kind,
            certificate->sha256, id);
    }
}

void Members::contradict(tls::ProtocolVersion version, model::QuestionId yes, model::QuestionId no)
{
    contradictions_.try_emplace(version, Ids{yes, no});
}

int Members::repeats() const
{
    return contradict_each_other() ? enough_refusals : !differ_.empty() ? enough_if_suspected : 0;
}

std::vector<model::Observation> Members::observations() const
{
    std::vector<model::Observation> out;
    for (const auto& [version, evidence] : contradictions_) {
        out.push_back(model::observed<model::Fact::server_contradicts>(true, evidence, tls::format(version)));
    }
    for (const auto& [what, seen] : differ_) {
        out.push_back(model::observed<model::Fact::server_perhaps_several>(seen.first, seen.second, what));
    }
    return out;
}

}  // namespace smtptls::probes

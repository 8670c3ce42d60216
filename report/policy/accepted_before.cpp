#include "report/policy/accepted_before.hpp"

#include "base/text_layout.hpp"

#include <map>
#include <set>

namespace smtptls::policy {
namespace {

using base::UntrustedText;
using model::CellState;
using model::EndpointResult;
using model::EndpointStatus;
using model::Fact;
using tls::CipherSuite;
using tls::ProtocolVersion;

using Suites = std::set<CipherSuite>;
using ByVersion = std::map<ProtocolVersion, Suites, std::greater<>>;
using Texts = std::vector<UntrustedText>;

std::string key_of(const model::Endpoint& endpoint)
{
    const std::string place = model::format(endpoint);
    return endpoint.host == endpoint.address.format() ? place : endpoint.host + " " + place;
}

ByVersion suites_of(const EndpointResult& result, CellState state)
{
    ByVersion suites;
    for (const model::CellView& cell : result.matrix.cells()) {
        if (cell.state == state) {
            suites[cell.version].insert(cell.suite);
        }
    }
    return suites;
}

bool has(const ByVersion& suites, ProtocolVersion version, CipherSuite suite)
{
    const auto found = suites.find(version);
    return found != suites.end() && found->second.contains(suite);
}

ByVersion without(const ByVersion& all, const ByVersion& those)
{
    ByVersion rest;
    for (const auto& [version, suites] : all) {
        for (const CipherSuite suite : suites) {
            if (!has(those, version, suite)) {
                rest[version].insert(suite);
            }
        }
    }
    return rest;
}

// Of `all` those that are not in `others`, suite by suite; where the others have nothing of a version, "TLS 1.0, all 12
// suites".
Texts words_of(const ByVersion& some, const ByVersion& all, const ByVersion& others)
{
    Texts texts;
    for (const auto& [version, suites] : some) {
        const std::string name = tls::format(version);
        const bool whole = suites.size() == all.at(version).size() && !others.contains(version);
        if (whole && suites.size() > 1) {
            texts.emplace_back(name + ", all " + base::plural(suites.size(), "suite"));
            continue;
        }
        for (const CipherSuite suite : suites) {
            texts.emplace_back(name + " " + tls::format(suite));
        }
    }
    return texts;
}

// "CN=mail.example.com, to 2027-01-01" by SHA-256.
std::map<std::string, std::string> certificates_of(const EndpointResult& result)
{
    std::map<std::string, std::string> subjects;
    std::map<std::string, std::string> words;
    for (const model::Observation& one : result.observations) {
        const auto* const text = std::get_if<UntrustedText>(&one.value);
        if (text == nullptr) {
            continue;
        }
        const std::string raw = base::unescape(text->escaped()).value_or("");
        if (one.id == Fact::certificate_subject) {
            subjects[one.subject] = raw.empty() ? "without a name" : raw;
        } else if (one.id == Fact::certificate_not_after) {
            words[one.subject] = ", to " + raw.substr(0, 10);
        } else if (one.id == Fact::certificate_sha256) {
            subjects.try_emplace(one.subject);
        }
    }
    for (auto& [sha256, name] : subjects) {
        name += words[sha256];
    }
    return subjects;
}

Texts beyond(const std::map<std::string, std::string>& all, const std::map<std::string, std::string>& others)
{
    Texts texts;
    for (const auto& [sha256, words] : all) {
        if (!others.contains(sha256)) {
            texts.emplace_back(words);
        }
    }
    return texts;
}

bool is_of_baseline(const model::Observation& one)
{
    return model::info_of(one.id).page == "baseline";
}

template <Fact fact>
void observe(Texts texts, EndpointResult& now)
{
    if (!texts.empty()) {
        now.observations.push_back(model::observed<fact>(std::move(texts)));
    }
}

// Of what was accepted, what the server refuses now. Where it offers no TLS at all it refuses everything.
ByVersion refused_of(const ByVersion& gone, const EndpointResult& now)
{
    if (now.status == EndpointStatus::not_offered || now.status == EndpointStatus::no_starttls) {
        return gone;
    }
    return without(gone, without(gone, suites_of(now, CellState::rejected)));
}

void observe_changes(const EndpointResult& before, EndpointResult& now)
{
    const ByVersion accepted_then = suites_of(before, CellState::accepted);
    const ByVersion accepted_now = suites_of(now, CellState::accepted);
    const ByVersion gone = without(accepted_then, accepted_now);
    const ByVersion refused = refused_of(gone, now);
    const auto shown_then = certificates_of(before);
    const auto shown_now = certificates_of(now);
    const std::size_t others = now.observations.size();
    const ByVersion fresh = without(accepted_now, accepted_then);
    observe<Fact::baseline_accepted>(words_of(fresh, accepted_now, accepted_then), now);
    observe<Fact::baseline_refused>(words_of(refused, accepted_then, accepted_now), now);
    observe<Fact::baseline_not_known>(words_of(without(gone, refused), accepted_then, accepted_now), now);
    observe<Fact::baseline_certificates>(beyond(shown_now, shown_then), now);
    observe<Fact::baseline_certificates_gone>(shown_now.empty() ? Texts() : beyond(shown_then, shown_now), now);
    // What was not told to the end, or shows no certificate any more, is not known to be the same.
    const bool known = !before.is_open() && !now.is_open() && shown_now.empty() == shown_then.empty();
    if (known && now.observations.size() == others) {
        now.observations.push_back(model::observed<Fact::baseline_same>(true));
    }
}

}  // namespace

AcceptedBefore::AcceptedBefore(const model::ScanResult& earlier)
{
    for (const EndpointResult& one : earlier.endpoints) {
        if (places_.emplace(key_of(one.endpoint), entries_.size()).second) {
            entries_.push_back({&one});
        }
    }
}

void AcceptedBefore::compare(EndpointResult& now)
{
    std::erase_if(now.observations, is_of_baseline);
    const auto found = places_.find(key_of(now.endpoint));
    if (found == places_.end()) {
        now.observations.push_back(model::observed<Fact::baseline_has_it>(false));
        return;
    }
    entries_[found->second].met = true;
    observe_changes(*entries_[found->second].result, now);
}

std::vector<std::string> AcceptedBefore::gone() const
{
    std::vector<std::string> gone;
    for (const Entry& entry : entries_) {
        if (!entry.met && !suites_of(*entry.result, CellState::accepted).empty()) {
            gone.push_back(key_of(entry.result->endpoint));
        }
    }
    return gone;
}

}  // namespace smtptls::policy

#include "probes/suite_nature.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace smtptls::probes {
namespace {

using tls::CipherSuite;

// Of servers as they are: of a key exchange that was accepted with a cipher that was accepted, most are.
constexpr double both_known = 0.8;
constexpr double keys_known = 0.12;
constexpr double neither_known = 0.02;
constexpr double known_after_refusal = 0.5;

constexpr std::size_t few_suites = 4;
constexpr std::size_t most_singles = 48;  // a list so long is asked suite by suite when it is full of traps

// What a server picks and has no credentials for hides the others: anonymous suites, as far as is known.
std::string trap_group(CipherSuite suite)
{
    switch (info_of(suite).credentials) {
        case tls::CredentialClass::certificate: return "certificate suites";
        case tls::CredentialClass::anonymous: return "anonymous suites";
        default: return "other credentials";
    }
}

// The same cipher, mode and MAC are accepted with another key exchange.
bool looks_spoken(CipherSuite suite, const Suites& found)
{
    const tls::SuiteInfo& info = info_of(suite);
    return std::ranges::any_of(found, [&](CipherSuite other) {
        const tls::SuiteInfo& of = info_of(other);
        return info.cipher == of.cipher && info.mode == of.mode && info.mac == of.mac;
    });
}

}  // namespace

void SuiteNature::note_accepted(CipherSuite suite)
{
    server_.served.add(suite);
    interest_.accepted(version_, suite);
}

// Some servers with an order of their own move ChaCha20 up where the client's list begins with it.
bool SuiteNature::tells_order(const Suites& offered) const
{
    return offered.empty() || info_of(offered.front()).family != tls::CipherFamily::chacha20;
}

double SuiteNature::expected(const Suites& suites, bool after_refusal) const
{
    double sum = 0;
    for (const CipherSuite suite : suites) {
        const tls::SuiteInfo& info = info_of(suite);
        if (info.lowest > version_) {
            continue;
        }
        const bool keys = server_.served.knows_keys(info);
        const bool both = keys && server_.served.knows_bulk(info);
        if (after_refusal) {
            sum += both ? known_after_refusal : 0;
        } else {
            sum += both ? both_known : keys ? keys_known : neither_known;
        }
    }
    return sum;
}

// As long as the server reads them, with room for the canary. Where only a hello without extensions opened the version
// it may be suites with a first byte above 0 that the server chokes on: they are not mixed with the others.
std::vector<Suites> SuiteNature::lists(const Suites& suites, const Shape& shape) const
{
    if (shape.extensions != tls::ExtensionSet::none) {
        return Nature::lists(suites, shape);
    }
    std::vector<Suites> lists = Nature::lists(those(suites, [](CipherSuite s) { return !is_high(s); }), shape);
    std::ranges::copy(Nature::lists(those(suites, is_high), shape), std::back_inserter(lists));
    return lists;
}

// By credentials first: what breaks lists is a suite that the server picks and has no credentials for. Then what the
// server speaks with other key exchanges suite by suite, since those are likely traps and hide each other; offered
// alone and refused, a suite is rejected. The others in halves.
std::vector<Part<CipherSuite>> SuiteNature::parts(const Suites& suites, const Suites& found) const
{
    std::vector<Part<CipherSuite>> parts;
    std::map<std::string, Suites> groups;
    for (const CipherSuite suite : suites) {
        groups[trap_group(suite)].push_back(suite);
    }
    if (groups.size() > 1 && version_ != tls::ProtocolVersion::tls1_3) {
        for (auto& [group, members] : groups) {
            parts.push_back({group, std::move(members)});
        }
        return parts;
    }
    // Where refusals are closes, each of which must come three times: mostly a key exchange is broken as a whole.
    std::map<tls::KeyExchange, Suites> exchanges;
    for (const CipherSuite suite : suites) {
        exchanges[info_of(suite).key_exchange].push_back(suite);
    }
    if (!server_.by_alert && suites.size() > few_suites && exchanges.size() > 1) {
        for (auto& [exchange, members] : exchanges) {
            parts.push_back({"by key exchange", std::move(members)});
        }
        return parts;
    }
    const Suites likely = those(suites, [&](CipherSuite s) { return looks_spoken(s, found); });
    const Suites unlikely = those(suites, [&](CipherSuite s) { return !looks_spoken(s, found); });
    const bool both = !likely.empty() && !unlikely.empty();
    if (both) {
        parts.push_back({"unlikely ones", unlikely});
    }
    const Suites& rest = both || unlikely.empty() ? likely : unlikely;
    const bool singles = rest.size() <= few_suites || (&rest == &likely && rest.size() <= most_singles);
    for (Suites& part : split(rest, singles ? 1 : (rest.size() + 1) / 2)) {
        parts.push_back({singles ? "one by one" : "half", std::move(part)});
    }
    return parts;
}

}  // namespace smtptls::probes

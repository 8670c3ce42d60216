#include "report/remedy/compare.hpp"

#include "report/remedy/config_lines.hpp"

#include <algorithm>
#include <set>

namespace smtptls::remedy {
namespace {

using model::CellState;
using model::EndpointResult;
using model::EndpointStatus;
using tls::ProtocolVersion;

using Versions = std::set<ProtocolVersion>;

std::string version_words(const Versions& versions)
{
    std::string text;
    for (const ProtocolVersion version : versions) {
        text += (text.empty() ? "" : ", ") + tls::format(version);
    }
    return text.empty() ? "no version" : text;
}

Versions with_state(const model::Matrix& matrix, CellState state)
{
    Versions versions;
    for (const model::CellView& cell : matrix.cells()) {
        if (cell.state == state) {
            versions.insert(cell.version);
        }
    }
    return versions;
}

// Versions without an accepted suite of which something stayed open: nothing can be said of them.
Versions open_versions(const model::Matrix& matrix)
{
    Versions open = with_state(matrix, CellState::inconclusive);
    open.merge(with_state(matrix, CellState::not_tested));
    for (const ProtocolVersion version : with_state(matrix, CellState::accepted)) {
        open.erase(version);
    }
    return open;
}

std::string greeting_of(const EndpointResult& endpoint)
{
    for (const model::Observation& one : endpoint.observations) {
        const auto* const text = std::get_if<base::UntrustedText>(&one.value);
        if (one.id == model::Fact::smtp_greeting && text != nullptr) {
            return text->escaped();
        }
    }
    return "";
}

// Why a server may not be what its files say.
std::string suspicion(const EndpointResult& endpoint, const Identity& identity)
{
    const std::string greeting = greeting_of(endpoint);
    const bool tells = !greeting.empty() && !identity.own_greeting;
    if (tells && lower(greeting).find(lower(identity.product)) == std::string::npos) {
        return "Another machine or program answers: its greeting is \"" + greeting + "\", which is not " +
               identity.product + "'s.";
    }
    if (tells && !identity.hostname.empty() && lower(greeting).find(lower(identity.hostname)) == std::string::npos) {
        return "Another machine answers: its greeting is \"" + greeting + "\", and this configuration's name is " +
               base::UntrustedText(identity.hostname).escaped() + ".";
    }
    return "Either " + identity.product +
           " was not reloaded since the files were changed, or it reads other files, or "
           "another machine answers (a load balancer, a firewall), or its version is not the one assumed.";
}

ConfigComparison compared_versions(const ServiceExplanation& service, const EndpointResult& endpoint,
                                   const Identity& identity)
{
    ConfigComparison result;
    const Versions found = with_state(endpoint.matrix, CellState::accepted);
    const Versions open = open_versions(endpoint.matrix);
    Versions expected(service.now.versions.begin(), service.now.versions.end());
    for (const ProtocolVersion version : open) {
        expected.erase(version);
    }
    result.observed.assign(found.rbegin(), found.rend());
    result.agrees = found == expected;
    const std::string not_told = open.empty() ? "" : " What the scan could not tell: " + version_words(open) + ".";
    if (result.agrees) {
        result.sentence = "as the configuration says, the server accepts " + version_words(found) + "." + not_told;
    } else {
        result.sentence = "the server accepts " + version_words(found) + ", and the configuration says " +
                          version_words(expected) + ". " + suspicion(endpoint, identity) + not_told;
    }
    return result;
}

bool never_works(TlsOffer offer)
{
    return offer == TlsOffer::broken || offer == TlsOffer::dead;
}

ConfigComparison compared(const ServiceExplanation& service, const EndpointResult& endpoint, const Identity& identity)
{
    ConfigComparison result;
    switch (endpoint.status) {
        case EndpointStatus::scanned:
        case EndpointStatus::incomplete: return compared_versions(service, endpoint, identity);
        case EndpointStatus::no_starttls:
            result.agrees = service.now.offer == TlsOffer::none;
            result.sentence = result.agrees ? "as the configuration says, STARTTLS is not offered."
                                            : "STARTTLS is not offered, and the configuration switches it on. " +
                                                  suspicion(endpoint, identity);
            return result;
        default: break;
    }
    std::string reason(model::format(endpoint.status));
    if (endpoint.failure) {
        reason = std::string(format(endpoint.failure->reason)) + " at " + std::string(format(endpoint.failure->stage));
    }
    result.agrees = never_works(service.now.offer);
    result.sentence = (result.agrees ? "as the configuration says, TLS does not work: "
                                     : "the scan did not reach TLS, so there is nothing to compare: ") +
                      reason + ".";
    return result;
}

// "25 and 587"
std::string port_words(const std::set<std::uint16_t>& ports)
{
    constexpr std::size_t most = 8;
    std::string words;
    std::size_t left = ports.size();
    for (const std::uint16_t port : ports) {
        const bool more = ports.size() - left == most;
        words += words.empty() ? "" : left == 1 || more ? " and " : ", ";
        words += more ? "others" : std::to_string(port);
        if (more) {
            break;
        }
        --left;
    }
    return words.empty() ? "none" : words;
}

std::string nothing_compared(const Explanation& explanation, const model::ScanResult& scan)
{
    std::set<std::uint16_t> here;
    std::set<std::uint16_t> scanned;
    for (const ServiceExplanation& service : explanation.services) {
        if (service.port && service.now.certain) {
            here.insert(*service.port);
        }
    }
    for (const EndpointResult& endpoint : scan.endpoints) {
        scanned.insert(endpoint.endpoint.port);
    }
    return "The scan has no endpoint with the port of a service here: nothing was compared. Ports of the scan: " +
           port_words(scanned) + "; of services whose TLS is known here: " + port_words(here) + ".";
}

}  // namespace

void compare(Explanation& explanation, const model::ScanResult& scan, const Identity& identity)
{
    bool any = false;
    for (ServiceExplanation& service : explanation.services) {
        for (const EndpointResult& endpoint : scan.endpoints) {
            if (!service.now.certain || service.port != endpoint.endpoint.port) {
                continue;
            }
            ConfigComparison result = compared(service, endpoint, identity);
            result.endpoint = model::format(endpoint.endpoint);
            service.comparisons.push_back(std::move(result));
            any = true;
        }
    }
    if (!any) {
        explanation.notes.insert(explanation.notes.begin(), nothing_compared(explanation, scan));
    }
}

bool saw_only_ecdsa(const model::ScanResult& scan)
{
    bool ecdsa = false;
    bool rsa = false;
    for (const EndpointResult& endpoint : scan.endpoints) {
        for (const model::Observation& one : endpoint.observations) {
            const auto* const type = std::get_if<base::UntrustedText>(&one.value);
            if (one.id == model::Fact::certificate_key_type && type != nullptr) {
                ecdsa = ecdsa || type->escaped().rfind("EC", 0) == 0;
                rsa = rsa || type->escaped().rfind("RSA", 0) == 0;
            }
        }
    }
    return ecdsa && !rsa;
}

}  // namespace smtptls::remedy

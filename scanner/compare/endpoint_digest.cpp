#include "compare/endpoint_digest.hpp"

#include <algorithm>

namespace smtptls::compare {
namespace {

using model::EndpointStatus;
using model::Fact;

bool has_observation(const model::EndpointResult& result, Fact fact)
{
    return std::ranges::find(result.observations, fact, &model::Observation::id) != result.observations.end();
}

// Other kinds of certificates are asked for when a handshake was completed, unless the scan was limited; what was not
// answered then is observed.
bool shows_all_certificates(const model::EndpointResult& result)
{
    return result.status == EndpointStatus::scanned && result.asked_for.empty() && result.handshakes > 0 &&
           !has_observation(result, Fact::certificate_not_known) &&
           !has_observation(result, Fact::smtp_silent_inside_tls);
}

}  // namespace

std::optional<bool> VersionOffer::is_accepted() const
{
    if (!accepted.empty()) {
        return true;
    }
    return open.empty() && (whole || !refused.empty()) ? std::optional(false) : std::nullopt;
}

std::optional<bool> VersionOffer::accepts(tls::CipherSuite suite) const
{
    if (std::ranges::binary_search(accepted, suite)) {
        return true;
    }
    if (std::ranges::binary_search(open, suite)) {
        return std::nullopt;
    }
    return whole || std::ranges::binary_search(refused, suite) ? std::optional(false) : std::nullopt;
}

Offer offer_of(const model::EndpointResult& result)
{
    Offer offer;
    for (const tls::ProtocolVersion version : result.matrix.versions()) {
        offer.versions[version].whole = result.matrix.is_whole(version);
    }
    for (const model::CellView& cell : result.matrix.cells()) {
        VersionOffer& version = offer.versions[cell.version];
        if (cell.state == model::CellState::accepted) {
            version.accepted.push_back(cell.suite);
        } else if (cell.state != model::CellState::rejected) {
            version.open.push_back(cell.suite);
        } else if (!version.whole) {
            version.refused.push_back(cell.suite);
        }
    }
    for (auto& [name, version] : offer.versions) {
        for (std::vector<tls::CipherSuite>* const list : {&version.accepted, &version.open, &version.refused}) {
            std::ranges::sort(*list);
        }
    }
    for (const model::Observation& one : result.observations) {
        const auto* const groups = std::get_if<std::vector<base::UntrustedText>>(&one.value);
        if (one.id == Fact::key_exchange_groups_accepted && one.subject.empty() && groups != nullptr) {
            offer.groups.emplace();
            std::ranges::transform(*groups, std::back_inserter(*offer.groups),
                                   [](const base::UntrustedText& group) { return group.escaped(); });
        }
    }
    return offer;
}

std::optional<EndpointDigest> digest_of(const model::EndpointResult& result)
{
    if (result.status == EndpointStatus::not_offered) {
        return std::nullopt;
    }
    EndpointDigest digest;
    digest.address = result.endpoint.address;
    digest.port = result.endpoint.port;
    digest.where = model::format(result.endpoint);
    digest.all_certificates = shows_all_certificates(result);
    const bool reached = result.status == EndpointStatus::scanned || result.status == EndpointStatus::incomplete;
    if (!reached && result.status != EndpointStatus::no_starttls) {
        base::Failure unknown;
        unknown.reason = base::Reason::unreachable;
        digest.not_compared = result.failure.value_or(unknown);
        digest.unasked = result.status == EndpointStatus::not_tested;
    } else if (result.endpoint.mode == model::TlsMode::starttls) {
        digest.starttls = reached;
    }
    return digest;
}

}  // namespace smtptls::compare

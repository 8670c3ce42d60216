#include "compare/comparer.hpp"

#include "compare/differences.hpp"

#include <algorithm>

namespace smtptls::compare {
namespace {

// Nothing if there is nothing to hold it against.
std::optional<model::ComparedName> compared(const std::string& name, std::vector<EndpointDigest> endpoints,
                                            const Certificates& certificates)
{
    std::ranges::sort(endpoints, {}, [](const EndpointDigest& one) { return std::pair(one.address, one.port); });
    model::ComparedName out{name, {}, {}, {}};
    bool failed = false;
    std::vector<EndpointDigest> reached;
    for (EndpointDigest& one : endpoints) {
        if (one.not_compared) {
            failed = failed || !one.unasked;
            out.not_compared.push_back({one.where, *one.not_compared});
        } else {
            out.endpoints.push_back(one.where);
            reached.push_back(std::move(one));
        }
    }
    if (reached.empty() || (reached.size() < 2 && !failed)) {
        return std::nullopt;
    }
    out.differences = differences(reached, certificates);
    return out;
}

}  // namespace

void Comparer::add(const model::EndpointResult& result)
{
    std::optional<EndpointDigest> digest = digest_of(result);
    if (!digest) {
        return;
    }
    if (!digest->not_compared) {
        digest->certificates = certificates_.add(result);
        if (result.status != model::EndpointStatus::no_starttls) {
            digest->offer = &*offers_.insert(offer_of(result)).first;
        }
    }
    names_[result.endpoint.host].push_back(*std::move(digest));
}

model::SideBySide Comparer::result() const
{
    model::SideBySide out;
    std::set<std::string> named;
    for (const auto& [name, endpoints] : names_) {
        auto all = compared(name, endpoints, certificates_);
        if (!all) {
            continue;
        }
        for (const model::Difference& one : all->differences) {
            if (one.of == model::Compared::certificate) {
                named.insert(one.items.begin(), one.items.end());
            }
        }
        out.names.push_back(*std::move(all));
    }
    out.keys = certificates_.key_uses();
    out.shared_factors = certificates_.shared_factors(out.notes);
    for (const model::KeyUse& use : out.keys) {
        named.insert(use.certificates.begin(), use.certificates.end());
    }
    for (const model::SharedFactor& one : out.shared_factors) {
        named.insert({one.first, one.second});
    }
    out.certificates = certificates_.described(named);
    return out;
}

}  // namespace smtptls::compare

#include "compare/differences.hpp"

#include <algorithm>
#include <set>

namespace smtptls::compare {
namespace {

using model::Compared;

// `apart`: the question does not arise there, or is answered by another difference.
enum class Has { yes, no, unknown, apart };

Has has(std::optional<bool> known)
{
    return !known ? Has::unknown : *known ? Has::yes : Has::no;
}

using Endpoints = std::span<const EndpointDigest>;

// Gathers what differs, items with the same endpoints on each side together.
class Gathered {
public:
    explicit Gathered(Endpoints endpoints) : endpoints_(endpoints) {}

    /// `of_endpoint` says what an endpoint has of the item.
    template <typename OfEndpoint>
    void add(Compared of, const std::string& version, const std::string& item, const OfEndpoint& of_endpoint)
    {
        model::Difference one{of, version, {item}, {}, {}, {}};
        for (const EndpointDigest& endpoint : endpoints_) {
            switch (of_endpoint(endpoint)) {
                case Has::yes: one.at.push_back(endpoint.where); break;
                case Has::no: one.not_at.push_back(endpoint.where); break;
                case Has::unknown: one.not_known_at.push_back(endpoint.where); break;
                case Has::apart: break;
            }
        }
        if (one.at.empty() || one.not_at.empty()) {
            return;
        }
        const auto same = std::ranges::find_if(all_, [&one](const model::Difference& other) {
            return other.of == one.of && other.version == one.version && other.at == one.at &&
                   other.not_at == one.not_at && other.not_known_at == one.not_known_at;
        });
        if (same == all_.end()) {
            all_.push_back(std::move(one));
        } else {
            same->items.push_back(item);
        }
    }

    std::vector<model::Difference> take() { return std::move(all_); }

private:
    Endpoints endpoints_;
    std::vector<model::Difference> all_;
};

const VersionOffer* version_of(const EndpointDigest& endpoint, tls::ProtocolVersion version)
{
    if (endpoint.offer == nullptr) {
        return nullptr;
    }
    const auto found = endpoint.offer->versions.find(version);
    return found == endpoint.offer->versions.end() ? nullptr : &found->second;
}

void compare_suites(Endpoints endpoints, tls::ProtocolVersion version, Gathered& gathered)
{
    std::set<tls::CipherSuite> suites;
    for (const EndpointDigest& endpoint : endpoints) {
        if (const VersionOffer* const offer = version_of(endpoint, version)) {
            suites.insert(offer->accepted.begin(), offer->accepted.end());
        }
    }
    for (const tls::CipherSuite suite : suites) {
        gathered.add(Compared::suite, std::string(tls::format(version)), std::string(tls::format(suite)),
                     [=](const EndpointDigest& endpoint) {
                         const VersionOffer* const offer = version_of(endpoint, version);
                         // Where the version is not spoken that is said of the version.
                         const bool spoken = offer != nullptr && offer->is_accepted() == std::optional(true);
                         return spoken ? has(offer->accepts(suite)) : Has::apart;
                     });
    }
}

void compare_versions(Endpoints endpoints, Gathered& gathered)
{
    std::set<tls::ProtocolVersion, std::greater<>> versions;
    for (const EndpointDigest& endpoint : endpoints) {
        if (endpoint.offer == nullptr) {
            continue;
        }
        for (const auto& [version, offer] : endpoint.offer->versions) {
            versions.insert(version);
        }
    }
    for (const tls::ProtocolVersion version : versions) {
        gathered.add(Compared::version, "", std::string(tls::format(version)), [=](const EndpointDigest& endpoint) {
            const VersionOffer* const offer = version_of(endpoint, version);
            return endpoint.offer == nullptr ? Has::apart : offer == nullptr ? Has::unknown : has(offer->is_accepted());
        });
    }
    for (const tls::ProtocolVersion version : versions) {
        compare_suites(endpoints, version, gathered);
    }
}

void compare_groups(Endpoints endpoints, Gathered& gathered)
{
    std::set<std::string> groups;
    for (const EndpointDigest& endpoint : endpoints) {
        if (endpoint.offer != nullptr && endpoint.offer->groups) {
            groups.insert(endpoint.offer->groups->begin(), endpoint.offer->groups->end());
        }
    }
    for (const std::string& group : groups) {
        gathered.add(Compared::group, "", group, [&group](const EndpointDigest& endpoint) {
            if (endpoint.offer == nullptr) {
                return Has::apart;
            }
            const auto& known = endpoint.offer->groups;
            return known ? has(std::ranges::find(*known, group) != known->end()) : Has::unknown;
        });
    }
}

// "RSA" of "RSA 2048 bits", "EC secp256r1" of "EC secp256r1 256 bits".
std::string kind_of(const std::string& key)
{
    const std::size_t digits = key.find_last_of(' ') == std::string::npos
                                   ? std::string::npos
                                   : key.find_last_of(' ', key.find_last_of(' ') - 1);
    return key.ends_with(" bits") ? key.substr(0, digits) : key;
}

// A server has one certificate for each kind of key: where another of that kind is shown, this one is not.
Has shows(const EndpointDigest& endpoint, const Certificates& all, const std::string& value, bool is_key)
{
    if (endpoint.offer == nullptr) {
        return Has::apart;
    }
    for (const ShownCertificate& one : endpoint.certificates) {
        if ((is_key ? all.key(one.number) : all.sha256(one.number)) == value) {
            return Has::yes;
        }
    }
    return endpoint.all_certificates && !endpoint.certificates.empty() ? Has::no : Has::unknown;
}

Has shows_certificate(const EndpointDigest& endpoint, const Certificates& all, std::size_t number)
{
    const Has known = shows(endpoint, all, all.sha256(number), false);
    const bool other_of_kind = std::ranges::any_of(endpoint.certificates, [&](const ShownCertificate& one) {
        return kind_of(all.key(one.number)) == kind_of(all.key(number));
    });
    return known == Has::unknown && other_of_kind ? Has::no : known;
}

// Whether all that an endpoint shows are so: one that is not is enough for no, and one that is not known for that.
Has all_are(const EndpointDigest& endpoint, std::optional<bool> ShownCertificate::*quality)
{
    if (endpoint.offer == nullptr) {
        return Has::apart;
    }
    const auto any = [&](std::optional<bool> value) {
        return std::ranges::any_of(endpoint.certificates,
                                   [&](const ShownCertificate& one) { return one.*quality == value; });
    };
    if (any(false)) {
        return Has::no;
    }
    return endpoint.certificates.empty() || any(std::nullopt) ? Has::unknown : Has::yes;
}

void compare_certificates(Endpoints endpoints, const Certificates& all, Gathered& gathered)
{
    std::set<std::string> keys;
    std::map<std::string, std::size_t> numbers;  // by SHA-256: numbers are in the order in which endpoints were done
    for (const EndpointDigest& endpoint : endpoints) {
        for (const ShownCertificate& one : endpoint.certificates) {
            keys.insert(all.key(one.number));
            numbers.emplace(all.sha256(one.number), one.number);
        }
    }
    for (const std::string& key : keys) {
        gathered.add(Compared::key, "", key,
                     [&](const EndpointDigest& endpoint) { return shows(endpoint, all, key, true); });
    }
    for (const auto& [sha256, number] : numbers) {
        const std::size_t wanted = number;
        gathered.add(Compared::certificate, "", sha256, [&all, wanted](const EndpointDigest& endpoint) {
            return shows_certificate(endpoint, all, wanted);
        });
    }
    using Quality = std::optional<bool> ShownCertificate::*;
    const std::pair<Compared, Quality> qualities[] = {{Compared::trusted, &ShownCertificate::trusted},
                                                      {Compared::name, &ShownCertificate::names_host},
                                                      {Compared::dates, &ShownCertificate::within_dates}};
    for (const auto& quality : qualities) {
        const Quality member = quality.second;
        gathered.add(quality.first, "", std::string(format(quality.first)),
                     [member](const EndpointDigest& endpoint) { return all_are(endpoint, member); });
    }
}

}  // namespace

std::vector<model::Difference> differences(std::span<const EndpointDigest> endpoints, const Certificates& certificates)
{
    Gathered gathered(endpoints);
    gathered.add(Compared::starttls, "", "STARTTLS", [](const EndpointDigest& endpoint) {
        return endpoint.starttls ? has(endpoint.starttls) : Has::apart;
    });
    compare_versions(endpoints, gathered);
    compare_groups(endpoints, gathered);
    compare_certificates(endpoints, certificates, gathered);
    return gathered.take();
}

}  // namespace smtptls::compare

// The leaves of all endpoints of a scan, each once: where each was shown, which have the same key, and which RSA keys
// have a factor in common.
#pragma once

#include "compare/endpoint_digest.hpp"
#include "model/side_by_side.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace smtptls::compare {

class Certificates {
public:
    /// The leaves of an endpoint that a scan or a saved scan tells of; of more than so many the rest is not looked at.
    static constexpr std::size_t most_of_endpoint = 32;

    /// Takes those of an endpoint; gives those back that a client gets that sends the host's name.
    std::vector<ShownCertificate> add(const model::EndpointResult& result);

    const std::string& sha256(std::size_t number) const { return known_[number].sha256; }
    const std::string& key(std::size_t number) const { return known_[number].key; }

    std::vector<model::KeyUse> key_uses() const;

    /// Says in `notes` what was not looked at.
    std::vector<model::SharedFactor> shared_factors(std::vector<std::string>& notes) const;

    /// Those with one of these SHA-256.
    std::vector<model::ComparedCertificate> described(const std::set<std::string>& wanted) const;

private:
    struct Known {
        std::string sha256;
        base::UntrustedText subject;
        std::string key = {};  // "RSA 2048 bits"
        std::string not_after = {};
        std::string spki_sha256 = {};
        std::string modulus = {};               // hexadecimal; empty: no RSA key, or too long a one
        bool long_rsa = false;                  // too long a one
        std::set<model::Endpoint> places = {};  // the first ones
        std::size_t place_count = 0;
        std::set<std::string> hosts = {};
    };
    struct Facts;

    std::size_t number_of(const Facts& facts);

    std::vector<Known> known_;
    std::map<std::string, std::size_t> numbers_;  // by SHA-256
};

}  // namespace smtptls::compare

// Which addresses are of the public Internet.
#include "model/address.hpp"

#include <algorithm>
#include <vector>

namespace smtptls::model {
namespace {

// IANA's registries of special-purpose addresses (RFC 6890), as of 2026; and multicast (RFC 5771).
constexpr std::array special_networks = {
    "0.0.0.0/8",          // this network: RFC 791
    "10.0.0.0/8",         // private: RFC 1918
    "100.64.0.0/10",      // shared with a carrier's NAT: RFC 6598
    "127.0.0.0/8",        // loopback: RFC 1122
    "169.254.0.0/16",     // link-local: RFC 3927
    "172.16.0.0/12",      // private: RFC 1918
    "192.0.0.0/24",       // IETF protocol assignments: RFC 6890
    "192.0.2.0/24",       // documentation: RFC 5737
    "192.31.196.0/24",    // AS112: RFC 7535
    "192.52.193.0/24",    // AMT: RFC 7450
    "192.88.99.0/24",     // 6to4 relays: RFC 7526
    "192.168.0.0/16",     // private: RFC 1918
    "192.175.48.0/24",    // AS112: RFC 7534
    "198.18.0.0/15",      // benchmarking: RFC 2544
    "198.51.100.0/24",    // documentation: RFC 5737
    "203.0.113.0/24",     // documentation: RFC 5737
    "224.0.0.0/4",        // multicast: RFC 5771
    "240.0.0.0/4",        // reserved, and broadcast: RFC 1112, RFC 919
    "2001::/23",          // IETF protocol assignments, Teredo, benchmarking, ORCHID: RFC 2928
    "2001:db8::/32",      // documentation: RFC 3849
    "2620:4f:8000::/48",  // AS112: RFC 7534
    "3fff::/20",          // documentation: RFC 9637
};

std::vector<IpNetwork> parsed_networks()
{
    std::vector<IpNetwork> all;
    for (const char* const text : special_networks) {
        all.push_back(IpNetwork::parse(text).value());
    }
    return all;
}

bool begins_with(const std::array<std::uint8_t, 16>& bytes, const std::array<std::uint8_t, 12>& prefix)
{
    return std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

constexpr std::array<std::uint8_t, 12> mapped_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::array<std::uint8_t, 12> nat64_prefix = {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};

}  // namespace

// The IPv4 address that a packet to this one ends at: RFC 4291 section 2.5.5.2, RFC 6052 section 2.1, RFC 3056.
std::optional<IpAddress> IpAddress::inner() const
{
    std::ptrdiff_t at = 0;
    if (begins_with(bytes_, mapped_prefix) || begins_with(bytes_, nat64_prefix)) {
        at = 12;
    } else if (bytes_[0] == 0x20 && bytes_[1] == 0x02) {
        at = 2;
    } else {
        return std::nullopt;
    }
    IpAddress address;
    std::copy_n(bytes_.begin() + at, 4, address.bytes_.begin());
    return address;
}

bool IpAddress::is_public() const
{
    static const std::vector<IpNetwork> special = parsed_networks();
    if (const auto within = v6_ ? inner() : std::nullopt) {
        return within->is_public();
    }
    const bool global = !v6_ || (bytes_[0] & 0xe0U) == 0x20U;  // 2000::/3: RFC 4291 section 2.4
    return global && std::none_of(special.begin(), special.end(),
                                  [this](const IpNetwork& network) { return network.contains(*this); });
}

}  // namespace smtptls::model

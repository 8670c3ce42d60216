#include "model/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace smtptls::model {
namespace {

constexpr std::size_t longest_zone = 15;  // Linux's IFNAMSIZ without the final NUL

// A zone goes into commands and output as it is: the name or number of an interface and nothing else.
bool is_zone(std::string_view zone)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
               c == '-';
    };
    return !zone.empty() && zone.size() <= longest_zone && std::all_of(zone.begin(), zone.end(), allowed);
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text)
{
    IpAddress address;
    if (text.find('\0') != std::string_view::npos) {
        return std::nullopt;
    }
    const std::size_t percent = text.find('%');
    const std::string digits(text.substr(0, percent));
    if (percent == std::string_view::npos && inet_pton(AF_INET, digits.c_str(), address.bytes_.data()) == 1) {
        return address;
    }
    if (inet_pton(AF_INET6, digits.c_str(), address.bytes_.data()) != 1) {
        return std::nullopt;
    }
    address.v6_ = true;
    if (percent != std::string_view::npos) {
        address.zone_ = text.substr(percent + 1);
        const bool link_local = address.bytes_[0] == 0xfe && (address.bytes_[1] & 0xc0U) == 0x80U;
        if (!is_zone(address.zone_) || !link_local) {
            return std::nullopt;
        }
    }
    return address;
}

bool IpAddress::is_loopback() const
{
    if (!v6_) {
        return bytes_[0] == 127;
    }
    std::array<std::uint8_t, 16> loopback{};
    loopback.back() = 1;
    return bytes_ == loopback;
}

std::string IpAddress::format() const
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(v6_ ? AF_INET6 : AF_INET, bytes_.data(), text.data(), text.size());
    return zone_.empty() ? std::string(text.data()) : std::string(text.data()) + "%" + zone_;
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text)
{
    const std::size_t slash = text.find('/');
    const auto first = IpAddress::parse(text.substr(0, slash));
    if (!first) {
        return std::nullopt;
    }
    IpNetwork network;
    network.first_ = *first;
    network.bits_ = first->is_v6() ? 128 : 32;
    if (slash != std::string_view::npos) {
        const std::string_view digits = text.substr(slash + 1);
        unsigned bits = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
        if (error != std::errc() || end != digits.data() + digits.size() || bits > network.bits_) {
            return std::nullopt;
        }
        network.bits_ = bits;
    }
    return network;
}

bool IpNetwork::contains(const IpAddress& address) const
{
    if (!first_.v6_ && address.v6_) {
        // An IPv4 address by another name (RFC 4291 section 2.5.5.2).
        constexpr std::array<std::uint8_t, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
        IpAddress inner;
        std::copy(address.bytes_.begin() + mapped.size(), address.bytes_.end(), inner.bytes_.begin());
        return std::equal(mapped.begin(), mapped.end(), address.bytes_.begin()) && contains(inner);
    }
    if (address.v6_ != first_.v6_) {
        return false;
    }
    const std::size_t whole = bits_ / 8;
    const unsigned rest = bits_ % 8;
    const auto& one = address.bytes_;
    const auto& other = first_.bytes_;
    return std::equal(one.begin(), one.begin() + static_cast<std::ptrdiff_t>(whole), other.begin()) &&
           (rest == 0 || (one.at(whole) ^ other.at(whole)) >> (8 - rest) == 0);
}

}  // namespace smtptls::model

// An IP address as a value: parsed from text, compared, printed. Knows no socket.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtptls::model {

class IpAddress {
public:
    /// Dotted quad, or IPv6 as in RFC 4291 section 2.2, without brackets; a link-local IPv6 address
    /// may carry a zone ("fe80::1%eth0"), which is kept. Nothing if `text` is neither.
    static std::optional<IpAddress> parse(std::string_view text);

    bool is_v6() const { return v6_; }
    bool is_loopback() const;

    /// Whether it may lead to a host of the public Internet: no loopback, private, link-local, shared, multicast,
    /// unspecified, documentation, benchmarking or reserved address (the IANA registries of special-purpose addresses,
    /// RFC 6890), nor any IPv6 address that is not global unicast (2000::/3). IPv4-mapped, 6to4 and NAT64
    /// (64:ff9b::/96) addresses are what their IPv4 address is; Teredo is none.
    bool is_public() const;

    /// Canonical text (RFC 5952 for IPv6), with its zone.
    std::string format() const;

    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the comparison with 0 for one
    auto operator<=>(const IpAddress&) const = default;

private:
    friend class IpNetwork;

    std::optional<IpAddress> inner() const;

    bool v6_ = false;
    std::array<std::uint8_t, 16> bytes_{};  // IPv4 in the first four
    std::string zone_;
};

/// An address, or all that begin with the same bits (RFC 4632 section 3.1, RFC 4291 section 2.3).
class IpNetwork {
public:
    /// "192.0.2.7", "192.0.2.0/24", "2001:db8::/32": up to 32 or 128 bits; those behind them do not count. Nothing if
    /// `text` is neither.
    static std::optional<IpNetwork> parse(std::string_view text);

    /// Zones do not count. An IPv4 network has the IPv4-mapped IPv6 addresses of its addresses too
    /// ("::ffff:192.0.2.7").
    bool contains(const IpAddress& address) const;

private:
    IpAddress first_;
    unsigned bits_ = 0;
};

}  // namespace smtptls::model

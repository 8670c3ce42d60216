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

    /// Canonical text (RFC 5952 for IPv6), with its zone.
    std::string format() const;

    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the comparison with 0 for one
    auto operator<=>(const IpAddress&) const = default;

private:
    bool v6_ = false;
    std::array<std::uint8_t, 16> bytes_{};  // IPv4 in the first four
    std::string zone_;
};

}  // namespace smtptls::model

// What the user asked for, and the endpoints it becomes.
#pragma once

#include "base/expected.hpp"
#include "model/address.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtptls::model {

/// host | host:port | address | [ipv6]:port, as typed.
struct Target {
    std::string text;                  ///< as typed
    std::string host;                  ///< lower-case name without the final dot, or the address
    std::optional<IpAddress> address;  ///< if the host is an address
    std::optional<std::uint16_t> port;

    bool operator==(const Target&) const = default;
};

/// Parses a target. The error is a sentence that says what is wrong and what would be right.
/// A name has letters, digits, hyphens and underscores in labels of 1 to 63, 253 in all
/// (RFC 1035 section 2.3.4), other characters are refused: an international name is given in
/// its ASCII form.
base::Expected<Target, std::string> parse_target(std::string_view text);

/// When TLS begins: after STARTTLS, or with the first byte (RFC 8314 section 3).
enum class TlsMode { starttls, implicit };

/// What the user said about it: `automatic` is implicit on 465 and STARTTLS elsewhere.
enum class TlsChoice { automatic, starttls, implicit };

TlsMode tls_mode(TlsChoice choice, std::uint16_t port);
std::string_view format(TlsMode mode);

/// One address and port to scan; results are keyed by host, address and port.
struct Endpoint {
    std::string host;  ///< as in the target
    IpAddress address;
    std::uint16_t port = 0;
    TlsMode mode = TlsMode::starttls;
    bool port_chosen_by_us = false;    ///< no port was given: a closed one is an answer, not a failure
    bool family_chosen_by_us = false;  ///< neither the address nor -4 or -6 was given: no route is no failure

    auto operator<=>(const Endpoint&) const = default;
};

/// "192.0.2.1:25" or "[2001:db8::1]:25".
std::string format(const Endpoint& endpoint);

}  // namespace smtptls::model

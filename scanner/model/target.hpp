// What the user asked for, and the endpoints it becomes.
#pragma once

#include "base/expected.hpp"
#include "model/address.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::model {

/// What a port is for, which decides what a policy asks of it: `mx` receives mail from anybody, and TLS is
/// opportunistic; `mx_mandatory` does so with DANE or MTA-STS published; `submission` is STARTTLS for users'
/// programs (RFC 6409), `submissions` implicit TLS for them (RFC 8314).
enum class Role { mx, mx_mandatory, submission, submissions };
inline constexpr std::array all_roles = {Role::mx, Role::mx_mandatory, Role::submission, Role::submissions};

/// When TLS begins: after STARTTLS, or with the first byte (RFC 8314 section 3).
enum class TlsMode { starttls, implicit };

/// What the user said about it: `automatic` is implicit on 465 and STARTTLS elsewhere.
enum class TlsChoice { automatic, starttls, implicit };
inline constexpr std::array all_tls_choices = {TlsChoice::automatic, TlsChoice::starttls, TlsChoice::implicit};

/// Of which family the addresses of a name must be to be scanned.
enum class AddressFamily { any, v4, v6 };

/// host | host:port | address | [ipv6]:port, as typed.
struct Target {
    std::string text;                  ///< as typed
    std::string host;                  ///< lower-case name without the final dot, in ASCII; or the address
    std::optional<IpAddress> address;  ///< if the host is an address
    std::optional<std::uint16_t> port;
    std::optional<TlsChoice> tls = {};  ///< what was said of this target, if not that of all
    std::string server_name = {};       ///< the same for the name to ask for in SNI; empty: nothing
    std::optional<Role> role = {};      ///< the same for what its ports are for
    std::size_t line = 0;               ///< of the list it stands in, from 1; 0: in none
    std::string unicode_host = {};      ///< of a host that was typed in Unicode, if it may be shown; else empty

    bool operator==(const Target&) const = default;
};

/// Parses a target. The error is a sentence that says what is wrong and what would be right.
/// A name has letters, digits, hyphens and underscores in labels of 1 to 63, 253 in all
/// (RFC 1035 section 2.3.4). One in Unicode (UTF-8) becomes that by IDNA2008 (model/idn.hpp); a label xn-- must
/// decode, and is else taken as it is.
base::Expected<Target, std::string> parse_target(std::string_view text);

/// The one that was given, else those of SMTP: 25, 465 and 587.
std::vector<std::uint16_t> ports_of(const Target& target);

TlsMode tls_mode(TlsChoice choice, std::uint16_t port);
std::string_view format(TlsMode mode);
std::string_view format(TlsChoice choice);  ///< "auto", "starttls", "implicit"
std::string_view format(Role role);

/// One address and port to scan; results are keyed by host, address and port.
struct Endpoint {
    std::string host;  ///< as in the target
    IpAddress address;
    std::uint16_t port = 0;
    TlsMode mode = TlsMode::starttls;
    bool port_chosen_by_us = false;    ///< no port was given: a closed one is an answer, not a failure
    bool family_chosen_by_us = false;  ///< neither the address nor -4 or -6 was given: no route is no failure
    std::string server_name = {};      ///< of its target alone: the name to ask for in SNI; empty: nothing was said
    std::optional<Role> role = {};     ///< of its target alone: what the port is for
    std::string unicode_host = {};     ///< of a host that was typed in Unicode, if it may be shown; else empty

    auto operator<=>(const Endpoint&) const = default;
};

/// "192.0.2.1:25" or "[2001:db8::1]:25".
std::string format(const Endpoint& endpoint);

}  // namespace smtptls::model

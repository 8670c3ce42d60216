// What a hello has beside versions and suites.
#pragma once

#include <cstdint>

namespace smtptls::tls {

/// What is sent beside versions and suites. `full`: groups and schemes as wide as they come, and the
/// extensions of a modern client. `few`: the most common groups and schemes, and what a server may insist
/// on. `none`: no extension at all below TLS 1.3, and the least that TLS 1.3 needs.
enum class ExtensionSet { full, few, none };

/// What a hello has beyond that, to see whether a server bears it.
struct HelloTrial {
    bool grease = false;             ///< a value of RFC 8701 in each list, and two extensions of such types
    bool unknown_extension = false;  ///< one whose type nobody has been given
    bool without_name = false;       ///< no server_name, whatever the target is called
    std::uint16_t size = 0;  ///< padded to so many bytes (RFC 7685); 0: only where 256 to 511 would hang servers

    bool operator==(const HelloTrial&) const = default;
};

}  // namespace smtptls::tls

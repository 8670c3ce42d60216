// An http URL as a value (RFC 9110 section 4.2.1): whom a certificate names to be asked. Knows no socket.
#pragma once

#include "base/expected.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace smtptls::model {

struct HttpUrl {
    std::string host;        ///< a name in lower case, or an address without brackets
    std::uint16_t port = 0;  ///< never 0 when it was parsed
    std::string target;      ///< path and query as they stood there, percent-encoded: "/ocsp?a=b", never empty

    /// What the field Host says (RFC 9110 section 7.2): "ocsp.example.com", "[2001:db8::1]:8080"
    std::string authority() const;

    bool operator==(const HttpUrl&) const = default;
};

/// A longer URL is refused.
inline constexpr std::size_t longest_http_url = 2048;

/// An absolute URL of the scheme http (RFC 3986 section 4.3) with a name of letters, digits, '-', '_' and '.', or an
/// address. What stands behind a '#' is left out. Refused, with a phrase that says why: another scheme, a user, a zone,
/// and every character that RFC 3986 does not allow where it stands.
base::Expected<HttpUrl, std::string> parse_http_url(std::string_view text);

}  // namespace smtptls::model

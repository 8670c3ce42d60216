// A GnuTLS priority string such as "NORMAL:-VERS-TLS1.0:-RSA": which versions it leaves on. GnuTLS manual,
// "Priority strings".
#pragma once

#include "tls/protocol_version.hpp"

#include <set>
#include <string_view>

namespace smtptls::remedy {

/// Whether a text begins as a priority string does: with NORMAL, SECURE128, PFS, NONE and the like, or '@'.
bool is_priority_string(std::string_view text);

/// TLS 1.0 to TLS 1.3, for a GnuTLS from 3.6.5 on; an empty text is NORMAL. A version that is left without
/// any cipher is not among them.
std::set<tls::ProtocolVersion> parse_priority_versions(std::string_view text);

}  // namespace smtptls::remedy

// A GnuTLS priority string such as "NORMAL:-VERS-TLS1.0:-RSA": which versions and suites it leaves on, by GnuTLS 3.7.
// GnuTLS manual, "Priority strings"; GnuTLS 3.7.9, lib/priority.c.
#pragma once

#include "tls/cipher_suite.hpp"
#include "tls/protocol_version.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::remedy {

/// What a server with that string accepts. Empty versions: no handshake succeeds.
struct GnutlsPriority {
    /// The word that makes GnuTLS refuse the string, or the whole string where nothing is left to be spoken.
    std::optional<std::string> refused;
    bool by_system = false;  ///< begins with "@": a file of the system decides, and the rest here is not worked out
    std::set<tls::ProtocolVersion> versions;
    std::vector<tls::CipherSuite> suites;  ///< below TLS 1.3, by code
};

/// Whether a text begins as a priority string does: with NORMAL, SECURE128, PFS, NONE and the like, or '@'.
bool is_priority_string(std::string_view text);

/// For a server with a certificate for RSA keys, or for ECDSA ones; an empty text is NORMAL. Words behind the first 64
/// are not read.
GnutlsPriority evaluate_priority(std::string_view text, bool ecdsa = false);

}  // namespace smtptls::remedy

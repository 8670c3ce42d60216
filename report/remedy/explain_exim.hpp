// Explains the TLS options of an Exim configuration, once for each library Exim can be built with: the same
// option means another thing in each. Exim specification, chapters 14 and 43.
#pragma once

#include "report/remedy/exim_config.hpp"
#include "report/remedy/explanation.hpp"
#include "report/remedy/release.hpp"

#include <optional>

namespace smtptls::remedy {

/// What is known of the machine; the rest is assumed, and said to be.
struct EximSetup {
    std::optional<Release> exim = std::nullopt;     ///< else Debian 12's
    std::optional<Release> openssl = std::nullopt;  ///< else 3.0
    bool ecdsa_seen = false;                        ///< a scan of this configuration showed an ECDSA certificate
};

/// Two services, GnuTLS and OpenSSL, and behind either the ports of tls_on_connect_ports where STARTTLS is not what
/// everybody gets.
Explanation explain_exim(const EximText& text, const EximSetup& setup);

}  // namespace smtptls::remedy

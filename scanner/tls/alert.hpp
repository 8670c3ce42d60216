// The alert: two bytes with which a party says why it goes (RFC 8446 section 6, RFC 5246 section 7.2).
// An answer of the server, not an error of ours. Open enums: codes without a name survive and print.
#pragma once

#include <cstdint>
#include <string>

namespace smtptls::tls {

enum class AlertLevel : std::uint8_t { warning = 1, fatal = 2 };

enum class AlertDescription : std::uint8_t {
#define ALERT(code, name) name = code,
#include "tls/alerts.def"
#undef ALERT
};

struct Alert {
    AlertLevel level = AlertLevel::fatal;
    AlertDescription description = AlertDescription::handshake_failure;

    bool operator==(const Alert&) const = default;
};

/// "warning", "fatal", or "level 7".
std::string format(AlertLevel level);

/// The RFC's name, such as "handshake_failure", or "alert 201".
std::string format(AlertDescription description);

/// Level and description: "fatal handshake_failure".
std::string format(const Alert& alert);

}  // namespace smtptls::tls

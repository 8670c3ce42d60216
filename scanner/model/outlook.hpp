// What a scan would do, told before it does it: --dry-run. Plain data.
#pragma once

#include "model/scan_result.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smtptls::model {

/// Connections to one endpoint.
struct ExpectedConnections {
    std::string_view server;  ///< what kind of server: "a server with default settings"
    std::size_t hellos = 0;
    std::size_t handshakes = 0;

    std::size_t sum() const { return hellos + handshakes; }
};

/// Lines of one kind in the log of one mail server, for all endpoints together, each with default settings.
struct ExpectedLines {
    std::string_view mailer;  ///< "Postfix"
    std::string_view line;    ///< what it holds: "lost connection after STARTTLS from"
    std::size_t count = 0;
    bool counted_by_fail2ban = false;  ///< by the filter `postfix` in the modes ddos and aggressive
};

struct Outlook {
    std::string program_version;
    std::vector<std::pair<std::string, std::string>> options;
    std::vector<std::string> targets;
    std::vector<TargetFailure> failures;  ///< names without an address
    std::size_t looked_up = 0;            ///< names, by the system's resolver; nothing else was sent
    std::vector<Endpoint> endpoints;
    std::vector<ExpectedConnections> each;  ///< to one endpoint, fewest first
    std::size_t typical = 0;                ///< which of `each` is a server with default settings
    ExpectedConnections most;               ///< if no question is asked again
    std::size_t at_once = 0;                ///< connections to one address
    std::size_t online = 0;                 ///< questions to others about its certificates, at most; 0: none
    std::chrono::milliseconds usual{};      ///< of the whole scan, 20 ms away
    std::chrono::milliseconds longest{};    ///< if each step takes its whole time
    std::optional<std::chrono::milliseconds> max_time;
    std::vector<ExpectedLines> lines;
};

}  // namespace smtptls::model

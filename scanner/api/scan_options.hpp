// How to scan: what the command line calls its options.
#pragma once

#include "api/policy.hpp"
#include "model/matrix.hpp"
#include "model/target.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace smtptls {

struct ScanOptions {
    model::AddressFamily family = model::AddressFamily::any;
    bool first_address = false;              ///< of a name's addresses, only the first
    std::size_t addresses_per_name = 32;     ///< 1 to 65536; what is left out is a failure of the target
    std::vector<model::IpNetwork> excluded;  ///< never connected to; a target with such an address has a failure
    model::TlsChoice tls = model::TlsChoice::automatic;  ///< for targets that do not say
    std::string ehlo_name;        ///< a domain or an address literal; empty: this machine's name, if it has a dot, else
                                  ///< the literal of the connection's address
    std::string server_name;      ///< to ask for in SNI; empty: the target's name
    std::string source_address;   ///< of this machine, to connect from; empty: the system's choice
    std::string ca_file;          ///< roots to trust, PEM, in place of this machine's; empty: as the next
    std::string ca_path;          ///< a folder whose files hold such roots; both empty: this machine's
    bool online = false;          ///< ask whom certificates name, by HTTP, whether they are revoked
    bool online_private = false;  ///< with `online`: at addresses that are not public too
    std::chrono::milliseconds timeout{30000};  ///< for one step of the server, and for one look-up; 0.1 s to a day
    std::optional<std::chrono::milliseconds>
        max_time;  ///< for all, 0.1 s to a day; what is known by then is the result; nothing: no limit
    std::size_t max_connections = 4;    ///< to one address at a time, 1 to 64
    std::chrono::milliseconds pace{0};  ///< least time between two connections to one address, an hour at most
    std::size_t max_addresses = 16;     ///< scanned side by side, 1 to 1024
    model::Confirm confirm = model::Confirm::family;
    std::uint32_t double_check =
        0;  ///< so many cells of each endpoint are asked for again, drawn at random, 10,000 at most
    std::uint32_t double_check_seed = 0;  ///< what draws them; 0: chance
    bool exchanges = false;               ///< results list every connection
    std::vector<Policy> verdict_only;     ///< ask no more than their verdicts need; empty: everything
    std::optional<model::Role> role;      ///< with `verdict_only`: what the ports are for, where a target does not say

    /// Name and value of what took effect, as a saved scan has them.
    std::vector<std::pair<std::string, std::string>> described() const;
};

}  // namespace smtptls

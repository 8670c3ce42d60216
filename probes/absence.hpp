// What was learnt at the gate of a version: what speaks against its being there.
#pragma once

#include "probes/server_profile.hpp"

#include <set>
#include <string>
#include <vector>

namespace smtptls::probes {

struct Absence {
    static constexpr int enough_failures = 3;  ///< internal_error, to hellos that differ

    bool told = false;    ///< by alert 70, or by an answer in a lower version
    bool below = false;   ///< alert 70: the versions below are absent too
    bool proved = false;  ///< told, and refused once more with another key exchange, other groups and schemes
    int closes = 0;
    int failures = 0;
    std::set<tls::CipherSuite> refused;  ///< by an alert
    std::set<tls::CipherSuite> failed;   ///< by internal_error, and not otherwise
    std::string trouble;                 ///< why nothing can be told
    std::vector<model::QuestionId> evidence;

    bool enough_closes(const ServerProfile& server) const { return closes >= server.enough_closes(); }

    /// Every list was closed, by a server that refuses nothing by an alert.
    bool all_closed(const ServerProfile& server) const
    {
        return trouble.empty() && enough_closes(server) && !server.by_alert;
    }
    bool all_refused(tls::CipherSuite suite) const { return trouble.empty() && refused.contains(suite); }

    /// The server's library fails with the suite in this version. `server` completes handshakes in others: it is no
    /// wonder of the hello.
    bool fails(tls::CipherSuite suite, const ServerProfile& server) const
    {
        return trouble.empty() && failures >= enough_failures && failed.contains(suite) && server.served.completes;
    }
    bool any_fails(const ServerProfile& server) const { return !failed.empty() && fails(*failed.begin(), server); }
};

}  // namespace smtptls::probes

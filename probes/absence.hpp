// What was learnt at the gate of a version: what speaks against its being there.
#pragma once

#include "probes/server_profile.hpp"

#include <set>
#include <string>
#include <vector>

namespace smtptls::probes {

struct Absence {
    bool proved = false;  ///< by alert 70, or by an answer in a lower version
    bool below = false;   ///< alert 70: the versions below are absent too
    int closes = 0;
    std::set<tls::CipherSuite> refused;  ///< by an alert
    std::string trouble;                 ///< why nothing can be told
    std::vector<model::QuestionId> evidence;

    /// Every list was closed, by a server that refuses nothing by an alert.
    bool all_closed(const ServerProfile& server) const
    {
        return trouble.empty() && closes >= server.enough_closes() && !server.by_alert;
    }
    bool all_refused(tls::CipherSuite suite) const { return trouble.empty() && refused.contains(suite); }
};

}  // namespace smtptls::probes

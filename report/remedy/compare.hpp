// What a scan saw beside what the configuration says, service by service: where they disagree, the machine
// runs on something else than these files.
#pragma once

#include "model/scan_result.hpp"
#include "report/remedy/explanation.hpp"

#include <string>

namespace smtptls::remedy {

/// What the files say about who answers.
struct Identity {
    std::string product;        ///< a word of the usual greeting: "Postfix", "Exim"
    std::string hostname;       ///< myhostname; empty: not set
    bool own_greeting = false;  ///< the greeting is changed in the configuration, so it tells nothing
};

/// Adds a comparison to each service that has an endpoint of its port in the scan; a note if none has.
void compare(Explanation& explanation, const model::ScanResult& scan, const Identity& identity);

/// Whether the scan saw an ECDSA certificate and no RSA one.
bool saw_only_ecdsa(const model::ScanResult& scan);

}  // namespace smtptls::remedy

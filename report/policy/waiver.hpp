// A violation that somebody has taken on themselves, for a while: from the file of --waivers (docs/waivers.md).
#pragma once

#include <string>
#include <vector>

namespace smtptls::policy {

struct Waiver {
    std::string finding;                ///< the whole id of one finding; or empty, and:
    std::string rule;                   ///< "pci-dss-4.0.1/versions", or "pci-dss-4.0.1/*"
    std::string endpoints;              ///< pattern of "mail.example.com 192.0.2.1:25", with * for any characters
    std::vector<std::string> subjects;  ///< what is waived: "TLS 1.0"; empty: whatever is at fault
    std::string owner;
    std::string reason;
    std::string expires;  ///< "2026-12-31", the last day it holds
};

}  // namespace smtptls::policy

// What the rules (postfix_rules.def) say about a service and about main.cf.
#pragma once

#include "report/remedy/postfix_service.hpp"

namespace smtptls::remedy {

/// A service with all that the rules look at; `parameters` and `setup` outlive it.
struct ServiceView {
    const Parameters& parameters;
    const Setup& setup;
    Mode mode;
    Duty duty;
    TlsForecast now;
};

/// About one smtpd service: its own lines, the lines of main.cf that count here or only seem to, and what
/// is missing.
std::vector<ConfigFinding> judge_service(const ServiceView& view);

/// About a protocol list that counts, at its line.
std::vector<ConfigFinding> judge_protocols(const ServiceView& view, const Setting& at);

/// About a cipher grade, an exclusion list, and what both leave.
std::vector<ConfigFinding> judge_ciphers(const ServiceView& view);

/// About a service that sends: smtpd_ options that it never reads.
std::vector<ConfigFinding> judge_client(const MasterService& service);

/// About a line that means the same for every service: DH and curves, lists of OpenSSL, sending, typing
/// mistakes, and lines that a later one overrides.
std::optional<ConfigFinding> judge_common(const Parameters& parameters, const Setting& at, const Setup& setup);

/// About main.cf as a whole: what counts for all services, and for sending.
std::vector<ConfigFinding> judge_main(const MainCf& main, const Setup& setup);

/// "TLS 1.0 and TLS 1.1"
std::string named(const std::vector<tls::ProtocolVersion>& versions);

}  // namespace smtptls::remedy

// What the rules (postfix_rules.def) say about a port, about sending, and about main.cf, which all of them read.
#pragma once

#include "report/remedy/postfix_service.hpp"

namespace smtptls::remedy {

struct PostfixFiles {
    MainCf main;
    MasterCf master;
};

/// Every program of a configuration that speaks TLS. The files must live as long.
struct Deployment {
    const PostfixFiles& files;
    Setup setup;
    Parameters common;                 ///< main.cf alone
    std::vector<ServiceView> servers;  ///< in the order of master.cf
    std::vector<Parameters> clients;   ///< the smtp and lmtp services; main.cf alone if there is none

    /// Whether somebody can connect to one of them and does: nobody reaches the others.
    std::vector<const ServiceView*> reached() const;
};

/// Of several definitions of a service the last counts.
bool is_last_of(const MasterCf& master, const MasterService& service);

/// The most ports that are explained; no real configuration has more.
inline constexpr std::size_t most_servers = 100;

Deployment deployment_of(const PostfixFiles& files, const Setup& setup);

/// About one port: its own lines, the lines of main.cf that count here, and what is missing.
std::vector<ConfigFinding> judge_service(const Deployment& all, const ServiceView& view);

/// About the level, wrapper mode and who connects: what port and address make of them.
std::vector<ConfigFinding> judge_port(const ServiceView& view);

/// About passwords, certificates and logs: what is not there.
std::vector<ConfigFinding> judge_missing(const ServiceView& view);

/// About a protocol list that counts, at its line.
std::vector<ConfigFinding> judge_protocols(const ServiceView& view, const Setting& at);

/// About a cipher grade, an exclusion list, and what both leave.
std::vector<ConfigFinding> judge_ciphers(const ServiceView& view);

/// About a service that sends: options that it never reads.
std::vector<ConfigFinding> judge_client(const MasterService& service, const Setup& setup);

/// About a line by itself, whoever reads it: overridden, not in this release, misspelt, no value of its type.
std::optional<ConfigFinding> judge_line(const Parameters& parameters, const Setting& at, const Setup& setup);

/// About a line that means the same for every service that reads it: DH and curves.
std::optional<ConfigFinding> judge_groups(const Setting& at, const Setup& setup, const std::string& value);

/// About main.cf as a whole: what counts for nobody, what counts for all services, and sending.
std::vector<ConfigFinding> judge_main(const Deployment& all);

/// About a line of main.cf for sending.
std::optional<ConfigFinding> judge_sending(const Deployment& all, const Setting& at);

/// About a changed list of ciphers: who uses it, if anybody.
ConfigFinding judge_cipherlist(const Deployment& all, const Setting& at);

/// Why a line of main.cf does nothing at a port; nothing if it counts there.
std::optional<std::string> why_not(const ServiceView& view, const Setting& at);

/// Whether options of another service, whose first line is a comment, ended up below this one.
bool swallows(const MasterService& service);

/// The parameter that counts where `name` does not, or nothing if `name` counts.
std::optional<std::string> rival(const ServiceView& view, std::string_view name);

/// "TLS 1.0 and TLS 1.1"
std::string named(const std::vector<tls::ProtocolVersion>& versions);

/// "the answer to STARTTLS is 454", or what the client meets in wrapper mode.
std::string broken_tls(Mode mode);

}  // namespace smtptls::remedy

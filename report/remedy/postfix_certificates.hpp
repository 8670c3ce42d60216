// Which lines of a Postfix name the certificates that clients get, and which do not count beside others. The files
// themselves are not looked at here (postfix_service.hpp, certificates_of), and no advice changes such a line.
#pragma once

#include "report/remedy/postfix_rules.hpp"

namespace smtptls::remedy {

/// The parameters that name the certificates and keys of a service and count, by its program's own names: the chain
/// files, or, where there are none, those of each kind that a line sets. postconf(5), smtpd_tls_chain_files.
std::vector<std::string> certificate_parameters(const Parameters& parameters);

/// Whether the line names one certificate or its key for clients that connect: smtpd_tls_cert_file and its like.
bool is_server_certificate(const Setting& at);

/// Whether it is such a line and does nothing here, since chain files are set.
bool is_behind_chain_files(const Parameters& parameters, const Setting& at);

/// About a line of main.cf that names a certificate or a key: nothing if a port lives by it.
std::optional<ConfigFinding> judge_certificate_line(const Deployment& all, const Setting& at);

}  // namespace smtptls::remedy

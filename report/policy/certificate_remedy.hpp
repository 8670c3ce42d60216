// What to do about certificates, in the words of the server: how to get one, which file the chain belongs into, what a
// CA of one's own needs. Nothing that a server, a certificate or a target says stands in a line, but for a plain host
// name.
#pragma once

#include "report/policy/certificate_faults.hpp"

#include <string>
#include <vector>

namespace smtptls::policy {

/// The server that a greeting names.
enum class Product : std::uint8_t { postfix, exim, unknown };

Product product_of(const Seen& seen);

/// The name if it can stand in a command and in a path without a second thought: two or more labels of small letters,
/// digits and hyphens (RFC 952, RFC 1123 section 2.1), at most 253 characters, and no address; else "NAME".
std::string name_for_commands(const std::string& host);

/// Comments, and for a server that is known the settings that name its files. Nothing without a fault.
std::vector<std::string> certificate_lines(const CertificateTrouble& trouble, const Seen& seen);

}  // namespace smtptls::policy

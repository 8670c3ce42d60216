// Whether the certificates of a chain stand in their places: each certifies the one before it (RFC 5246 section 7.4.2,
// RFC 8446 section 4.4.2).
#pragma once

#include "base/untrusted_text.hpp"

#include <span>
#include <vector>

struct x509_st;

namespace smtptls::openssl {

/// A phrase for each certificate behind the leaf that is not in its place; at most eight. Nullptr: one that cannot be
/// read. By names and key identifiers, not by signatures.
std::vector<base::UntrustedText> chain_faults(std::span<const x509_st* const> chain);

}  // namespace smtptls::openssl

// An OpenSSL cipher list such as "HIGH:!aNULL:@STRENGTH": which suites below TLS 1.3 it leaves, for an
// OpenSSL as distributions build it. TLS 1.3 has a list of its own that no mail server here changes.
// openssl-ciphers(1). Order is not kept.
#pragma once

#include "report/remedy/release.hpp"
#include "tls/cipher_suite.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::remedy {

struct CipherList {
    std::vector<tls::CipherSuite> suites;  ///< by code
    std::vector<std::string> unknown;      ///< words OpenSSL does not know; it ignores them silently
};

CipherList evaluate_cipher_list(std::string_view list, const Release& openssl);

/// Whether a word of a list ("aNULL", "ECDHE+AESGCM", "DES-CBC3-SHA") is the name of anything in any OpenSSL.
bool is_cipher_word(std::string_view word);

/// Whether an OpenSSL of a distribution has the suite and a mail server could finish a handshake with it:
/// no PSK, no SRP.
bool speaks(const Release& openssl, const tls::SuiteInfo& suite);

/// TLS 1.0 to what this OpenSSL knows; SSL 2 and 3 are left out of every distribution's.
std::set<tls::ProtocolVersion> versions_of(const Release& openssl);

}  // namespace smtptls::remedy

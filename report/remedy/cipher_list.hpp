// An OpenSSL cipher list such as "HIGH:!aNULL:@STRENGTH": which suites below TLS 1.3 it leaves, for an
// OpenSSL as distributions build it. TLS 1.3 has a list of its own that no mail server here changes.
// openssl-ciphers(1). Order is not kept.
#pragma once

#include "report/remedy/release.hpp"
#include "tls/cipher_suite.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::remedy {

struct CipherList {
    std::vector<tls::CipherSuite> suites;  ///< by code
    std::vector<std::string> unknown;      ///< words OpenSSL does not know; it ignores them silently
    std::optional<int> level;              ///< 0 to 5, if @SECLEVEL is among the words
};

CipherList evaluate_cipher_list(std::string_view list, const Release& openssl);

/// Without the suites that OpenSSL refuses at the list's security level, or at `preset` if the list sets none. By the
/// suite alone: a short key of the certificate is refused too, and not known here. SSL_CTX_set_security_level(3).
CipherList at_security_level(CipherList list, int preset, const Release& openssl);

/// Whether a security level (0 to 5) allows a version: OpenSSL 3 wants 0 for TLS 1.0 and 1.1, 1.1.0 and 1.1.1 less than
/// 3 and 4; before that there are no levels.
bool is_allowed(tls::ProtocolVersion version, int level, const Release& openssl);

/// What OpenSSL's own source has: 2 from 3.2 on (CHANGES.md, 3.2.0), 1 before, 0 before 1.1.0, where there were no
/// levels. Debian and Ubuntu build older ones with 2 too.
int preset_security_level(const Release& openssl);

/// Whether a suite among these can be used in a version below TLS 1.3.
bool has_suite_for(const std::vector<tls::CipherSuite>& suites, tls::ProtocolVersion version);

/// Leaves only the suites that one of the versions below TLS 1.3 can use.
void keep_suites_of(const std::vector<tls::ProtocolVersion>& versions, std::vector<tls::CipherSuite>& suites);

/// Whether a word of a list ("aNULL", "ECDHE+AESGCM", "DES-CBC3-SHA") is the name of anything in any OpenSSL.
bool is_cipher_word(std::string_view word);

/// Whether an OpenSSL of a distribution has the suite and a mail server could finish a handshake with it:
/// no PSK, no SRP.
bool speaks(const Release& openssl, const tls::SuiteInfo& suite);

/// TLS 1.0 to what this OpenSSL knows; SSL 2 and 3 are left out of every distribution's.
std::set<tls::ProtocolVersion> versions_of(const Release& openssl);

}  // namespace smtptls::remedy

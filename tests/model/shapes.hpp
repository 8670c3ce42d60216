// Servers after the shape of real ones, by rule over the registry.
#pragma once

#include "tests/model/server.hpp"

namespace smtptls::test {

Server debian_postfix();    ///< Debian 12 as it is installed: 91 cells
Server hardened_postfix();  ///< TLS 1.2 and 1.3, forward secrecy, no anonymous suites
Server exim_default();      ///< GnuTLS's NORMAL: 34 cells
Server exim_anonymous();    ///< and NULL, RC4, 3DES, and anonymous suites without credentials
Server jsse();              ///< picks DHE_DSS and dies; ECDHE needs extensions
Server openssl_1_0_2();     ///< everything on, from SSL 2
Server opensmtpd();         ///< static RSA lies up to ServerHelloDone

}  // namespace smtptls::test

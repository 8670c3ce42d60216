// Facts of a completed handshake, read out of OpenSSL's objects.
#pragma once

#include "model/question.hpp"

struct ssl_st;

namespace smtptls::openssl {

/// Group, signature, extended master secret and certificate of a completed handshake; `choice`,
/// `encrypt_then_mac` and `after` are the caller's.
model::Completed facts_of(ssl_st* ssl);

/// The certificates that the server of a completed handshake sent: DER, leaf first.
std::vector<base::Bytes> chain_of(ssl_st* ssl);

}  // namespace smtptls::openssl

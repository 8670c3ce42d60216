// Facts of a completed handshake and of the certificate, read out of OpenSSL's objects.
#pragma once

#include "model/question.hpp"

struct ssl_st;

namespace smtptls::openssl {

/// Group, signature, extended master secret and certificate of a completed handshake; `choice`,
/// `encrypt_then_mac` and `after` are the caller's.
model::Completed facts_of(ssl_st* ssl);

/// The leaf of a chain as it came over the wire, its dates held to `at` (seconds since 1970). Nothing if
/// OpenSSL cannot read it.
std::optional<model::Certificate> read_certificate(base::ByteView der, int chain_length, std::int64_t at);

/// The certificates that the server of a completed handshake sent: DER, leaf first.
std::vector<base::Bytes> chain_of(ssl_st* ssl);

}  // namespace smtptls::openssl

// What of a certificate depends on the client: the name that it sends in SNI, and whether it wants an OCSP answer.
#pragma once

#include "tls_context.hpp"

namespace smtptls::lab {

/// Obeys `staple_files`, `refused_names` and `cert_for_others`; the context keeps what that needs. Throws
/// std::runtime_error if a file cannot be read.
void choose_by_client(SSL_CTX* context, const TlsOptions& options);

}  // namespace smtptls::lab

// A distinguished name as text.
#pragma once

#include "base/untrusted_text.hpp"

struct X509_name_st;

namespace smtptls::openssl {

/// RFC 4514 text: "CN=mail.example.com,O=Example"; UTF-8 stays as it is.
base::UntrustedText text_of(const X509_name_st* name);

}  // namespace smtptls::openssl

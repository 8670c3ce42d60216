// What keys and groups are called, in IANA's spelling.
#pragma once

#include <string>

struct evp_pkey_st;

namespace smtptls::openssl {

/// OpenSSL's name of a group, in IANA's spelling where they differ (TLS Supported Groups registry).
std::string iana_spelling(const std::string& name);

/// The group of a key; empty if it has none that is known.
std::string group_name(const evp_pkey_st* key);

/// "RSA", "EC secp256r1".
std::string key_type(const evp_pkey_st* key);

}  // namespace smtptls::openssl

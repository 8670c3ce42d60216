// Facts about suites that policies forbid suites by, and the ones among them that are weaknesses by any measure.
#pragma once

#include "tls/cipher_suite.hpp"

#include <string_view>
#include <vector>

namespace smtptls::tls {

enum class SuiteProperty {
#define PROPERTY(name, word, phrase) name,
#include "tls/suite_properties.def"
#undef PROPERTY
};

inline constexpr auto last_property = SuiteProperty::no_forward_secrecy;

/// False for a suite that is not in the registry.
bool has_property(CipherSuite suite, SuiteProperty property);

/// What is weak in it whoever judges: no encryption or authentication, export grade, RC4, RC2, DES, 3DES and the other
/// ciphers with blocks of 64 bits, HMAC-MD5, no forward secrecy; in the order of suite_properties.def.
std::vector<SuiteProperty> weaknesses_of(CipherSuite suite);

std::string_view format(SuiteProperty property);     ///< the word: "3des"
std::string_view phrase_of(SuiteProperty property);  ///< "3DES"

}  // namespace smtptls::tls

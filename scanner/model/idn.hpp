// Internationalized host names (IDNA2008, RFC 5890 to 5893) by libidn2: what a user types in Unicode becomes what DNS,
// SNI and certificates have. Pure: no locale, no network. docs/decisions/0022.
#pragma once

#include "base/expected.hpp"

#include <string>
#include <string_view>

namespace smtptls::model {

/// The most bytes of UTF-8 that are looked at: a name of 253 bytes in ASCII has fewer, decomposed letters included.
inline constexpr std::size_t longest_unicode_name = 2048;

bool is_ascii(std::string_view text);

/// The ASCII form of a host name in UTF-8, with its final dot if it has one. Upper case, full-width forms, ideographic
/// full stops and decomposed letters are mapped (UTS 46, non-transitional: an eszett stays one); then each label must
/// be one of IDNA2008: no emoji, the rules for joiners (RFC 5892) and for writing from right to left (RFC 5893). At
/// most 63 bytes a label and 253 in all. The error is a sentence that says what is wrong. What is ASCII in the name is
/// left to the caller to check.
base::Expected<std::string, std::string> ascii_host(std::string_view name);

/// Whether each label xn-- of a name in lower-case ASCII is Punycode (RFC 3492). Whether IDNA2008 allows what it
/// decodes to does not matter: DNS has such names.
bool every_label_decodes(std::string_view host);

/// The Unicode form of a name in lower-case ASCII, if people may be shown it; else empty. It comes to `host` again, it
/// runs from left to right, each label is of one script and not to be
/// taken for another (script.hpp), and
/// nothing in it is invisible.
std::string unicode_host(std::string_view host);

}  // namespace smtptls::model

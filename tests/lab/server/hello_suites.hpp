// How a table names suites: "TLS_RSA_WITH_AES_128_CBC_SHA", OpenSSL's "AES128-SHA", "0x002f", a pattern
// with '*', or "@list" for a list of the table's own.
#pragma once

#include "hello_table.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace smtptls::lab {

using NameLists = std::map<std::string, std::vector<std::string>>;

/// In the order of the names; a pattern adds in the order of `among`. Nothing is added twice. Throws
/// std::runtime_error for a name that means nothing, or nothing among these.
Suites expand_suites(const std::vector<std::string>& names, const NameLists& lists, const Suites& among);

/// What a pattern can mean in a version: the registry's suites of SSLv2, of TLS 1.3, or of the others.
Suites registry_suites(tls::ProtocolVersion version);

tls::CipherSuite parse_suite(const std::string& name);

/// Whether `text` matches; each '*' stands for any characters.
bool matches(std::string_view pattern, std::string_view text);

}  // namespace smtptls::lab

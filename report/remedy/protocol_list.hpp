// A Postfix protocol list such as "!SSLv2, !SSLv3" or ">=TLSv1.2": which versions it leaves on, by the
// rules of the given Postfix. postconf(5), smtpd_tls_mandatory_protocols.
#pragma once

#include "report/remedy/release.hpp"
#include "tls/protocol_version.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::remedy {

struct ProtocolList {
    std::optional<std::string> unknown;       ///< the first word this Postfix does not know: it switches TLS off
    bool range_too_new = false;               ///< that word begins with >= or <=, which came with 3.6
    bool ranges = false;                      ///< has a word with >= or <=
    std::vector<std::string> included;        ///< names without '!': all others are switched off
    std::vector<std::string> excluded;        ///< names with '!'
    std::vector<std::string> without_effect;  ///< TLSv1.3 where Postfix has the name and no meaning for it
    std::set<tls::ProtocolVersion> left;      ///< of SSL 2 to TLS 1.3; empty if a word is unknown
};

ProtocolList parse_protocol_list(std::string_view value, const Release& postfix);

/// The list that leaves TLS 1.2 and newer on, without spaces: ">=TLSv1.2", before 3.6 by exclusion.
std::string modern_protocols(const Release& postfix);

/// Since when ">=TLSv1.2" can be written.
inline constexpr std::string_view ranges_since = "3.6";

/// Since when there are the names TLSv1.1 and TLSv1.2; before, either switches TLS off as an unknown word.
inline constexpr std::string_view tls11_names_since = "2.6.15 2.7.9 2.8.10 2.9.2";

/// Since when the name TLSv1.3 means something.
inline constexpr std::string_view tls13_since = "3.0.14 3.1.10 3.2.7 3.3.2";

}  // namespace smtptls::remedy

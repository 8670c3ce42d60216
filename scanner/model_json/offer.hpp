// Suites as a row of code points, four hexadecimal digits each (six for SSL 2's kinds): short, exact, and in
// order.
#pragma once

#include "tls/cipher_suite.hpp"
#include "tls/protocol_version.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::model_json {

std::string encode_offer(const std::vector<tls::CipherSuite>& suites);

/// Nothing if the text is not what encode_offer writes of suites that are all of `version`'s kind.
std::optional<std::vector<tls::CipherSuite>> parse_offer(std::string_view text, tls::ProtocolVersion version);

}  // namespace smtptls::model_json

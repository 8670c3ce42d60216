// Bytes as text: base64 with the standard alphabet and padding (RFC 4648 section 4).
#pragma once

#include "base/bytes.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace smtptls::base {

std::string encode_base64(ByteView bytes);

/// The bytes; nothing for what encode_base64 would not have written: other characters, line ends, missing
/// padding, or bits set behind the last byte.
std::optional<Bytes> decode_base64(std::string_view text);

}  // namespace smtptls::base

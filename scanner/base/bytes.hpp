// Bytes and views of bytes: the one currency between the wire and the machines.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::base {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The characters of `text` as bytes, one for one. The view lives as long as the text.
ByteView bytes_of(std::string_view text);

/// The bytes as characters, one for one. The view lives as long as the bytes.
std::string_view text_of(ByteView bytes);

/// Lower-case hexadecimal, two digits a byte, no separator.
std::string format_hex(ByteView bytes);

}  // namespace smtptls::base

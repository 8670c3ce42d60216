// Small steps of text made for people: columns, counts, lists. ASCII letters and bytes only: widths are in bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::base {

/// With blanks behind it up to `width`; a longer text stays as it is.
std::string padded(std::string text, std::size_t width);

/// With blanks in front of it up to `width`; a longer text stays as it is.
std::string right(const std::string& text, std::size_t width);

/// "1 line", "2 lines".
std::string plural(std::uint64_t count, const std::string& noun);

/// The texts in their order, with `between` between any two.
std::string joined(const std::vector<std::string>& texts, std::string_view between = ", ");

/// ASCII letters in lower case, all else as it is.
std::string lower(std::string_view text);

/// ASCII letters in upper case, all else as it is.
std::string upper(std::string_view text);

}  // namespace smtptls::base

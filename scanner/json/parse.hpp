// JSON text (RFC 8259) that anybody may have written, as a value. The time is linear in the text. The memory is
// bounded: a text of n bytes takes at most 40 n (27 n were measured, of [[[]],[[]],...], the text counted), and there
// are never more than `most_values` values at a time, which took 42 to 89 MB, beside the length of their texts.
#pragma once

#include "base/expected.hpp"
#include "json/fwd.hpp"

#include <cstddef>
#include <functional>
#include <istream>
#include <span>
#include <string>
#include <string_view>

namespace smtptls::json {

inline constexpr std::size_t most_values = 1'000'000;  ///< that are kept at a time
inline constexpr std::size_t most_members = 2048;      ///< of one object
inline constexpr std::size_t deepest = 24;             ///< lists and objects within each other

/// The error is a sentence that can be shown: where the text is no JSON ("not JSON at 1:2: expected a quoted key"),
/// which limit it goes beyond, or which member stands twice in an object.
base::Expected<Value, std::string> parse(std::string_view text);

/// Such an error with the name of the text's file before it, as compilers do: "waivers.json:1:2: not JSON: expected a
/// quoted key". `name` can be shown.
std::string in_file(const std::string& name, const std::string& error);

/// Is given each element of a list as soon as it is read; `list` is the member of the document that is the list. False
/// ends the reading.
using Take = std::function<bool(std::string_view list, std::size_t place, const Value& element)>;

/// A document that need not fit into memory: the elements of those members of it that `lists` names are given to
/// `take` one by one and not kept. What is returned has empty lists in their place. The error is empty if `take` ended
/// the reading.
base::Expected<Value, std::string> parse(std::istream& stream, std::span<const std::string_view> lists,
                                         const Take& take);
base::Expected<Value, std::string> parse(std::string_view text, std::span<const std::string_view> lists,
                                         const Take& take);

}  // namespace smtptls::json

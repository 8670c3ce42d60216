// Text in lines of at most 100 characters, for reading. Knows nothing of what it says.
#pragma once

#include <string>
#include <string_view>

namespace smtptls::policy {

/// `text` in lines; the first begins with `first`, the others with so many blanks. Ends with a newline.
std::string wrapped(std::string_view first, std::string_view text, std::size_t indent);

}  // namespace smtptls::policy

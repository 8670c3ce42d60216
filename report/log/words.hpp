// Small steps through a line: the readers' only tools. All views point into the line.
#pragma once

#include <optional>
#include <string_view>

namespace smtptls::log {

/// Postfix and Sendmail begin messages with a queue id; what is longer is none.
inline constexpr std::size_t longest_queue_id = 24;

/// Takes `prefix` off the front of `text` if it is there.
inline bool eat(std::string_view& text, std::string_view prefix)
{
    if (!text.starts_with(prefix)) {
        return false;
    }
    text.remove_prefix(prefix.size());
    return true;
}

/// Takes what is before `separator` off the front, and the separator; everything if there is none.
inline std::string_view cut(std::string_view& text, std::string_view separator)
{
    const std::size_t at = text.find(separator);
    const std::string_view front = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + separator.size());
    return front;
}

/// What stands between `before` and the next `after` (or the end); nothing if `before` is not there.
inline std::optional<std::string_view> between(std::string_view text, std::string_view before, std::string_view after)
{
    const std::size_t at = text.find(before);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    text.remove_prefix(at + before.size());
    return text.substr(0, text.find(after));
}

/// The same, and empty if `before` is not there.
inline std::string_view field(std::string_view text, std::string_view before, std::string_view after)
{
    return between(text, before, after).value_or("");
}

inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

}  // namespace smtptls::log

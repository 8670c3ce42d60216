// A piece of the text for people: labels with their values, tables, lines of configuration, all within the width.
#pragma once

#include "report/format/format.hpp"
#include "report/format/hints.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace smtptls::report {

/// Where a label's value begins.
inline constexpr std::size_t label_width = 16;

/// A label and a value in whole lines of at most `width` bytes, the value wrapped at blanks and aligned under itself at
/// `column`. A word that fits in no line is cut.
std::string wrapped(const std::string& label, const std::string& value, std::size_t column, std::size_t width);

/// A line of a configuration, from `column` on. What is too long is folded as the server allows it: a comment is
/// continued by a comment, Exim's lists of ciphers behind a backslash (Exim specification, section 6.2), all else by a
/// line that begins with blanks (postconf(5)).
std::string config_lines(const std::string& line, std::size_t column, std::size_t width);

/// A piece while it grows.
class Page {
public:
    explicit Page(const Style& style);

    /// What was asked for, its width within what can be laid out.
    const Style& style() const { return style_; }
    std::size_t width() const { return style_.width; }

    void line(const std::string& text = "") { out_ += text + "\n"; }
    void add(const std::string& lines) { out_ += lines; }
    void prose(const std::string& text, std::size_t indent = 0);
    void heading(const std::string& text);
    void fact(const std::string& label, const std::string& value);
    void say(const Hints& hints);

    /// `how` is the number of an attribute (ECMA-48, SGR).
    std::string painted(const std::string& text, const std::string& how) const
    {
        return style_.colour && !how.empty() ? "\x1b[" + how + "m" + text + "\x1b[0m" : text;
    }
    std::string bold(const std::string& text) const { return painted(text, "1"); }
    std::string dim(const std::string& text) const { return painted(text, "2"); }
    std::string tinted(const std::string& text) const { return painted(text, "33"); }

    std::string take() { return std::exchange(out_, {}); }

private:
    Style style_;
    std::string out_;
};

}  // namespace smtptls::report

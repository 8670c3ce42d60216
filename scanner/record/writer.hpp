// JSON as text, without a tree of it before: for what a report has hundreds of thousands of. The text is to the byte
// what nlohmann's dump(2) or dump() would make.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::record {

class Writer {
public:
    enum class Layout { indented, one_line };

    /// Appends one value to `out`, which lives longer; `depth` is how far in it stands. Texts must be UTF-8.
    Writer(std::string& out, Layout layout, std::size_t depth = 0) : out_(out), layout_(layout), depth_(depth) {}

    void begin_object() { begin('{'); }
    void end_object() { end('}'); }
    void begin_list() { begin('['); }
    void end_list() { end(']'); }

    /// The value of the member follows.
    void key(std::string_view name);

    void text(std::string_view text);
    void number(std::int64_t number);
    void boolean(bool value);
    void texts(const std::vector<std::string>& texts);        ///< a list of them, each as base::shown() has it
    void numbers(const std::vector<std::uint32_t>& numbers);  ///< a list of them

private:
    void begin(char bracket);
    void end(char bracket);
    void before_value();
    void separate();
    void line();
    void quoted(std::string_view text);

    std::string& out_;
    Layout layout_;
    std::size_t depth_;
    bool empty_ = true;   // the innermost list or object so far
    bool placed_ = true;  // the next value stands where it belongs: behind its key, or it is the outermost
};

}  // namespace smtptls::record

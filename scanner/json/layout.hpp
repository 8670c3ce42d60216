// JSON as text: in one line, or laid out for people. Documents of many endpoints are given out piece by piece.
#pragma once

#include "base/sink.hpp"
#include "json/fwd.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace smtptls::json {

/// In one line without a space that is not needed. Texts that are not UTF-8 have U+FFFD where they are not.
std::string one_line(const Value& value);

/// Two spaces for each level. A list or an object that fits into a line of 100 columns stands in one. `depth` is how
/// far in the value itself stands, of which the first line is not moved.
std::string laid_out(const Value& value, std::size_t depth = 0);

/// Elements of a list of a Document of that depth as text, for Document::add_text: behind each other if there are
/// several.
std::string elements_text(std::span<const Value> elements, std::size_t depth = 0);

/// A document that is an object, laid out as above and given out member by member.
class Document {
public:
    /// Begins the object, which stands `depth` levels in. `sink` lives longer.
    explicit Document(const base::Sink& sink, std::size_t depth = 0);

    void member(std::string_view name, const Value& value);

    /// A member that is a list, whose elements are added one by one, each in lines of its own.
    void begin_list(std::string_view name);
    void add(const Value& element);
    void end_list();

    /// Elements that were laid out before, by elements_text() for a document of this depth.
    void add_text(std::string_view elements);

    /// For an element that is given out by a Document of its own, two levels further in.
    void begin_element();

    /// The same at once: `encode` makes a Value of each element, and it is given out before the next is made.
    template <typename Range, typename Encode>
    void list(std::string_view name, const Range& range, Encode encode)
    {
        begin_list(name);
        for (const auto& element : range) {
            add(encode(element));
        }
        end_list();
    }

    /// The end of the object, and of the line if it is the outermost.
    void end();

private:
    void name(std::string_view name);

    const base::Sink& sink_;
    std::size_t depth_;  // of its members
    bool first_ = true;
    bool first_element_ = true;
};

}  // namespace smtptls::json

// A large JSON object that is given out member by member, laid out as nlohmann's dump(2) lays out the whole.
#pragma once

#include "base/sink.hpp"
#include "record/tree.hpp"
#include "record/writer.hpp"

#include <string>
#include <string_view>

namespace smtptls::record {

class Document {
public:
    /// Begins an object at `depth` (0: the outermost). `sink` lives longer.
    explicit Document(const base::Sink& sink, std::size_t depth = 0);

    void member(std::string_view name, const Json& value);

    /// A member that is a list: `encode_one` is called once for each element, and what it yields is given out before
    /// the next is made.
    template <typename Range, typename Encode>
    void list(std::string_view name, const Range& range, Encode encode_one)
    {
        begin_list(name);
        for (const auto& element : range) {
            add(encode_one(element));
        }
        end_list();
    }

    /// The same of elements that are written at once: `write_one(element, writer)`.
    template <typename Range, typename Write>
    void written(std::string_view name, const Range& range, Write write_one)
    {
        begin_list(name);
        std::string text;
        for (const auto& element : range) {
            text.clear();
            Writer writer(text, Writer::Layout::indented, depth_ + 1);
            write_one(element, writer);
            begin_element();
            sink_(text);
        }
        end_list();
    }

    void begin_list(std::string_view name);
    void add(const Json& element);
    void end_list();

    /// For an element that is given out by a Document of its own, at the depth of this one and 2.
    void begin_element();

    /// The end of the object, without a newline behind it.
    void end();

private:
    void name(std::string_view name);

    const base::Sink& sink_;
    std::size_t depth_;
    bool first_ = true;
    bool first_element_ = true;
};

}  // namespace smtptls::record

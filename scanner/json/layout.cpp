#include "json/layout.hpp"

#include "json/json.hpp"

#include <vector>

namespace smtptls::json {
namespace {

constexpr std::size_t columns = 100;
constexpr std::size_t indent = 2;

std::string margin(std::size_t depth)
{
    return "\n" + std::string(indent * depth, ' ');
}

// Lays out what the library wrote in one line. Brackets in texts are no brackets.
class Layout {
public:
    Layout(std::string_view line, std::size_t depth) : line_(line), depth_(depth), column_(indent * depth)
    {
        measure();
    }

    std::string text()
    {
        for (at_ = 0; at_ < line_.size();) {
            step();
        }
        return std::move(out_);
    }

private:
    // For each bracket that opens, how long it is to its end, with a space behind each comma and colon.
    void measure()
    {
        width_.resize(line_.size());
        std::vector<std::size_t> open;
        std::size_t width = 0;
        for (std::size_t i = 0; i < line_.size(); ++i) {
            if (line_[i] == '"') {
                const std::size_t end = end_of_text(i);
                width += end - i;
                i = end - 1;
                continue;
            }
            width += line_[i] == ',' || line_[i] == ':' ? 2U : 1U;
            if (line_[i] == '[' || line_[i] == '{') {
                open.push_back(i);
                width_[i] = width - 1;
            } else if (line_[i] == ']' || line_[i] == '}') {
                width_[open.back()] = width - width_[open.back()];
                open.pop_back();
            }
        }
    }

    // Behind the quotation mark that ends the text which begins at `from`.
    std::size_t end_of_text(std::size_t from) const
    {
        std::size_t at = from + 1;
        while (at < line_.size() && line_[at] != '"') {
            at += line_[at] == '\\' ? 2U : 1U;
        }
        return at + 1;
    }

    void put(std::string_view piece)
    {
        out_ += piece;
        column_ += piece.size();
    }

    void new_line()
    {
        out_ += margin(depth_);
        column_ = indent * depth_;
    }

    void step()
    {
        const char c = line_[at_];
        if (c == '"') {
            const std::size_t end = end_of_text(at_);
            put(line_.substr(at_, end - at_));
            at_ = end;
            return;
        }
        ++at_;
        const bool opens = c == '[' || c == '{';
        const bool closes = c == ']' || c == '}';
        if (flat_ > 0) {
            flat_ += opens ? 1U : 0U;
            flat_ -= closes ? 1U : 0U;
            put(c == ',' ? ", " : c == ':' ? ": " : line_.substr(at_ - 1, 1));
        } else if (opens) {
            open(c);
        } else if (closes) {
            --depth_;
            new_line();
            put(line_.substr(at_ - 1, 1));
        } else if (c == ',') {
            out_ += ',';
            new_line();
        } else {
            put(c == ':' ? ": " : line_.substr(at_ - 1, 1));
        }
    }

    void open(char c)
    {
        // Behind it there may be a comma.
        if (column_ + width_[at_ - 1] < columns) {
            flat_ = 1;
            put({&c, 1});
            return;
        }
        put({&c, 1});
        ++depth_;
        new_line();
    }

    std::string_view line_;
    std::size_t depth_;
    std::size_t column_;
    std::vector<std::size_t> width_;
    std::size_t at_ = 0;
    std::size_t flat_ = 0;  // brackets that are open in what fits into the line
    std::string out_;
};

}  // namespace

std::string one_line(const Value& value)
{
    return value.dump(-1, ' ', false, Value::error_handler_t::replace);
}

std::string laid_out(const Value& value, std::size_t depth)
{
    const std::string line = one_line(value);
    return Layout(line, depth).text();
}

std::string elements_text(std::span<const Value> elements, std::size_t depth)
{
    std::string text;
    for (const Value& element : elements) {
        text += (text.empty() ? "" : "," + margin(depth + 2)) + laid_out(element, depth + 2);
    }
    return text;
}

Document::Document(const base::Sink& sink, std::size_t depth) : sink_(sink), depth_(depth + 1)
{
    sink_("{");
}

void Document::name(std::string_view name)
{
    sink_((first_ ? "" : ",") + margin(depth_) + one_line(name) + ": ");
    first_ = false;
}

void Document::member(std::string_view name, const Value& value)
{
    this->name(name);
    sink_(laid_out(value, depth_));
}

void Document::begin_list(std::string_view name)
{
    this->name(name);
    sink_("[");
    first_element_ = true;
}

void Document::begin_element()
{
    sink_((first_element_ ? "" : ",") + margin(depth_ + 1));
    first_element_ = false;
}

void Document::add(const Value& element)
{
    begin_element();
    sink_(laid_out(element, depth_ + 1));
}

void Document::add_text(std::string_view elements)
{
    begin_element();
    sink_(elements);
}

void Document::end_list()
{
    sink_(first_element_ ? "]" : margin(depth_) + "]");
}

void Document::end()
{
    sink_(margin(depth_ - 1) + (depth_ == 1 ? "}\n" : "}"));
}

}  // namespace smtptls::json

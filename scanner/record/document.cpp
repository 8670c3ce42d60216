#include "record/document.hpp"

namespace smtptls::record {
namespace {

std::string margin(std::size_t depth)
{
    return "\n" + std::string(2 * depth, ' ');
}

// As dump(2) would write it further in; no string in JSON holds a raw newline.
std::string laid_out(const Json& value, std::size_t depth)
{
    const std::string flat = value.dump(2);
    const std::string line = margin(depth);
    std::string out;
    out.reserve(flat.size() + flat.size() / 2);
    for (const char c : flat) {
        if (c == '\n') {
            out += line;
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace

Document::Document(const base::Sink& sink, std::size_t depth) : sink_(sink), depth_(depth + 1)
{
    sink_("{");
}

void Document::name(std::string_view name)
{
    sink_((first_ ? "" : ",") + margin(depth_) + Json(name).dump() + ": ");
    first_ = false;
}

void Document::member(std::string_view name, const Json& value)
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

void Document::add(const Json& element)
{
    begin_element();
    sink_(laid_out(element, depth_ + 1));
}

void Document::end_list()
{
    sink_(first_element_ ? "]" : margin(depth_) + "]");
}

void Document::end()
{
    sink_(margin(depth_ - 1) + "}");
}

}  // namespace smtptls::record

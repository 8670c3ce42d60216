#include "record/tree.hpp"

#include "base/untrusted_text.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace smtptls::record {

bool Value::boolean() const
{
    const bool* const value = std::get_if<bool>(&content_);
    return value != nullptr && *value;
}

std::uint64_t Value::natural() const
{
    const auto* const value = std::get_if<std::uint64_t>(&content_);
    return value != nullptr ? *value : 0;
}

std::int64_t Value::integer() const
{
    const auto* const value = std::get_if<std::int64_t>(&content_);
    return value != nullptr ? *value : static_cast<std::int64_t>(natural());
}

std::string_view Value::text() const
{
    const auto* const value = std::get_if<const char*>(&content_);
    return value != nullptr ? std::string_view(*value, size_) : std::string_view();
}

std::span<const Value> Value::children() const
{
    if (const auto* const list = std::get_if<List>(&content_)) {
        return {list->first, size_};
    }
    const auto* const object = std::get_if<Object>(&content_);
    return object != nullptr ? std::span<const Value>(object->first, size_) : std::span<const Value>();
}

const Value* Value::find(std::string_view key) const
{
    if (!is_object()) {
        return nullptr;
    }
    const auto all = children();
    const auto found = std::ranges::find(all, key, &Value::key);
    return found != all.end() ? &*found : nullptr;
}

bool Value::operator==(int number) const
{
    const auto* const fraction = std::get_if<double>(&content_);
    return (is_integer() && integer() == number) || (fraction != nullptr && *fraction == number);
}

std::string Value::path() const
{
    std::vector<const Value*> way;
    for (const Value* at = this; at->parent_ != nullptr; at = at->parent_) {
        way.push_back(at);
    }
    std::string out;
    for (auto step = way.rbegin(); step != way.rend(); ++step) {
        const Value& at = **step;
        if (at.key_ == nullptr) {
            out += "[" + std::to_string(&at - at.parent_->children().data()) + "]";
        } else {
            out += (out.empty() ? "" : ".") + base::UntrustedText(at.key()).escaped();
        }
    }
    return out;
}

// What the JSON library calls for each part of a document. Values wait until their list or object is whole, and then go
// side by side into the tree's memory.
class TreeBuilder {
public:
    using number_integer_t = Json::number_integer_t;
    using number_unsigned_t = Json::number_unsigned_t;
    using number_float_t = Json::number_float_t;
    using string_t = Json::string_t;
    using binary_t = Json::binary_t;

    explicit TreeBuilder(std::pmr::memory_resource& memory) : memory_(memory) {}

    bool null() { return add(Value()); }
    bool boolean(bool value) { return add_content(value); }
    bool number_integer(number_integer_t value) { return add_content(value); }
    bool number_unsigned(number_unsigned_t value) { return add_content(value); }
    bool number_float(number_float_t value, const string_t&) { return add_content(value); }
    bool binary(binary_t&) { return false; }  // there is none in text
    bool start_object(std::size_t) { return open(true); }
    bool start_array(std::size_t) { return open(false); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }

    bool string(const string_t& text)
    {
        Value value;
        value.content_ = copy(text);
        value.size_ = static_cast<std::uint32_t>(text.size());
        return add(value);
    }

    bool key(const string_t& text)
    {
        key_ = copy(text);
        key_size_ = static_cast<std::uint32_t>(text.size());
        return true;
    }

    bool parse_error(std::size_t, const std::string&, const Json::exception& error)
    {
        error_ = error.what();
        return false;
    }

    const std::string& error() const { return error_; }

    const Value* root() { return settle(waiting_); }

private:
    struct Open {
        std::size_t from;  // where its children begin in waiting_
        const char* key;
        std::uint32_t key_size;
        bool object;
    };

    template <typename Content>
    bool add_content(Content content)
    {
        Value value;
        value.content_ = content;
        return add(value);
    }

    const char* copy(std::string_view text)
    {
        auto* const place = static_cast<char*>(memory_.allocate(std::max<std::size_t>(text.size(), 1), 1));
        std::ranges::copy(text, place);
        return place;
    }

    bool open(bool object)
    {
        open_.push_back({waiting_.size(), std::exchange(key_, nullptr), key_size_, object});
        return true;
    }

    bool close()
    {
        const Open closed = open_.back();
        open_.pop_back();
        const std::span<Value> children = std::span(waiting_).subspan(closed.from);
        Value value;
        value.size_ = static_cast<std::uint32_t>(children.size());
        Value* const first = settle(children);
        if (closed.object) {
            value.content_ = Value::Object{first};
        } else {
            value.content_ = Value::List{first};
        }
        waiting_.resize(closed.from);
        key_ = closed.key;
        key_size_ = closed.key_size;
        return add(value);
    }

    bool add(Value value)
    {
        value.key_ = std::exchange(key_, nullptr);
        value.key_size_ = value.key_ == nullptr ? 0 : key_size_;
        if (value.key_ != nullptr) {
            const auto siblings = std::span(waiting_).subspan(open_.back().from);
            const auto twice = std::ranges::find(siblings, value.key(), &Value::key);
            if (twice != siblings.end()) {
                *twice = value;
                return true;
            }
        }
        waiting_.push_back(value);
        return true;
    }

    static std::span<Value> children_of(Value& value)
    {
        if (auto* const list = std::get_if<Value::List>(&value.content_)) {
            return {list->first, value.size_};
        }
        auto* const object = std::get_if<Value::Object>(&value.content_);
        return object != nullptr ? std::span<Value>(object->first, value.size_) : std::span<Value>();
    }

    // Where they will stay; only now their own children can learn who is above them.
    Value* settle(std::span<const Value> values)
    {
        auto* const place = static_cast<Value*>(
            memory_.allocate(std::max<std::size_t>(values.size(), 1) * sizeof(Value), alignof(Value)));
        std::uninitialized_copy(values.begin(), values.end(), place);
        for (Value& parent : std::span(place, values.size())) {
            for (Value& child : children_of(parent)) {
                child.parent_ = &parent;
            }
        }
        return place;
    }

    std::pmr::memory_resource& memory_;
    std::vector<Value> waiting_;
    std::vector<Open> open_;
    const char* key_ = nullptr;
    std::uint32_t key_size_ = 0;
    std::string error_;
};

base::Expected<Tree, std::string> Tree::parse(std::string_view text)
{
    if (text.size() > UINT32_MAX) {
        return base::Unexpected<std::string>("larger than 4 GiB");
    }
    Tree tree;
    tree.memory_ = std::make_unique<std::pmr::monotonic_buffer_resource>(text.size() + 1024);
    TreeBuilder builder(*tree.memory_);
    if (!Json::sax_parse(text.data(), text.data() + text.size(), &builder)) {
        return base::Unexpected<std::string>(builder.error());
    }
    tree.root_ = builder.root();
    return tree;
}

}  // namespace smtptls::record

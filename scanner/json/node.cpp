#include "json/node.hpp"

#include "json/json.hpp"

#include <algorithm>

namespace smtptls::json {
namespace {

std::string known_keys(std::initializer_list<std::string_view> must, std::initializer_list<std::string_view> may)
{
    std::string known;
    for (const auto& keys : {must, may}) {
        for (const std::string_view key : keys) {
            known += (known.empty() ? "; there can be " : ", ") + std::string(key);
        }
    }
    return known;
}

const Value* find(const Value* value, std::string_view key)
{
    if (!value->is_object()) {
        return nullptr;
    }
    const auto& members = value->get_ref<const Value::object_t&>();
    const auto found =
        std::ranges::find(members, key, [](const auto& member) { return std::string_view(member.first); });
    return found != members.end() ? &found->second : nullptr;
}

// Appends the way from `from` to `to`, if it leads there. Only an error needs it, and there is one for a document.
bool lead(const Value& from, const Value* to, std::string& way)
{
    if (&from == to) {
        return true;
    }
    const std::size_t before = way.size();
    if (from.is_object()) {
        for (const auto& [key, value] : from.get_ref<const Value::object_t&>()) {
            way += (way.empty() ? "" : ".") + base::UntrustedText(key).escaped();
            if (lead(value, to, way)) {
                return true;
            }
            way.resize(before);
        }
    } else if (from.is_array()) {
        for (std::size_t i = 0; i < from.size(); ++i) {
            way += "[" + std::to_string(i) + "]";
            if (lead(from[i], to, way)) {
                return true;
            }
            way.resize(before);
        }
    }
    return false;
}

}  // namespace

Node Reading::node()
{
    return {*this, value_, {}};
}

void Reading::err(const Value* at, const std::string& below, const std::string& sentence)
{
    if (!error_.empty()) {
        return;
    }
    std::string way = way_;
    lead(*value_, at, way);
    way += (way.empty() || below.empty() ? "" : ".") + below;
    error_ = (way.empty() ? "the document" : way) + ": " + sentence;
}

void Node::err(const std::string& sentence) const
{
    reading_->err(value_, missing_, sentence);
}

void Node::demand_keys(std::initializer_list<std::string_view> must, std::initializer_list<std::string_view> may) const
{
    if (!is_object()) {
        err("is not an object");
        return;
    }
    for (const std::string_view key : must) {
        if (!has(key)) {
            err("has no \"" + std::string(key) + "\"");
        }
    }
    for (const auto& [name, value] : value_->get_ref<const Value::object_t&>()) {
        if (std::ranges::find(must, name) == must.end() && std::ranges::find(may, name) == may.end()) {
            err("has an unknown key " + base::UntrustedText(name).escaped() + known_keys(must, may));
        }
    }
}

bool Node::has(std::string_view key) const
{
    return missing_.empty() && find(value_, key) != nullptr;
}

Node Node::at(std::string_view key) const
{
    const Value* const found = missing_.empty() ? find(value_, key) : nullptr;
    if (found != nullptr) {
        return {*reading_, found, key};
    }
    Node missing(*reading_, value_, key);
    missing.missing_ = missing_ + (missing_.empty() ? "" : ".") + std::string(key);
    return missing;
}

std::string_view Node::raw() const
{
    if (!is_text()) {
        err("is not a text");
        return {};
    }
    return value_->get_ref<const std::string&>();
}

std::string_view Node::view() const
{
    const std::string_view text = raw();
    if (!base::is_safe(text)) {
        err("has a control character in it, or one that reorders or hides text");
        return {};
    }
    return text;
}

base::UntrustedText Node::untrusted() const
{
    const auto text = base::UntrustedText::parse_escaped(view());
    if (!text) {
        err("is not escaped as texts of others are");
    }
    return text.value_or(base::UntrustedText());
}

std::int64_t Node::number() const
{
    const bool natural = missing_.empty() && value_->is_number_unsigned() && value_->get<std::uint64_t>() <= INT64_MAX;
    if (!natural) {
        err("is not a whole number from 0 up");
    }
    return natural ? value_->get<std::int64_t>() : 0;
}

std::int64_t Node::integer() const
{
    if (!is_number() || (value_->is_number_unsigned() && value_->get<std::uint64_t>() > INT64_MAX)) {
        err("is not a whole number");
        return 0;
    }
    return value_->get<std::int64_t>();
}

bool Node::boolean() const
{
    if (!is_boolean()) {
        err("is neither true nor false");
        return false;
    }
    return value_->get<bool>();
}

std::vector<Node> Node::elements() const
{
    std::vector<Node> all;
    if (!missing_.empty() || !value_->is_array()) {
        err("is not a list");
        return all;
    }
    all.reserve(value_->size());
    for (const Value& element : *value_) {
        all.push_back({*reading_, &element, {}});
    }
    return all;
}

std::vector<Node> Node::members() const
{
    std::vector<Node> all;
    if (!is_object()) {
        err("is not an object");
        return all;
    }
    all.reserve(value_->size());
    for (const auto& [name, value] : value_->get_ref<const Value::object_t&>()) {
        all.push_back({*reading_, &value, name});
    }
    return all;
}

bool Node::is_text() const
{
    return missing_.empty() && value_->is_string();
}

bool Node::is_number() const
{
    return missing_.empty() && value_->is_number_integer();
}

bool Node::is_boolean() const
{
    return missing_.empty() && value_->is_boolean();
}

bool Node::is_null() const
{
    return missing_.empty() && value_->is_null();
}

bool Node::is_object() const
{
    return missing_.empty() && value_->is_object();
}

bool Node::is(std::string_view text) const
{
    return is_text() && value_->get_ref<const std::string&>() == text;
}

bool Node::is(std::int64_t number) const
{
    return missing_.empty() && value_->is_number() && *value_ == number;
}

}  // namespace smtptls::json

#include "record/node.hpp"

#include <algorithm>

namespace smtptls::record {
namespace {

const Json& nothing()
{
    static const Json null;
    return null;
}

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

}  // namespace

void Node::err(const std::string& sentence) const
{
    if (error_.empty()) {
        error_ = (path_.empty() ? "the document" : path_) + ": " + sentence;
    }
}

void Node::demand_keys(std::initializer_list<std::string_view> must, std::initializer_list<std::string_view> may) const
{
    if (!json_.is_object()) {
        err("is not an object");
        return;
    }
    for (const std::string_view key : must) {
        if (!json_.contains(key)) {
            err("has no \"" + std::string(key) + "\"");
        }
    }
    for (const auto& [key, value] : json_.items()) {
        const auto same = [&name = key](std::string_view known) { return known == name; };
        if (std::none_of(must.begin(), must.end(), same) && std::none_of(may.begin(), may.end(), same)) {
            err("has an unknown key " + base::UntrustedText(key).escaped() + known_keys(must, may));
        }
    }
}

bool Node::has(std::string_view key) const
{
    return json_.is_object() && json_.contains(key);
}

Node Node::at(std::string_view key) const
{
    const std::string path = (path_.empty() ? "" : path_ + ".") + std::string(key);
    return {has(key) ? json_.at(std::string(key)) : nothing(), path, error_};
}

std::string Node::text() const
{
    if (!json_.is_string()) {
        err("is not a text");
        return {};
    }
    const auto& text = json_.get_ref<const std::string&>();
    const bool controls = std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
    if (controls) {
        err("has a control character in it");
        return {};
    }
    return text;
}

base::UntrustedText Node::untrusted() const
{
    const auto text = base::UntrustedText::parse_escaped(this->text());
    if (!text) {
        err("is not escaped as texts of others are");
    }
    return text.value_or(base::UntrustedText());
}

std::int64_t Node::number() const
{
    const bool small = json_.is_number_unsigned() && json_.get<std::uint64_t>() <= INT64_MAX;
    if (!small) {
        err("is not a whole number from 0 up");
    }
    return small ? json_.get<std::int64_t>() : 0;
}

bool Node::boolean() const
{
    if (!json_.is_boolean()) {
        err("is neither true nor false");
    }
    return json_.is_boolean() && json_.get<bool>();
}

std::vector<Node> Node::elements() const
{
    if (!json_.is_array()) {
        err("is not a list");
        return {};
    }
    std::vector<Node> all;
    for (std::size_t i = 0; i < json_.size(); ++i) {
        all.emplace_back(json_[i], path_ + "[" + std::to_string(i) + "]", error_);
    }
    return all;
}

}  // namespace smtptls::record

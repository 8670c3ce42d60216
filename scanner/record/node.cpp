#include "record/node.hpp"

#include <algorithm>

namespace smtptls::record {
namespace {

const Value nothing{};

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

Node::Node(std::string missing, std::string& error) : value_(nothing), error_(error), missing_(std::move(missing))
{
}

void Node::err(const std::string& sentence) const
{
    if (error_.empty()) {
        const std::string way = path();
        error_ = (way.empty() ? "the document" : way) + ": " + sentence;
    }
}

void Node::demand_keys(std::initializer_list<std::string_view> must, std::initializer_list<std::string_view> may) const
{
    if (!value_.is_object()) {
        err("is not an object");
        return;
    }
    for (const std::string_view key : must) {
        if (value_.find(key) == nullptr) {
            err("has no \"" + std::string(key) + "\"");
        }
    }
    for (const Value& member : value_.children()) {
        const auto same = [&member](std::string_view known) { return known == member.key(); };
        if (std::none_of(must.begin(), must.end(), same) && std::none_of(may.begin(), may.end(), same)) {
            err("has an unknown key " + base::UntrustedText(member.key()).escaped() + known_keys(must, may));
        }
    }
}

bool Node::has(std::string_view key) const
{
    return value_.find(key) != nullptr;
}

Node Node::at(std::string_view key) const
{
    const Value* const found = value_.find(key);
    if (found != nullptr) {
        return {*found, error_};
    }
    const std::string way = path();
    return {way + (way.empty() ? "" : ".") + std::string(key), error_};
}

std::string_view Node::view() const
{
    if (!value_.is_text()) {
        err("is not a text");
        return {};
    }
    const std::string_view text = value_.text();
    bool controls = false;  // looked for to the end, since that is the quicker loop
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        controls |= byte < 0x20 || byte == 0x7f;
    }
    if (controls) {
        err("has a control character in it");
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
    const bool small = value_.is_natural() && value_.natural() <= INT64_MAX;
    if (!small) {
        err("is not a whole number from 0 up");
    }
    return small ? value_.integer() : 0;
}

bool Node::boolean() const
{
    if (!value_.is_boolean()) {
        err("is neither true nor false");
    }
    return value_.boolean();
}

Elements Node::elements() const
{
    if (!value_.is_list()) {
        err("is not a list");
        return {{}, error_};
    }
    return {value_.children(), error_};
}

Elements Node::members() const
{
    if (!value_.is_object()) {
        err("is not an object");
        return {{}, error_};
    }
    return {value_.children(), error_};
}

}  // namespace smtptls::record

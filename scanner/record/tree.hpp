// A JSON document as it is read: one block of memory for all of it, and each value knows where it stands, so that
// nobody carries the way to it about.
#pragma once

#include "base/expected.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace smtptls::record {

using Json = nlohmann::ordered_json;

class TreeBuilder;

class Value {
public:
    Value() = default;

    bool is_null() const { return std::holds_alternative<std::monostate>(content_); }
    bool is_boolean() const { return std::holds_alternative<bool>(content_); }
    bool is_natural() const { return std::holds_alternative<std::uint64_t>(content_); }  ///< a whole number from 0 up
    bool is_integer() const { return is_natural() || std::holds_alternative<std::int64_t>(content_); }
    bool is_text() const { return std::holds_alternative<const char*>(content_); }
    bool is_list() const { return std::holds_alternative<List>(content_); }
    bool is_object() const { return std::holds_alternative<Object>(content_); }

    /// What it is, or false, 0 and empty if it is of another kind. Texts are UTF-8 as it stands there.
    bool boolean() const;
    std::uint64_t natural() const;
    std::int64_t integer() const;
    std::string_view text() const;

    /// Those of a list, or the members of an object in their order; empty for all else.
    std::span<const Value> children() const;

    /// The member of an object; nullptr if there is none.
    const Value* find(std::string_view key) const;

    /// Empty unless it is a member of an object.
    std::string_view key() const { return {key_ == nullptr ? "" : key_, key_size_}; }

    bool operator==(std::string_view text) const { return is_text() && this->text() == text; }
    bool operator==(int number) const;

    /// The way from the document to it: "endpoints[0].matrix[3].state"; empty for the document. It can be shown.
    std::string path() const;

private:
    friend class TreeBuilder;

    struct List {
        Value* first;
    };
    struct Object {
        Value* first;
    };

    const Value* parent_ = nullptr;
    const char* key_ = nullptr;
    std::uint32_t key_size_ = 0;
    std::uint32_t size_ = 0;  // of a text in bytes, of a list or an object in values
    std::variant<std::monostate, bool, std::uint64_t, std::int64_t, double, const char*, List, Object> content_;
};

class Tree {
public:
    /// At most 4 GiB. Of a key that stands twice in an object the last value counts. A value takes 40 bytes, which is
    /// twenty times the shortest there is. The error is the JSON library's, raw.
    static base::Expected<Tree, std::string> parse(std::string_view text);

    /// Lives as long as the tree, wherever that is moved.
    const Value& root() const { return *root_; }

private:
    Tree() = default;

    std::unique_ptr<std::pmr::monotonic_buffer_resource> memory_;
    const Value* root_ = nullptr;
};

}  // namespace smtptls::record

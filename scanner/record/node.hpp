// A value of a JSON document that is being read, with the way to it: "endpoints[0].matrix[3].state". The
// first thing that is not as demanded is kept as the error of the whole document; what is read after it are
// empty values.
#pragma once

#include "base/untrusted_text.hpp"
#include "record/tree.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace smtptls::record {

class Elements;

class Node {
public:
    /// `value` and `error` live longer than the node. An empty error is none.
    Node(const Value& value, std::string& error) : value_(value), error_(error) {}

    /// An object with all keys of `must`, perhaps some of `may`, and no other. Errs otherwise.
    void demand_keys(std::initializer_list<std::string_view> must,
                     std::initializer_list<std::string_view> may = {}) const;

    bool has(std::string_view key) const;
    Node at(std::string_view key) const;

    /// The value itself. Each errs if it is of another kind.
    std::string text() const { return std::string(view()); }  ///< without a control byte
    std::string_view view() const;                            ///< the same, as long as the tree lives
    base::UntrustedText untrusted() const;                    ///< as `escaped()` wrote it
    std::int64_t number() const;                              ///< 0 and greater
    bool boolean() const;
    Elements elements() const;  ///< of a list
    Elements members() const;   ///< of an object, each with its key in value()

    bool is_text() const { return value_.is_text(); }
    bool is_number() const { return value_.is_integer(); }
    bool is_boolean() const { return value_.is_boolean(); }
    const Value& value() const { return value_; }

    /// Keeps the first error: "endpoints[0].port: " and the sentence.
    void err(const std::string& sentence) const;

    /// What `parse` makes of the text, a std::optional; errs where it makes nothing of it.
    template <typename Result, typename Parse>
    Result parsed(Parse parse, const Result& otherwise) const
    {
        const std::string_view word = view();
        const std::optional<Result> result = parse(word);
        if (!result) {
            err(base::UntrustedText(word).escaped() + " is no word for this");
        }
        return result.value_or(otherwise);
    }

    /// The enumerator up to `last` that format() prints as the text; errs if there is none, and says which there are.
    template <typename Enum>
    Enum one_of(Enum last) const
    {
        const std::string_view word = view();
        std::string known;
        for (int i = 0; i <= static_cast<int>(last); ++i) {
            if (format(static_cast<Enum>(i)) == word) {
                return static_cast<Enum>(i);
            }
        }
        for (int i = 0; i <= static_cast<int>(last); ++i) {
            known += (i == 0 ? "" : ", ") + std::string(format(static_cast<Enum>(i)));
        }
        err(base::UntrustedText(word).escaped() + " is no word for this: " + known);
        return last;
    }

private:
    Node(std::string missing, std::string& error);

    std::string path() const { return missing_.empty() ? value_.path() : missing_; }

    const Value& value_;
    std::string& error_;
    std::string missing_;  // the way to what is not there
};

/// Nodes side by side, each made when it is looked at.
class Elements {
public:
    class Iterator {
    public:
        Iterator(const Value* at, std::string& error) : at_(at), error_(&error) {}

        Node operator*() const { return {*at_, *error_}; }
        Iterator& operator++()
        {
            ++at_;
            return *this;
        }
        bool operator==(const Iterator& other) const { return at_ == other.at_; }

    private:
        const Value* at_;
        std::string* error_;
    };

    Elements(std::span<const Value> values, std::string& error) : values_(values), error_(error) {}

    Iterator begin() const { return {values_.data(), error_}; }
    Iterator end() const { return {values_.data() + values_.size(), error_}; }
    std::size_t size() const { return values_.size(); }
    bool empty() const { return values_.empty(); }
    Node operator[](std::size_t place) const { return {values_[place], error_}; }

private:
    std::span<const Value> values_;
    std::string& error_;
};

}  // namespace smtptls::record

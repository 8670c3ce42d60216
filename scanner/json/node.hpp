// A value of a JSON document that is being read, and how it is read: the first thing that is not as demanded is kept
// as the error of the whole document, with the way to it ("endpoints[0].matrix[3].state"), and what is read after it
// are empty values.
#pragma once

#include "base/untrusted_text.hpp"
#include "json/fwd.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::json {

class Node;

/// A document, or a part of one, that is being read. It keeps a reference to the value.
class Reading {
public:
    /// `way` leads to the value from where a person looks: "endpoints[3]"; empty for a whole document.
    explicit Reading(const Value& value, std::string way = "") : value_(&value), way_(std::move(way)) {}
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    /// Lives no longer than this.
    Node node();

    /// Empty: all was as demanded so far. It can be shown.
    const std::string& error() const { return error_; }

private:
    friend class Node;

    void err(const Value* at, const std::string& below, const std::string& sentence);

    const Value* value_;
    std::string way_;
    std::string error_;
};

class Node {
public:
    /// An object with all keys of `must`, perhaps some of `may`, and no other. Errs otherwise.
    void demand_keys(std::initializer_list<std::string_view> must,
                     std::initializer_list<std::string_view> may = {}) const;

    bool has(std::string_view key) const;
    Node at(std::string_view key) const;

    /// The value itself. Each errs if it is of another kind.
    std::string text() const { return std::string(view()); }  ///< one that can be shown as it is
    std::string_view view() const;                            ///< the same, as long as the value lives
    std::string_view raw() const;                             ///< a text with whatever it has in it
    base::UntrustedText untrusted() const;                    ///< as `escaped()` wrote it
    std::int64_t number() const;                              ///< 0 and greater
    std::int64_t integer() const;                             ///< any that fits
    bool boolean() const;
    std::vector<Node> elements() const;  ///< of a list
    std::vector<Node> members() const;   ///< of an object, in order

    /// Of a member of an object; else empty.
    std::string_view key() const { return key_; }

    bool is_text() const;
    bool is_number() const;  ///< a whole one
    bool is_boolean() const;
    bool is_null() const;
    bool is_object() const;
    bool is(std::string_view text) const;
    bool is(std::int64_t number) const;

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
            known += (i == 0 ? "" : ", ") + std::string(format(static_cast<Enum>(i)));
        }
        err(base::UntrustedText(word).escaped() + " is no word for this: " + known);
        return last;
    }

private:
    friend class Reading;

    Node(Reading& reading, const Value* value, std::string_view key) : reading_(&reading), value_(value), key_(key) {}

    Reading* reading_;
    const Value* value_;  // or what would contain it, if it is not there
    std::string_view key_;
    std::string missing_;  // the way on to what is not there
};

}  // namespace smtptls::json

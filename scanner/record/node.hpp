// A value of a JSON document that is being read, with the way to it: "endpoints[0].matrix[3].state". The
// first thing that is not as demanded is kept as the error of the whole document; what is read after it are
// empty values.
#pragma once

#include "base/untrusted_text.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::record {

using Json = nlohmann::ordered_json;

class Node {
public:
    /// `json` and `error` live longer than the node. An empty error is none.
    Node(const Json& json, std::string path, std::string& error) : json_(json), path_(std::move(path)), error_(error) {}

    /// An object with all keys of `must`, perhaps some of `may`, and no other. Errs otherwise.
    void demand_keys(std::initializer_list<std::string_view> must,
                     std::initializer_list<std::string_view> may = {}) const;

    bool has(std::string_view key) const;
    Node at(std::string_view key) const;

    /// The value itself. Each errs if it is of another kind.
    std::string text() const;               ///< without a control byte
    base::UntrustedText untrusted() const;  ///< as `escaped()` wrote it
    std::int64_t number() const;            ///< 0 and greater
    bool boolean() const;
    std::vector<Node> elements() const;

    bool is_text() const { return json_.is_string(); }
    bool is_number() const { return json_.is_number_integer(); }
    bool is_boolean() const { return json_.is_boolean(); }
    const Json& json() const { return json_; }

    /// Keeps the first error: "endpoints[0].port: " and the sentence.
    void err(const std::string& sentence) const;

    /// What `parse` makes of the text; errs where it makes nothing of it.
    template <typename Value>
    Value parsed(const std::function<std::optional<Value>(const std::string&)>& parse, const Value& otherwise) const
    {
        const std::string word = text();
        const std::optional<Value> value = parse(word);
        if (!value) {
            err(base::UntrustedText(word).escaped() + " is no word for this");
        }
        return value.value_or(otherwise);
    }

    /// The enumerator up to `last` that format() prints as the text; errs if there is none, and says which there are.
    template <typename Enum>
    Enum one_of(Enum last) const
    {
        const std::string word = text();
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
    const Json& json_;
    std::string path_;
    std::string& error_;
};

}  // namespace smtptls::record

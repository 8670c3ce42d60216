#include "json/parse.hpp"

#include "base/untrusted_text.hpp"
#include "json/json.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

namespace smtptls::json {
namespace {

// The token that the library's sentence ends with: "...; expected end of input". What it last read stands before, and
// may say "; expected" too.
std::string expected_in(std::string_view words)
{
    constexpr std::string_view before = "; expected ";
    constexpr std::array<std::string_view, 6> signs = {"'['", "'{'", "']'", "'}'", "':'", "','"};
    const std::size_t at = words.rfind(before);
    const std::string_view token = at == std::string_view::npos ? "" : words.substr(at + before.size());
    const bool sign = std::ranges::find(signs, token) != signs.end();
    return sign ? std::string(token) : token == "end of input" ? "the end" : "a value";
}

// Where it is and what is wrong, from the library's "[json.exception.parse_error.101] parse error at line 1, column 2:
// syntax error while parsing object key - invalid literal; last read: '{b'; expected string literal".
std::string sentence_of(const nlohmann::detail::exception& error)
{
    const std::string_view words = error.what();
    const auto says = [words](std::string_view what) { return words.find(what) != std::string_view::npos; };
    std::size_t line = 0;
    std::size_t column = 0;
    const std::size_t at = words.find("at line ");
    const bool placed =
        at != std::string_view::npos && std::sscanf(error.what() + at, "at line %zu, column %zu", &line, &column) == 2;
    const std::string what = says("unexpected end of input") ? "it ends too early"
                             : says("number overflow")       ? "a number is too large"
                             : says("UTF-8")                 ? "a text is not UTF-8"
                             : says("control character")     ? "a text has a control character"
                             : says("missing closing quote") ? "a text has no closing quote"
                             : says("invalid string")        ? "a text has a backslash that means nothing"
                             : says("invalid number")        ? "a number is not written as one"
                             : says("object key")            ? "expected a quoted key"
                                                             : "expected " + expected_in(words);
    return "not JSON" + (placed ? " at " + std::to_string(line) + ":" + std::to_string(column) : "") + ": " + what;
}

// What the library calls for each part of a document. The innermost open list or object is the last of `open_`, and the
// last of what contains it: nothing moves while it is open. The members of an object are put into it when it ends: it
// has no more room than they need then, and they were not copied as it grew.
class Builder final : public nlohmann::json_sax<Value> {
public:
    Builder(std::span<const std::string_view> lists, const Take& take) : lists_(lists), take_(take) {}

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    bool number_float(number_float_t value, const string_t&) override { return add(value); }
    bool string(string_t& text) override { return add(std::move(text)); }
    bool binary(binary_t&) override { return false; }  // there is none in text
    bool start_object(std::size_t) override { return begin(Value::object()); }
    bool start_array(std::size_t) override { return begin(Value::array()); }
    bool end_object() override
    {
        if (!is_without_twins(open_.back().members)) {
            return false;
        }
        Value& object = *open_.back().place;
        object = json::object(open_.back().members.size());
        auto& members = object.get_ref<Value::object_t&>();
        for (auto& [name, value] : open_.back().members) {
            members.emplace_back(std::move(name), std::move(value));
        }
        return end();
    }
    bool end_array() override { return end(); }

    bool key(string_t& name) override
    {
        key_ = std::move(name);
        if (open_.size() == 1) {
            const auto list = std::ranges::find(lists_, key_);
            taken_ = list != lists_.end() ? *list : std::string_view();
        }
        return true;
    }

    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override
    {
        return fail(sentence_of(error));
    }

    Value& root() { return root_; }
    const std::string& error() const { return error_; }

private:
    using Members = std::vector<std::pair<std::string, Value>>;

    struct Open {
        Value* place = nullptr;
        Members members;  // of an object
    };

    bool fail(const std::string& error)
    {
        error_ = error;
        return false;
    }

    // The value where it will stay, or nullptr.
    Value* place(Value&& value)
    {
        if (++kept_ > most_values) {
            fail("it has more than " + std::to_string(most_values) + " values");
            return nullptr;
        }
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        Value& parent = *open_.back().place;
        if (parent.is_array()) {
            auto& list = parent.get_ref<Value::array_t&>();
            return &list.emplace_back(std::move(value));
        }
        Members& members = open_.back().members;
        if (members.size() >= most_members) {
            fail("it has an object of more than " + std::to_string(most_members) + " members");
            return nullptr;
        }
        return &members.emplace_back(std::move(key_), std::move(value)).second;
    }

    bool add(Value&& value) { return place(std::move(value)) != nullptr && gave(); }

    bool begin(Value&& value)
    {
        Value* const placed = place(std::move(value));
        if (placed == nullptr) {
            return false;
        }
        open_.push_back({placed, {}});
        return open_.size() <= deepest ||
               fail("it has lists or objects more than " + std::to_string(deepest) + " deep within each other");
    }

    bool end()
    {
        open_.pop_back();
        return gave();
    }

    // An element of a list that is taken apart is whole.
    bool gave()
    {
        if (open_.size() != 2 || taken_.empty() || !open_.back().place->is_array()) {
            count_ = open_.size() < 2 ? 0 : count_;
            kept_before_ = kept_;
            return true;
        }
        auto& list = open_.back().place->get_ref<Value::array_t&>();
        const bool go_on = take_(taken_, count_++, list.back());
        list.clear();
        kept_ = kept_before_;
        return go_on;
    }

    bool is_without_twins(const Members& members)
    {
        names_.clear();
        for (const auto& [name, value] : members) {
            names_.push_back(name);
        }
        std::ranges::sort(names_);
        const auto twin = std::ranges::adjacent_find(names_);
        return twin == names_.end() || fail(base::UntrustedText(*twin).escaped() + " stands twice in one object");
    }

    std::span<const std::string_view> lists_;
    const Take& take_;
    Value root_;
    std::vector<Open> open_;
    std::string key_;
    std::string_view taken_;  // the list of the document that is open, if it is one of lists_
    std::size_t count_ = 0;
    std::size_t kept_ = 0;
    std::size_t kept_before_ = 0;  // the element of a list that is taken apart
    std::vector<std::string_view> names_;
    std::string error_;
};

}  // namespace

std::string in_file(const std::string& name, const std::string& error)
{
    constexpr std::string_view placed = "not JSON at ";
    const std::size_t end = error.find(": ");
    if (!error.starts_with(placed) || end == std::string::npos) {
        return name + ": " + error;
    }
    return name + ":" + error.substr(placed.size(), end - placed.size()) + ": not JSON" + error.substr(end);
}

base::Expected<Value, std::string> parse(std::string_view text)
{
    return parse(text, {}, {});
}

base::Expected<Value, std::string> parse(std::string_view text, std::span<const std::string_view> lists,
                                         const Take& take)
{
    Builder builder(lists, take);
    if (!Value::sax_parse(text.begin(), text.end(), &builder)) {
        return base::Unexpected<std::string>(builder.error());
    }
    return std::move(builder.root());
}

base::Expected<Value, std::string> parse(std::istream& stream, std::span<const std::string_view> lists,
                                         const Take& take)
{
    Builder builder(lists, take);
    if (!Value::sax_parse(stream, &builder)) {
        return base::Unexpected<std::string>(builder.error());
    }
    return std::move(builder.root());
}

}  // namespace smtptls::json

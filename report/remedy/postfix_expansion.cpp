#include "report/remedy/postfix_expansion.hpp"

#include "report/remedy/config_lines.hpp"

namespace smtptls::remedy {
namespace {

constexpr int deepest = 20;
constexpr int most_parameters = 100;
constexpr std::size_t longest = 65536;

bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::size_t name_end(std::string_view text, std::size_t at)
{
    while (at < text.size() && is_name_char(text[at])) {
        ++at;
    }
    return at;
}

// The offset of the bracket that closes the one at `from`, or npos.
std::size_t closing(std::string_view text, std::size_t from)
{
    const char open = text[from];
    const char close = open == '{' ? '}' : ')';
    int depth = 0;
    for (std::size_t at = from; at < text.size(); ++at) {
        depth += text[at] == open ? 1 : 0;
        depth -= text[at] == close ? 1 : 0;
        if (depth == 0) {
            return at;
        }
    }
    return std::string_view::npos;
}

class Expander {
public:
    explicit Expander(const Lookup& lookup) : lookup_(lookup) {}

    void run(std::string_view text, int depth)
    {
        if (depth > deepest) {
            result.certain = false;
            return;
        }
        std::size_t at = 0;
        while (at < text.size() && result.text.size() < longest) {
            const std::size_t dollar = text.find('$', at);
            result.text.append(text.substr(at, dollar - at));
            if (dollar == std::string_view::npos) {
                break;
            }
            at = one(text, dollar + 1, depth);
        }
        if (result.text.size() >= longest) {
            result.text.resize(longest);
            result.certain = false;
        }
    }

    Expanded result;

private:
    // What stands behind a dollar; returns the offset behind it.
    std::size_t one(std::string_view text, std::size_t at, int depth)
    {
        if (at < text.size() && text[at] == '$') {
            result.text.push_back('$');
            return at + 1;
        }
        if (at < text.size() && (text[at] == '{' || text[at] == '(')) {
            const std::size_t end = closing(text, at);
            if (end == std::string_view::npos) {
                result.certain = false;
                return text.size();
            }
            bracketed(text.substr(at + 1, end - at - 1), depth);
            return end + 1;
        }
        const std::size_t end = name_end(text, at);
        if (end == at) {
            result.certain = false;
        } else {
            named(text.substr(at, end - at), depth);
        }
        return end;
    }

    void bracketed(std::string_view inner, int depth)
    {
        inner = trimmed(inner);
        const std::size_t end = name_end(inner, 0);
        const std::string_view name = inner.substr(0, end);
        const std::string_view rest = trimmed(inner.substr(end));
        if (name.empty() || (!rest.empty() && rest.front() != '?' && rest.front() != ':')) {
            result.certain = false;
        } else if (rest.empty()) {
            named(name, depth);
        } else {
            chosen(name, rest, depth);
        }
    }

    // "?text", ":text", "?{a}:{b}": by whether the parameter is empty.
    void chosen(std::string_view name, std::string_view rest, int depth)
    {
        Expander value(lookup_);
        value.parameters_ = parameters_;
        value.named(name, depth);
        parameters_ = value.parameters_;
        result.certain = result.certain && value.result.certain;
        const bool when_set = rest.front() == '?';
        std::string_view first = trimmed(rest.substr(1));
        std::string_view second;
        if (!first.empty() && first.front() == '{' && closing(first, 0) != std::string_view::npos) {
            const std::size_t end = closing(first, 0);
            const std::string_view behind = trimmed(first.substr(end + 1));
            second = behind.empty() ? behind : trimmed(behind.substr(1));
            if (second.size() > 1 && second.front() == '{' && second.back() == '}') {
                second = second.substr(1, second.size() - 2);
            }
            first = first.substr(1, end - 1);
        }
        run(when_set == !value.result.text.empty() ? first : second, depth + 1);
    }

    void named(std::string_view name, int depth)
    {
        const auto value = ++parameters_ > most_parameters ? std::nullopt : lookup_(name);
        if (value) {
            run(*value, depth + 1);
        } else {
            result.certain = false;
        }
    }

    const Lookup& lookup_;
    int parameters_ = 0;
};

}  // namespace

Expanded expand(std::string_view value, const Lookup& lookup)
{
    Expander expander(lookup);
    expander.run(value, 0);
    return std::move(expander.result);
}

}  // namespace smtptls::remedy

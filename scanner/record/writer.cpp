#include "record/writer.hpp"

#include "base/untrusted_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace smtptls::record {
namespace {

bool is_plain(char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

}  // namespace

void Writer::key(std::string_view name)
{
    separate();
    quoted(name);
    out_ += layout_ == Layout::indented ? ": " : ":";
    placed_ = true;
}

void Writer::text(std::string_view text)
{
    before_value();
    quoted(text);
}

void Writer::number(std::int64_t number)
{
    before_value();
    std::array<char, 24> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out_.append(digits.data(), written.ptr);
}

void Writer::boolean(bool value)
{
    before_value();
    out_ += value ? "true" : "false";
}

void Writer::texts(const std::vector<std::string>& texts)
{
    begin_list();
    for (const std::string& one : texts) {
        text(base::shown(one));
    }
    end_list();
}

void Writer::numbers(const std::vector<std::uint32_t>& numbers)
{
    begin_list();
    for (const std::uint32_t one : numbers) {
        number(one);
    }
    end_list();
}

void Writer::begin(char bracket)
{
    before_value();
    out_ += bracket;
    ++depth_;
    empty_ = true;
}

void Writer::end(char bracket)
{
    --depth_;
    if (!empty_) {
        line();
    }
    out_ += bracket;
    empty_ = false;
}

void Writer::before_value()
{
    if (!placed_) {
        separate();
    }
    placed_ = false;
}

void Writer::separate()
{
    if (!empty_) {
        out_ += ',';
    }
    empty_ = false;
    line();
}

void Writer::line()
{
    if (layout_ == Layout::indented) {
        out_ += '\n';
        out_.append(2 * depth_, ' ');
    }
}

void Writer::quoted(std::string_view text)
{
    if (!std::ranges::all_of(text, is_plain)) {
        out_ += nlohmann::json(text).dump();
        return;
    }
    out_ += '"';
    out_ += text;
    out_ += '"';
}

}  // namespace smtptls::record

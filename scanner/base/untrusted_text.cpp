#include "base/untrusted_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace smtptls::base {
namespace {

struct CodePoint {
    std::uint32_t value = 0;
    std::size_t length = 0;  // 0: not well-formed UTF-8 here
};

std::uint8_t byte_at(std::string_view text, std::size_t at)
{
    return static_cast<std::uint8_t>(text[at]);
}

// RFC 3629 section 4: shortest form only, no surrogates, nothing above U+10FFFF.
CodePoint decode_utf8(std::string_view text)
{
    const std::uint8_t first = byte_at(text, 0);
    std::size_t length = 0;
    std::uint32_t value = 0;
    std::uint32_t smallest = 0;
    if (first < 0x80U) {
        return {first, 1};
    }
    if ((first & 0xe0U) == 0xc0U) {
        length = 2, value = first & 0x1fU, smallest = 0x80;
    } else if ((first & 0xf0U) == 0xe0U) {
        length = 3, value = first & 0x0fU, smallest = 0x800;
    } else if ((first & 0xf8U) == 0xf0U) {
        length = 4, value = first & 0x07U, smallest = 0x10000;
    } else {
        return {};
    }
    if (text.size() < length) {
        return {};
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte_at(text, i) & 0xc0U) != 0x80U) {
            return {};
        }
        value = (value << 6U) | (byte_at(text, i) & 0x3fU);
    }
    const bool surrogate = value >= 0xd800 && value <= 0xdfff;
    return value < smallest || value > 0x10ffff || surrogate ? CodePoint{} : CodePoint{value, length};
}

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};

// What could move a cursor, reorder text or hide it from a reader, beside C0: DEL and C1; the line and paragraph
// separators; what has no ink of its own: Default_Ignorable_Code_Point of Unicode 15 (DerivedCoreProperties.txt), the
// annotations between lines, the empty Braille pattern. And what stands for no character, besides the last two of each
// plane.
constexpr std::array never_shown = {
    Range{0x7f, 0x9f},     Range{0xad, 0xad},       Range{0x34f, 0x34f},     Range{0x61c, 0x61c},
    Range{0x115f, 0x1160}, Range{0x17b4, 0x17b5},   Range{0x180b, 0x180f},   Range{0x200b, 0x200f},
    Range{0x2028, 0x202e}, Range{0x2060, 0x206f},   Range{0x2800, 0x2800},   Range{0x3164, 0x3164},
    Range{0xfdd0, 0xfdef}, Range{0xfe00, 0xfe0f},   Range{0xfeff, 0xfeff},   Range{0xffa0, 0xffa0},
    Range{0xfff0, 0xffff}, Range{0x1bca0, 0x1bca3}, Range{0x1d173, 0x1d17a}, Range{0xe0000, 0xe0fff}};

bool may_be_shown(std::uint32_t c)
{
    constexpr std::uint32_t last_of_plane = 0xfffe;
    const bool noncharacter = (c & last_of_plane) == last_of_plane;
    return c >= 0x20 && !noncharacter &&
           std::ranges::none_of(never_shown, [c](const Range& range) { return c >= range.first && c <= range.last; });
}

void append_hex(std::string& out, std::uint8_t byte)
{
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\x";
    out += digits[byte >> 4U];
    out += digits[byte & 0x0fU];
}

int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

constexpr std::string_view cut_mark = "[...]";

// How many bytes at the front stay as they are, whatever follows.
std::size_t plain_length(std::string_view text)
{
    const auto plain = [](char c) { return c >= 0x20 && c < 0x7f && c != '\\'; };
    return static_cast<std::size_t>(std::ranges::find_if_not(text, plain) - text.begin());
}

std::string escape(std::string_view rest, bool backslashes)
{
    std::string out;
    out.reserve(rest.size());
    while (!rest.empty()) {
        if (const std::size_t length = plain_length(rest); length > 0) {
            out += rest.substr(0, length);
            rest.remove_prefix(length);
            continue;
        }
        const CodePoint point = decode_utf8(rest);
        if (point.length == 0 || !may_be_shown(point.value)) {
            const std::size_t count = point.length == 0 ? 1 : point.length;
            for (std::size_t i = 0; i < count; ++i) {
                append_hex(out, byte_at(rest, i));
            }
            rest.remove_prefix(count);
            continue;
        }
        if (backslashes && point.value == '\\') {
            out += '\\';
        }
        out += rest.substr(0, point.length);
        rest.remove_prefix(point.length);
    }
    return out;
}

}  // namespace

std::string escaped(std::string_view text)
{
    return UntrustedText(text).escaped();
}

std::string shown(std::string_view text)
{
    return escape(text, false);
}

bool is_safe(std::string_view text)
{
    while (!text.empty()) {
        if (text.front() == '\\') {
            text.remove_prefix(1);
        }
        text.remove_prefix(plain_length(text));
        if (text.empty() || text.front() == '\\') {
            continue;
        }
        const CodePoint point = decode_utf8(text);
        const bool seen = point.length > 0 && may_be_shown(point.value);
        if (!seen) {
            return false;
        }
        text.remove_prefix(point.length);
    }
    return true;
}

std::optional<std::string> unescape(std::string_view text)
{
    std::string raw;
    while (!text.empty()) {
        if (text.front() != '\\') {
            raw += text.front();
            text.remove_prefix(1);
            continue;
        }
        if (text.size() >= 2 && text[1] == '\\') {
            raw += '\\';
            text.remove_prefix(2);
            continue;
        }
        const bool hex = text.size() >= 4 && text[1] == 'x' && digit_value(text[2]) >= 0 && digit_value(text[3]) >= 0;
        if (!hex) {
            return std::nullopt;
        }
        raw += static_cast<char>(digit_value(text[2]) * 16 + digit_value(text[3]));
        text.remove_prefix(4);
    }
    return raw;
}

UntrustedText::UntrustedText(std::string_view raw) : raw_(raw.substr(0, limit)), cut_(raw.size() > limit)
{
}

std::string UntrustedText::escaped() const
{
    return escape(raw_, true) + (cut_ ? std::string(cut_mark) : "");
}

std::optional<UntrustedText> UntrustedText::parse_escaped(std::string_view escaped)
{
    const std::optional<std::string> whole = unescape(escaped);
    if (!whole) {
        return std::nullopt;
    }
    // A text that was cut has as many bytes as may be kept, and the mark behind them.
    UntrustedText text(*whole);
    text.cut_ = whole->size() == limit + cut_mark.size() && whole->ends_with(cut_mark);
    return text.escaped() == escaped ? std::optional(text) : std::nullopt;
}

}  // namespace smtptls::base

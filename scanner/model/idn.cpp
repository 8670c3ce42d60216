#include "model/idn.hpp"

#include "base/untrusted_text.hpp"
#include "model/script.hpp"

#include <idn2.h>

#include <algorithm>
#include <cstdint>
#include <memory>

namespace smtptls::model {
namespace {

using Error = base::Unexpected<std::string>;

constexpr std::size_t longest_ascii_name = 253;

struct FreeByIdn2 {
    void operator()(void* made) const { idn2_free(made); }
};

template <typename Character>
using Made = std::unique_ptr<Character, FreeByIdn2>;

// What libidn2 made of a text, and its word for what went wrong.
struct Converted {
    int error = IDN2_OK;
    std::string text;
};

Converted to_ascii(const std::string& name, int flags)
{
    char* made = nullptr;
    const int error = idn2_to_ascii_8z(name.c_str(), &made, flags);
    const Made<char> owned(made);
    return {error, error == IDN2_OK && owned ? owned.get() : ""};
}

Converted to_unicode(const std::string& host)
{
    char* made = nullptr;
    const int error = idn2_to_unicode_8z8z(host.c_str(), &made, 0);
    const Made<char> owned(made);
    return {error, error == IDN2_OK && owned ? owned.get() : ""};
}

// Without the mapping of UTS 46, which lets symbols pass that IDNA2008 knows no label with.
Converted strictly_to_ascii(const std::string& name)
{
    return to_ascii(name, IDN2_NFC_INPUT | IDN2_NO_TR46);
}

Converted mapped(const std::string& name)
{
    Converted ascii = to_ascii(name, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (ascii.error != IDN2_OK) {
        return ascii;
    }
    const Converted unicode = to_unicode(ascii.text);
    const Converted again = unicode.error == IDN2_OK ? strictly_to_ascii(unicode.text) : unicode;
    if (again.error == IDN2_OK && again.text != ascii.text) {
        return {IDN2_ALABEL_ROUNDTRIP_FAILED, ""};
    }
    return again;
}

bool is_follow_up(char c)
{
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

// A character, alone, that no label has. Where others stand beside it some may be wrong that are none by themselves.
bool is_never_allowed(const std::string& character)
{
    const auto never = [](char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return !letter && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.';
    };
    if (is_ascii(character)) {
        return never(character.front());
    }
    const auto [error, ascii] = mapped(character);
    return std::any_of(ascii.begin(), ascii.end(), never) || error == IDN2_DISALLOWED || error == IDN2_UNASSIGNED ||
           error == IDN2_ALABEL_ROUNDTRIP_FAILED;
}

// The first of those, escaped; empty if there is none. `name` is UTF-8.
std::string never_allowed(const std::string& name)
{
    for (std::size_t begin = 0; begin < name.size();) {
        std::size_t end = begin + 1;
        while (end < name.size() && is_follow_up(name[end])) {
            ++end;
        }
        const std::string character = name.substr(begin, end - begin);
        if (is_never_allowed(character)) {
            return base::escaped(character);
        }
        begin = end;
    }
    return "";
}

std::string fault_of_characters(const std::string& name)
{
    const std::string character = never_allowed(name);
    return character.empty() ? "has a character that a label may not have there (RFC 5892)"
                             : "has '" + character + "', which no host name may have (RFC 5892)";
}

// What libidn2 says, as the rest of a sentence.
std::string fault(int error, const std::string& name)
{
    switch (error) {
        case IDN2_ENCODING_ERROR:
        case IDN2_ICONV_FAIL: return "is not UTF-8; write an international name in UTF-8, or in its xn-- form";
        case IDN2_TOO_BIG_LABEL:
        case IDN2_PUNYCODE_BIG_OUTPUT: return "has a label of more than 63 bytes in its xn-- form";
        case IDN2_TOO_BIG_DOMAIN: return "has more than 253 bytes in its xn-- form";
        case IDN2_PUNYCODE_BAD_INPUT:
        case IDN2_PUNYCODE_OVERFLOW:
            return "has a label that begins with xn-- and is not the ASCII form of any (RFC 3492)";
        case IDN2_HYPHEN_STARTEND: return "has a label that begins or ends with a hyphen";
        case IDN2_2HYPHEN: return "has a label with two hyphens in third and fourth place (RFC 5891 section 4.2.3.1)";
        case IDN2_LEADING_COMBINING: return "has a label that begins with a combining mark (RFC 5891 section 4.2.3.2)";
        case IDN2_CONTEXTJ:
        case IDN2_CONTEXTJ_NO_RULE:
            return "has a joiner where none may be, a character that is not seen (RFC 5892 appendix A)";
        case IDN2_CONTEXTO:
        case IDN2_CONTEXTO_NO_RULE:
            return "has a character where the rules for it do not allow it (RFC 5892 appendix A)";
        case IDN2_BIDI: return "mixes writing from right to left with what may not stand there (RFC 5893 section 2)";
        case IDN2_MALLOC: return "could not be converted: out of memory";
        default: return fault_of_characters(name);
    }
}

// The labels of a Unicode name, of one script each.
bool is_plain(const std::string& host)
{
    std::uint32_t* made = nullptr;
    const int error = idn2_to_unicode_8z4z(host.c_str(), &made, 0);
    const Made<std::uint32_t> owned(made);
    if (error != IDN2_OK || !owned) {
        return false;
    }
    std::u32string label;
    for (const std::uint32_t* next = owned.get(); *next != 0; ++next) {
        if (*next != U'.') {
            label += static_cast<char32_t>(*next);
            continue;
        }
        if (!is_of_one_script(label)) {
            return false;
        }
        label.clear();
    }
    return is_of_one_script(label);
}

}  // namespace

bool is_ascii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
}

base::Expected<std::string, std::string> ascii_host(std::string_view name)
{
    const std::string quoted = "'" + base::escaped(name) + "' ";
    if (name.size() > longest_unicode_name) {
        return Error(quoted + fault(IDN2_TOO_BIG_DOMAIN, ""));
    }
    if (name.find('\0') != std::string_view::npos) {
        return Error(quoted + "has a NUL, which no host name may have");
    }
    const std::string text(name);
    Converted ascii = mapped(text);
    if (ascii.error != IDN2_OK) {
        return Error(quoted + fault(ascii.error, text));
    }
    const std::size_t length = ascii.text.size() - (ascii.text.ends_with('.') ? 1 : 0);
    if (length > longest_ascii_name) {
        return Error(quoted + fault(IDN2_TOO_BIG_DOMAIN, ""));
    }
    return std::move(ascii.text);
}

bool every_label_decodes(std::string_view host)
{
    if (host.find("xn--") == std::string_view::npos) {
        return true;
    }
    const int error = to_unicode(std::string(host)).error;
    return error != IDN2_PUNYCODE_BAD_INPUT && error != IDN2_PUNYCODE_BIG_OUTPUT && error != IDN2_PUNYCODE_OVERFLOW &&
           error != IDN2_ENCODING_ERROR;
}

std::string unicode_host(std::string_view host)
{
    if (host.find("xn--") == std::string_view::npos) {
        return "";
    }
    const std::string ascii(host);
    const Converted unicode = to_unicode(ascii);
    const bool shown = unicode.error == IDN2_OK && strictly_to_ascii(unicode.text).text == ascii && is_plain(ascii) &&
                       base::is_safe(unicode.text);
    return shown ? unicode.text : "";
}

}  // namespace smtptls::model

#include "model/script.hpp"

#include <algorithm>
#include <array>

namespace smtptls::model {
namespace {

enum class Script { common, latin, greek, cyrillic, east_asian, other };

struct Letters {
    char32_t first;
    char32_t last;
    Script script;
};

// Of Latin those of the languages of Europe and of Vietnamese, without the dotless i and the kra, which look like
// ASCII.
constexpr std::array letters = {
    Letters{U'-', U'-', Script::common},         Letters{U'0', U'9', Script::common},
    Letters{U'_', U'_', Script::common},         Letters{U'a', U'z', Script::latin},
    Letters{0xdf, 0xf6, Script::latin},          Letters{0xf8, 0x130, Script::latin},
    Letters{0x132, 0x137, Script::latin},        Letters{0x139, 0x17e, Script::latin},
    Letters{0x1a1, 0x1a1, Script::latin},        Letters{0x1b0, 0x1b0, Script::latin},
    Letters{0x218, 0x21b, Script::latin},        Letters{0x1ea0, 0x1ef9, Script::latin},
    Letters{0x3ac, 0x3ce, Script::greek},        Letters{0x430, 0x45f, Script::cyrillic},
    Letters{0x491, 0x491, Script::cyrillic},     Letters{0x3005, 0x3005, Script::east_asian},
    Letters{0x3041, 0x3096, Script::east_asian}, Letters{0x30a1, 0x30fa, Script::east_asian},
    Letters{0x30fc, 0x30fc, Script::east_asian}, Letters{0x4e00, 0x9fff, Script::east_asian},
    Letters{0xac00, 0xd7a3, Script::east_asian}};

// delta zeta theta lambda xi pi phi psi
constexpr std::u32string_view plainly_greek = U"\u03b4\u03b6\u03b8\u03bb\u03be\u03c0\u03c6\u03c8";
// be de zhe ze i short-i el ef tse che sha shcha yery e yu ya
constexpr std::u32string_view plainly_cyrillic =
    U"\u0431\u0434\u0436\u0437\u0438\u0439\u043b\u0444\u0446\u0447\u0448\u0449\u044b\u044d\u044e\u044f";

Script script_of(char32_t c)
{
    const auto* const found = std::find_if(letters.begin(), letters.end(),
                                           [c](const Letters& some) { return c >= some.first && c <= some.last; });
    return found == letters.end() ? Script::other : found->script;
}

}  // namespace

bool is_of_one_script(std::u32string_view label)
{
    Script script = Script::common;
    for (const char32_t c : label) {
        const Script one = script_of(c);
        if (one == Script::other || (one != Script::common && script != Script::common && one != script)) {
            return false;
        }
        script = one == Script::common ? script : one;
    }
    if (script == Script::greek || script == Script::cyrillic) {
        const std::u32string_view plain = script == Script::greek ? plainly_greek : plainly_cyrillic;
        return label.find_first_of(plain) != std::u32string_view::npos;
    }
    return true;
}

}  // namespace smtptls::model

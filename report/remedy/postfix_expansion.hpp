// $name, ${name}, $(name), ${name?text}, ${name:text}, ${name?{a}:{b}} and $$ in a value of main.cf
// (postconf(5), "$name"). Comparisons, ${{a} == {b} ? ...}, are not worked out.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace smtptls::remedy {

/// Looks up the raw value of a parameter; nothing if it is not known.
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

struct Expanded {
    std::string text;
    bool certain = true;  ///< false: something was unknown, too deep, too long or not worked out
};

/// At most 20 levels deep, 100 parameters and 64 KiB of text.
Expanded expand(std::string_view value, const Lookup& lookup);

}  // namespace smtptls::remedy

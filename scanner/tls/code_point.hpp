// What the open enums of this room share: a table of names, and how a code without a name prints.
// An open enum holds every value of its width; the names are those of IANA and of the RFCs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace smtptls::tls {

template <typename Code>
struct NamedCode {
    Code code;
    std::string_view name;
};

/// `value` as "0x" and at least `digits` lower-case hexadecimal digits.
std::string format_code(std::uint32_t value, unsigned digits);

/// The name of `code` in `names`, which is in order of the code; empty if it has none.
template <typename Code>
constexpr std::string_view name_of(std::span<const NamedCode<Code>> names, Code code)
{
    const auto found = std::ranges::lower_bound(names, code, {}, &NamedCode<Code>::code);
    return found != names.end() && found->code == code ? found->name : std::string_view{};
}

/// The code named `name`, or nullptr.
template <typename Code>
constexpr const NamedCode<Code>* find_name(std::span<const NamedCode<Code>> names, std::string_view name)
{
    const auto found = std::ranges::find(names, name, &NamedCode<Code>::name);
    return found != names.end() ? &*found : nullptr;
}

}  // namespace smtptls::tls

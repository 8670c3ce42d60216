#include "tls/named_group.hpp"

#include "tls/code_point.hpp"

namespace smtptls::tls {
namespace {

constexpr NamedCode<NamedGroup> group_names[] = {
#define GROUP(code, name) {NamedGroup::name, #name},
#include "tls/named_groups.def"
#undef GROUP
};
static_assert(std::ranges::is_sorted(group_names, {}, &NamedCode<NamedGroup>::code));

}  // namespace

std::string format(NamedGroup code)
{
    const std::string_view name = name_of<NamedGroup>(group_names, code);
    return name.empty() ? format_code(static_cast<std::uint16_t>(code), 4) : std::string(name);
}

}  // namespace smtptls::tls

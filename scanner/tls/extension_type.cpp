#include "tls/extension_type.hpp"

#include "tls/code_point.hpp"

namespace smtptls::tls {
namespace {

constexpr NamedCode<ExtensionType> extension_names[] = {
#define EXTENSION(code, name) {ExtensionType::name, #name},
#include "tls/extension_types.def"
#undef EXTENSION
};
static_assert(std::ranges::is_sorted(extension_names, {}, &NamedCode<ExtensionType>::code));

}  // namespace

std::string format(ExtensionType code)
{
    const std::string_view name = name_of<ExtensionType>(extension_names, code);
    return name.empty() ? format_code(static_cast<std::uint16_t>(code), 4) : std::string(name);
}

}  // namespace smtptls::tls

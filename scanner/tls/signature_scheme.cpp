#include "tls/signature_scheme.hpp"

#include "tls/code_point.hpp"

namespace smtptls::tls {
namespace {

constexpr NamedCode<SignatureScheme> scheme_names[] = {
#define SCHEME(code, name) {SignatureScheme::name, #name},
#include "tls/signature_schemes.def"
#undef SCHEME
};
static_assert(std::ranges::is_sorted(scheme_names, {}, &NamedCode<SignatureScheme>::code));

}  // namespace

std::string format(SignatureScheme code)
{
    const std::string_view name = name_of<SignatureScheme>(scheme_names, code);
    return name.empty() ? format_code(static_cast<std::uint16_t>(code), 4) : std::string(name);
}

}  // namespace smtptls::tls

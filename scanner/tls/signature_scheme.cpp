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

constexpr SignatureScheme schemes[] = {
#define SCHEME(code, name) SignatureScheme::name,
#include "tls/signature_schemes.def"
#undef SCHEME
};

}  // namespace

std::span<const SignatureScheme> all_schemes()
{
    return schemes;
}

std::optional<SignatureScheme> parse_scheme(std::string_view name)
{
    const auto* const found = std::ranges::find(scheme_names, name, &NamedCode<SignatureScheme>::name);
    return found == std::end(scheme_names) ? std::nullopt : std::optional(found->code);
}

std::string format(SignatureScheme code)
{
    const std::string_view name = name_of<SignatureScheme>(scheme_names, code);
    return name.empty() ? format_code(static_cast<std::uint16_t>(code), 4) : std::string(name);
}

}  // namespace smtptls::tls

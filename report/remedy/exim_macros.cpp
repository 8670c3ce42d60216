#include "report/remedy/exim_macros.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace smtptls::remedy {
namespace {

enum class Where { tls, gnutls, openssl, tls1_3, openssl1_1_1, build, openssl_build, closed };

struct PredefinedMacro {
    std::string_view name;
    std::string_view since;
    std::string_view until;
    Where where;
};

// No std::array: clang deduces none of so many.
constexpr PredefinedMacro predefined_macros[] = {
#define MACRO(name, since, until, where) PredefinedMacro{name, since, until, Where::where},
#define FAMILY(prefix, since, where)
#include "report/remedy/exim_macros.def"
#undef FAMILY
#undef MACRO
};

constexpr std::array macro_families = {
#define MACRO(name, since, until, where)
#define FAMILY(prefix, since, where) PredefinedMacro{prefix, since, "", Where::where},
#include "report/remedy/exim_macros.def"
#undef FAMILY
#undef MACRO
};

constexpr Release newest_known = {4, 99, 999};
constexpr Release since_predefined = {4, 88, 0};
constexpr std::size_t most_names = 64;

bool is_in_release(const PredefinedMacro& macro, const Release& exim)
{
    return has_since(exim, macro.since) && (macro.until.empty() || !has_since(exim, macro.until));
}

Truth known_by(Where where, const EximBuild& build)
{
    const auto truth = [](bool is) { return is ? Truth::yes : Truth::no; };
    switch (where) {
        case Where::tls: return Truth::yes;
        case Where::gnutls: return truth(build.gnutls);
        case Where::openssl: return truth(!build.gnutls);
        case Where::tls1_3: return truth(build.gnutls || build.openssl >= Release{1, 1, 1});
        case Where::openssl1_1_1: return truth(!build.gnutls && build.openssl >= Release{1, 1, 1});
        case Where::openssl_build: return build.gnutls ? Truth::no : Truth::maybe;
        case Where::closed: return build.exim > newest_known ? Truth::maybe : Truth::no;
        case Where::build: break;
    }
    return Truth::maybe;
}

// The text begins with an underscore.
Truth begins_predefined(std::string_view text, const EximBuild& build)
{
    Truth truth = Truth::no;
    bool listed = false;
    for (const PredefinedMacro& macro : predefined_macros) {
        const bool begins = text.starts_with(macro.name);
        listed = listed || begins;
        if (begins && is_in_release(macro, build.exim)) {
            truth = std::max(truth, known_by(macro.where, build));
        }
    }
    if (listed) {
        return truth;
    }
    const auto* const family = std::find_if(macro_families.begin(), macro_families.end(),
                                            [text](const PredefinedMacro& one) { return text.starts_with(one.name); });
    if (family != macro_families.end() && is_in_release(*family, build.exim)) {
        return known_by(family->where, build);
    }
    return Truth::no;
}

bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

}  // namespace

Truth negated(Truth one)
{
    return one == Truth::maybe ? one : one == Truth::no ? Truth::yes : Truth::no;
}

Truth names_predefined(std::string_view text, const EximBuild& build, std::size_t& steps)
{
    Truth truth = Truth::no;
    if (build.exim < since_predefined || text.empty()) {
        return truth;
    }
    std::size_t names = 0;
    for (std::size_t at = text.find('_'); at < text.size() - 1 && names < most_names; at = text.find('_', at + 1)) {
        if (is_capital(text[at + 1])) {
            steps += std::size(predefined_macros);
            ++names;
            truth = std::max(truth, begins_predefined(text.substr(at), build));
        }
    }
    return truth;
}

}  // namespace smtptls::remedy

// The macros that Exim defines by itself (_HAVE_TLS, _OPT_MAIN_TLS_ALPN): which of them are known to be defined, by the
// release and the TLS library that are assumed. Exim specification, section 6.8 (builtin macros).
#pragma once

#include "report/remedy/release.hpp"

#include <cstddef>
#include <string_view>

namespace smtptls::remedy {

/// What is assumed of the program that reads a configuration.
struct EximBuild {
    Release exim{4, 96, 0};
    bool gnutls = true;
    Release openssl{3, 0, 0};  ///< counts unless `gnutls`
};

/// In order: the lesser of two is "and", the greater "or".
enum class Truth { no, maybe, yes };

/// no: does not become true, maybe stays maybe.
Truth negated(Truth one);

/// Whether `text` has the name of a predefined macro in it, which is what Exim asks of a line with .ifdef: a name
/// counts too where it is the beginning of another word. Looks at the first 64 of those only; `steps` grows by the work
/// done.
Truth names_predefined(std::string_view text, const EximBuild& build, std::size_t& steps);

}  // namespace smtptls::remedy

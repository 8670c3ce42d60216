// Exim configurations in a line or two, for the tests of report/remedy.
#pragma once

#include "report/remedy/explain_exim.hpp"
#include "unit/remedy/postfix_sample.hpp"

#include <map>
#include <string>

namespace smtptls::remedy {

/// The files on the server: path, text.
using EximFiles = std::map<std::string, std::string>;

inline EximText exim_text(const std::string& text, const EximFiles& files = {})
{
    const auto look_up = [files](const std::string& path) -> EximInclude {
        const auto found = files.find(path);
        return found == files.end() ? EximInclude{EximInclude::State::absent, "", ""}
                                    : EximInclude{EximInclude::State::read, found->second, ""};
    };
    return {text, base::UntrustedText("exim.conf"), "/etc/exim4",
            files.empty() ? EximIncludes() : EximIncludes(look_up)};
}

inline Explanation explain_exim_text(const std::string& text, const EximFiles& files = {}, const EximSetup& setup = {})
{
    return explain_exim(exim_text(text, files), setup);
}

/// What clients get from a build with GnuTLS.
inline TlsForecast gnutls_forecast(const std::string& text, const EximFiles& files = {}, const EximSetup& setup = {})
{
    return explain_exim_text(text, files, setup).services.at(0).now;
}

/// The last service: of a build with OpenSSL.
inline ServiceExplanation openssl_service_of(const std::string& text, const EximSetup& setup = {})
{
    return explain_exim_text(text, {}, setup).services.at(1);
}

}  // namespace smtptls::remedy

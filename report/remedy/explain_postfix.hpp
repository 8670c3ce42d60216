// Explains a Postfix configuration: the readers, the rules, the forecast and the advice put together.
#pragma once

#include "report/remedy/explanation.hpp"
#include "report/remedy/postfix_rules.hpp"

#include <optional>

namespace smtptls::remedy {

/// What was said on the command line, and what is assumed where nothing was.
struct PostfixChoice {
    std::optional<Release> postfix;
    std::optional<Release> openssl;
    bool ecdsa_seen = false;
    KeysOfFiles keys = {};        ///< of the certificate files that were read
    bool keys_asked_for = false;  ///< whether files were to be read
};

/// The release that is assumed: Debian 12's.
inline constexpr Release assumed_postfix = {3, 7, 11};

/// The OpenSSL that distributions ship along with a Postfix: 1.0.2 before 3.4, 1.1.1 before 3.6, then 3.0.
Release usual_openssl(const Release& postfix);

/// The files of certificates that the configuration names, each once; at most 64.
std::vector<std::string> certificate_files(const PostfixFiles& files, const PostfixChoice& choice);

/// What is assumed of the machine: what was said, else what the files say, else the usual.
Setup setup_of(const PostfixFiles& files, const PostfixChoice& choice);

Explanation explain_postfix(const PostfixFiles& files, const PostfixChoice& choice);

}  // namespace smtptls::remedy

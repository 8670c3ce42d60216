// The command line of `smtptls-scan explain`, parsed and checked. The header does not know the parser.
#pragma once

#include "app/help.hpp"
#include "report/remedy/postfix_advice.hpp"
#include "report/remedy/release.hpp"

#include <optional>
#include <string>
#include <variant>

namespace smtptls::app {

enum class Product { postfix, exim };

struct ExplainOptions {
    Product product = Product::postfix;
    std::string main_file;    ///< main.cf or `postconf -n`, or Exim's configuration; empty: none given
    std::string main_name;    ///< how it is called in the output
    std::string master_file;  ///< master.cf or `postconf -Mf`; empty: none given
    std::string master_name;
    std::optional<std::string> certificate_root;  ///< the folder that stands for the server's "/"
    std::string scan_file;                        ///< JSON of a scan to compare with; empty: none
    std::string include_root;  ///< below it are the files that Exim's includes; empty: they are not read
    std::optional<remedy::Release> postfix;
    std::optional<remedy::Release> exim;
    std::optional<remedy::Release> openssl;
    bool json = false;
    bool sandbox = true;
    std::string new_folder;  ///< where to write the files with the advice applied; empty: explain instead
    remedy::Goal goal = remedy::Goal::users;
};

/// `argv[0]` is the word "explain".
std::variant<ExplainOptions, Leave> parse_explain_options(int argc, const char* const* argv);

}  // namespace smtptls::app

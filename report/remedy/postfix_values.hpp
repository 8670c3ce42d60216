// What Postfix makes of a value by its type alone: a word that is neither yes nor no, an empty text where
// none may be, and the comments and quotation marks that it takes for part of the value.
#pragma once

#include "report/remedy/postfix_parameters.hpp"

namespace smtptls::remedy {

/// Whether the programs that read the parameter end with "fatal:" on this value. Types of postfix_parameters.def;
/// mail_conf_bool(3), mail_conf_int(3), mail_conf_time(3), mail_conf_str(3).
bool is_fatal(const Parameter& parameter, const std::string& value);

/// The first line, own or of main.cf, on which the program that reads `parameters` ends; nullptr if there is none.
/// `tls_on`: it reads the tls_ parameters as well, which a program without TLS never does.
const Setting* fatal_line(const Parameters& parameters, bool tls_on);

/// What was meant for the reader and is taken for the value.
enum class Stray { none, comment, quotes };

Stray stray_of(const std::string& value);

}  // namespace smtptls::remedy

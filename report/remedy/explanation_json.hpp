// An explanation of a configuration as JSON (report/schema/explanation.schema.json). Every text of the
// configuration is escaped as base::UntrustedText says.
#pragma once

#include "report/remedy/explanation.hpp"

#include <string>

namespace smtptls::remedy {

/// The version of the schema; it grows when a reader of the one before would misread the document.
inline constexpr int explanation_schema_version = 1;

/// One document, indented by two spaces, with a final newline.
std::string write_json(const Explanation& explanation);

}  // namespace smtptls::remedy

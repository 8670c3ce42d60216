// What a scan would do, as JSON: docs/formats/json.md, report/schema/dry_run.schema.json.
#pragma once

#include "model/outlook.hpp"

#include <string>

namespace smtptls::report {

/// One document, indented, with a final newline.
std::string outlook_json(const model::Outlook& outlook);

}  // namespace smtptls::report

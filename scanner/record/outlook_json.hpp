// What a scan would do, as JSON: docs/formats/json.md, report/schema/dry_run.schema.json.
#pragma once

#include "model/outlook.hpp"

#include <string>

namespace smtptls::record {

/// One document, indented, with a final newline.
std::string encode(const model::Outlook& outlook);

}  // namespace smtptls::record

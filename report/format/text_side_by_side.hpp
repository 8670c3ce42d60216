// What endpoints show only together, at the end of the text.
#pragma once

#include "model/side_by_side.hpp"
#include "report/format/text_page.hpp"

namespace smtptls::report {

/// Nothing if there is nothing of it. Some names, keys and factors: the JSON has all.
void side_by_side_text(const model::SideBySide& all, Page& page);

}  // namespace smtptls::report

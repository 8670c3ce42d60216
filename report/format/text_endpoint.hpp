// What the text says of one endpoint: verdicts, what was observed, the matrix, what could not be told.
#pragma once

#include "report/format/text_page.hpp"

namespace smtptls::report {

/// Of `head` what is there from the beginning.
void endpoint_text(const model::EndpointResult& endpoint, Judgements judgements, const model::ReportHead& head,
                   Page& page);

}  // namespace smtptls::report

// The matrix of versions and cipher families as a table of text, and the suites one by one.
#pragma once

#include "report/format/text_page.hpp"

namespace smtptls::report {

/// How many suites of each family are accepted in each version. Suites without authentication have a row of their own,
/// and families of which the same could not be told share one. In colour what is weak is tinted.
void matrix_text(const model::EndpointResult& endpoint, Page& page);

/// The accepted suites: code, bits, names, what is weak in them; in the server's own order where that was seen in full,
/// else in the registry's.
void suites_text(const model::EndpointResult& endpoint, Page& page);

}  // namespace smtptls::report

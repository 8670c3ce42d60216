// What the answers were that cells rest on, in a sentence: for whoever has the result and not the evidence.
#pragma once

#include "model/matrix.hpp"
#include "model/scan_result.hpp"

#include <vector>

namespace smtptls::model {

/// The same matrix, with what was seen of each kind of cell in each version, and when: in seconds since the scan of the
/// endpoint began. `exchanges` have ascending ids.
Matrix with_sentences(const Matrix& matrix, const std::vector<Exchange>& exchanges);

}  // namespace smtptls::model

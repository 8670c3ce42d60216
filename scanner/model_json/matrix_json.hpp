// The matrix as JSON, version 2 of the schema: each suite described once, versions refer to it by its code. What is
// rejected, or not tested, is said by number where it is the rest of a version's suites in the registry.
#pragma once

#include "json/node.hpp"
#include "model/matrix.hpp"

namespace smtptls::model_json {

/// What a reader may want besides what everybody wants.
struct Detail {
    bool suites = false;     ///< list every suite of the registry, the rejected ones too
    bool exchanges = false;  ///< what was asked and answered, connection by connection
};

/// "suites", "matrix" and "not_tested" of the scan.schema.json "endpoint", added to it.
void encode_matrix(const model::Matrix& matrix, const Detail& detail, json::Value& endpoint);

/// Reads what that wrote out of the endpoint, whose other members are not looked at.
model::Matrix decode_matrix(const json::Node& endpoint);

/// "asked" and the number of cells in each state.
json::Value encode_coverage(const model::Matrix& matrix);
void check_coverage(const json::Node& node, const model::Matrix& matrix);

}  // namespace smtptls::model_json

// What policies say of a scan, as it stands in every JSON document of ours (report/schema/scan.schema.json).
#pragma once

#include "model/report.hpp"
#include "record/node.hpp"
#include "record/writer.hpp"

#include <string>
#include <string_view>

namespace smtptls::record {

/// A word of format() as JSON has it: "not asked" is "not_asked".
std::string word(std::string_view formatted);

Json encode_policy(const model::UsedPolicy& policy);
void write_finding(const model::Finding& finding, Writer& out);

/// "endpoint", the index into the document's endpoints, is left out in documents that have the endpoint beside it.
void write_judgement(const model::Judgement& judgement, bool with_endpoint, Writer& out);

/// Reads "policies", "judgements", "baseline" and "gone" of a document into `report`, whose scan is read already. A
/// document that has one of them has policies, and a judgement is about an endpoint and a policy that there are.
void decode_judgements(const Node& document, model::Report& report);

}  // namespace smtptls::record

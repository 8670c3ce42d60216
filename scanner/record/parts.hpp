// What documents have in common.
#pragma once

#include "base/failure.hpp"
#include "model/scan_result.hpp"
#include "record/node.hpp"
#include "tls/cipher_suite.hpp"
#include "tls/protocol_version.hpp"

#include <string>
#include <utility>
#include <vector>

namespace smtptls::record {

/// A version as format() writes it; errs otherwise.
tls::ProtocolVersion decode_version(const Node& node);

/// Stage, reason and text.
base::Failure decode_failure(const Node& node);
Json encode_failure(const base::Failure& failure);
Json encode_target_failure(const model::TargetFailure& failure);

/// Ids of exchanges, each at least 1.
std::vector<model::QuestionId> decode_evidence(const Node& node);

/// A row of code points (record/offer.hpp).
std::vector<tls::CipherSuite> decode_offer(const Node& node, tls::ProtocolVersion version);

/// A text as it was typed, out of its escaped form: kept, and escaped again wherever it is shown.
std::string decode_escaped(const Node& node);

/// The options of a scan, name and value, as model::ScanResult::options. A name has lower-case letters, digits and
/// hyphens, or it is an error.
std::vector<std::pair<std::string, std::string>> decode_options(const Node& node);

}  // namespace smtptls::record

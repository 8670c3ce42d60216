// What documents have in common.
#pragma once

#include "base/failure.hpp"
#include "json/node.hpp"
#include "model/scan_result.hpp"
#include "tls/cipher_suite.hpp"
#include "tls/protocol_version.hpp"

#include <string>
#include <utility>
#include <vector>

namespace smtptls::model_json {

/// A version as format() writes it; errs otherwise.
tls::ProtocolVersion decode_version(const json::Node& node);

/// Stage, reason and text.
base::Failure decode_failure(const json::Node& node);
json::Value encode_failure(const base::Failure& failure);
json::Value encode_target_failure(const model::TargetFailure& failure);

/// The most suites of a version that a document may list: more than any registry has.
inline constexpr std::size_t most_suites = 4096;

/// Ids of exchanges, each at least 1, and no more of them than a cell of a matrix can rest on.
std::vector<model::QuestionId> decode_evidence(const json::Node& node);

/// An address, a port and how TLS begins there.
model::Endpoint decode_place(const json::Node& node);

/// Of what has a "host" in ASCII: its "host_unicode"; empty where there is none, or it is not what may be shown for that
/// host (model/idn.hpp).
std::string decode_unicode_host(const json::Node& node);

/// A row of code points (model_json/offer.hpp).
std::vector<tls::CipherSuite> decode_offer(const json::Node& node, tls::ProtocolVersion version);

/// A text as it was typed, out of its escaped form: kept, and escaped again wherever it is shown.
std::string decode_escaped(const json::Node& node);

/// The options of a scan, name and value, as model::ScanResult::options. A name has lower-case letters, digits and
/// hyphens, or it is an error.
std::vector<std::pair<std::string, std::string>> decode_options(const json::Node& node);
json::Value encode_options(const std::vector<std::pair<std::string, std::string>>& options);

/// A list of texts of ours, each as base::shown() has it; and read.
json::Value encode_texts(const std::vector<std::string>& texts);
std::vector<std::string> decode_texts(const json::Node& node);

}  // namespace smtptls::model_json

// What OpenSSL made of a handshake, read from its evidence.
#pragma once

#include "json/node.hpp"
#include "model/question.hpp"

#include <cstdint>

namespace smtptls::interview {

/// Errs and yields `least` if the number is not in the range.
std::int64_t bounded(const json::Node& node, std::int64_t least, std::int64_t most);

model::Outcome decode_facts(const json::Node& node);

}  // namespace smtptls::interview

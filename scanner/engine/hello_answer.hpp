// What a raw hello brought, in the model's words: the bridge from the wire codec to an Outcome.
#pragma once

#include "model/question.hpp"
#include "tls/hello_outcome.hpp"

namespace smtptls::engine {

/// `outcome` is the answer to a hello for `asked`. A flight in another version is OtherVersion; a flight
/// that broke keeps what was chosen.
model::Outcome outcome_of(const tls::HelloOutcome& outcome, tls::ProtocolVersion asked);

}  // namespace smtptls::engine

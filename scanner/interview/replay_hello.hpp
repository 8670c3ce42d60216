// What recorded bytes of TLS show in the clear.
#pragma once

#include "model/question.hpp"
#include "tls/hello_shape.hpp"

#include <optional>
#include <string>

namespace smtptls::interview {

/// The randomness in the hello that was sent first; zeros if none was sent at all. Nothing if what was sent is
/// no hello for that version's wire format.
std::optional<tls::HelloEntropy> entropy_of(const model::Wire& wire, tls::ProtocolVersion version);

/// A sentence about what in the clear contradicts the outcome of a handshake, or its question: other suites in
/// the hello, another choice in the ServerHello, another certificate below TLS 1.3. Nothing if all agrees.
std::optional<std::string> contradiction(const model::Answer& answer, const model::Trace& trace,
                                         const std::string& name);

}  // namespace smtptls::interview

// The scan of one endpoint: the probes' questions, a few connections at a time, until no probe has
// another one. Slows down when the server asks for it.
#pragma once

#include "engine/conversation.hpp"
#include "model/scan_result.hpp"
#include "probes/probe.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace smtptls::engine {

/// Runs to the end or to the stop of the context; what is open then is said to be open.
net::asio::awaitable<model::EndpointResult> scan_endpoint(const Context& context, model::Endpoint endpoint);

/// The status that answers the questions "did it work, and if not, whose word is that?".
model::EndpointStatus status_of(const model::EndpointResult& result, bool spoke_tls);

}  // namespace smtptls::engine

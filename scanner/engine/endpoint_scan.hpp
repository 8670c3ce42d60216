// The scan of one endpoint: the probes' questions, a few connections at a time, until no probe has
// another one. Slows down when the server asks for it.
#pragma once

#include "engine/conversation.hpp"
#include "engine/slots.hpp"
#include "model/scan_result.hpp"

namespace smtptls::engine {

/// Runs to the end or to the stop of the context; what is open then is said to be open. The slot is held from the first
/// answer on. The account is the endpoint's.
net::asio::awaitable<model::EndpointResult> scan_endpoint(const Context& context, model::Endpoint endpoint, Slot& slot,
                                                          Account& account);

}  // namespace smtptls::engine

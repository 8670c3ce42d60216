// The examination of a chain (docs/decisions/0021), when all questions of its endpoint are answered.
#pragma once

#include "engine/conversation.hpp"
#include "model/examination.hpp"

#include <optional>

namespace smtptls::engine {

/// By OpenSSL, on the threads of the context, and by those whom the leaf names if the context has a fetcher. Nothing if
/// the stop came first.
net::asio::awaitable<std::optional<model::Examination>> examine(const Context& context, const model::Endpoint& endpoint,
                                                                Account& account, model::ChainSeen seen);

}  // namespace smtptls::engine

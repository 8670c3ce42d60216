// What the lab server says on one connection, from greeting to farewell, as its script has it.
#pragma once

#include "link.hpp"
#include "tls_context.hpp"

namespace smtptls::lab {

struct Visit {
    std::shared_ptr<Link> link;
    Transcript transcript;
    const Script* script;  ///< this and the context outlive every visit
    SSL_CTX* context;
    Entry entry;
};

/// Returns when the connection is over and the transcript complete.
asio::awaitable<void> converse(std::shared_ptr<Visit> visit);

}  // namespace smtptls::lab

// What the lab server says on one connection, from greeting to farewell, as its script has it.
#pragma once

#include "hello_table.hpp"
#include "link.hpp"
#include "tls_context.hpp"

namespace smtptls::lab {

struct Visit {
    std::shared_ptr<Link> link;
    Transcript transcript;
    Script script;
    SSL_CTX* context;         ///< this and the table outlive every visit
    const HelloTable* table;  ///< of TlsTurn::hello_table; else nullptr
    Entry entry;
    std::uint64_t* listener = nullptr;  ///< how many visits it has now
};

/// Returns when the connection is over and the transcript complete.
asio::awaitable<void> converse(std::shared_ptr<Visit> visit);

}  // namespace smtptls::lab

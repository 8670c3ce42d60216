// Who says what is revoked, asked: the responders and lists that a leaf names (--online, docs/decisions/0021).
#pragma once

#include "engine/conversation.hpp"
#include "model/examination.hpp"

#include <chrono>
#include <cstddef>
#include <vector>

namespace smtptls::engine {

/// What the certificates of one endpoint may make us ask.
inline constexpr std::size_t most_asked_of_an_endpoint = 16;

/// What is asked of one leaf takes no longer, beside the wait for others' questions.
inline constexpr std::chrono::milliseconds longest_of_a_leaf{30000};

/// A leaf, and what is needed to ask about it.
struct LeafInDoubt {
    model::ChainSeen seen;
    base::Bytes issuer;   ///< in DER; empty: not known, and nobody is asked
    base::Bytes request;  ///< of OCSP
};

/// A word of each that was named and had its turn: first the responders, in the certificate's order, until one says
/// good or revoked, and if none does the lists likewise. One word at least if the leaf names any. The context has a
/// fetcher.
net::asio::awaitable<std::vector<model::RevocationWord>> ask_online(const Context& context, Account& account,
                                                                    LeafInDoubt leaf);

}  // namespace smtptls::engine

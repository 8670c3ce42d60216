// Plays a hello table on a connection: reads the client's hellos, sends what the table says, and notes
// both in the transcript.
#pragma once

#include "conversation.hpp"

#include <cstdint>

namespace smtptls::lab {

/// Plays the visit's table until the connection is over.
asio::awaitable<void> play_hellos(std::shared_ptr<Visit> visit);

/// What the table has in store for the listener's n-th connection before its hello.
void misbehave(Script& script, const HelloTable& table, std::uint64_t n);

}  // namespace smtptls::lab

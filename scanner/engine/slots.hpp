// How many may be under way at a time, where one that waits for somebody who does not answer must not hold up others.
#pragma once

#include "net/race.hpp"

#include <cstddef>
#include <memory>

namespace smtptls::engine {

/// `limit` hold a slot. Who was not heard of for a quarter of a second lends its slot to the next and gets one back
/// when it is heard of; so many as may be unheard at a time are 16 times the limit. One thread.
class Slots {
public:
    Slots(const net::asio::any_io_executor& executor, std::size_t limit) : changed_(executor), limit_(limit) {}
    Slots(const Slots&) = delete;
    Slots& operator=(const Slots&) = delete;

    /// Whether another one may begin.
    bool free() const { return taken_ < limit_ && returning_ == 0 && lent_ < most_lent * limit_; }

    /// Waits for a slot to be given back or lent.
    net::asio::awaitable<void> wait() { return changed_.wait(); }

private:
    friend class Slot;
    static constexpr std::size_t most_lent = 16;

    net::Event changed_;
    std::size_t limit_;
    std::size_t taken_ = 0;
    std::size_t lent_ = 0;
    std::size_t returning_ = 0;  // were heard of, and wait for their slot
};

/// One of them, from the time when `free()` until it is destroyed.
class Slot {
public:
    static constexpr std::chrono::milliseconds patience{250};

    Slot(Slots& slots, const net::asio::any_io_executor& executor);
    ~Slot();
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

    /// Somebody answered: the slot is not lent any more. Waits for one if it was.
    net::asio::awaitable<void> hold();

    /// Waits for somebody again who may not answer.
    void wait_for_contact();

private:
    struct State {
        Slots& slots;
        bool lent = false;
        bool returning = false;
        bool ended = false;
    };

    std::shared_ptr<State> state_;
    net::asio::steady_timer timer_;
};

}  // namespace smtptls::engine

#include "engine/slots.hpp"

namespace smtptls::engine {

namespace asio = net::asio;

Slot::Slot(Slots& slots, const asio::any_io_executor& executor)
    : state_(std::make_shared<State>(State{slots})), timer_(executor)
{
    ++slots.taken_;
    wait_for_contact();
}

Slot::~Slot()
{
    state_->ended = true;
    timer_.cancel();
    Slots& slots = state_->slots;
    state_->lent ? --slots.lent_ : --slots.taken_;
    slots.changed_.notify();
}

void Slot::wait_for_contact()
{
    timer_.expires_after(patience);
    timer_.async_wait([state = state_](const net::error_code& error) {
        if (error || state->ended || state->lent) {
            return;
        }
        state->lent = true;
        --state->slots.taken_;
        ++state->slots.lent_;
        state->slots.changed_.notify();
    });
}

asio::awaitable<void> Slot::hold()
{
    timer_.cancel();
    Slots& slots = state_->slots;
    if (!state_->lent) {
        co_return;
    }
    ++slots.returning_;
    while (state_->lent && slots.taken_ >= slots.limit_) {
        co_await slots.changed_.wait();
    }
    --slots.returning_;
    if (state_->lent) {
        state_->lent = false;
        --slots.lent_;
        ++slots.taken_;
    }
    slots.changed_.notify();
}

}  // namespace smtptls::engine

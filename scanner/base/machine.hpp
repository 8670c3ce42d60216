// A step that talks, without I/O, clock or randomness. The pump (net/pump) moves its bytes:
//
//     while (machine.want() != Want::nothing)
//         read:  machine.received(bytes) | machine.peer_closed() | machine.broke(reason)
//         write: send machine.output(), then machine.written() | machine.broke(reason)
//
// One pump drives every machine, and a test drives one with no socket at all.
#pragma once

#include "base/bytes.hpp"
#include "base/failure.hpp"

#include <concepts>

namespace smtptls::base {

enum class Want { nothing, read, write };

/// `output()` is valid until `written()`; `step()` grows when a new step of the dialogue begins,
/// and each step has a deadline of its own; `broke()` ends the machine with a failure. A machine
/// may have `bool brief() const`: true while what it reads is worth a short wait only.
template <typename M>
concept Machine = requires(M machine, const M& constant, ByteView bytes, Reason reason)
{
    {
        constant.want()
        } -> std::same_as<Want>;
    {
        constant.output()
        } -> std::same_as<ByteView>;
    {
        constant.step()
        } -> std::same_as<unsigned>;
    {
        machine.written()
        } -> std::same_as<void>;
    {
        machine.received(bytes)
        } -> std::same_as<void>;
    {
        machine.peer_closed()
        } -> std::same_as<void>;
    {
        machine.broke(reason)
        } -> std::same_as<void>;
};

template <typename M>
bool is_brief(const M& machine)
{
    if constexpr (requires { machine.brief(); }) {
        return machine.brief();
    } else {
        return false;
    }
}

/// Any machine, by reference: it must outlive the reference. Lets the pump be compiled once.
class MachineRef {
public:
    template <Machine M>
    requires(!std::same_as<M, MachineRef>)
        // NOLINTNEXTLINE(google-explicit-constructor): a machine is its own reference
        MachineRef(M& machine)
        : self_(&machine), calls_(&calls_of<M>)
    {
    }

    Want want() const { return calls_->want(self_); }
    ByteView output() const { return calls_->output(self_); }
    unsigned step() const { return calls_->step(self_); }
    bool brief() const { return calls_->brief(self_); }
    void written() { calls_->written(self_); }
    void received(ByteView bytes) { calls_->received(self_, bytes); }
    void peer_closed() { calls_->peer_closed(self_); }
    void broke(Reason reason) { calls_->broke(self_, reason); }

private:
    struct Calls {
        Want (*want)(const void*);
        ByteView (*output)(const void*);
        unsigned (*step)(const void*);
        bool (*brief)(const void*);
        void (*written)(void*);
        void (*received)(void*, ByteView);
        void (*peer_closed)(void*);
        void (*broke)(void*, Reason);
    };

    template <typename M>
    static constexpr Calls calls_of = {
        [](const void* self) { return static_cast<const M*>(self)->want(); },
        [](const void* self) { return static_cast<const M*>(self)->output(); },
        [](const void* self) { return static_cast<const M*>(self)->step(); },
        [](const void* self) { return is_brief(*static_cast<const M*>(self)); },
        [](void* self) { static_cast<M*>(self)->written(); },
        [](void* self, ByteView bytes) { static_cast<M*>(self)->received(bytes); },
        [](void* self) { static_cast<M*>(self)->peer_closed(); },
        [](void* self, Reason reason) { static_cast<M*>(self)->broke(reason); },
    };

    void* self_;
    const Calls* calls_;
};

}  // namespace smtptls::base

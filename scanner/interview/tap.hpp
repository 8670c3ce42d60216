// A machine that passes everything on to another one and writes down what went over the wire.
#pragma once

#include "base/machine.hpp"
#include "model/trace.hpp"

namespace smtptls::interview {

class Tap {
public:
    /// Both outlive the tap; without `wire` nothing is written down.
    Tap(base::MachineRef machine, model::Wire* wire) : machine_(machine), wire_(wire) {}

    base::Want want() const { return machine_.want(); }
    base::ByteView output() const { return machine_.output(); }
    unsigned step() const { return machine_.step(); }
    bool brief() const { return machine_.brief(); }

    void written()
    {
        if (wire_ != nullptr) {
            wire_->sent(machine_.output());
        }
        machine_.written();
    }
    void received(base::ByteView bytes)
    {
        if (wire_ != nullptr) {
            wire_->received(bytes);
        }
        machine_.received(bytes);
    }
    void peer_closed()
    {
        if (wire_ != nullptr) {
            wire_->ended(model::WireEvent::Kind::closed);
        }
        machine_.peer_closed();
    }
    void broke(base::Reason reason)
    {
        if (wire_ != nullptr) {
            wire_->ended(model::WireEvent::Kind::broke, reason);
        }
        machine_.broke(reason);
    }

private:
    base::MachineRef machine_;
    model::Wire* wire_;
};

static_assert(base::Machine<Tap>);

}  // namespace smtptls::interview

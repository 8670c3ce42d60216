#include "model/trace.hpp"

namespace smtptls::model {

bool Wire::has_room(std::size_t size)
{
    if (bytes_ + size > most_bytes || events.size() >= most_events || left_out > 0) {
        left_out += size;
        return false;
    }
    bytes_ += size;
    return true;
}

void Wire::sent(base::ByteView bytes)
{
    if (has_room(bytes.size())) {
        events.push_back({WireEvent::Kind::sent, {bytes.begin(), bytes.end()}});
    }
}

void Wire::received(base::ByteView bytes)
{
    if (bytes.empty() || !has_room(bytes.size())) {
        return;
    }
    if (events.empty() || events.back().kind != WireEvent::Kind::received) {
        events.push_back({WireEvent::Kind::received});
    }
    WireEvent& event = events.back();
    event.bytes.insert(event.bytes.end(), bytes.begin(), bytes.end());
    if (pieces_ >= most_pieces && !event.pieces.empty()) {
        event.pieces.back() += static_cast<std::uint32_t>(bytes.size());
        return;
    }
    event.pieces.push_back(static_cast<std::uint32_t>(bytes.size()));
    ++pieces_;
}

void Wire::ended(WireEvent::Kind kind, base::Reason reason)
{
    events.push_back({kind, {}, {}, reason});
}

}  // namespace smtptls::model

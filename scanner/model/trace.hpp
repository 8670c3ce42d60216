// What went over one connection, byte for byte, for whoever wants to check an answer. Kept only where evidence
// is asked for. Bounded, however much a server sends.
#pragma once

#include "base/bytes.hpp"
#include "base/failure.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smtptls::model {

struct WireEvent {
    enum class Kind { sent, received, closed, broke };

    Kind kind = Kind::sent;
    base::Bytes bytes = {};                  ///< sent, received; what came before we spoke again is one event
    std::vector<std::uint32_t> pieces = {};  ///< received: the reads it came in; their sum is all of `bytes`
    base::Reason reason = {};                ///< broke: why

    bool operator==(const WireEvent&) const = default;
};

/// What one machine (base/machine.hpp) sent, received, and how it was ended if it did not end itself.
struct Wire {
    static constexpr std::size_t most_bytes = std::size_t{640} * 1024;  ///< more than any raw flight may have
    static constexpr std::size_t most_events = 1000;
    static constexpr std::size_t most_pieces = 1000;  ///< in all; later reads of an event are one piece

    std::vector<WireEvent> events = {};
    std::uint64_t left_out = 0;  ///< bytes beyond these limits

    void sent(base::ByteView bytes);
    void received(base::ByteView bytes);
    void ended(WireEvent::Kind kind, base::Reason reason = {});

    bool operator==(const Wire&) const = default;

private:
    bool has_room(std::size_t size);

    std::size_t bytes_ = 0;
    std::size_t pieces_ = 0;
};

struct Trace {
    std::uint16_t source_port = 0;             ///< ours; 0 if never connected
    std::optional<base::Failure> unconnected;  ///< why there is no connection
    Wire before_tls;                           ///< SMTP up to STARTTLS
    Wire tls;                                  ///< from the first byte of TLS on
    Wire inside_tls;                           ///< SMTP inside the tunnel, in the clear
    std::vector<base::Bytes> chain;            ///< of a completed handshake: DER, leaf first
    base::Bytes staple;                        ///< the OCSP answer that came with it; empty: none
    std::vector<std::string> key_log;          ///< its secrets, a line of the NSS key log format each

    bool operator==(const Trace&) const = default;
};

}  // namespace smtptls::model

// Puts a client's bytes together again: the hellos of SSLv2 or in TLS records, its alerts, and anything
// else, in any segmentation. No I/O.
#pragma once

#include "tls/hello_exchange.hpp"

#include <optional>
#include <string_view>

namespace smtptls::lab {

class HelloReader {
public:
    /// `other`: a message that is no hello; `nonsense`: no TLS, and nothing more will come of it.
    enum class Event { more, hello, alert, other, nonsense };

    void append(std::string_view bytes);

    /// What came next; `more` when that is not whole yet.
    Event next();

    const tls::Hello& hello() const { return hello_; }  ///< after Event::hello
    const tls::Alert& alert() const { return alert_; }  ///< after Event::alert

private:
    enum class Wire { unknown, ssl2, tls };

    Event next_ssl2();
    Event next_record();
    Event take(const tls::HandshakeMessage& message);

    Wire wire_ = Wire::unknown;
    bool ssl2_read_ = false;
    tls::RecordBuffer records_;
    tls::MessageBuffer messages_;
    tls::ProtocolVersion record_version_{};
    tls::Hello hello_;
    tls::Alert alert_;
};

}  // namespace smtptls::lab

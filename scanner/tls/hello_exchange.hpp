// The raw question: sends one hello, reads the server's first flight, and leaves. No cryptography is done,
// so it works for every version and suite there is. A machine (base/machine.hpp): no I/O, no clock.
//
//     HelloExchange exchange(make_client_hello(...));
//     pump(connection, exchange);
//     std::visit(..., exchange.outcome());
//
// RFC 8446, RFC 5246, RFC 6101, and the SSL 2.0 draft.
#pragma once

#include "base/bytes.hpp"
#include "base/machine.hpp"
#include "tls/client_hello.hpp"
#include "tls/hello_outcome.hpp"
#include "tls/record.hpp"
#include "tls/server_flight.hpp"
#include "tls/ssl2.hpp"

#include <optional>
#include <string_view>
#include <variant>

namespace smtptls::tls {

using Hello = std::variant<ClientHello, Ssl2ClientHello>;

class HelloExchange {
public:
    /// `leaving`: the outcome is known, and a farewell is to be sent.
    enum class State { sending, reading, leaving, done };

    /// What is read at most before the flight must have ended: wire bytes, warning alerts. Chains of 40 KiB have
    /// been seen. The limits of records, messages and chains stand with their decoders.
    static constexpr std::size_t longest_flight = std::size_t{48} << 10U;
    static constexpr std::size_t most_warnings = 16;

    explicit HelloExchange(const Hello& hello);

    base::Want want() const;
    base::ByteView output() const { return output_; }

    /// 0: the hello and its answer; 1: the farewell.
    unsigned step() const { return state_ == State::leaving || state_ == State::done ? 1 : 0; }

    void written();
    void received(base::ByteView bytes);
    void peer_closed();
    void broke(base::Reason reason);

    State state() const { return state_; }

    /// Set when the state is `leaving` or `done`, and final then. Does not depend on how the bytes were cut, with one
    /// exception: an alert behind a complete flight breaks it only if it was received together with the flight's end.
    const std::optional<HelloOutcome>& outcome() const { return outcome_; }

private:
    enum class Wire { unknown, tls, ssl2, other };

    void read_answer();
    void decide_wire();
    void read_ssl2();
    void read_other();
    void read_records();
    void read_record(const Record& record);
    void read_alerts(base::ByteView fragment);
    void read_alert(const Alert& alert);
    void read_messages(base::ByteView fragment);
    void read_end();
    std::optional<Alert> alert_behind();
    void malformed(std::string_view where, const DecodeError& error);
    template <typename End>
    void end(End end);
    void conclude(HelloOutcome outcome);
    bool answered() const { return outcome_.has_value(); }
    void leave_politely();

    State state_ = State::sending;
    Wire wire_ = Wire::unknown;
    base::Bytes output_;
    ProtocolVersion record_version_ = ProtocolVersion::tls1_0;  // of what we send
    RecordBuffer records_;
    MessageBuffer messages_;
    base::Bytes alerts_;
    FlightReader flight_;
    std::optional<HelloOutcome> outcome_;
};

std::string_view format(HelloExchange::State state);

}  // namespace smtptls::tls

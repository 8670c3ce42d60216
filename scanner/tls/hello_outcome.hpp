// What one hello brought: a closed set, to be taken apart with std::visit. An alert is an answer, not an
// error; silence is never a refusal; and a ServerHello alone is no acceptance: a server that chose a suite
// and then did not finish its flight is a BrokenFlight.
#pragma once

#include "base/failure.hpp"
#include "base/untrusted_text.hpp"
#include "tls/alert.hpp"
#include "tls/reader.hpp"
#include "tls/server_flight.hpp"
#include "tls/server_hello.hpp"
#include "tls/ssl2.hpp"

#include <cstddef>
#include <string>
#include <variant>

namespace smtptls::tls {

/// The peer ended the connection, perhaps after some bytes that were not yet an answer.
struct Closed {
    std::size_t received = 0;  ///< bytes

    bool operator==(const Closed&) const = default;
};

/// What came is no TLS at all, such as a line of SMTP.
struct NotTls {
    base::UntrustedText text = {};  ///< the first line, or its first 512 bytes

    bool operator==(const NotTls&) const = default;
};

/// What came begins as TLS and does not go on so.
struct Malformed {
    std::string where = {};  ///< "record", "alert", "server_hello", ...
    DecodeError error = {};  ///< its offset counts from the start of that

    bool operator==(const Malformed&) const = default;
};

/// The server chose version and suite, and then did not finish its flight.
struct BrokenFlight {
    ServerFlight begun = {};
    std::variant<Alert, Closed, Malformed, base::Failure> end = {};

    bool operator==(const BrokenFlight&) const = default;
};

/// `ServerFlight`: the whole flight came, to ServerHelloDone, or in TLS 1.3 a ServerHello (which an empty
/// key_share makes a liar's). `Ssl2ServerHello`, `Ssl2Error`: SSLv2's choice and refusal. `Alert`: one that ended
/// the exchange, or a warning after which the peer closed. `base::Failure`: timed out, reset, cancelled.
using HelloOutcome = std::variant<ServerFlight, HelloRetryRequest, BrokenFlight, Ssl2ServerHello, Alert, Ssl2Error,
                                  Closed, NotTls, Malformed, base::Failure>;

/// One line for people, safe for a terminal.
std::string describe(const HelloOutcome& outcome);

}  // namespace smtptls::tls

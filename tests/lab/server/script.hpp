// What a visitor of the lab server is shown: a script, and the table of behaviours that edit it.
// A new misbehaviour is one row in script.cpp; a new kind of act is one field here and its turn in
// conversation.cpp. Knows nothing of sockets or TLS.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::lab {

using Seconds = std::chrono::duration<double>;

/// Connections served between two rests.
inline constexpr std::uint64_t rest_after = 5;

/// Whether TLS begins by a command or with the first byte.
enum class Entry { starttls, implicit };

/// How a connection begins.
enum class Opening { greet, silent, reset, close };

/// Where the server talks without end.
enum class Flood { none, greeting_line, ehlo_reply, starttls_reply };

/// What happens when TLS is due: after the 220 to STARTTLS, or at once on an implicit port.
/// `hello_table`: ServerHellos from a table, without cryptography (hello_turn.hpp).
enum class TlsTurn { handshake, hello_table, garbage, close, reset, silent, close_on_hello };

/// Replies are whole lines, CRLF included; an empty refusal means that the command is answered. After a
/// 421 to STARTTLS the server closes.
struct Script {
    std::string hostname;
    Opening opening = Opening::greet;
    std::uint64_t serve_first = std::numeric_limits<std::uint64_t>::max();   ///< later connections get a 421
    std::uint64_t most_at_once = std::numeric_limits<std::uint64_t>::max();  ///< of a listener; the others are reset
    Seconds window{0};  ///< `rest_after` connections are served in each such span; the others are reset
    Seconds rest{0};    ///< after every `rest_after`-th connection: a 421 to all that come so soon
    Seconds greeting_delay{0};
    Seconds byte_pause{0};      ///< between two bytes outside TLS; 0: whole replies at once
    Seconds tls_byte_pause{0};  ///< the same for the bytes of TLS records
    bool bare_lf = false;       ///< lines end in LF alone
    std::string teaser;         ///< lines of the greeting that come at once, before its delay
    std::string greeting;
    bool close_after_greeting = false;
    Flood flood = Flood::none;
    std::string ehlo_refusal;
    std::string helo_refusal;
    std::string starttls_keyword = "STARTTLS";  ///< as listed by EHLO; empty: not listed
    std::uint64_t without_starttls =
        0;  ///< connections of a listener whose number this divides do not list it; 0: none
    std::uint64_t withdraw_after = std::numeric_limits<std::uint64_t>::max();  ///< nor do later connections than this
    bool starttls_first = false;  ///< listed in the first line, where the server's name belongs
    std::string ehlo_extra;       ///< one more line of the EHLO reply, without its end
    std::string starttls_reply = "220 2.0.0 Ready to start TLS\r\n";
    std::vector<std::string> starttls_pieces;  ///< if any, sent in place of the reply, each in a segment of its own
    Seconds piece_pause{0};                    ///< between those
    TlsTurn tls_turn = TlsTurn::handshake;
    Seconds hello_delay{0};  ///< between the client's first TLS bytes and the answer
    bool plain_on_implicit = false;
    bool tls_at_once = false;  ///< on a STARTTLS port too
    bool close_in_tunnel = false;
    bool mute_in_tunnel = false;
};

/// One row of the table. `value` is what stands after `=`, or `fallback` without one.
struct Behaviour {
    std::string_view name;
    std::string_view unit;  ///< what `=VALUE` counts; empty: takes none
    double fallback;
    std::string_view says;
    void (*edit)(Script& script, double value);
};

std::span<const Behaviour> behaviours();

/// A well-behaved server with this name; `product` ends its greeting.
Script polite_script(const std::string& hostname, const std::string& product);

/// Applies `NAME` or `NAME=VALUE`. Throws std::runtime_error for an unknown name or a bad value.
void apply_behaviour(Script& script, std::string_view text);

}  // namespace smtptls::lab

// What the lab server remembers of one connection, and its line of JSON. Everything a client can
// say is capped here, so that no client makes the server grow.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::lab {

/// How a connection ended: the client's QUIT, FIN or RST, our patience, our own close (by script or
/// after an error), or the end of the program.
enum class Ending { quit, fin, rst, timeout, closed, shutdown };

/// A hello that a table answered, in words.
struct HelloNote {
    std::string version;              ///< the highest that it offers: "TLS 1.2"
    std::size_t suites = 0;           ///< offered
    std::size_t bytes = 0;            ///< of the hello as a handshake message
    std::string answered;             ///< the version of the answer; empty if it was refused
    std::vector<std::string> chosen;  ///< one suite; SSLv2: the kinds in common
    std::string answer;               ///< "flight", "retry", "alert handshake_failure", "close", ...
};

struct Transcript {
    using Clock = std::chrono::steady_clock;

    std::string listener;  ///< as announced: "starttls 127.0.0.1 40587"
    std::uint64_t n = 0;   ///< 1 for the listener's first connection
    Clock::duration begun{};
    Clock::duration over{};          ///< both since the program's start
    std::string handshake = "none";  ///< "ok VERSION SUITE", "failed REASON", "none"
    std::string sni;
    bool early = false;                 ///< the client spoke before it was its turn (or pipelined)
    std::vector<std::string> alerts;    ///< the client's, "warning close notify"
    std::vector<std::string> commands;  ///< inside and outside TLS, as they came
    std::vector<HelloNote> hellos;      ///< the first few; only of a table
    std::uint64_t hello_count = 0;
    Ending ended = Ending::closed;

    void add_command(std::string_view line);
    void add_hello(HelloNote note);
    void add_alert(std::string alert);

    /// One JSON object, ASCII, without a line end.
    std::string format() const;
};

}  // namespace smtptls::lab

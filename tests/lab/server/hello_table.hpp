// A server as a table: which versions and suites it chooses, in which order, and how it refuses, breaks
// or lies. `answer` is the whole server, a pure function from a client's hello to the bytes that answer
// it; no cryptography, no I/O, no clock. The lab server plays it on a socket (hello_turn.hpp), a test
// can call it and ask outcome_of. The fields are told in README.md; hello_table_json.hpp reads them.
#pragma once

#include "tls/hello_exchange.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace smtptls::lab {

using Suites = std::vector<tls::CipherSuite>;

/// How a connection is ended: by an alert and FIN, or by less.
struct Manner {
    enum class Kind { alert, close, reset, silence };

    Kind kind = Kind::alert;
    tls::AlertDescription alert = tls::AlertDescription::handshake_failure;
};

/// How a version that the server lacks is refused: `lower` answers the next lower one that it has, and
/// refuses only for want of any.
struct Absence {
    bool lower = true;
    Manner manner{Manner::Kind::alert, tls::AlertDescription::protocol_version};
};

/// `chacha_first_if_client`: the server's order, but ChaCha20 first for a client that begins with it. `by_turns`: the
/// client's on odd connections and the server's on even ones, as two servers do behind one name; `by_three`: after
/// these a third, with the server's order backwards.
enum class SuiteOrder { server, client, chacha_first_if_client, by_turns, by_three };

/// What is wrong with each flight of a version, so that no client could go on.
enum class Flaw { none, no_certificate, no_key_exchange, compression, supported_versions };

/// One version. `suites` are all that can be chosen, best first; the other lists name some of them.
struct VersionTable {
    Suites suites;
    SuiteOrder order = SuiteOrder::server;
    Suites bare;             ///< chosen, then refused without a ServerHello
    Suites after_hello;      ///< a ServerHello, then the poison
    Suites after_flight;     ///< the whole flight, then the poison in answer to the ClientKeyExchange
    Suites credential_trap;  ///< chosen, and refused as if nothing had been offered that fits
    Manner poison;
    std::optional<Manner> refusal;  ///< the table's own, if there is none
    Flaw flaw = Flaw::none;
};

struct ReadLimit {
    std::size_t suites = std::numeric_limits<std::size_t>::max();
    std::optional<Manner> over;  ///< none: what stands beyond it is not seen
};

/// A kind of hello that the server chokes on.
struct Intolerance {
    enum class Kind { tls13, extensions, bytes, suites, high_suites, grease, unknown_extension, server_name };

    Kind kind = Kind::tls13;
    std::size_t from = 0;  ///< bytes: of the hello as a handshake message, header included; suites: how many
    std::size_t to = std::numeric_limits<std::size_t>::max();
    Manner manner;
};

/// Connections that meet something else. `greeting` and `starttls` are played by SMTP (hello_turn.hpp).
struct Misdeed {
    enum class Stage { greeting, starttls, hello, flight };
    enum class Act { close, reset, silence, reply_421, reply_454 };

    std::uint64_t from = 1;  ///< connections, from 1, both ends included
    std::uint64_t to = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t each = 1;  ///< of those, the ones whose number it divides
    Stage stage = Stage::hello;
    Act act = Act::reset;
};

/// What follows the ServerHello (`alerts`: comes before it) without end: HelloRequests, a certificate message as
/// long as one can be, warnings.
enum class Endless { none, messages, certificate, alerts };

struct HelloTable {
    std::map<tls::ProtocolVersion, VersionTable> versions;
    std::map<tls::ProtocolVersion, Absence> absent;
    Absence absent_otherwise;
    bool reads_supported_versions = true;
    Manner refusal;
    ReadLimit read_limit;
    std::vector<Intolerance> intolerant;
    bool sni_required = false;
    bool ecdhe_needs_groups = false;  ///< no ECDHE for a hello without supported_groups
    std::vector<tls::NamedGroup> groups{tls::NamedGroup::x25519, tls::NamedGroup::secp256r1};
    std::size_t dh_bits = 2048;
    std::optional<tls::CipherSuite> unoffered;  ///< what answers a hello with nothing to choose
    std::map<tls::ProtocolVersion, tls::ProtocolVersion> wrong_version;
    bool hrr_loop = false;
    std::optional<Manner> share_refusal;  ///< of a TLS 1.3 hello with a share; none: a ServerHello answers it
    bool second_server_hello = false;
    bool certificate_request = false;
    std::optional<tls::ProtocolVersion> alert_record_version;  ///< of an alert that refuses a hello
    bool warning_first = false;                                ///< warning unrecognized_name before the flight
    std::size_t record_length = tls::longest_fragment;
    std::size_t chain_bytes = 0;                              ///< of the certificate chain, at least
    std::map<tls::Authentication, base::Bytes> certificates;  ///< DER; where there is none, one of ours
    Endless endless = Endless::none;
    Manner after_flight;  ///< in answer to whatever a client says to a whole flight
    std::vector<Misdeed> every;
    std::vector<HelloTable> members;  ///< other servers, which answer after this one in turn, a connection each
};

/// The connection, and the hello on it, both from 1.
struct Moment {
    std::uint64_t connection = 1;
    unsigned hello = 1;
};

/// What the server does with a hello.
struct Reply {
    /// `end`: ends the connection. `await_client`: waits for the client's next word first.
    /// `await_hello`: waits for another hello, and answers that.
    enum class Then { end, await_client, await_hello };

    base::Bytes bytes;  ///< sent at once; may be empty
    Then then = Then::end;
    base::Bytes last_words;  ///< after await_client, before the end
    base::Bytes endless;     ///< if not empty, sent after `bytes` again and again
    Manner::Kind end = Manner::Kind::close;
    std::optional<tls::ProtocolVersion> version;  ///< answered
    Suites chosen;                                ///< one; SSLv2: all kinds in common
    std::string what;  ///< "flight", "retry", "share", "kinds", "alert handshake_failure", "close", ...
};

Reply answer(const HelloTable& table, const tls::Hello& hello, const Moment& moment);

/// What the scanner's own machine makes of a reply; a server that waits is a timeout to it.
tls::HelloOutcome outcome_of(const tls::Hello& hello, const Reply& reply);

/// The first misdeed that is due on this connection at this stage, or nullptr.
const Misdeed* misdeed_of(const HelloTable& table, Misdeed::Stage stage, std::uint64_t connection);

/// The suite of TLS that a hello of any form offers, in its order.
Suites offered_suites(const tls::Hello& hello);

/// The highest version that the hello offers.
tls::ProtocolVersion highest_version(const tls::Hello& hello);

}  // namespace smtptls::lab

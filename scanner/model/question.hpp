// What is asked of a server, one connection each, and what came back. Pure values.
#pragma once

#include "base/failure.hpp"
#include "model/certificate.hpp"
#include "model/target.hpp"
#include "model/trace.hpp"
#include "smtp/transcript.hpp"
#include "tls/alert.hpp"
#include "tls/cipher_suite.hpp"
#include "tls/hello_extras.hpp"
#include "tls/protocol_version.hpp"
#include "tls/signature_scheme.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace smtptls::model {

/// Unique within one endpoint, counted from 1.
using QuestionId = std::uint32_t;

/// What is sent in SNI (RFC 6066 section 3): the name that clients look for, none, or one that no server can have.
enum class NameSent { usual, none, other };
inline constexpr std::array all_names_sent = {NameSent::usual, NameSent::none, NameSent::other};

/// "usual", "none", "other"
std::string_view format(NameSent name);

/// Complete a handshake in exactly this version, offering exactly these suites in this order. Then EHLO and
/// QUIT; without `dialogue` only QUIT. `mute`: not a word, and in TLS 1.3 a moment's wait for an alert instead.
struct HandshakeQuestion {
    tls::ProtocolVersion version{};
    std::vector<tls::CipherSuite> suites;
    bool dialogue = true;
    bool mute = false;
    std::vector<tls::SignatureScheme> schemes = {};  ///< that are offered, in TLS 1.2 and 1.3; empty: all
    NameSent name = NameSent::usual;

    /// Not what other clients get.
    bool is_special() const { return !schemes.empty() || name != NameSent::usual; }

    bool operator==(const HandshakeQuestion&) const = default;
};

/// Send a hello for exactly this version (for SSL 2 the one with every kind), read the server's flight,
/// and leave.
struct HelloQuestion {
    tls::ProtocolVersion version{};
    std::vector<tls::CipherSuite> suites;
    tls::ExtensionSet extensions = tls::ExtensionSet::full;
    tls::HelloTrial trial = {};

    bool operator==(const HelloQuestion&) const = default;
};

using Asked = std::variant<HelloQuestion, HandshakeQuestion>;

tls::ProtocolVersion version_of(const Asked& asked);
const std::vector<tls::CipherSuite>& suites_of(const Asked& asked);

/// Hands out the ids of one endpoint's questions: 1, 2, 3 ...
class Numbering {
public:
    QuestionId next() { return ++last_; }

private:
    QuestionId last_ = 0;
};

/// Why a question is asked.
struct Purpose {
    enum class Kind {
        gate,         ///< is the version there?
        removal,      ///< which of these is chosen?
        canary,       ///< a list that was refused, and behind it an item that was accepted
        alive,        ///< an accepted item alone
        sieve,        ///< a list that no trap can speak for
        order,        ///< which of these accepted ones comes first?
        confirm,      ///< can what was chosen be finished?
        trial,        ///< a hello of unusual shape
        check,        ///< a cell drawn at random, once more
        certificate,  ///< which other certificates are there?
    };
    Kind kind = Kind::gate;
    tls::ProtocolVersion version{};
    std::string detail = {};  ///< in words, may be empty
};

/// "removal TLS 1.2, the others"
std::string format(const Purpose& purpose);

struct Question {
    QuestionId id = 0;
    std::string asker;  ///< the probe's name
    Purpose purpose;
    Asked asked;
};

/// A ServerHello that was seen, whatever became of the handshake.
struct ServerChoice {
    tls::ProtocolVersion version{};
    tls::CipherSuite suite{};
    bool flight_complete = false;        ///< the whole first flight came: to ServerHelloDone, or Finished in TLS 1.3
    bool certificate_requested = false;  ///< the flight asks for the client's certificate

    bool operator==(const ServerChoice&) const = default;
};

/// The handshake was completed.
struct Completed {
    ServerChoice choice;
    std::string group;                           ///< "x25519", "DH 2048"; empty: no ephemeral key
    std::string signature;                       ///< IANA name: "rsa_pss_rsae_sha256"; empty: none
    std::optional<bool> extended_master_secret;  ///< RFC 7627; not applicable in TLS 1.3
    bool encrypt_then_mac = false;               ///< RFC 7366, in the ServerHello
    std::optional<Certificate> certificate;      ///< absent: anonymous
    std::optional<base::Failure> after;          ///< what went wrong inside the tunnel, if anything
    std::optional<tls::Alert> refused = {};      ///< TLS 1.3: the fatal alert that answered our Finished
    base::Bytes staple = {};                     ///< the OCSP answer that came with the certificate; empty: none
};

/// A whole first flight was seen: to ServerHelloDone, or in TLS 1.3 the HelloRetryRequest that chose
/// suite and group.
struct FlightSeen {
    ServerChoice choice;
    bool hello_retry = false;
    std::string group;      ///< as in Completed; in TLS 1.3 the group asked for
    std::string signature;  ///< the scheme of the ServerKeyExchange (TLS 1.2)
    std::optional<bool> extended_master_secret;
    bool encrypt_then_mac = false;
    std::optional<Certificate> certificate;
};

/// SSL 2: the server named all the kinds that both sides have.
struct Ssl2Seen {
    std::vector<tls::CipherSuite> kinds;
    std::optional<Certificate> certificate;
    bool certified = true;  ///< it sent a certificate, without whose key no client can send its own
};

/// SSL 2's ERROR message.
struct Ssl2Refused {
    std::string words;
};

/// The server refused by an alert, perhaps after it had chosen a suite.
struct AlertReceived {
    tls::AlertLevel level{};
    tls::AlertDescription description{};
    std::optional<ServerChoice> choice;
};

/// The server answered a version that was not asked for.
struct OtherVersion {
    ServerChoice choice;
};

/// No answer, or none that can be understood.
struct Broken {
    base::Failure failure;
    std::optional<ServerChoice> choice;
};

using Outcome = std::variant<Completed, FlightSeen, Ssl2Seen, Ssl2Refused, AlertReceived, OtherVersion, Broken>;

struct Answer {
    Question question;
    Outcome outcome;
    smtp::Transcript before_tls;
    smtp::Transcript inside_tls;
    std::string source_address;   ///< ours, as the socket says; empty if never connected
    std::int64_t started_ms = 0;  ///< since the start of the scan of this endpoint
    std::int64_t duration_ms = 0;
    std::int64_t at = 0;         ///< when it began, in seconds since 1970: what a certificate's dates are held to
    std::optional<Trace> trace;  ///< only where evidence is wanted
};

/// The choice that an answer shows, or nullptr.
const ServerChoice* choice_of(const Outcome& outcome);

enum class ClientCertificate { unasked, requested, required };

/// Whether the server wants the client's certificate. `required`: it asked for one, went on to the end of its flight,
/// and refused by an alert when none came. Only a handshake shows that; a hello shows `requested`.
ClientCertificate client_certificate(const Outcome& outcome);

/// "unasked", "requested", "required"
std::string_view format(ClientCertificate wanted);

/// The failure of an answer that did not get as far as TLS: resolve to starttls.
std::optional<base::Failure> failure_before_tls(const Answer& answer);

/// A limit of ours did not let the question be asked: no connection was made for it.
bool is_left_out(const Outcome& outcome);

/// True if a hello was answered as a TLS server does: by a ServerHello or an alert.
bool spoke_tls(const Answer& answer);

/// One line: "TLS 1.2 TLS_RSA_WITH_AES_128_GCM_SHA256", "alert handshake_failure", "reset during handshake".
std::string describe(const Outcome& outcome);

}  // namespace smtptls::model

// What a mail log says about TLS: who spoke which version and suite with whom, and what it would cost to
// raise the lowest version. Plain data; report/log fills it, the formats print it. It must not know how
// any mail server writes its log.
#pragma once

#include "base/untrusted_text.hpp"
#include "tls/protocol_version.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::log {

enum class Mailer { postfix, exim, sendmail, opensmtpd, dovecot };
inline constexpr std::size_t mailer_count = 5;

/// Inbound: others connect to this server; outbound: this server connects to others.
enum class MailDirection { inbound, outbound };

/// "Postfix", "Exim", "Sendmail", "OpenSMTPD", "Dovecot".
std::string_view format(Mailer mailer);

/// "inbound" or "outbound".
std::string_view format(MailDirection direction);

/// A point in time of a log, in seconds since 1970. `zoned`: the log named the zone, and this is UTC; else
/// it is the clock on the log's wall.
struct LogTime {
    std::int64_t seconds = 0;
    bool zoned = false;

    bool operator==(const LogTime&) const = default;
    auto operator<=>(const LogTime& other) const { return seconds <=> other.seconds; }
};

/// "2026-11-21 19:43:22", with a "Z" behind it if the log named the zone.
std::string format(LogTime time);

/// From the first to the last time; nothing where the log has no times (OpenSMTPD in the foreground).
struct LogSpan {
    std::optional<LogTime> first;
    std::optional<LogTime> last;

    void add(const std::optional<LogTime>& time);
};

/// How often one version and suite was spoken.
struct TlsUse {
    /// Nothing: the log does not tell, or the version has no name of ours. Sendmail before 8.15 or so writes
    /// "TLSv1/SSLv3", the version that defines the suite, for everything up to TLS 1.2.
    std::optional<tls::ProtocolVersion> version;
    base::UntrustedText protocol;  ///< as the log writes it
    base::UntrustedText suite;     ///< as the log writes it
    std::uint64_t sessions = 0;
};

/// Sessions against the wanted lowest version.
struct VersionSplit {
    std::uint64_t below = 0;
    std::uint64_t enough = 0;
    std::uint64_t unknown = 0;

    std::uint64_t sessions() const { return below + enough + unknown; }
};

/// One party: a sender (inbound) or a server we send to (outbound), told apart by service, address, name
/// and login.
struct MailPeer {
    std::size_t service = 0;  ///< index in MailLog::services
    base::UntrustedText name;
    base::UntrustedText address;
    base::UntrustedText login;  ///< of SASL; empty: none
    base::UntrustedText helo;   ///< the first the log has; empty: none
    std::vector<TlsUse> uses;   ///< most frequent first
    VersionSplit split;
    std::uint64_t clear = 0;   ///< sessions with mail and without TLS (Exim: messages)
    std::uint64_t failed = 0;  ///< handshakes that failed
    LogSpan span;
    LogSpan below;  ///< of the sessions below the wanted version: whether it is still so
};

/// A reason of failed handshakes in the TLS library's words.
struct FailureCount {
    base::UntrustedText reason;
    std::uint64_t count = 0;
};

struct MailService {
    Mailer mailer{};
    MailDirection direction{};
    base::UntrustedText name;  ///< "postfix/submission/smtpd", "exim port 465", "sm-mta/MSA"
    std::vector<TlsUse> uses;  ///< most frequent first
    VersionSplit split;
    std::uint64_t clear = 0;
    std::uint64_t failed = 0;
    std::uint64_t reused = 0;    ///< further deliveries over a connection counted before
    std::uint64_t unlogged = 0;  ///< TLS that only the summary of the session shows (smtpd_tls_loglevel = 0)
    std::vector<FailureCount> failures;
    std::uint64_t peers = 0;  ///< kept, with or without TLS
};

/// What was counted by service and version, but not by peer, since there were too many of them.
struct NotKept {
    std::uint64_t sessions = 0;
    std::uint64_t below = 0;
    std::uint64_t peers = 0;        ///< estimated
    std::uint64_t peers_below = 0;  ///< estimated; those that spoke a version below at least once
};

/// Who would lose what if the versions below the wanted one went.
struct PeerLoss {
    /// cut: never spoke enough. mixed: spoke both, so an old and a new program behind one address.
    enum class Kind { cut, mixed };
    /// What the party will probably do without TLS.
    enum class Then { falls_back, fails, unknown };

    std::size_t peer = 0;  ///< index in MailLog::peers
    Kind kind = Kind::cut;
    Then then = Then::unknown;
};

std::string_view format(PeerLoss::Kind kind);
std::string_view format(PeerLoss::Then then);

/// What the log proves about our own side of one service.
enum class OwnSide {
    here,       ///< spoke the wanted version on this service
    elsewhere,  ///< on another service of the same direction and mailer
    unseen,     ///< on none of these: cannot be told from the log
};

std::string_view format(OwnSide side);

struct ServiceImpact {
    std::size_t service = 0;
    std::uint64_t peers = 0;  ///< that spoke TLS
    std::uint64_t cut = 0;
    std::uint64_t mixed = 0;
    PeerLoss::Then then = PeerLoss::Then::unknown;
    std::string why;  ///< the reason for `then`, a sentence without a full stop
    OwnSide own_side = OwnSide::unseen;
};

struct DirectionImpact {
    std::uint64_t peers = 0;  ///< that spoke TLS; those not kept are estimated and included
    std::uint64_t cut = 0;
    std::uint64_t mixed = 0;
    std::uint64_t cut_sessions = 0;
    VersionSplit split;
    bool php_may_be = false;  ///< a login spoke TLS 1.0, as PHP 5.6.7 to 7.1 does after STARTTLS
    std::vector<PeerLoss> losses;
    std::vector<ServiceImpact> services;  ///< those with TLS
};

/// One file that was read.
struct LogSource {
    base::UntrustedText name;     ///< "-": standard input
    base::UntrustedText problem;  ///< why it was not read to its end; empty: it was
};

struct MailLog {
    std::vector<LogSource> sources;
    tls::ProtocolVersion below = tls::ProtocolVersion::tls1_2;  ///< the wanted lowest version
    std::uint64_t lines = 0;
    std::uint64_t bytes = 0;
    std::uint64_t mail_lines = 0;  ///< of a mail server that is known here
    std::uint64_t malformed = 0;   ///< not read: of no known form, or a TLS line that is broken
    std::uint64_t over_long = 0;   ///< only their beginning was read
    std::uint64_t early = 0;       ///< sessions before --since
    std::uint64_t ignored = 0;     ///< sessions with an address of --ignore
    std::uint64_t evicted = 0;     ///< sessions counted before their end was seen: too many were open
    LogSpan span;
    std::vector<MailService> services;
    std::vector<MailPeer> peers;            ///< those that lose most come first
    std::array<NotKept, 2> not_kept;        ///< by MailDirection
    std::array<DirectionImpact, 2> impact;  ///< by MailDirection

    /// Every file was read to its end.
    bool complete() const;

    bool inbound(const MailPeer& peer) const { return services[peer.service].direction == MailDirection::inbound; }
};

}  // namespace smtptls::log

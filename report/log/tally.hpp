// Counts finished sessions by service and by peer, in bounded memory. Services, their versions and suites
// are counted in full; of peers so many are kept as the limits say, and the rest is counted as `NotKept`.
#pragma once

#include "report/log/distinct.hpp"
#include "report/log/hash.hpp"
#include "report/log/mail_log.hpp"

#include <deque>
#include <string>

namespace smtptls::log {

/// One session that is over; the views live until `add` returns.
struct Entry {
    Mailer mailer{};
    MailDirection direction{};
    std::string_view service;
    std::string_view detail;
    std::string_view name;
    std::string_view address;
    std::string_view login;
    std::string_view helo;
    std::string_view protocol;  ///< empty: no TLS
    std::string_view suite;
    std::string_view reason;  ///< of a failed handshake
    std::uint32_t messages = 0;
    bool failed = false;
    bool unlogged = false;
    bool reused = false;
    std::optional<LogTime> time;  ///< when it began
};

struct TallyLimits {
    /// Peers that spoke a version below the wanted one, and the others: the first are what the reader is after,
    /// so the others never crowd them out.
    std::size_t peers_below = 32768;
    std::size_t peers = 32768;
    std::size_t services = 200;     ///< the rest is one, "(other services)"
    std::size_t spoken = 500;       ///< versions with suites; the rest is one, "(other suites)"
    std::size_t uses_of_peer = 24;  ///< the rest of a peer's is counted in its split alone
    std::size_t failures = 20;      ///< reasons for each service
    std::size_t text = 255;         ///< bytes of each name
};

class Tally {
public:
    explicit Tally(tls::ProtocolVersion below, TallyLimits limits = {}) : below_(below), limits_(limits) {}

    void add(const Entry& entry);

    /// Moves what was counted into `log`: its services, peers, not_kept and below.
    void finish(MailLog& log);

private:
    struct Spoken {
        std::string protocol;
        std::string suite;
        std::optional<tls::ProtocolVersion> version;
    };
    struct Use {
        std::uint32_t spoken = 0;
        std::uint64_t sessions = 0;
    };
    struct Service {
        Mailer mailer{};
        MailDirection direction{};
        std::string program;
        std::string detail;
        std::vector<Use> uses;
        MailService counted;
    };
    struct PeerCount {
        std::uint32_t service = 0;
        bool below = false;
        std::string name;
        std::string address;
        std::string login;
        std::string helo;
        std::vector<Use> uses;
        VersionSplit split;
        std::uint64_t clear = 0;
        std::uint64_t failed = 0;
        LogSpan span;
        LogSpan below_span;
    };
    std::uint32_t service_of(const Entry& entry);
    std::uint32_t new_service(const Entry& entry, std::uint64_t hash);
    std::uint32_t spoken_of(const Entry& entry);
    std::uint32_t new_spoken(const Entry& entry, std::uint64_t hash);
    void count(VersionSplit& split, std::uint32_t spoken) const;
    void count_failure(Service& service, const Entry& entry) const;
    PeerCount* peer_of(const Entry& entry, std::uint32_t service, bool below);
    bool has_room(bool below) const;
    void keep_out(const Entry& entry, bool below, bool tls);
    std::vector<TlsUse> named(std::vector<Use>& uses) const;
    MailPeer named(PeerCount& peer) const;
    bool is_below(std::uint32_t spoken) const;

    tls::ProtocolVersion below_;
    TallyLimits limits_;
    std::vector<Service> services_;
    HashIndex service_index_;
    std::vector<Spoken> spoken_;
    HashIndex spoken_index_;
    std::deque<PeerCount> peers_;
    HashIndex peer_index_;
    std::uint64_t peer_hash_ = 0;        // of the last peer_of
    std::array<std::size_t, 2> kept_{};  // others, below
    std::array<NotKept, 2> not_kept_;
    std::array<Distinct, 2> others_;
    std::array<Distinct, 2> others_below_;
};

}  // namespace smtptls::log

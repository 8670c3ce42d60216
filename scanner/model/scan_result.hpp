// Everything one run learnt. It can be saved, and judged or printed again without a network.
#pragma once

#include "base/failure.hpp"
#include "model/matrix.hpp"
#include "model/observation.hpp"
#include "model/target.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace smtptls::model {

/// The words of the failure of an endpoint that no connection was made to, since the scan was ended before.
inline constexpr std::string_view before_its_turn = "the scan ended before this endpoint's turn";

/// How the scan of one endpoint ended.
enum class EndpointStatus {
    scanned,      ///< TLS was reached and every question has an answer
    incomplete,   ///< TLS was reached, but cells are open
    no_starttls,  ///< a true and complete answer: the server speaks SMTP and does not offer STARTTLS
    not_offered,  ///< a port we chose ourselves refuses connections: a true and complete answer
    not_tested,   ///< no route for this address family from here, and nobody asked for it
    failed,       ///< TLS was not reached; see the failure
};

/// One connection, for the record.
struct Exchange {
    QuestionId id = 0;
    std::string purpose;
    bool handshake = false;  ///< a whole handshake; else a hello and the server's first flight
    tls::ProtocolVersion version{};
    std::vector<tls::CipherSuite> offered;
    std::string outcome;  ///< describe(Outcome): escaped
    std::int64_t started_ms = 0;
    std::int64_t duration_ms = 0;
};

struct EndpointResult {
    Endpoint endpoint;
    EndpointStatus status = EndpointStatus::failed;
    std::optional<base::Failure> failure;
    std::string source_address;
    /// Names of the policies that the scan was limited to: cells that are `not_tested` were not asked about, and are
    /// not open. Empty: everything was asked.
    std::vector<std::string> asked_for;
    Matrix matrix;
    std::vector<Observation> observations;
    std::size_t connections = 0;      ///< that were made, or tried
    std::size_t handshakes = 0;       ///< of them: whole handshakes; the others are hellos
    std::vector<Exchange> exchanges;  ///< each of them, by id; empty unless they were wanted
    std::int64_t duration_ms = 0;

    /// Not asked about, by a scan that was limited.
    /// It was not told to the end.
    bool is_open() const { return status == EndpointStatus::failed || status == EndpointStatus::incomplete; }
    bool leaves_out(const CellView& cell) const { return cell.state == CellState::not_tested && !asked_for.empty(); }
    /// Asked about, or to be asked, and not known.
    bool leaves_open(const CellView& cell) const
    {
        return cell.state == CellState::inconclusive || (cell.state == CellState::not_tested && asked_for.empty());
    }
};

/// A target that became no endpoint, or not all of those that it has.
struct TargetFailure {
    std::string target;
    base::Failure failure;

    bool operator==(const TargetFailure&) const = default;
};

enum class Interruption { none, signal, max_time };

/// A scan without its endpoints: who scanned, when, and what for.
struct ScanHead {
    std::string program_version;  ///< "0.1.0"
    std::string library_version;  ///< "OpenSSL 3.0.19 27 Jan 2026"
    std::string started;          ///< UTC, "2026-11-21T20:48:54Z"
    std::string finished;
    std::int64_t duration_ms = 0;
    std::vector<std::pair<std::string, std::string>> options;  ///< name and value, as they took effect
    Interruption interruption = Interruption::none;
    std::vector<std::string> targets;  ///< as typed
    std::vector<TargetFailure> failures;
};

/// What all endpoints of a scan come to, added up one by one, in any order.
class Totals {
public:
    void add(const EndpointResult& result);

    std::size_t endpoints() const { return endpoints_; }

    /// Where the scan came from, by the first endpoint that says so; empty if none does.
    const std::string& source_address() const { return source_address_; }

    /// The hosts of which no port answered, by name.
    std::vector<std::string> silent_hosts() const;

    /// Nothing that was asked for is open: exit code 0 and not 3.
    bool complete(const ScanHead& scan) const;

private:
    std::size_t endpoints_ = 0;
    bool settled_ = true;
    std::string source_address_;
    std::unordered_map<std::string, bool> hosts_;  // whether a port of it answered
};

struct ScanResult : ScanHead {
    std::vector<EndpointResult> endpoints;

    Totals totals() const;
    bool complete() const { return totals().complete(*this); }
};

std::string_view format(EndpointStatus status);
std::string_view format(Interruption interruption);

}  // namespace smtptls::model

// What happened in a scan, in order: enough to come to the same result again without a network. The engine
// tells it as it goes on, `record` writes and reads it (docs/evidence.md), interview/rebuild makes a result of it.
#pragma once

#include "model/examination.hpp"
#include "model/focus.hpp"
#include "model/question.hpp"
#include "model/scan_result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace smtptls::model::evidence {

/// What our TLS library can speak: versions newest first, each with its suites.
using Speakable = std::map<tls::ProtocolVersion, std::vector<tls::CipherSuite>, std::greater<>>;

/// First of all: who scans, for what, and all that the questions depend on.
struct Begun {
    std::string program_version;
    std::string library_version;
    std::string started;                                       ///< UTC
    std::vector<std::pair<std::string, std::string>> options;  ///< as ScanResult::options
    std::vector<std::string> targets;                          ///< as typed
    std::vector<std::string> probes;                           ///< by name, in the order in which they ask
    std::string ehlo_name;                                     ///< empty: the literal of our address
    std::string server_name;                                   ///< for SNI; empty: the target's
    std::string confirm;                                       ///< none, version, family or suite
    Speakable speakable;
    std::vector<tls::SignatureScheme> schemes = {};  ///< what it can verify, in TLS 1.2 and 1.3
    std::uint32_t double_check = 0;       ///< cells of an endpoint to ask for again, drawn at random
    std::uint32_t double_check_seed = 0;  ///< that draws them

    bool operator==(const Begun&) const = default;
};

/// A target was looked up.
struct Found {
    std::size_t target = 0;                     ///< its place in Begun::targets
    std::optional<base::Failure> failure = {};  ///< why it has no endpoint, or not all
    std::vector<Endpoint> endpoints = {};       ///< those that no other target had
    std::vector<Focus> focuses = {};            ///< of a scan that is limited to verdicts: those not told before
    std::vector<std::size_t> focus_of = {};     ///< by endpoint, its place among all that were told; empty: no limits

    bool operator==(const Found&) const = default;
};

/// The probes were asked for as many questions as there was room, and had these.
struct Asked {
    Endpoint endpoint;
    std::size_t room = 0;
    std::vector<QuestionId> ids;

    bool operator==(const Asked&) const = default;
};

/// An answer came; those of an endpoint in the order in which the probes were shown them.
struct Learnt {
    Endpoint endpoint;
    Answer answer;        ///< with its trace; what follows from the bytes and the purpose may be left out
    std::string purpose;  ///< format(answer.question.purpose)
    std::string outcome;  ///< describe(answer.outcome)
};

/// A chain was examined, once all answers of the endpoint were there.
struct Examined {
    Endpoint endpoint;
    Examination examination;

    bool operator==(const Examined&) const = default;
};

/// One endpoint is done with; its result in short.
struct Left {
    Endpoint endpoint;
    EndpointStatus status = EndpointStatus::failed;
    std::size_t connections = 0;
    std::array<std::size_t, 4> cells = {};  ///< accepted, rejected, inconclusive, not tested
    std::int64_t duration_ms = 0;

    bool operator==(const Left&) const = default;
};

/// Last of all. Without it the scan was killed.
struct Ended {
    std::string finished;  ///< UTC
    std::int64_t duration_ms = 0;
    Interruption interruption = Interruption::none;
    std::string sha256;  ///< of all bytes written before its own, hexadecimal

    bool operator==(const Ended&) const = default;
};

using Event = std::variant<Begun, Found, Asked, Learnt, Examined, Left, Ended>;

/// Is told of each event as it happens, from the one thread. Empty: nobody wants to know.
using Witness = std::function<void(const Event&)>;

/// What is told of a result.
Left summary_of(const EndpointResult& result);

}  // namespace smtptls::model::evidence

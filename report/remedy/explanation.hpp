// What a server's configuration means for TLS: service by service what counts, what each line does, what
// to write instead, and the versions now and then. Plain values: report/remedy makes them, record writes
// them. Texts of a configuration are kept as base::UntrustedText; sentences are ours, and where they
// quote, escaped.
#pragma once

#include "base/untrusted_text.hpp"
#include "tls/cipher_suite.hpp"
#include "tls/protocol_version.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::remedy {

/// Where a line stands. Lines count from 1.
struct ConfigPlace {
    base::UntrustedText file;
    std::size_t line = 0;

    bool operator==(const ConfigPlace&) const = default;
};

/// right: does what it seems to; useless: changes nothing; harmful: does what nobody wants; missing:
/// what is not there, or does less than it seems to.
enum class FindingKind { right, useless, harmful, missing };

struct ConfigFinding {
    std::string rule;  ///< id in docs/explain.md: "client_parameter"
    FindingKind kind = FindingKind::right;
    std::optional<ConfigPlace> place;
    base::UntrustedText setting;  ///< "name = value"; empty if it is about what is not there
    std::string sentence;
    std::string source;  ///< manual page or RFC
};

/// A parameter that counts for a service.
struct GoverningSetting {
    std::string name;
    base::UntrustedText value;
    std::optional<ConfigPlace> place;  ///< absent: the default of this version
};

/// `broken`: TLS is offered and never works; `dead`: the service does not start or serves nobody.
enum class TlsOffer { none, optional, required, implicit, broken, dead };

/// What a client will find.
struct TlsForecast {
    TlsOffer offer = TlsOffer::none;
    bool certain = true;                         ///< false: a value could not be worked out; see note
    std::vector<tls::ProtocolVersion> versions;  ///< accepted, newest first
    std::vector<tls::CipherSuite> suites;        ///< accepted below TLS 1.3, by code; empty if not worked out
    std::string note;                            ///< empty, or why
};

struct ConfigChange {
    base::UntrustedText where;          ///< "main.cf", "master.cf, below line 3, which begins with submission inet"
    std::optional<ConfigPlace> below;   ///< the line of the service, if they stand below one
    std::vector<std::string> lines;     ///< to write, in the syntax of the version; escaped
    std::vector<ConfigFinding> remove;  ///< lines that can go; only place and setting count; no place: written before
};

/// What the clients of one service get when an advice is followed.
struct ConfigOutcome {
    std::string service;  ///< its title
    TlsForecast forecast;
};

struct ConfigAdvice {
    std::string goal;                   ///< "TLS 1.2 and newer only"
    std::vector<std::string> before;    ///< what to do first, and what it costs
    std::vector<ConfigChange> changes;  ///< empty: nothing to change
    std::vector<ConfigOutcome> after;   ///< with the advice before it followed, too
};

/// A scanned endpoint beside what the configuration says of it.
struct ConfigComparison {
    std::string endpoint;  ///< "192.0.2.1:587"
    std::vector<tls::ProtocolVersion> observed;
    bool agrees = false;
    std::string sentence;
};

struct ServiceExplanation {
    base::UntrustedText name;  ///< "submission", "127.0.0.1:2525"
    std::string title;         ///< for people, escaped: "submission (port 587)", "smtpd pass"
    std::optional<std::uint16_t> port;
    std::optional<ConfigPlace> place;
    std::string role;  ///< "submission", "mail exchanger", "internal", "unreached", "other"
    std::string why;   ///< which parameters count here, and why
    TlsForecast now;
    std::vector<GoverningSetting> governing;
    std::vector<ConfigFinding> findings;
    std::vector<ConfigAdvice> advice;
    std::vector<ConfigComparison> comparisons;
};

struct Explanation {
    std::string product;  ///< "Postfix 3.1.0", "Exim"
    std::vector<std::string> assumptions;
    std::vector<std::string> summary;  ///< the owner's questions answered, at most five sentences
    std::vector<ServiceExplanation> services;
    std::vector<ConfigAdvice> advice;     ///< for all services together, each on top of the one before
    std::vector<ConfigFinding> findings;  ///< about all services, or about sending
    std::vector<ConfigFinding> problems;  ///< lines that could not be read
    std::vector<std::string> notes;       ///< how to check, where to look
};

std::string_view format(FindingKind kind);
std::string_view format(TlsOffer offer);

}  // namespace smtptls::remedy

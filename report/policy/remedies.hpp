// What a judgement's reader can do, and what it costs. Lines are for the server that its greeting names, Postfix or
// Exim; of any other nothing is invented. One change serves as many of an endpoint's policies as it can.
#pragma once

#include "report/policy/policy.hpp"
#include "report/policy/seen.hpp"

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace smtptls::policy {

/// What it costs to switch old versions or suites off where mail comes in from everybody; empty where the judgement
/// does not ask for that, or the port is another.
std::string cost_of_port_25(const Policy& policy, model::Role role, const model::Judgement& judgement);

/// What a change of configuration switches off. Of two changes the strictest is what either switches off.
struct Hardening {
    bool versions = false;    ///< those below TLS 1.2
    bool suites = false;      ///< all but AEAD suites with forward secrecy
    bool only_tls13 = false;  ///< TLS 1.2 too
    bool no_chacha = false;   ///< ChaCha20-Poly1305

    bool nothing() const { return !versions && !suites; }
    Hardening operator|(const Hardening& other) const;
    bool operator==(const Hardening&) const = default;
};

/// What a Postfix or Exim accepts after the change, with any certificate: a forecast (report/remedy), in which TLS 1.3
/// has OpenSSL's usual suites.
using Offer = std::vector<std::pair<tls::ProtocolVersion, tls::CipherSuite>>;
Offer offer_after(const Hardening& change, model::Role role);

/// Whether the offer violates no rule about versions and suites that the policy has for the role (`must`), and has what
/// such rules want to be accepted.
bool is_met_by(const Policy& policy, model::Role role, const Offer& offer);

/// Lines of configuration for what is violated in versions, suites and certificates; comments begin with '#'.
/// `policies` and `judgements` are those of one endpoint, in the same order. Judgements that one change serves have the
/// same lines, the strictest of them; where one policy wants what another forbids each has its own. Nothing where
/// nothing is violated; lines that are no comments only for a server that is known.
void give_remedies(std::span<const Policy> policies, const Seen& seen, std::vector<model::Judgement>& judgements);

}  // namespace smtptls::policy

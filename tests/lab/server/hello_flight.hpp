// The bytes of a server's answers, without the cryptography that would make them true: every message has
// the right shape, its keys and signatures are noise. RFC 5246 section 7.3, RFC 8446 section 4.1.
#pragma once

#include "hello_table.hpp"

#include "tls/server_flight.hpp"

#include <cstddef>

namespace smtptls::lab {

/// What an answer is made of.
struct FlightPlan {
    tls::ProtocolVersion version{};
    tls::CipherSuite suite{};
    tls::NamedGroup group{};     ///< of ECDHE, and of TLS 1.3
    std::size_t dh_bits = 2048;  ///< export suites have their own: 512, or 1024
    bool extensions = true;      ///< the client sent some
    bool certificate_request = false;
    Flaw flaw = Flaw::none;
    base::Bytes certificate;      ///< the leaf, DER
    std::size_t chain_bytes = 0;  ///< more certificates, of noise, until the chain is so long
    base::Bytes session_id;       ///< echoed in TLS 1.3
};

/// SSLv3 to TLS 1.2: ServerHello to ServerHelloDone, as the suite wants it.
tls::ServerFlight make_flight(const FlightPlan& plan);

/// TLS 1.3: a HelloRetryRequest for suite and group, and a ServerHello with a share of the group.
tls::ServerHello make_retry(const FlightPlan& plan);
tls::ServerHello make_share(const FlightPlan& plan);

/// rsa, dss or ecdsa: the kind of certificate that a server with such suites has; RSA for all others.
tls::Authentication certificate_kind(tls::Authentication authentication);

/// A fixed self-signed certificate, DER, with a key of that kind.
const base::Bytes& certificate_for(tls::Authentication authentication);

}  // namespace smtptls::lab

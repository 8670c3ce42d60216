// What a raw hello brought, in the model's words: the bridge from the wire codec to an Outcome.
#pragma once

#include "model/question.hpp"
#include "openssl/certificate_reader.hpp"
#include "tls/hello_outcome.hpp"

namespace smtptls::interview {

/// `outcome` is the answer to a hello for `asked`. A flight in another version is OtherVersion; a flight
/// that broke keeps what was chosen. A certificate's dates are held to `at`, in seconds since 1970.
model::Outcome outcome_of(const tls::HelloOutcome& outcome, tls::ProtocolVersion asked, std::int64_t at,
                          openssl::CertificateReader& certificates);

}  // namespace smtptls::interview

// The part of a conversation that is no I/O: what is said in it, and what its ends mean. The same for a
// connection (conversation.cpp) and for its evidence (replay.cpp).
#pragma once

#include "model/question.hpp"
#include "openssl/certificate_reader.hpp"
#include "smtp/session.hpp"
#include "tls/hello_exchange.hpp"
#include "tls/hello_shape.hpp"

#include <string>
#include <vector>

namespace smtptls::interview {

/// The names we use, as the user wants them.
struct Names {
    std::string ehlo;    ///< domain or address literal; empty: the literal of our end of the connection
    std::string server;  ///< for SNI; empty: the target's name, none for an address
};

/// What goes into SNI; may be empty.
std::string server_name(const Names& names, const model::Endpoint& endpoint);

/// What a question sends in SNI.
std::string name_sent(const Names& names, const model::Endpoint& endpoint, const model::HandshakeQuestion& question);

smtp::Script script_before_tls(const Names& names, const model::Answer& answer);
smtp::Script script_inside_tls(const Names& names, const model::Endpoint& endpoint, const model::Answer& answer);

tls::Hello hello_of(const model::HelloQuestion& asked, const std::string& server_name,
                    const tls::HelloEntropy& entropy);

/// What each part of the conversation, when it has ended, leaves in the answer. A session that did not get as
/// far as TLS is the outcome; a hello's outcome is the exchange's; a handshake's is the library's, and its
/// certificate the first of `chain`, with the OCSP answer that came with it.
void take_before_tls(model::Answer& answer, const smtp::Session& session);
void take_hello(model::Answer& answer, const tls::HelloExchange& exchange, openssl::CertificateReader& certificates);
void take_handshake(model::Answer& answer, model::Outcome outcome, const std::vector<base::Bytes>& chain,
                    base::Bytes staple, openssl::CertificateReader& certificates);
void take_inside_tls(model::Answer& answer, const smtp::Session& session);

/// A server under load answers "421 ..." in the clear on an implicit port too.
void hear_clear_text(model::Answer& answer);

}  // namespace smtptls::interview

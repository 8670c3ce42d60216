// One question, one connection: connect, SMTP up to STARTTLS, the handshake, EHLO inside, and away.
#pragma once

#include "engine/computing.hpp"
#include "interview/script.hpp"
#include "model/evidence.hpp"
#include "model/progress.hpp"
#include "model/question.hpp"
#include "net/connection.hpp"
#include "net/race.hpp"
#include "openssl/certificate_reader.hpp"
#include "openssl/library.hpp"
#include "openssl/trust.hpp"
#include "probes/confirm_plan.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

namespace smtptls::engine {

class Fetcher;

struct Settings {
    interview::Names names;
    std::chrono::milliseconds step_timeout{30000};
    std::size_t connections = 4;        ///< at most, at the same time, to one address
    std::chrono::milliseconds pace{0};  ///< least time between two starts to one address
    std::string source_address;         ///< to connect from; empty: the system's choice
    probes::Confirm confirm = probes::Confirm::family;
    std::size_t addresses = 16;           ///< scanned side by side
    bool exchanges = false;               ///< results list every connection
    std::uint32_t double_check = 0;       ///< cells of an endpoint to ask for again, drawn at random
    std::uint32_t double_check_seed = 0;  ///< that draws them
};

/// What every conversation of a scan shares; outlives them.
struct Context {
    const openssl::Library& library;
    net::Connector& connector;
    Settings settings;
    net::Stop& stop;
    /// What the scan of an endpoint is limited to; empty: nothing.
    std::function<model::Focus(const model::Endpoint&)> focus = {};
    model::evidence::Witness witness = {};  ///< is told what is asked and learnt, and gets traces of it
    Computing* computing = nullptr;         ///< for handshakes; null: on the loop
    /// Whom chains are held to; null or empty: nobody.
    const openssl::TrustAnchors* roots = nullptr;
    Fetcher* fetcher = nullptr;  ///< asks who says what is revoked; null: nobody is asked
    /// Is told when an endpoint is begun, after each of its connections, and when it is done.
    std::function<void(const model::EndpointProgress&)> progress = {};
};

/// What our library can speak.
model::evidence::Speakable speakable(const openssl::Library& library);

/// What is kept of an endpoint from one conversation to the next.
struct Kept {
    Account& account;
    openssl::CertificateReader certificates = {};
};

/// Always an answer: what goes wrong is `model::Broken` with stage and reason. `started_ms` is the
/// caller's. Where the account is overdrawn no handshake is begun: left_out.
net::asio::awaitable<model::Answer> converse(const Context& context, const model::Endpoint& endpoint, Kept& kept,
                                             model::Question question);

}  // namespace smtptls::engine

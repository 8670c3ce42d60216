// One handshake over memory BIOs as a machine (base/machine.hpp), and the dialogue inside the
// tunnel, which is another machine. Offers exactly one version and the given suites in their order.
// Movable, not copyable: the state is OpenSSL's. Leaves with close_notify from a completed
// handshake, with user_canceled and never a fatal alert from a broken one.
#pragma once

#include "base/machine.hpp"
#include "model/question.hpp"
#include "openssl/library.hpp"

#include <memory>
#include <optional>
#include <string>

struct ssl_st;
struct bio_st;

namespace smtptls::openssl {

class Handshake {
public:
    /// With a larger prime for DH no handshake is completed: ours would cost seconds of processor time. 8,192 bits cost
    /// half a second, and no standard group is larger (RFC 7919).
    static constexpr int most_dh_bits = 8192;

    /// Bytes of a stapled OCSP answer; those of CAs have two thousand.
    static constexpr std::size_t most_staple = 65536;

    /// With more HelloRequests in the tunnel it is left: our library answers each of them, which may be four bytes
    /// long, with an alert in a record of its own.
    static constexpr unsigned most_hello_requests = 16;

    /// Begins with the ClientHello to be written. `server_name` goes into SNI if not empty. `inner`
    /// talks once the tunnel stands; it and `library` must outlive the handshake.
    Handshake(const Library& library, const model::HandshakeQuestion& question, const std::string& server_name,
              base::MachineRef inner);
    ~Handshake();
    Handshake(const Handshake&) = delete;
    Handshake& operator=(const Handshake&) = delete;

    base::Want want() const;
    base::ByteView output() const { return output_; }
    unsigned step() const;
    bool brief() const { return state_ == State::inside && inner_.brief(); }
    void written();
    void received(base::ByteView bytes);
    void peer_closed();
    void broke(base::Reason reason);

    /// The outcome; meaningful when `want()` is nothing. `Completed::after` is the caller's to fill
    /// from the inner machine.
    const model::Outcome& outcome() const { return outcome_; }

    /// What the server of a completed handshake sent, leaf first, at most tls::most_certificates; empty if it is not
    /// completed. Up to TLS 1.2 as it was on the wire, which need not be DER.
    std::vector<base::Bytes> chain() const;

    /// The OCSP answer that a completed handshake's server sent with its certificate; empty: none, or one that is
    /// longer than most_staple.
    base::Bytes staple() const;

    /// The connection's secrets so far, a line of the NSS key log format each, without its end.
    const std::vector<std::string>& key_log() const { return key_log_; }

    /// Keeps a line of the key log; the library's callback.
    static void on_key(const ssl_st* ssl, const char* line);

    /// The state's name, for logs and test messages.
    std::string_view describe() const;

private:
    enum class State { handshaking, inside, leaving, ended };

    static void on_message(int write, int version, int type, const void* data, std::size_t size, ssl_st* ssl,
                           void* self);
    static int on_security(const ssl_st* ssl, const ssl_ctx_st* context, int operation, int bits, int nid, void* other,
                           void* unused);
    static void on_info(const ssl_st* ssl, int where, int value);
    static void on_extension(ssl_st* ssl, int from_client, int type, const unsigned char* data, int size, void* self);

    void offer(const model::HandshakeQuestion& question, const std::string& server_name);
    void watch();
    void see_server_hello(base::ByteView body);
    void see_chain(base::ByteView body);
    void advance();
    void advance_handshake();
    void advance_inside();
    void note_refusal();
    void collect_output();
    void fail(model::Outcome outcome);
    void hear_bare_alert();
    void fail_from_library();
    void fail_from_alert();

    std::unique_ptr<ssl_st, void (*)(ssl_st*)> ssl_;
    bio_st* incoming_ = nullptr;  // owned by ssl_
    bio_st* outgoing_ = nullptr;  // owned by ssl_
    base::MachineRef inner_;
    tls::ProtocolVersion asked_{};
    State state_ = State::handshaking;
    base::Bytes output_;
    std::optional<model::ServerChoice> choice_;
    base::Bytes first_bytes_;     // what came before any ServerHello, at most one SMTP line's worth
    std::optional<int> alert_;    // level << 8 | description, as received
    std::optional<int> verdict_;  // the alert our library would send, which is never sent
    int refused_dh_bits_ = 0;     // of the prime that was too large for us
    unsigned hello_requests_ = 0;
    std::vector<base::Bytes> shown_chain_;  // in the clear; empty if it was none that we read
    std::vector<std::string> key_log_;
    bool encrypt_then_mac_ = false;
    bool sent_key_exchange_ = false;
    bool took_finished_ = false;  // the server went on in the tunnel
    model::Outcome outcome_;
};

}  // namespace smtptls::openssl

// One TLS server session over memory BIOs: bytes in, bytes out, no socket. The link moves them.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::lab {

class TlsSession {
public:
    enum class Step { done, more, failed };

    explicit TlsSession(SSL_CTX& context);
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    /// Goes on with the handshake. After each call, send `output()`; on `more`, feed `received()`.
    Step handshake();

    void received(std::string_view bytes);

    /// The records to send; taken out.
    std::string output();

    /// Plaintext; empty if more bytes are needed or the session is over.
    std::string decrypt();

    /// Records have come that nobody has read.
    bool has_unread() const { return BIO_ctrl_pending(in_) > 0; }

    /// The client said close_notify, or a record was wrong.
    bool over() const { return over_; }

    void encrypt(std::string_view text);
    void say_close_notify();

    std::string description() const;  ///< "TLSv1.2 ECDHE-RSA-AES128-SHA"
    std::string failure() const { return failure_; }
    std::string sni() const { return sni_; }
    const std::vector<std::string>& alerts() const { return alerts_; }

private:
    struct FreeSession {
        void operator()(SSL* session) const { SSL_free(session); }
    };

    static void noted(const SSL* session, int where, int value);

    std::unique_ptr<SSL, FreeSession> ssl_;
    BIO* in_ = nullptr;  // both owned by ssl_
    BIO* out_ = nullptr;
    bool over_ = false;
    std::string failure_;
    std::string sni_;
    std::vector<std::string> alerts_;
};

}  // namespace smtptls::lab

// A TLS server session over memory BIOs.
#include "tls_session.hpp"

#include <openssl/err.h>

#include <array>
#include <new>

namespace smtptls::lab {

namespace {
constexpr std::size_t most_alerts = 8;
constexpr std::size_t longest_sni = 255;
}  // namespace

TlsSession::TlsSession(SSL_CTX& context) : ssl_(SSL_new(&context))
{
    in_ = BIO_new(BIO_s_mem());
    out_ = BIO_new(BIO_s_mem());
    if (ssl_ == nullptr || in_ == nullptr || out_ == nullptr) {
        throw std::bad_alloc();
    }
    SSL_set_bio(ssl_.get(), in_, out_);
    SSL_set_accept_state(ssl_.get());
    SSL_set_app_data(ssl_.get(), this);
    SSL_set_info_callback(ssl_.get(), &TlsSession::noted);
}

void TlsSession::noted(const SSL* session, int where, int value)
{
    if (where != SSL_CB_READ_ALERT) {
        return;
    }
    auto& self = *static_cast<TlsSession*>(SSL_get_app_data(session));
    if (self.alerts_.size() < most_alerts) {
        self.alerts_.push_back(std::string(SSL_alert_type_string_long(value)) + " " +
                               SSL_alert_desc_string_long(value));
    }
}

TlsSession::Step TlsSession::handshake()
{
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    if (const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name); name != nullptr) {
        sni_ = std::string(name).substr(0, longest_sni);
    }
    if (result == 1) {
        return Step::done;
    }
    if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_READ) {
        return Step::more;
    }
    const char* reason = ERR_reason_error_string(ERR_peek_error());
    failure_ = reason != nullptr ? reason : "unknown";
    return Step::failed;
}

void TlsSession::received(std::string_view bytes)
{
    BIO_write(in_, bytes.data(), static_cast<int>(bytes.size()));
}

std::string TlsSession::output()
{
    std::string bytes(BIO_ctrl_pending(out_), '\0');
    if (!bytes.empty()) {
        BIO_read(out_, bytes.data(), static_cast<int>(bytes.size()));
    }
    return bytes;
}

std::string TlsSession::decrypt()
{
    ERR_clear_error();
    std::array<char, 4096> text{};
    const int size = SSL_read(ssl_.get(), text.data(), static_cast<int>(text.size()));
    if (size > 0) {
        return {text.data(), static_cast<std::size_t>(size)};
    }
    over_ = SSL_get_error(ssl_.get(), size) != SSL_ERROR_WANT_READ;
    return {};
}

void TlsSession::encrypt(std::string_view text)
{
    ERR_clear_error();
    if (SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())) <= 0) {
        over_ = true;
    }
}

void TlsSession::say_close_notify()
{
    if (SSL_is_init_finished(ssl_.get()) == 1 && !over_) {
        SSL_shutdown(ssl_.get());
    }
}

std::string TlsSession::description() const
{
    return std::string(SSL_get_version(ssl_.get())) + " " + SSL_get_cipher_name(ssl_.get());
}

}  // namespace smtptls::lab

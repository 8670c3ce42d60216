#include "openssl/handshake.hpp"

#include "openssl/facts.hpp"
#include "tls/record.hpp"
#include "tls/server_flight.hpp"
#include "tls/server_hello.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/tls1.h>

#include <algorithm>
#include <array>
#include <stdexcept>

// Some of OpenSSL's functions are macros that cast in C's way.
#pragma GCC diagnostic ignored "-Wold-style-cast"

namespace smtptls::openssl {
namespace {

using base::Reason;
using base::Stage;
using base::Want;
using tls::CipherSuite;
using tls::ProtocolVersion;

constexpr int extension_encrypt_then_mac = 22;  // RFC 7366
constexpr std::size_t most_key_lines = 16;      // TLS 1.3 has five
constexpr std::size_t longest_line = 512;       // RFC 5321 section 4.5.3.1.5

// A line of SMTP in the place of TLS, without its end; empty if the bytes are something else.
std::string_view smtp_line(base::ByteView bytes)
{
    const std::string_view text = base::text_of(bytes);
    const bool reply = text.size() > 3 && text[0] >= '2' && text[0] <= '5' && (text[3] == ' ' || text[3] == '-');
    return reply ? text.substr(0, text.find_first_of("\r\n")) : std::string_view();
}

model::Broken broken(Reason reason, std::string_view words = {})
{
    return {{Stage::handshake, reason, base::UntrustedText(words)}, std::nullopt};
}

// SSL_CIPHER_find wants the two bytes of the wire.
std::string openssl_name(SSL* ssl, CipherSuite suite)
{
    const auto code = static_cast<std::uint32_t>(suite);
    const std::array<unsigned char, 2> wire = {static_cast<unsigned char>(code >> 8U),
                                               static_cast<unsigned char>(code & 0xffU)};
    const SSL_CIPHER* const cipher = SSL_CIPHER_find(ssl, wire.data());
    return cipher != nullptr ? SSL_CIPHER_get_name(cipher) : "";
}

std::string cipher_list(SSL* ssl, const std::vector<CipherSuite>& suites)
{
    std::string list;
    for (const CipherSuite suite : suites) {
        const std::string name = openssl_name(ssl, suite);
        if (name.empty()) {
            throw std::logic_error("a suite this OpenSSL cannot speak was offered: " + tls::format(suite));
        }
        list += (list.empty() ? "" : ":") + name;
    }
    return list;
}

// `value`: level << 8 | description, as OpenSSL has it.
tls::Alert alert_of(int value)
{
    return {tls::AlertLevel{static_cast<std::uint8_t>(value >> 8)},
            tls::AlertDescription{static_cast<std::uint8_t>(value)}};
}

// The alerts with which our library calls what it read malformed, undecipherable or out of order.
bool blames_the_bytes(int description)
{
    switch (description) {
        case SSL_AD_UNEXPECTED_MESSAGE:
        case SSL_AD_BAD_RECORD_MAC:
        case SSL_AD_RECORD_OVERFLOW:
        case SSL_AD_DECODE_ERROR:
        case SSL_AD_DECRYPT_ERROR:
        case SSL_AD_PROTOCOL_VERSION: return true;
        default: return false;
    }
}

}  // namespace

Handshake::Handshake(const Library& library, const model::HandshakeQuestion& question, const std::string& server_name,
                     base::MachineRef inner)
    : ssl_(SSL_new(library.context()), &SSL_free),
      inner_(inner),
      asked_(question.version),
      outcome_(broken(Reason::local_error, "the handshake did not begin"))
{
    incoming_ = BIO_new(BIO_s_mem());
    outgoing_ = BIO_new(BIO_s_mem());
    if (!ssl_ || incoming_ == nullptr || outgoing_ == nullptr) {
        throw std::runtime_error("OpenSSL cannot make a connection: " + take_error());
    }
    BIO_set_mem_eof_return(incoming_, -1);
    SSL_set_bio(ssl_.get(), incoming_, outgoing_);
    SSL_set_connect_state(ssl_.get());
    offer(question, server_name);
    watch();
    advance();
}

Handshake::~Handshake() = default;

void Handshake::offer(const model::HandshakeQuestion& question, const std::string& server_name)
{
    const int version = static_cast<int>(question.version);
    const std::string list = cipher_list(ssl_.get(), question.suites);
    const bool tls13 = question.version == ProtocolVersion::tls1_3;
    const bool set = SSL_set_min_proto_version(ssl_.get(), version) == 1 &&
                     SSL_set_max_proto_version(ssl_.get(), version) == 1 &&
                     (tls13 ? SSL_set_ciphersuites(ssl_.get(), list.c_str())
                            : SSL_set_cipher_list(ssl_.get(), (list + ":@SECLEVEL=0").c_str())) == 1;
    if (!set) {
        throw std::logic_error("OpenSSL does not take the offer '" + list + "': " + take_error());
    }
    if (!server_name.empty()) {
        SSL_set_tlsext_host_name(ssl_.get(), server_name.c_str());
    }
    if (!question.schemes.empty() && SSL_set1_sigalgs_list(ssl_.get(), scheme_list(question.schemes).c_str()) != 1) {
        throw std::logic_error("OpenSSL does not take the schemes '" + scheme_list(question.schemes) +
                               "': " + take_error());
    }
    SSL_set_tlsext_status_type(ssl_.get(), TLSEXT_STATUSTYPE_ocsp);
}

void Handshake::watch()
{
    SSL_set_msg_callback(ssl_.get(), &Handshake::on_message);
    SSL_set_msg_callback_arg(ssl_.get(), this);
    SSL_set_app_data(ssl_.get(), this);
    SSL_set_info_callback(ssl_.get(), &Handshake::on_info);
    SSL_set_security_callback(ssl_.get(), &Handshake::on_security);
    SSL_set_tlsext_debug_callback(ssl_.get(), &Handshake::on_extension);
    SSL_set_tlsext_debug_arg(ssl_.get(), this);
}

// Everything is allowed but what takes too long to compute. It is asked before anything is computed.
int Handshake::on_security(const SSL* ssl, const SSL_CTX*, int operation, int, int, void* other, void*)
{
    if (operation != SSL_SECOP_TMP_DH || other == nullptr) {
        return 1;
    }
    const int bits = EVP_PKEY_get_bits(static_cast<const EVP_PKEY*>(other));
    auto* const self = static_cast<Handshake*>(SSL_get_app_data(ssl));
    if (bits <= most_dh_bits || self == nullptr) {
        return 1;
    }
    self->refused_dh_bits_ = bits;
    return 0;
}

// `data` is a whole handshake message with its four-byte header (RFC 5246 section 7.4).
// NOLINTNEXTLINE(readability-function-size): OpenSSL calls it
void Handshake::on_message(int write, int, int type, const void* data, std::size_t size, SSL*, void* self)
{
    auto& handshake = *static_cast<Handshake*>(self);
    if (type != SSL3_RT_HANDSHAKE || size < 4) {
        return;
    }
    const base::ByteView message(static_cast<const std::uint8_t*>(data), size);
    if (write == 1) {
        handshake.sent_key_exchange_ |= message[0] == SSL3_MT_CLIENT_KEY_EXCHANGE;
    } else if (message[0] == SSL3_MT_HELLO_REQUEST) {
        handshake.hello_requests_ += handshake.state_ == State::inside ? 1 : 0;  // before, they are ignored
    } else if (message[0] == SSL3_MT_SERVER_HELLO) {
        handshake.see_server_hello(message.subspan(4));
    } else if (handshake.choice_ && message[0] == SSL3_MT_CERTIFICATE) {
        handshake.see_chain(message.subspan(4));
    } else if (handshake.choice_ && message[0] == SSL3_MT_CERTIFICATE_REQUEST) {
        handshake.choice_->certificate_requested = true;
    } else if (handshake.choice_ && (message[0] == SSL3_MT_SERVER_DONE || message[0] == SSL3_MT_FINISHED)) {
        handshake.choice_->flight_complete = true;
    }
}

void Handshake::see_server_hello(base::ByteView body)
{
    if (const auto hello = tls::decode_server_hello(body)) {
        choice_ = model::ServerChoice{tls::version_of(*hello), hello->cipher_suite, false};
    }
}

// OpenSSL would give a certificate with lengths that are not DER's another encoding.
void Handshake::see_chain(base::ByteView body)
{
    if (choice_->version >= ProtocolVersion::tls1_3) {
        return;
    }
    if (auto chain = tls::decode_certificate_chain(body)) {
        shown_chain_ = std::move(chain->certificates);
    }
}

// RFC 8446 section 6: in TLS 1.3 the level says nothing that the description does not say.
void Handshake::on_info(const SSL* ssl, int where, int value)
{
    auto& handshake = *static_cast<Handshake*>(SSL_get_app_data(ssl));
    const int description = value & 0xff;
    const bool tls13 = handshake.choice_ && handshake.choice_->version == ProtocolVersion::tls1_3;
    const bool leaves = description == SSL_AD_CLOSE_NOTIFY || description == SSL_AD_USER_CANCELLED;
    const bool fatal = (value >> 8) == SSL3_AL_FATAL || (tls13 && !leaves);
    const bool reads = handshake.state_ == State::handshaking || handshake.state_ == State::inside;
    if (where == SSL_CB_READ_ALERT && fatal && reads) {
        handshake.alert_ = value;
    } else if (where == SSL_CB_WRITE_ALERT) {
        handshake.verdict_ = description;
    }
}

// NOLINTNEXTLINE(readability-function-size): OpenSSL calls it
void Handshake::on_extension(SSL*, int from_client, int type, const unsigned char*, int, void* self)
{
    auto& handshake = *static_cast<Handshake*>(self);
    if (from_client == 1 && type == extension_encrypt_then_mac) {
        handshake.encrypt_then_mac_ = true;
    }
}

// The library has no context of its own to tell whose secret it is, but the connection's.
void Handshake::on_key(const SSL* ssl, const char* line)
{
    auto* const handshake = static_cast<Handshake*>(SSL_get_app_data(ssl));
    if (handshake != nullptr && handshake->key_log_.size() < most_key_lines) {
        handshake->key_log_.emplace_back(line);
    }
}

std::vector<base::Bytes> Handshake::chain() const
{
    if (!std::holds_alternative<model::Completed>(outcome_)) {
        return {};
    }
    std::vector<base::Bytes> chain = shown_chain_.empty() ? chain_of(ssl_.get()) : shown_chain_;
    chain.resize(std::min(chain.size(), tls::most_certificates));
    return chain;
}

base::Bytes Handshake::staple() const
{
    const unsigned char* bytes = nullptr;
    const long size =
        std::holds_alternative<model::Completed>(outcome_) ? SSL_get_tlsext_status_ocsp_resp(ssl_.get(), &bytes) : 0;
    const bool fits = size > 0 && static_cast<std::size_t>(size) <= most_staple;
    return fits ? base::Bytes(bytes, bytes + size) : base::Bytes();
}

Want Handshake::want() const
{
    if (!output_.empty()) {
        return Want::write;
    }
    return state_ == State::handshaking || state_ == State::inside ? Want::read : Want::nothing;
}

unsigned Handshake::step() const
{
    return state_ == State::handshaking ? 1 : 1 + inner_.step();
}

void Handshake::written()
{
    output_.clear();
    if (state_ == State::leaving) {
        state_ = State::ended;
    }
}

void Handshake::received(base::ByteView bytes)
{
    if (state_ != State::handshaking && state_ != State::inside) {
        return;
    }
    if (!choice_ && first_bytes_.size() < longest_line) {
        const base::ByteView some = bytes.first(std::min(bytes.size(), longest_line - first_bytes_.size()));
        first_bytes_.insert(first_bytes_.end(), some.begin(), some.end());
    }
    BIO_write(incoming_, bytes.data(), static_cast<int>(bytes.size()));
    advance();
}

void Handshake::advance()
{
    ERR_clear_error();
    if (state_ == State::handshaking) {
        advance_handshake();
    }
    if (state_ == State::inside) {
        advance_inside();
    }
    collect_output();
    ERR_clear_error();
}

void Handshake::advance_handshake()
{
    const int result = SSL_do_handshake(ssl_.get());
    if (result == 1) {
        model::Completed completed = facts_of(ssl_.get());
        const SSL_CIPHER* const cipher = SSL_get_current_cipher(ssl_.get());
        completed.choice = {ProtocolVersion{static_cast<std::uint16_t>(SSL_version(ssl_.get()))},
                            CipherSuite{SSL_CIPHER_get_protocol_id(cipher)}, true,
                            choice_ && choice_->certificate_requested};
        completed.encrypt_then_mac = encrypt_then_mac_;
        outcome_ = std::move(completed);
        state_ = State::inside;
        return;
    }
    if (SSL_get_error(ssl_.get(), result) != SSL_ERROR_WANT_READ) {
        fail_from_library();
    }
}

void Handshake::advance_inside()
{
    std::array<std::uint8_t, 4096> buffer{};
    while (inner_.want() != Want::nothing) {
        if (inner_.want() == Want::write) {
            const base::ByteView plain = inner_.output();
            if (SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size())) <= 0) {
                inner_.broke(Reason::local_error);
                break;
            }
            inner_.written();
            continue;
        }
        const int size = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
        if (size > 0) {
            took_finished_ = true;
            inner_.received({buffer.data(), static_cast<std::size_t>(size)});
            continue;
        }
        const int error = SSL_get_error(ssl_.get(), size);
        if (error == SSL_ERROR_WANT_READ && hello_requests_ <= most_hello_requests) {
            return;
        }
        if (error == SSL_ERROR_ZERO_RETURN) {
            inner_.peer_closed();
        } else {
            // Our library has an alert of its own ready now; it is not sent.
            note_refusal();
            inner_.broke(Reason::protocol_error);
            (void)BIO_reset(outgoing_);
            state_ = State::ended;
            return;
        }
    }
    SSL_shutdown(ssl_.get());
    state_ = State::leaving;
}

// In TLS 1.3 we are done before the server has read our Certificate and Finished, and its alert is what we read first.
void Handshake::note_refusal()
{
    auto* const completed = std::get_if<model::Completed>(&outcome_);
    if (completed != nullptr && completed->choice.version == ProtocolVersion::tls1_3 && alert_ && !took_finished_) {
        completed->refused = alert_of(*alert_);
    }
}

void Handshake::collect_output()
{
    char* data = nullptr;
    const long size = BIO_get_mem_data(outgoing_, &data);
    if (size > 0) {
        const auto* const bytes = reinterpret_cast<const std::uint8_t*>(data);
        output_.insert(output_.end(), bytes, bytes + size);
        (void)BIO_reset(outgoing_);
    }
    if (state_ == State::leaving && output_.empty()) {
        state_ = State::ended;
    }
}

// RFC 5246 section 7.2.2 wants a close_notify behind user_canceled; as a warning in the
// clear it makes no server log a library problem, which a fatal alert does. What OpenSSL would have
// sent is dropped.
void Handshake::fail(model::Outcome outcome)
{
    outcome_ = std::move(outcome);
    (void)BIO_reset(outgoing_);
    output_.clear();
    const bool clear_text = choice_ && !sent_key_exchange_ && choice_->version < ProtocolVersion::tls1_3;
    if (clear_text) {
        // A version below SSL 3 is a lie, and a record of it would be none.
        const auto version = static_cast<std::uint16_t>(std::max(choice_->version, ProtocolVersion::ssl3));
        output_ = {SSL3_RT_ALERT,
                   static_cast<std::uint8_t>(version >> 8U),
                   static_cast<std::uint8_t>(version),
                   0,
                   2,
                   SSL3_AL_WARNING,
                   SSL_AD_USER_CANCELLED};
    }
    state_ = output_.empty() ? State::ended : State::leaving;
}

void Handshake::fail_from_alert()
{
    choice_ = choice_ && choice_->version == asked_ ? choice_ : std::nullopt;
    const tls::Alert alert = alert_of(*alert_);
    outcome_ = model::AlertReceived{alert.level, alert.description, choice_};
    (void)BIO_reset(outgoing_);
    output_.clear();
    state_ = State::ended;
}

// Our library takes no record of a version that it does not know; an alert is one all the same.
void Handshake::hear_bare_alert()
{
    constexpr std::size_t level = 5;
    const bool whole = !choice_ && first_bytes_.size() > level + 1;
    if (whole && first_bytes_[1] != SSL3_VERSION_MAJOR && tls::looks_like_alert(first_bytes_).value_or(false)) {
        alert_ = first_bytes_[level] << 8 | first_bytes_[level + 1];
    }
}

void Handshake::fail_from_library()
{
    hear_bare_alert();
    if (alert_) {
        fail_from_alert();
        return;
    }
    const std::string words = take_error();
    if (choice_ && choice_->version != asked_) {
        fail(model::OtherVersion{*choice_});
        return;
    }
    if (refused_dh_bits_ > 0) {
        const std::string why = "DH of " + std::to_string(refused_dh_bits_) + " bits: beyond " +
                                std::to_string(most_dh_bits) + " no handshake is completed";
        fail(model::Broken{{Stage::handshake, Reason::left_out, base::UntrustedText(why)}, choice_});
        return;
    }
    if ((SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0) {
        fail(model::Broken{{Stage::handshake, Reason::closed, base::UntrustedText("close_notify")}, choice_});
        return;
    }
    // With a ServerHello in hand and nothing wrong with the bytes it is our library that cannot go on.
    const bool ours = choice_ && !(verdict_ && blames_the_bytes(*verdict_));
    const Reason reason = ours ? Reason::local_error : Reason::protocol_error;
    const std::string_view said = choice_ ? std::string_view() : smtp_line(first_bytes_);
    fail(model::Broken{{Stage::handshake, reason, base::UntrustedText(said.empty() ? words : said)}, choice_});
}

void Handshake::peer_closed()
{
    if (state_ == State::handshaking) {
        outcome_ = model::Broken{{Stage::handshake, Reason::closed, {}}, choice_};
    } else if (state_ == State::inside) {
        inner_.peer_closed();
    }
    output_.clear();
    state_ = State::ended;
}

void Handshake::broke(Reason reason)
{
    if (state_ == State::handshaking) {
        outcome_ = model::Broken{{Stage::handshake, reason, {}}, choice_};
    } else if (state_ == State::inside) {
        inner_.broke(reason);
    }
    output_.clear();
    state_ = State::ended;
}

std::string_view Handshake::describe() const
{
    switch (state_) {
        case State::handshaking: return "handshaking";
        case State::inside: return "inside";
        case State::leaving: return "leaving";
        case State::ended: return "ended";
    }
    return "unknown";
}

}  // namespace smtptls::openssl

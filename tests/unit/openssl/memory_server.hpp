// A TLS server in memory: OpenSSL over two memory BIOs, with a certificate made here, which speaks
// enough SMTP inside the tunnel for EHLO and QUIT. And the loop that lets a Handshake talk to it.
#pragma once

#include "openssl/handshake.hpp"
#include "smtp/session.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

// Some of OpenSSL's functions are macros that cast in C's way.
#pragma GCC diagnostic ignored "-Wold-style-cast"

namespace smtptls::openssl {

/// One for the whole program, made before anything else touches OpenSSL here.
inline const Library& library()
{
    static const Library one;
    return one;
}

enum class Key { rsa, ecdsa, none };

struct ServerSetup {
    tls::ProtocolVersion lowest = tls::ProtocolVersion::tls1_0;
    tls::ProtocolVersion highest = tls::ProtocolVersion::tls1_3;
    std::string ciphers = "ALL:COMPLEMENTOFALL:@SECLEVEL=0";
    Key key = Key::rsa;
    std::string groups = "X25519:P-256";
    std::string ehlo_answer = "250-mail.example.com\r\n250 8BITMIME\r\n";
    bool speaks = true;            ///< inside the tunnel
    int verify = SSL_VERIFY_NONE;  ///< SSL_VERIFY_PEER: asks for a client certificate
    int more_certificates = 0;     ///< behind its own in the chain
    int dh_bits = 0;               ///< of an odd number for DHE that is no prime; 0: as long as the certificate's key
};

inline void require(bool done, const char* what)
{
    if (!done) {
        throw std::runtime_error(std::string("the test's server cannot ") + what + ": " + take_error());
    }
}

struct Identity {
    std::shared_ptr<EVP_PKEY> key;
    std::shared_ptr<X509> certificate;
};

inline Identity make_identity(Key kind)
{
    static_cast<void>(library());
    EVP_PKEY* const raw = kind == Key::rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
    Identity made{{raw, EVP_PKEY_free}, {X509_new(), X509_free}};
    require(raw != nullptr, "make a key");
    X509* const x = made.certificate.get();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 0x1234);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 24L * 3600);
    const auto* const name = reinterpret_cast<const unsigned char*>("mail.example.com");
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, name, -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(x));
    X509_EXTENSION* const names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name,
                                                      "DNS:mail.example.com,DNS:mx.example.com,IP:192.0.2.1");
    X509_add_ext(x, names, -1);
    X509_EXTENSION_free(names);
    X509_set_pubkey(x, raw);
    require(X509_sign(x, raw, EVP_sha256()) > 0, "sign its certificate");
    return made;
}

inline const Identity& identity(Key kind)
{
    static const Identity rsa = make_identity(Key::rsa);
    static const Identity ecdsa = make_identity(Key::ecdsa);
    return kind == Key::rsa ? rsa : ecdsa;
}

// Parameters for DHE that cost nothing to make.
inline EVP_PKEY* odd_parameters(int bits)
{
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> p(BN_new(), BN_free);
    BN_set_bit(p.get(), bits - 1);
    BN_set_bit(p.get(), 0);
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> g(BN_new(), BN_free);
    BN_set_word(g.get(), 2);
    const std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> build(OSSL_PARAM_BLD_new(),
                                                                                OSSL_PARAM_BLD_free);
    OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_FFC_P, p.get());
    OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_FFC_G, g.get());
    const std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> parameters(OSSL_PARAM_BLD_to_param(build.get()),
                                                                             OSSL_PARAM_free);
    const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
        EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr), EVP_PKEY_CTX_free);
    EVP_PKEY* key = nullptr;
    EVP_PKEY_fromdata_init(context.get());
    require(EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEY_PARAMETERS, parameters.get()) == 1, "make parameters");
    return key;
}

class MemoryServer {
public:
    explicit MemoryServer(ServerSetup setup) : setup_(std::move(setup))
    {
        static_cast<void>(library());
        context_.reset(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
        SSL_CTX* const context = context_.get();
        require(SSL_CTX_set_min_proto_version(context, static_cast<int>(setup_.lowest)) == 1, "set its versions");
        require(SSL_CTX_set_max_proto_version(context, static_cast<int>(setup_.highest)) == 1, "set its versions");
        require(SSL_CTX_set_cipher_list(context, setup_.ciphers.c_str()) == 1, "set its suites");
        require(SSL_CTX_set1_groups_list(context, setup_.groups.c_str()) == 1, "set its groups");
        SSL_CTX_set_security_level(context, 0);
        SSL_CTX_set_dh_auto(context, setup_.dh_bits == 0 ? 1 : 0);
        if (setup_.dh_bits > 0) {
            require(SSL_CTX_set0_tmp_dh_pkey(context, odd_parameters(setup_.dh_bits)) == 1, "use its parameters");
        }
        SSL_CTX_set_verify(context, setup_.verify, nullptr);
        SSL_CTX_set_num_tickets(context, 1);
        if (setup_.key != Key::none) {
            require(SSL_CTX_use_certificate(context, identity(setup_.key).certificate.get()) == 1,
                    "use its certificate");
            for (int i = 0; i < setup_.more_certificates; ++i) {
                SSL_CTX_add1_chain_cert(context, identity(setup_.key).certificate.get());
            }
            require(SSL_CTX_use_PrivateKey(context, identity(setup_.key).key.get()) == 1, "use its key");
        }
        ssl_.reset(SSL_new(context), SSL_free);
        SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        BIO_set_mem_eof_return(SSL_get_rbio(ssl_.get()), -1);
        SSL_set_accept_state(ssl_.get());
        SSL_set_app_data(ssl_.get(), this);
        SSL_set_info_callback(ssl_.get(), on_info);
    }

    MemoryServer(const MemoryServer&) = delete;
    MemoryServer& operator=(const MemoryServer&) = delete;
    ~MemoryServer() = default;

    /// What the server answers to these bytes.
    base::Bytes answer(base::ByteView bytes)
    {
        BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
        if (SSL_do_handshake(ssl_.get()) == 1) {
            talk();
        }
        ERR_clear_error();
        return take();
    }

    /// Bytes that the server says in the tunnel unasked.
    base::Bytes says(const std::string& text)
    {
        SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size()));
        return take();
    }

    /// So many HelloRequests, in TLS 1.2.
    base::Bytes asks_for_hellos(unsigned count)
    {
        for (unsigned i = 0; i < count; ++i) {
            SSL_renegotiate(ssl_.get());
            SSL_do_handshake(ssl_.get());
        }
        ERR_clear_error();
        return take();
    }

    base::Bytes says_goodbye()
    {
        SSL_shutdown(ssl_.get());
        return take();
    }

    /// What the client said inside the tunnel.
    const std::string& heard() const { return heard_; }

    /// The alerts the client sent, level << 8 | description.
    const std::vector<int>& alerts() const { return alerts_; }

    const char* server_name() const { return SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name); }

private:
    static void on_info(const SSL* ssl, int where, int value)
    {
        if (where == SSL_CB_READ_ALERT) {
            static_cast<MemoryServer*>(SSL_get_app_data(ssl))->alerts_.push_back(value);
        }
    }

    void talk()
    {
        char buffer[512];
        int size = 0;
        while ((size = SSL_read(ssl_.get(), buffer, sizeof buffer)) > 0) {
            heard_.append(buffer, static_cast<std::size_t>(size));
            line_.append(buffer, static_cast<std::size_t>(size));
            if (!setup_.speaks || !line_.ends_with("\r\n")) {
                continue;
            }
            const std::string reply = line_.starts_with("EHLO") ? setup_.ehlo_answer : "221 bye\r\n";
            SSL_write(ssl_.get(), reply.data(), static_cast<int>(reply.size()));
            line_.clear();
        }
    }

    base::Bytes take()
    {
        char* data = nullptr;
        const long size = BIO_get_mem_data(SSL_get_wbio(ssl_.get()), &data);
        base::Bytes out(data, data + size);
        static_cast<void>(BIO_reset(SSL_get_wbio(ssl_.get())));
        return out;
    }

    ServerSetup setup_;
    std::shared_ptr<SSL_CTX> context_;
    std::shared_ptr<SSL> ssl_;
    std::string heard_;
    std::string line_;
    std::vector<int> alerts_;
};

/// A Handshake with the session inside it, and everything it wrote.
struct Client {
    smtp::Session inside;
    Handshake handshake;
    base::Bytes sent = {};

    Client(tls::ProtocolVersion version, const std::vector<tls::CipherSuite>& suites,
           const std::string& server_name = "mail.example.com")
        : inside(smtp::Script{false, false, true, "scanner.example.net"}),
          handshake(library(), model::HandshakeQuestion{version, suites}, server_name, inside)
    {
    }

    bool over() const { return handshake.want() == base::Want::nothing; }

    /// What it wants to write now; empty if it does not.
    base::Bytes write()
    {
        base::Bytes out;
        while (handshake.want() == base::Want::write) {
            out.insert(out.end(), handshake.output().begin(), handshake.output().end());
            handshake.written();
        }
        sent.insert(sent.end(), out.begin(), out.end());
        return out;
    }

    /// Gives `bytes` in pieces of at most `piece`; stops when nothing more is wanted.
    void read(base::ByteView bytes, std::size_t piece = 1U << 20U)
    {
        while (!bytes.empty() && !over()) {
            const std::size_t size = std::min(piece, bytes.size());
            handshake.received(bytes.first(size));
            bytes = bytes.subspan(size);
        }
    }

    template <typename Wanted>
    const Wanted* outcome() const
    {
        return std::get_if<Wanted>(&handshake.outcome());
    }
};

/// Lets both talk until neither has anything to say.
inline void converse(Client& client, MemoryServer& server, std::size_t piece = 1U << 20U)
{
    for (int round = 0; round < 100; ++round) {
        const base::Bytes out = client.write();
        const base::Bytes back = out.empty() ? base::Bytes() : server.answer(out);
        if (back.empty()) {
            return;
        }
        client.read(back, piece);
    }
}

/// The records of a stream, headers included; what is cut off at the end stays cut off.
inline std::vector<base::Bytes> records(base::ByteView stream)
{
    std::vector<base::Bytes> out;
    while (stream.size() >= 5) {
        const std::size_t size = std::min<std::size_t>(5 + (std::size_t{stream[3]} << 8U | stream[4]), stream.size());
        out.emplace_back(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size));
        stream = stream.subspan(size);
    }
    return out;
}

inline base::Bytes alert_record(std::uint8_t level, std::uint8_t description)
{
    return {21, 3, 3, 0, 2, level, description};
}

}  // namespace smtptls::openssl

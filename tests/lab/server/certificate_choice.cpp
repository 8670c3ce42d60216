// Callbacks of OpenSSL's; what they look up belongs to the SSL_CTX.
#include "certificate_choice.hpp"

#include <openssl/x509.h>

#include <strings.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace smtptls::lab {

namespace {

struct Stapled {
    std::string leaf;    // DER
    std::string answer;  // DER of an OCSPResponse, or whatever the file holds; empty: none
};

struct Choice {
    std::string hostname;
    bool refuses_unknown = false;
    bool refuses_none = false;
    TlsContext others;  // null: they are served like everybody
    std::vector<Stapled> staples;
};

void free_choice(void*, void* choice, CRYPTO_EX_DATA*, int, long, void*)
{
    delete static_cast<Choice*>(choice);
}

int choice_index()
{
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, &free_choice);
    return index;
}

std::string read_file(const std::string& name)
{
    std::ifstream file(name, std::ios::binary);
    if (!file) {
        throw std::runtime_error("cannot read " + name);
    }
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string der_of(const X509* certificate)
{
    if (certificate == nullptr) {
        return {};
    }
    std::string der(static_cast<std::size_t>(std::max(0, i2d_X509(certificate, nullptr))), '\0');
    auto* out = reinterpret_cast<unsigned char*>(der.data());
    i2d_X509(certificate, &out);
    return der;
}

// RFC 6066 section 3: unrecognized_name is fatal, or the handshake goes on.
int choose_by_name(SSL* session, int* alert, void* argument)
{
    const auto& choice = *static_cast<const Choice*>(argument);
    const char* name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
    if (name != nullptr && strcasecmp(name, choice.hostname.c_str()) == 0) {
        return SSL_TLSEXT_ERR_OK;
    }
    if (name == nullptr ? choice.refuses_none : choice.refuses_unknown) {
        *alert = SSL_AD_UNRECOGNIZED_NAME;
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    if (choice.others != nullptr) {
        SSL_set_SSL_CTX(session, choice.others.get());
    }
    return SSL_TLSEXT_ERR_NOACK;
}

// OpenSSL has chosen the certificate when it asks for the answer.
int staple(SSL* session, void* argument)
{
    const auto& staples = static_cast<const Choice*>(argument)->staples;
    const auto leaf = der_of(SSL_get_certificate(session));
    const auto found = std::ranges::find(staples, leaf, &Stapled::leaf);
    if (found == staples.end() || found->answer.empty()) {
        return SSL_TLSEXT_ERR_NOACK;
    }
    void* answer = OPENSSL_memdup(found->answer.data(), found->answer.size());
    if (answer == nullptr) {
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    SSL_set_tlsext_status_ocsp_resp(session, answer, static_cast<long>(found->answer.size()));
    return SSL_TLSEXT_ERR_OK;
}

// A context for whoever sends another name: the same but for its one certificate.
TlsContext for_others(const TlsOptions& options)
{
    auto others = options;
    others.cert_files = {options.cert_for_others};
    others.key_files = {options.key_for_others};
    others.key_types.clear();
    others.staple_files.clear();
    others.cert_for_others.clear();
    others.refused_names.clear();
    return make_tls_context(others);
}

// What OpenSSL's macros do, without their C casts.
template <typename Function>
void set_callback(SSL_CTX* context, int which, Function* function)
{
    SSL_CTX_callback_ctrl(context, which, reinterpret_cast<void (*)()>(function));
}

std::vector<Stapled> read_staples(const TlsOptions& options)
{
    if (options.staple_files.size() > options.cert_files.size()) {
        throw std::runtime_error("each --staple needs its --cert");
    }
    std::vector<Stapled> staples;
    for (std::size_t i = 0; i < options.staple_files.size(); ++i) {
        BIO* file = BIO_new_file(options.cert_files[i].c_str(), "r");
        X509* leaf = PEM_read_bio_X509(file, nullptr, nullptr, nullptr);
        staples.push_back({der_of(leaf), read_file(options.staple_files[i])});
        X509_free(leaf);
        BIO_free(file);
    }
    return staples;
}

}  // namespace

void choose_by_client(SSL_CTX* context, const TlsOptions& options)
{
    auto choice = std::make_unique<Choice>();
    choice->hostname = options.hostname;
    choice->refuses_unknown = options.refused_names == "unknown" || options.refused_names == "both";
    choice->refuses_none = options.refused_names == "none" || options.refused_names == "both";
    if (!options.cert_for_others.empty()) {
        choice->others = for_others(options);
    }
    choice->staples = read_staples(options);
    if (!options.refused_names.empty() || choice->others != nullptr) {
        set_callback(context, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB, choose_by_name);
        SSL_CTX_set_tlsext_servername_arg(context, choice.get());
    }
    if (!choice->staples.empty()) {
        set_callback(context, SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB, staple);
        SSL_CTX_set_tlsext_status_arg(context, choice.get());
    }
    SSL_CTX_set_ex_data(context, choice_index(), choice.release());
}

}  // namespace smtptls::lab

#include "openssl/trust.hpp"

#include "openssl/name_text.hpp"
#include "openssl/owned.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <system_error>
#include <vector>

namespace smtptls::openssl {
namespace {

namespace fs = std::filesystem;
using base::UntrustedText;
using Failed = base::Unexpected<std::string>;

// A folder of roots has some hundred files; the bundle of all of them has 200 KiB.
constexpr std::size_t most_files = 10000;
constexpr std::uintmax_t longest_file = std::uintmax_t{32} << 20U;

Owned<X509> certificate_of(base::ByteView der)
{
    const unsigned char* next = der.data();
    return Owned<X509>(d2i_X509(nullptr, &next, static_cast<long>(der.size())));
}

base::Bytes der_of(const X509* certificate)
{
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(certificate, &bytes);
    base::Bytes der;
    if (size > 0) {
        der.assign(bytes, bytes + size);
    }
    OPENSSL_free(bytes);
    return der;
}

// Those of a chain that can be read, without the leaf.
Owned<STACK_OF(X509)> behind_leaf(const model::Chain& chain)
{
    Owned<STACK_OF(X509)> all(sk_X509_new_null());
    for (std::size_t i = 1; i < chain.size(); ++i) {
        Owned<X509> one = certificate_of(chain[i]);
        if (one && sk_X509_push(all.get(), one.get()) > 0) {
            (void)one.release();
        }
    }
    return all;
}

// How many certificates it had; nothing if it cannot be read.
std::optional<std::size_t> add_file(X509_STORE* store, const std::string& path)
{
    const Owned<BIO> file(BIO_new_file(path.c_str(), "r"));
    if (!file) {
        ERR_clear_error();
        return std::nullopt;
    }
    std::size_t count = 0;
    while (const Owned<X509> one{PEM_read_bio_X509_AUX(file.get(), nullptr, nullptr, nullptr)}) {
        count += X509_STORE_add_cert(store, one.get()) == 1 ? std::size_t{1} : std::size_t{0};
    }
    ERR_clear_error();
    return count;
}

base::Expected<std::size_t, std::string> add_folder(X509_STORE* store, const std::string& folder)
{
    std::error_code error;
    fs::directory_iterator entries(folder, error);
    if (error) {
        return Failed(base::escaped(folder) + " cannot be read: " + error.message());
    }
    std::size_t count = 0;
    std::size_t files = 0;
    for (const fs::directory_entry& entry : entries) {
        std::error_code unread;
        const bool fits = entry.is_regular_file(unread) && entry.file_size(unread) <= longest_file && !unread;
        if (fits && ++files <= most_files) {
            count += add_file(store, entry.path().string()).value_or(0);
        }
    }
    return count;
}

// How many certificates the folders had; they are separated by colons, as in SSL_CERT_DIR.
std::size_t add_folders(X509_STORE* store, const std::string& folders)
{
    std::size_t count = 0;
    std::istringstream names(folders);
    for (std::string folder; std::getline(names, folder, ':');) {
        count += folder.empty() ? 0 : add_folder(store, folder).value_or(0);
    }
    return count;
}

bool has_entries(const fs::path& folder)
{
    std::error_code none;
    return fs::directory_iterator(folder, none) != fs::directory_iterator() && !none;
}

bool cannot_read(int error)
{
    return error == X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY || error == X509_V_ERR_UNSPECIFIED;
}

// OpenSSL's words speak of "local issuer certificates"; who is missing says more.
std::string fault_of(X509_STORE_CTX* context)
{
    const int error = X509_STORE_CTX_get_error(context);
    const X509* const about = X509_STORE_CTX_get_current_cert(context);
    const std::string words = X509_verify_cert_error_string(error);
    if (about == nullptr) {
        return words;
    }
    const std::string subject = text_of(X509_get_subject_name(about)).escaped();
    const std::string issuer = text_of(X509_get_issuer_name(about)).escaped();
    const bool missing = error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
                         error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
                         error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE;
    return words + ": " + subject +
           (missing ? ", whose issuer is neither sent nor a trusted root: " + issuer : std::string());
}

}  // namespace

TrustAnchors::TrustAnchors() : store_(X509_STORE_new(), &X509_STORE_free)
{
}

TrustAnchors TrustAnchors::of_system()
{
    TrustAnchors all;
    X509_STORE_set_default_paths(all.store_.get());
    ERR_clear_error();
    // OpenSSL reads a folder late, when a root is looked for: the sandbox lets it have the system's, and no other.
    const char* const folders = std::getenv(X509_get_default_cert_dir_env());
    const bool in_folder =
        folders != nullptr ? add_folders(all.store_.get(), folders) > 0 : has_entries(X509_get_default_cert_dir());
    const char* const file = std::getenv(X509_get_default_cert_file_env());
    std::error_code none;
    all.empty_ = !in_folder && !fs::exists(file != nullptr ? file : X509_get_default_cert_file(), none);
    return all;
}

base::Expected<TrustAnchors, std::string> TrustAnchors::load(const std::string& file, const std::string& folder)
{
    TrustAnchors all;
    constexpr const char* none = " has no certificate in PEM form (-----BEGIN CERTIFICATE-----)";
    if (!file.empty()) {
        const auto count = add_file(all.store_.get(), file);
        if (count.value_or(0) == 0) {
            return Failed(base::escaped(file) + (count ? none : " cannot be read"));
        }
    }
    if (!folder.empty()) {
        const auto count = add_folder(all.store_.get(), folder);
        if (!count) {
            return Failed(count.error());
        }
        if (*count == 0) {
            return Failed("no file in " + base::escaped(folder) + none);
        }
    }
    return all;
}

std::optional<model::Trust> TrustAnchors::verify(const model::Chain& chain, std::int64_t at) const
{
    const Owned<X509> leaf = certificate_of(chain.front());
    const auto others = behind_leaf(chain);
    const Owned<X509_STORE_CTX> context(X509_STORE_CTX_new());
    if (!leaf || !context || X509_STORE_CTX_init(context.get(), store_.get(), leaf.get(), others.get()) != 1) {
        ERR_clear_error();
        return model::Trust{false, UntrustedText("the certificate cannot be read"), {}};
    }
    if (X509_get0_pubkey(leaf.get()) == nullptr) {
        ERR_clear_error();
        return std::nullopt;
    }
    X509_VERIFY_PARAM* const how = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_purpose(how, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_time(how, static_cast<std::time_t>(at));
    model::Trust trust;
    trust.trusted = X509_verify_cert(context.get()) == 1;
    STACK_OF(X509)* const built = X509_STORE_CTX_get0_chain(context.get());
    const int length = built != nullptr ? sk_X509_num(built) : 0;
    if (trust.trusted && length > 0) {
        trust.anchor = text_of(X509_get_subject_name(sk_X509_value(built, length - 1)));
    } else if (!trust.trusted && cannot_read(X509_STORE_CTX_get_error(context.get()))) {
        ERR_clear_error();
        return std::nullopt;
    } else if (!trust.trusted) {
        trust.fault = UntrustedText(fault_of(context.get()));
    }
    ERR_clear_error();
    return trust;
}

base::Bytes TrustAnchors::issuer_of(const model::Chain& chain) const
{
    const Owned<X509> leaf = certificate_of(chain.front());
    const auto others = behind_leaf(chain);
    const Owned<X509_STORE_CTX> context(X509_STORE_CTX_new());
    if (!leaf || !context || X509_STORE_CTX_init(context.get(), store_.get(), leaf.get(), others.get()) != 1) {
        ERR_clear_error();
        return {};
    }
    for (int i = 0; i < sk_X509_num(others.get()); ++i) {
        X509* const one = sk_X509_value(others.get(), i);
        if (X509_check_issued(one, leaf.get()) == X509_V_OK) {
            return der_of(one);
        }
    }
    X509* found = nullptr;
    const bool is_there = X509_STORE_CTX_get1_issuer(&found, context.get(), leaf.get()) == 1;
    const Owned<X509> issuer(is_there ? found : nullptr);
    ERR_clear_error();
    return issuer && X509_cmp(issuer.get(), leaf.get()) != 0 ? der_of(issuer.get()) : base::Bytes();
}

std::optional<bool> names_host(base::ByteView certificate, const std::string& host)
{
    const Owned<X509> leaf = certificate_of(certificate);
    if (!leaf || host.empty()) {
        return std::nullopt;
    }
    // -2: the text is no address. A certificate has the address of a link without the zone that it is in here.
    const int by_address = X509_check_ip_asc(leaf.get(), host.substr(0, host.find('%')).c_str(), 0);
    if (by_address != -2) {
        return by_address == 1 ? std::optional(true) : std::nullopt;
    }
    const std::size_t length = host.ends_with('.') ? host.size() - 1 : host.size();
    const int by_name =
        X509_check_host(leaf.get(), host.data(), length,
                        X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr);
    ERR_clear_error();
    return by_name == 1;
}

}  // namespace smtptls::openssl

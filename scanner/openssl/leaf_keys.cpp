#include "openssl/leaf_keys.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <limits>
#include <memory>
#include <string>

namespace smtptls::openssl {
namespace {

constexpr int most_blocks = 64;

struct FreePem {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(X509* certificate) const { X509_free(certificate); }
};

// One block of a PEM file, wiped when it goes: it may be a key.
class Block {
public:
    explicit Block(BIO* bio) : there_(PEM_read_bio(bio, &name_, &header_, &data_, &size_) == 1) {}
    ~Block()
    {
        OPENSSL_clear_free(data_, static_cast<std::size_t>(size_));
        OPENSSL_free(name_);
        OPENSSL_free(header_);
    }
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;

    bool there() const { return there_; }
    bool is_key() const { return std::string_view(name_).find("PRIVATE KEY") != std::string_view::npos; }
    bool is_certificate() const
    {
        return name_ == std::string_view(PEM_STRING_X509) || name_ == std::string_view(PEM_STRING_X509_OLD);
    }
    const unsigned char* data() const { return data_; }
    long size() const { return size_; }

private:
    char* name_ = nullptr;
    char* header_ = nullptr;
    unsigned char* data_ = nullptr;
    long size_ = 0;
    bool there_;
};

void add(LeafKeys& keys, const Block& block)
{
    const unsigned char* data = block.data();
    const std::unique_ptr<X509, FreePem> certificate(d2i_X509(nullptr, &data, block.size()));
    const EVP_PKEY* const key = certificate ? X509_get0_pubkey(certificate.get()) : nullptr;
    switch (key == nullptr ? EVP_PKEY_NONE : EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_RSA:
        case EVP_PKEY_RSA_PSS: keys.rsa = true; break;
        case EVP_PKEY_EC:
        case EVP_PKEY_ED25519:
        case EVP_PKEY_ED448: keys.ecdsa = true; break;
        case EVP_PKEY_DSA: keys.dss = true; break;
        default: break;
    }
}

}  // namespace

LeafKeys leaf_keys(std::string_view pem)
{
    LeafKeys keys;
    if (pem.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        return keys;
    }
    const std::unique_ptr<BIO, FreePem> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    bool leaf = true;
    for (int i = 0; bio && i < most_blocks; ++i) {
        const Block block(bio.get());
        if (!block.there()) {
            break;
        }
        leaf = leaf || block.is_key();
        if (leaf && block.is_certificate()) {
            add(keys, block);
            leaf = false;
        }
    }
    ERR_clear_error();
    return keys;
}

}  // namespace smtptls::openssl

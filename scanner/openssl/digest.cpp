#include "openssl/digest.hpp"

#include "base/bytes.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace smtptls::openssl {
namespace {

void must(int done)
{
    if (done != 1) {
        throw std::runtime_error("OpenSSL cannot compute SHA-256");
    }
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free)
{
    must(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
}

void Sha256::add(std::string_view bytes)
{
    must(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::string Sha256::hex() const
{
    const decltype(context_) copy(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    must(EVP_MD_CTX_copy_ex(copy.get(), context_.get()));
    must(EVP_DigestFinal_ex(copy.get(), digest.data(), &length));
    return base::format_hex({digest.data(), length});
}

}  // namespace smtptls::openssl

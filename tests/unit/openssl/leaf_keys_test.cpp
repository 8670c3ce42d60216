// Which kinds of key the certificates of a PEM file have.
#include "openssl/leaf_keys.hpp"

#include "catch.hpp"
#include "unit/openssl/memory_server.hpp"

#include <openssl/pem.h>

namespace smtptls::openssl {
namespace {

template <typename Write>
std::string pem_of(Write write)
{
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
    require(write(bio.get()) == 1, "write PEM");
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string certificate(Key kind)
{
    return pem_of([&](BIO* bio) { return PEM_write_bio_X509(bio, identity(kind).certificate.get()); });
}

std::string key(Key kind)
{
    return pem_of([&](BIO* bio) {
        return PEM_write_bio_PrivateKey(bio, identity(kind).key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
}

std::string kinds(const std::string& pem)
{
    const LeafKeys keys = leaf_keys(pem);
    return std::string(keys.rsa ? "rsa " : "") + (keys.ecdsa ? "ecdsa " : "") + (keys.dss ? "dss " : "");
}

TEST_CASE("the first certificate of a file is the server's, and those behind it are not", "[openssl]")
{
    CHECK(kinds(certificate(Key::rsa)) == "rsa ");
    CHECK(kinds(certificate(Key::ecdsa) + certificate(Key::rsa)) == "ecdsa ");
    CHECK(kinds(certificate(Key::ecdsa) + key(Key::ecdsa)) == "ecdsa ");
}

TEST_CASE("behind each private key there is another one of the server's", "[openssl]")
{
    CHECK(kinds(key(Key::rsa) + certificate(Key::rsa) + key(Key::ecdsa) + certificate(Key::ecdsa)) == "rsa ecdsa ");
    CHECK(kinds(key(Key::rsa) + certificate(Key::rsa) + certificate(Key::ecdsa)) == "rsa ");
}

TEST_CASE("text between the blocks is no matter, and what is no certificate counts for nothing", "[openssl]")
{
    CHECK(kinds("subject=CN = mail\n" + certificate(Key::rsa)) == "rsa ");
    std::string broken = certificate(Key::rsa);
    broken.replace(40, 8, "AAAAAAAA");
    for (const std::string& pem : {std::string(), std::string("no PEM"), key(Key::rsa), broken,
                                   std::string("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n")}) {
        CHECK_FALSE(leaf_keys(pem).any());
    }
}

TEST_CASE("a file of many blocks is read as far as sixty-four", "[openssl]")
{
    std::string many;
    for (int i = 0; i < 64; ++i) {
        many += key(Key::rsa);
    }
    CHECK_FALSE(leaf_keys(many + certificate(Key::rsa)).any());
}

}  // namespace
}  // namespace smtptls::openssl

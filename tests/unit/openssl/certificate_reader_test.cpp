// What a certificate says of a key that the linked OpenSSL cannot read: GOST without its engine (the certificates in
// tests/data/certificates are gost-engine's), and algorithms that nobody has named.
#include "openssl/certificate_reader.hpp"
#include "catch.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace smtptls::openssl {
namespace {

base::Bytes stored_certificate(const std::string& name)
{
    std::ifstream file(SMTPTLS_TEST_DATA "/certificates/" + name, std::ios::binary);
    REQUIRE(file);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return {text.begin(), text.end()};
}

// The same certificate with the last number of its key's algorithm, an identifier that ends in `from`, made another.
base::Bytes with_algorithm(base::Bytes der, const base::Bytes& from, std::uint8_t last)
{
    const auto found = std::search(der.begin(), der.end(), from.begin(), from.end());
    REQUIRE(found != der.end());
    *(found + static_cast<std::ptrdiff_t>(from.size()) - 1) = last;
    return der;
}

TEST_CASE("a GOST certificate has its type and size without the GOST engine", "[openssl]")
{
    struct Row {
        std::string name;
        std::string type;
        int bits;
    };
    const Row row = GENERATE(values<Row>({{"gost2001.der", "GOST R 34.10-2001", 256},
                                          {"gost2012_256.der", "GOST R 34.10-2012", 256},
                                          {"gost2012_512.der", "GOST R 34.10-2012", 512}}));
    INFO(row.name);
    const auto read = CertificateReader().read(stored_certificate(row.name), 0);
    REQUIRE(read);
    CHECK(read->key_type == row.type);
    CHECK(read->key_bits == row.bits);
    CHECK(read->subject.escaped() == "CN=mail.example.com");
}

TEST_CASE("whether a certificate is signed by a key that cannot be read is not known", "[openssl]")
{
    CHECK_FALSE(CertificateReader().read(stored_certificate("gost2012_512.der"), 0)->self_signed.has_value());
}

TEST_CASE("of a long chain the issuers that are left out, and those that cannot be read, are named as such",
          "[openssl]")
{
    CertificateReader reader;
    std::vector<base::Bytes> chain(12, stored_certificate("gost2012_512.der"));
    const auto whole = reader.read(chain, 0);
    REQUIRE(whole);
    REQUIRE(whole->issuers.size() == 9);
    CHECK(whole->issuers.back().name.escaped() == "and 3 more");
    CHECK(whole->issuers.back().key_type.empty());
    chain = {chain.front(), {0x30, 0x00}};
    const auto unread = reader.read(chain, 0);
    REQUIRE(unread);
    REQUIRE(unread->issuers.size() == 1);
    CHECK(unread->issuers.front().name.escaped() == "a certificate that cannot be read");
}

TEST_CASE("the size of a GOST R 34.10-94 key is that of its prime", "[openssl]")
{
    // The key of 2001 taken for one of 94: 64 octets.
    const auto read = CertificateReader().read(
        with_algorithm(stored_certificate("gost2001.der"), {6, 6, 42, 133, 3, 2, 2, 19}, 20), 0);
    REQUIRE(read);
    CHECK(read->key_type == "GOST R 34.10-94");
    CHECK(read->key_bits == 512);
}

TEST_CASE("a key of an algorithm that OpenSSL has no name for is told by the identifier, and has no size", "[openssl]")
{
    const base::Bytes gost12 = {6, 8, 42, 133, 3, 7, 1, 1, 1, 1};
    const auto read =
        CertificateReader().read(with_algorithm(stored_certificate("gost2012_256.der"), gost12, 113), 0);
    REQUIRE(read);
    CHECK(read->key_type == "OID 1.2.643.7.1.1.1.113");
    CHECK(read->key_bits == 0);
}

TEST_CASE("a signature of an algorithm that OpenSSL has no name for is told by the identifier", "[openssl]")
{
    // It stands in the certificate twice; the second is the signature's own.
    const base::Bytes signature = {6, 8, 42, 133, 3, 7, 1, 1, 3, 2};
    base::Bytes der = with_algorithm(stored_certificate("gost2012_256.der"), signature, 113);
    der = with_algorithm(std::move(der), signature, 113);
    const auto read = CertificateReader().read(der, 0);
    REQUIRE(read);
    CHECK(read->signature_algorithm.escaped() == "OID 1.2.643.7.1.1.3.113");
}

TEST_CASE("a certificate that is shown again has the same facts, but its dates are held to the day", "[openssl]")
{
    CertificateReader reader;
    const base::Bytes der = stored_certificate("gost2001.der");
    const auto first = reader.read(std::vector(2, der), 0);
    REQUIRE(first.has_value());
    CHECK(first->expired);  // it begins after 1970
    auto again = reader.read(std::vector(3, der), 1'790'000'000);
    REQUIRE(again.has_value());
    CHECK(again->chain_length == 3);
    CHECK(again->sha256 == first->sha256);
    CHECK(again->extensions == first->extensions);
}

TEST_CASE("what is no certificate is none each time, and many that differ are read all the same", "[openssl]")
{
    CertificateReader reader;
    for (std::size_t i = 0; i < 3 * CertificateReader::most; ++i) {
        CHECK_FALSE(reader.read(base::Bytes(i, 0x30), 0).has_value());
    }
    CHECK(reader.read(stored_certificate("gost2001.der"), 0).has_value());
}

}  // namespace
}  // namespace smtptls::openssl

// Whom a chain leads to, whom a certificate names, and how a chain stands: an authority of the test's own, and OpenSSL.
#include "openssl/trust.hpp"
#include "catch.hpp"
#include "openssl/certificate_reader.hpp"
#include "unit/openssl/authority.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace smtptls::openssl {
namespace {

const Party& root()
{
    static const Party one = make_authority("Example Root", "keyCertSign");
    return one;
}

const Party& intermediate()
{
    static const Party one =
        make_party({.name = "Example CA",
                    .extensions = {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                                   {NID_key_usage, "critical,keyCertSign"},
                                   {NID_crl_distribution_points, "URI:http://crl.example.com/ca.crl"}}},
                   &root());
    return one;
}

Party leaf_with(Extensions extensions)
{
    return make_party({.extensions = std::move(extensions)}, &intermediate());
}

const Party& leaf()
{
    static const Party one = leaf_with({{NID_subject_alt_name, "DNS:mail.example.com,DNS:*.example.org,IP:192.0.2.1"}});
    return one;
}

// A file of a certificate in PEM form, which is gone at the end.
class PemFile {
public:
    explicit PemFile(const Party* party, const std::string& folder = "")
        : path_((folder.empty() ? std::filesystem::temp_directory_path().string() : folder) + "/smtptls-trust-" +
                std::to_string(::getpid()) + "-" + std::to_string(++made))
    {
        std::ofstream(path_) << "not PEM\n";
        if (party != nullptr) {
            const std::unique_ptr<BIO, decltype(&BIO_free)> file(BIO_new_file(path_.c_str(), "a"), BIO_free);
            PEM_write_bio_X509(file.get(), party->certificate.get());
        }
    }
    ~PemFile() { std::filesystem::remove(path_); }
    PemFile(const PemFile&) = delete;
    PemFile& operator=(const PemFile&) = delete;

    const std::string& path() const { return path_; }

private:
    static inline int made = 0;
    std::string path_;
};

TrustAnchors trusting(const Party& party)
{
    const PemFile file(&party);
    return TrustAnchors::load(file.path(), "").value();
}

TEST_CASE("a chain that leads to a trusted root is trusted, and the root is named", "[openssl]")
{
    const model::Trust trust = trusting(root()).verify({leaf().der(), intermediate().der()}, seen_at).value();
    CHECK(trust.trusted);
    CHECK(trust.anchor.escaped() == "CN=Example Root");
    CHECK(trust.fault.empty());
}

TEST_CASE("a chain whose intermediate was not sent is not trusted, and who is missing is named", "[openssl]")
{
    const model::Trust trust = trusting(root()).verify({leaf().der()}, seen_at).value();
    CHECK_FALSE(trust.trusted);
    CHECK(trust.fault.escaped().find("neither sent nor a trusted root: CN=Example CA") != std::string::npos);
}

TEST_CASE("a chain is verified at the moment when it was seen", "[openssl]")
{
    const model::Chain chain = {leaf().der(), intermediate().der()};
    const TrustAnchors roots = trusting(root());
    CHECK(roots.verify(chain, seen_at + 89 * one_day)->trusted);
    const model::Trust late = roots.verify(chain, seen_at + 91 * one_day).value();
    CHECK_FALSE(late.trusted);
    CHECK(late.fault.escaped().find("expired") != std::string::npos);
}

TEST_CASE("a certificate that is for clients alone is not trusted for a server", "[openssl]")
{
    const Party client = leaf_with({{NID_ext_key_usage, "clientAuth"}});
    CHECK_FALSE(trusting(root()).verify({client.der(), intermediate().der()}, seen_at)->trusted);
}

TEST_CASE("a chain of other roots is not trusted", "[openssl]")
{
    const Party other = make_authority("Example Root", "keyCertSign");
    CHECK_FALSE(trusting(other).verify({leaf().der(), intermediate().der()}, seen_at)->trusted);
}

TEST_CASE("bytes that are no certificate are not trusted", "[openssl]")
{
    CHECK(trusting(root()).verify({{0x30, 0x00}}, seen_at)->fault.escaped() == "the certificate cannot be read");
}

TEST_CASE("of a key that OpenSSL cannot read nothing is said of trust", "[openssl]")
{
    std::ifstream file(SMTPTLS_TEST_DATA "/certificates/gost2012_512.der", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    CHECK_FALSE(trusting(root()).verify({{text.begin(), text.end()}}, seen_at).has_value());
}

TEST_CASE("roots are found in every file of a folder that has any", "[openssl]")
{
    const std::string folder =
        (std::filesystem::temp_directory_path() / ("smtptls-roots-" + std::to_string(::getpid()))).string();
    std::filesystem::create_directory(folder);
    {
        const PemFile nothing(nullptr, folder);
        const PemFile one(&root(), folder);
        const auto roots = TrustAnchors::load("", folder);
        REQUIRE(roots);
        CHECK(roots->verify({leaf().der(), intermediate().der()}, seen_at)->trusted);
    }
    std::filesystem::remove(folder);
}

// A variable of the environment that is as it was at the end.
class Variable {
public:
    Variable(const char* name, const std::string& value) : name_(name)
    {
        const char* const before = std::getenv(name);
        before_ = before != nullptr ? std::optional<std::string>(before) : std::nullopt;
        ::setenv(name, value.c_str(), 1);
    }
    ~Variable() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

private:
    const char* name_;
    std::optional<std::string> before_;
};

TEST_CASE("the folders of SSL_CERT_DIR are read at once, before the sandbox closes them", "[openssl]")
{
    const std::string folder =
        (std::filesystem::temp_directory_path() / ("smtptls-env-" + std::to_string(::getpid()))).string();
    std::filesystem::create_directory(folder);
    const Variable no_file("SSL_CERT_FILE", "/nonexistent");
    const Variable folders("SSL_CERT_DIR", "/nonexistent:" + folder);
    CHECK(TrustAnchors::of_system().empty());
    std::optional<TrustAnchors> roots;
    {
        const PemFile one(&root(), folder);
        roots = TrustAnchors::of_system();
    }
    std::filesystem::remove(folder);
    CHECK_FALSE(roots->empty());
    CHECK(roots->verify({leaf().der(), intermediate().der()}, seen_at)->trusted);
}

TEST_CASE("the file of SSL_CERT_FILE is read at once", "[openssl]")
{
    const Variable no_folder("SSL_CERT_DIR", "/nonexistent");
    std::optional<TrustAnchors> roots;
    {
        const PemFile one(&root());
        const Variable file("SSL_CERT_FILE", one.path());
        roots = TrustAnchors::of_system();
    }
    CHECK_FALSE(roots->empty());
    CHECK(roots->verify({leaf().der(), intermediate().der()}, seen_at)->trusted);
}

TEST_CASE("a file that cannot be read, or has no certificate, is named", "[openssl]")
{
    const PemFile nothing(nullptr);
    CHECK(TrustAnchors::load(nothing.path(), "").error().starts_with(nothing.path() + " has no certificate"));
    CHECK(TrustAnchors::load("/nonexistent/roots.pem", "").error() == "/nonexistent/roots.pem cannot be read");
    CHECK(TrustAnchors::load("", "/nonexistent").error().starts_with("/nonexistent cannot be read"));
}

TEST_CASE("the issuer of a leaf is found in its chain, and among the roots", "[openssl]")
{
    CHECK(trusting(root()).issuer_of({leaf().der(), intermediate().der()}) == intermediate().der());
    CHECK(trusting(root()).issuer_of({intermediate().der()}) == root().der());
    CHECK(trusting(root()).issuer_of({leaf().der()}).empty());
}

TEST_CASE("a name is covered by subjectAltName alone, and a wildcard stands for a whole first label", "[openssl]")
{
    const auto [host, covered] = GENERATE(table<std::string, std::optional<bool>>({{"mail.example.com", true},
                                                                                   {"MAIL.example.com", true},
                                                                                   {"mail.example.com.", true},
                                                                                   {"mx.example.org", true},
                                                                                   {"a.mx.example.org", false},
                                                                                   {"example.org", false},
                                                                                   {"www.example.com", false},
                                                                                   {"192.0.2.1", true},
                                                                                   {"192.0.2.2", std::nullopt}}));
    INFO(host);
    CHECK(names_host(leaf().der(), host) == covered);
}

TEST_CASE("a common name names nobody, and a wildcard for a part of a label neither", "[openssl]")
{
    CHECK(names_host(leaf_with({}).der(), "mail.example.com") == false);
    CHECK(names_host(leaf_with({{NID_subject_alt_name, "DNS:m*.example.com"}}).der(), "mail.example.com") == false);
}

TEST_CASE("the zone of a link-local address does not matter", "[openssl]")
{
    const Party one = leaf_with({{NID_subject_alt_name, "IP:fe80::1"}});
    CHECK(names_host(one.der(), "fe80::1%eth0") == true);
    CHECK(names_host(one.der(), "fe80::2%eth0") == std::nullopt);
}

std::vector<std::string> faults_of(const std::vector<Party>& chain)
{
    std::vector<base::Bytes> ders;
    for (const Party& one : chain) {
        ders.push_back(one.der());
    }
    std::vector<std::string> faults;
    const auto read = CertificateReader().read(ders, seen_at);
    for (const base::UntrustedText& fault : read->chain_faults) {
        faults.push_back(fault.escaped());
    }
    return faults;
}

TEST_CASE("a chain in which each certifies the one before it has no faults", "[openssl]")
{
    CHECK(faults_of({leaf(), intermediate()}).empty());
}

TEST_CASE("what is not in its place in a chain is named", "[openssl]")
{
    using Faults = std::vector<std::string>;
    CHECK(faults_of({leaf(), intermediate(), root()}) ==
          Faults{"certificate 3 (CN=Example Root): a root, which need not be sent"});
    CHECK(faults_of({leaf(), intermediate(), intermediate()}) == Faults{"certificate 3 (CN=Example CA): sent twice"});
    const Party stranger =
        make_party({.name = "Other CA", .extensions = {{NID_basic_constraints, "CA:TRUE"}}}, &root());
    CHECK(faults_of({leaf(), stranger, intermediate()}) ==
          Faults{"certificate 2 (CN=Other CA): superfluous: it issued none of the others",
                 "certificate 3 (CN=Example CA): not in its order"});
}

TEST_CASE("what the extensions of a certificate say is read", "[openssl]")
{
    const Party full =
        leaf_with({{NID_key_usage, "critical,digitalSignature,keyEncipherment"},
                   {NID_ext_key_usage, "serverAuth,anyExtendedKeyUsage,1.2.3.4"},
                   {NID_info_access, "OCSP;URI:http://ocsp.example.com,caIssuers;URI:http://ca.example.com"},
                   {NID_tlsfeature, "status_request"}});
    const model::Certificate read = *CertificateReader().read(std::vector{full.der(), intermediate().der()}, seen_at);
    const model::CertificateExtensions& said = read.extensions;
    CHECK(said.key_usages == std::vector<std::string>{"digitalSignature", "keyEncipherment"});
    CHECK(said.key_usage_critical);
    CHECK(said.extended_usages == std::vector<std::string>{"serverAuth", "anyExtendedKeyUsage", "1.2.3.4"});
    REQUIRE(said.ocsp_urls.size() == 1);
    CHECK(said.ocsp_urls.front().escaped() == "http://ocsp.example.com");
    REQUIRE(said.issuer_urls.size() == 1);
    CHECK(said.must_staple);
    CHECK_FALSE(said.ca);
    REQUIRE(read.issuers.size() == 1);
    const model::CertificateExtensions& issuer = read.issuers.front().extensions.value();
    CHECK((issuer.ca && issuer.constraints_critical && issuer.path_length == 0));
    REQUIRE(issuer.crl_urls.size() == 1);
    CHECK(issuer.crl_urls.front().escaped() == "http://crl.example.com/ca.crl");
    CHECK(read.days_left == 90);
}

TEST_CASE("an RSA key tells its modulus and exponent, and two certificates of one key have the same digest of it",
          "[openssl]")
{
    const Party rsa = make_party({.rsa = true});
    const model::Certificate read = *CertificateReader().read(rsa.der(), seen_at);
    CHECK(read.rsa_exponent == "65537");
    CHECK(read.rsa_modulus.size() == 512);
    CHECK(read.spki_sha256.size() == 64);
    CHECK(CertificateReader().read(leaf().der(), seen_at)->rsa_modulus.empty());
    CHECK(read.spki_sha256 != CertificateReader().read(leaf().der(), seen_at)->spki_sha256);
}

}  // namespace
}  // namespace smtptls::openssl

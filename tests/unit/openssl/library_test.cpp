// What the library speaks, and that no configuration file changes it. The latter in a child process,
// because OpenSSL reads its configuration once.
#include "catch.hpp"
#include "unit/openssl/memory_server.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <iostream>

namespace smtptls::openssl {
namespace {

using tls::ProtocolVersion;

TEST_CASE("the library speaks TLS 1.0 to 1.3, newest first", "[openssl]")
{
    const auto& versions = library().versions();
    REQUIRE(versions.size() >= 4);
    CHECK(versions[0] == ProtocolVersion::tls1_3);
    CHECK(versions[3] == ProtocolVersion::tls1_0);
    CHECK(library().version().starts_with("OpenSSL 3"));
}

TEST_CASE("the suites of a version need no credentials of ours and are all known", "[openssl]")
{
    for (const ProtocolVersion version : library().versions()) {
        for (const tls::CipherSuite suite : library().suites(version)) {
            const tls::SuiteInfo* const info = tls::find(suite);
            INFO(tls::format(version) << " " << tls::format(suite));
            REQUIRE(info);
            CHECK((info->credentials == tls::CredentialClass::certificate ||
                   info->credentials == tls::CredentialClass::anonymous));
            CHECK((info->lowest == ProtocolVersion::tls1_3) == (version == ProtocolVersion::tls1_3));
        }
    }
}

TEST_CASE("old and weak suites are among them", "[openssl]")
{
    const auto has = [](ProtocolVersion version, tls::CipherSuite suite) {
        const auto& suites = library().suites(version);
        return std::find(suites.begin(), suites.end(), suite) != suites.end();
    };
    CHECK(has(ProtocolVersion::tls1_0, tls::CipherSuite::TLS_DH_anon_WITH_AES_128_CBC_SHA));
    CHECK(has(ProtocolVersion::tls1_2, tls::CipherSuite::TLS_RSA_WITH_NULL_SHA256));
    CHECK(has(ProtocolVersion::tls1_3, tls::CipherSuite::TLS_AES_128_CCM_8_SHA256));
    CHECK_FALSE(has(ProtocolVersion::tls1_0, tls::CipherSuite::TLS_RSA_WITH_AES_128_GCM_SHA256));
}

TEST_CASE("a version that is not spoken has no suites", "[openssl]")
{
    CHECK(library().suites(ProtocolVersion::ssl2).empty());
}

TEST_CASE("prints what the library speaks", "[.child]")
{
    std::cout << "speaks";
    for (const ProtocolVersion version : library().versions()) {
        std::cout << " " << tls::format(version);
        for (const tls::CipherSuite suite : library().suites(version)) {
            std::cout << " " << tls::format(suite);
        }
    }
    Client client(ProtocolVersion::tls1_2, {tls::CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA});
    Client newest(ProtocolVersion::tls1_3, {tls::CipherSuite::TLS_AES_128_GCM_SHA256});
    std::cout << " " << client.write().size() << " " << newest.write().size() << std::endl;
}

// The line a child of this program prints with this configuration file.
std::string spoken_with(const std::string& configuration)
{
    std::array<char, 4096> self{};
    REQUIRE(readlink("/proc/self/exe", self.data(), self.size() - 1) > 0);
    const std::string command =
        "OPENSSL_CONF='" + configuration + "' '" + self.data() + "' 'prints what the library speaks' 2>&1";
    FILE* const pipe = popen(command.c_str(), "r");
    REQUIRE(pipe);
    std::string output;
    std::array<char, 4096> buffer{};
    std::size_t size = 0;
    while ((size = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0) {
        output.append(buffer.data(), size);
    }
    CHECK(pclose(pipe) == 0);
    const std::size_t begin = output.find("speaks ");
    REQUIRE(begin != std::string::npos);
    return output.substr(begin, output.find('\n', begin) - begin);
}

TEST_CASE("a hostile OPENSSL_CONF changes neither versions nor suites nor the hello", "[openssl]")
{
    const std::string path = "/tmp/smtptls-unit-" + std::to_string(getpid()) + ".cnf";
    std::ofstream(path) << "openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\nsystem_default = tls\n[tls]\n"
                           "MinProtocol = TLSv1.2\nMaxProtocol = TLSv1.2\nCipherString = AES256-SHA:@SECLEVEL=2\n"
                           "Groups = P-384\nOptions = -EncryptThenMac\n";
    const std::string plain = spoken_with("/dev/null");
    const std::string hostile = spoken_with(path);
    std::remove(path.c_str());
    CHECK(plain.size() > 1000);
    CHECK(hostile == plain);
}

}  // namespace
}  // namespace smtptls::openssl

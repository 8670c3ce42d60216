// The hellos we build: exactly one version on offer, wide, and of no length that hangs a server.
#include "tls/hello_shape.hpp"
#include "catch.hpp"

#include <algorithm>
#include <set>

namespace smtptls::tls {
namespace {

std::vector<CipherSuite> every_suite()
{
    std::vector<CipherSuite> suites;
    std::ranges::transform(all_suites(), std::back_inserter(suites), &SuiteInfo::code);
    return suites;
}

HelloEntropy some_entropy()
{
    HelloEntropy entropy;
    entropy.random.fill(0xaa);
    entropy.session_id.fill(0xbb);
    return entropy;
}

ClientHello hello_for(ProtocolVersion version, ExtensionSet extensions = ExtensionSet::full)
{
    return make_client_hello(version, every_suite(), {"mail.example.com", extensions}, some_entropy());
}

TEST_CASE("a hello offers one version, in the record and the words that servers of its day expect", "[tls]")
{
    struct Row {
        ProtocolVersion version;
        ProtocolVersion record;
        ProtocolVersion legacy;
    };
    const auto [version, record, legacy] = GENERATE(values<Row>({
        {ProtocolVersion::ssl3, ProtocolVersion::ssl3, ProtocolVersion::ssl3},
        {ProtocolVersion::tls1_0, ProtocolVersion::tls1_0, ProtocolVersion::tls1_0},
        {ProtocolVersion::tls1_1, ProtocolVersion::tls1_0, ProtocolVersion::tls1_1},
        {ProtocolVersion::tls1_2, ProtocolVersion::tls1_0, ProtocolVersion::tls1_2},
        {ProtocolVersion::tls1_3, ProtocolVersion::tls1_0, ProtocolVersion::tls1_2},
    }));
    const auto extensions = GENERATE(ExtensionSet::full, ExtensionSet::few, ExtensionSet::none);
    const ClientHello hello = hello_for(version, extensions);
    CHECK(hello.record_version == record);
    CHECK(hello.legacy_version == legacy);
    CHECK(offered_versions(hello) == std::vector{version});
    CHECK(hello.random == some_entropy().random);
    const bool tls1_3 = version == ProtocolVersion::tls1_3;
    CHECK((find(hello.extensions, ExtensionType::supported_versions) != nullptr) == tls1_3);
    CHECK(hello.session_id.size() == (tls1_3 ? 32 : 0));
}

TEST_CASE("all suites of two bytes are offered, in the order given, and no SSLv2 kind", "[tls]")
{
    std::vector<CipherSuite> suites = every_suite();
    std::ranges::reverse(suites);
    const ClientHello hello = make_client_hello(ProtocolVersion::tls1_2, suites, {}, {});
    const auto kinds = static_cast<std::size_t>(std::ranges::count_if(all_suites(), is_ssl2, &SuiteInfo::code));
    CHECK(hello.cipher_suites.size() == all_suites().size() - kinds);
    CHECK(std::ranges::is_sorted(hello.cipher_suites, std::ranges::greater{}));
    CHECK(make_ssl2_client_hello({}).cipher_specs.size() == kinds);
}

TEST_CASE("a full hello has the extensions of its version and no others", "[tls]")
{
    using enum ExtensionType;
    const std::set below = {server_name,      session_ticket,   encrypt_then_mac,  extended_master_secret,
                            supported_groups, ec_point_formats, renegotiation_info};
    std::set tls1_2 = below;
    tls1_2.insert(signature_algorithms);
    std::set tls1_3 = tls1_2;
    tls1_3.insert({supported_versions, psk_key_exchange_modes, key_share});

    for (const auto& [version, expected] : {std::pair{ProtocolVersion::ssl3, below},
                                            {ProtocolVersion::tls1_0, below},
                                            {ProtocolVersion::tls1_1, below},
                                            {ProtocolVersion::tls1_2, tls1_2},
                                            {ProtocolVersion::tls1_3, tls1_3}}) {
        const ClientHello hello = hello_for(version);
        std::multiset<ExtensionType> types;
        std::ranges::transform(*hello.extensions, std::inserter(types, types.end()), &Extension::type);
        CHECK(std::ranges::equal(types, expected));
    }
}

TEST_CASE("a TLS 1.3 hello has an empty key_share, so that the server must name its group", "[tls]")
{
    for (const ExtensionSet set : {ExtensionSet::full, ExtensionSet::few, ExtensionSet::none}) {
        const ClientHello hello = hello_for(ProtocolVersion::tls1_3, set);
        REQUIRE(find(hello.extensions, ExtensionType::key_share) != nullptr);
        CHECK(find(hello.extensions, ExtensionType::key_share)->body == base::Bytes{0, 0});
        CHECK(find(hello.extensions, ExtensionType::supported_groups) != nullptr);
        CHECK(find(hello.extensions, ExtensionType::signature_algorithms) != nullptr);
    }
}

TEST_CASE("without extensions below TLS 1.3 nothing follows the compression methods", "[tls]")
{
    CHECK_FALSE(hello_for(ProtocolVersion::tls1_2, ExtensionSet::none).extensions.has_value());
    CHECK_FALSE(hello_for(ProtocolVersion::ssl3, ExtensionSet::none).extensions.has_value());
}

TEST_CASE("a name that is empty is not sent", "[tls]")
{
    const ClientHello hello = make_client_hello(ProtocolVersion::tls1_2, every_suite(), {}, {});
    CHECK(find(hello.extensions, ExtensionType::server_name) == nullptr);
    CHECK(offered_server_name(hello_for(ProtocolVersion::tls1_2)) == "mail.example.com");
    CHECK(offered_server_name(hello_for(ProtocolVersion::tls1_2, ExtensionSet::few)) == "mail.example.com");
}

TEST_CASE("with any number of suites no hello has a length that hangs, nor an empty last extension", "[tls]")
{
    const std::vector<CipherSuite> suites = every_suite();
    int padded = 0;
    for (const ProtocolVersion version : {ProtocolVersion::ssl3, ProtocolVersion::tls1_2, ProtocolVersion::tls1_3}) {
        for (const ExtensionSet set : {ExtensionSet::full, ExtensionSet::few}) {
            for (std::size_t count = 0; count <= 411; ++count) {
                const ClientHello hello =
                    make_client_hello(version, std::span(suites).first(count), {"a.example", set}, {});
                const std::size_t size = encode(hello).size();
                padded += find(hello.extensions, ExtensionType::padding) != nullptr ? 1 : 0;
                if ((size >= 256 && size < 512) || hello.extensions->back().body.empty()) {
                    FAIL_CHECK(count << " suites: " << size << " bytes");
                }
            }
        }
    }
    CHECK(padded > 0);
}

TEST_CASE("groups and schemes are each offered once, and no more than old servers can hold", "[tls]")
{
    CHECK(std::set(wide_groups().begin(), wide_groups().end()).size() == wide_groups().size());
    CHECK(std::set(wide_schemes().begin(), wide_schemes().end()).size() == wide_schemes().size());
    CHECK(wide_groups().size() <= 64);
    CHECK(wide_schemes().size() <= 64);
    CHECK(wide_groups().front() == NamedGroup::x25519);
}

}  // namespace
}  // namespace smtptls::tls

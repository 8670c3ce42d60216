#include "tls/hello_shape.hpp"

#include <algorithm>
#include <utility>

namespace smtptls::tls {
namespace {

using enum NamedGroup;
using enum SignatureScheme;

// Elliptic curves and finite fields in the order of today's clients, then what only old or odd servers have;
// the hybrids last, so that a TLS 1.3 server with a choice names the group that everybody can finish.
constexpr NamedGroup groups[] = {
    x25519,
    secp256r1,
    x448,
    secp521r1,
    secp384r1,
    brainpoolP256r1,
    brainpoolP384r1,
    brainpoolP512r1,
    brainpoolP256r1tls13,
    brainpoolP384r1tls13,
    brainpoolP512r1tls13,
    secp256k1,
    secp224r1,
    secp224k1,
    secp192r1,
    secp192k1,
    secp160r2,
    secp160r1,
    secp160k1,
    sect571r1,
    sect571k1,
    sect409r1,
    sect409k1,
    sect283r1,
    sect283k1,
    sect239k1,
    sect233r1,
    sect233k1,
    sect193r2,
    sect193r1,
    sect163r2,
    sect163r1,
    sect163k1,
    ffdhe2048,
    ffdhe3072,
    ffdhe4096,
    ffdhe6144,
    ffdhe8192,
    X25519MLKEM768,
    SecP256r1MLKEM768,
    SecP384r1MLKEM1024,
    MLKEM768,
    MLKEM1024,
    MLKEM512,
    curveSM2,
    GC256A,
    GC256B,
    GC256C,
    GC256D,
    GC512A,
    GC512B,
    GC512C,
};

constexpr NamedGroup common_groups[] = {x25519, secp256r1, secp384r1, secp521r1, ffdhe2048, X25519MLKEM768};

constexpr SignatureScheme schemes[] = {
    ecdsa_secp256r1_sha256,
    ecdsa_secp384r1_sha384,
    ecdsa_secp521r1_sha512,
    ed25519,
    ed448,
    rsa_pss_pss_sha256,
    rsa_pss_pss_sha384,
    rsa_pss_pss_sha512,
    rsa_pss_rsae_sha256,
    rsa_pss_rsae_sha384,
    rsa_pss_rsae_sha512,
    rsa_pkcs1_sha256,
    rsa_pkcs1_sha384,
    rsa_pkcs1_sha512,
    ecdsa_sha224,
    rsa_pkcs1_sha224,
    ecdsa_sha1,
    rsa_pkcs1_sha1,
    dsa_sha256,
    dsa_sha384,
    dsa_sha512,
    dsa_sha224,
    dsa_sha1,
    rsa_pkcs1_md5,
    ecdsa_brainpoolP256r1tls13_sha256,
    ecdsa_brainpoolP384r1tls13_sha384,
    ecdsa_brainpoolP512r1tls13_sha512,
    mldsa44,
    mldsa65,
    mldsa87,
    sm2sig_sm3,
    gostr34102012_256,
    gostr34102012_512,
};

constexpr SignatureScheme common_schemes[] = {
    ecdsa_secp256r1_sha256,
    ecdsa_secp384r1_sha384,
    ed25519,
    rsa_pss_rsae_sha256,
    rsa_pss_rsae_sha384,
    rsa_pss_rsae_sha512,
    rsa_pkcs1_sha256,
    rsa_pkcs1_sha384,
    rsa_pkcs1_sha512,
    ecdsa_sha1,
    rsa_pkcs1_sha1,
    dsa_sha1,
};

// RFC 7685 section 1: a hello of 256 to 511 bytes hangs some servers, which take the length's
// first byte, 1, for an SSLv2 message.
constexpr std::size_t shortest_hanging = 256;
constexpr std::size_t shortest_safe = 512;
constexpr std::size_t padding_header = 4;

constexpr std::size_t challenge_size = 16;

// RFC 8701 section 3.1: a client may offer one or more of these values; one kind of each is enough, and the same ones
// always make the same hello.
constexpr CipherSuite grease_suite{0x1a1a};
constexpr ExtensionType grease_first{0x2a2a};
constexpr ExtensionType grease_last{0x3a3a};
constexpr NamedGroup grease_group{0x4a4a};
constexpr SignatureScheme grease_scheme{0x5a5a};
constexpr ProtocolVersion grease_version{0x6a6a};
constexpr ExtensionType nobodys{0xf123};

template <typename Code>
std::vector<Code> list_of(std::span<const Code> codes, bool greased, Code grease)
{
    std::vector<Code> list(codes.begin(), codes.end());
    if (greased) {
        list.insert(list.begin(), grease);
    }
    return list;
}

// Servers choke on an empty extension in last place; here the last one always has a body.
std::vector<Extension> extensions_of(ProtocolVersion version, const HelloShape& shape)
{
    const bool full = shape.extensions == ExtensionSet::full;
    const bool bare = shape.extensions == ExtensionSet::none;
    const bool grease = shape.trial.grease;
    std::vector<Extension> list;
    if (grease) {
        list.push_back({grease_first, {}});
    }
    if (!shape.server_name.empty() && !bare && !shape.trial.without_name) {
        list.push_back(server_name(shape.server_name));
    }
    if (full) {
        list.push_back({ExtensionType::session_ticket, {}});
        list.push_back({ExtensionType::encrypt_then_mac, {}});
        list.push_back({ExtensionType::extended_master_secret, {}});
    }
    if (shape.trial.unknown_extension) {
        list.push_back({nobodys, {0x00, 0x00}});
    }
    list.push_back(supported_groups(list_of(full ? wide_groups() : std::span(common_groups), grease, grease_group)));
    if (!bare) {
        // JSSE accepts ECDHE in SSLv3 and TLS 1.0 only with these.
        list.push_back(ec_point_formats());
        list.push_back(renegotiation_info());
    }
    if (version >= ProtocolVersion::tls1_2) {
        list.push_back(
            signature_algorithms(list_of(full ? wide_schemes() : std::span(common_schemes), grease, grease_scheme)));
    }
    if (version >= ProtocolVersion::tls1_3) {
        list.push_back(supported_versions(list_of(std::span(&std::as_const(version), 1), grease, grease_version)));
        list.push_back(psk_key_exchange_modes());
        list.push_back(empty_key_share());
    }
    if (grease) {
        list.push_back({grease_last, {0x00}});
    }
    return list;
}

void pad(ClientHello& hello, std::size_t wanted)
{
    const std::size_t size = encode(hello).size();
    const bool hangs = size >= shortest_hanging && size < shortest_safe;
    const std::size_t aim = wanted > 0 ? wanted : hangs ? shortest_safe : 0;
    if (!hello.extensions || size >= aim) {
        return;
    }
    const std::size_t missing = aim - size;
    hello.extensions->push_back(padding(missing > padding_header ? missing - padding_header : 1));
}

}  // namespace

ClientHello make_client_hello(ProtocolVersion version, std::span<const CipherSuite> suites, const HelloShape& shape,
                              const HelloEntropy& entropy)
{
    const bool tls1_3 = version >= ProtocolVersion::tls1_3;
    ClientHello hello;
    hello.record_version = std::min(version, ProtocolVersion::tls1_0);
    hello.legacy_version = std::min(version, ProtocolVersion::tls1_2);
    hello.random = entropy.random;
    std::ranges::copy_if(suites, std::back_inserter(hello.cipher_suites), [](CipherSuite s) { return !is_ssl2(s); });
    if (shape.trial.grease) {
        hello.cipher_suites.insert(hello.cipher_suites.begin(), grease_suite);
    }
    if (tls1_3) {
        hello.session_id.assign(entropy.session_id.begin(), entropy.session_id.end());
    }
    if (tls1_3 || shape.extensions != ExtensionSet::none || shape.trial != HelloTrial()) {
        hello.extensions = extensions_of(version, shape);
        pad(hello, shape.trial.size);
    }
    return hello;
}

Ssl2ClientHello make_ssl2_client_hello(const HelloEntropy& entropy)
{
    Ssl2ClientHello hello;
    for (const SuiteInfo& info : all_suites()) {
        if (is_ssl2(info.code)) {
            hello.cipher_specs.push_back(info.code);
        }
    }
    hello.challenge.assign(entropy.random.begin(), entropy.random.begin() + challenge_size);
    return hello;
}

std::span<const NamedGroup> wide_groups()
{
    return groups;
}

std::span<const SignatureScheme> wide_schemes()
{
    return schemes;
}

}  // namespace smtptls::tls

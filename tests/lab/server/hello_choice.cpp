#include "hello_choice.hpp"

#include "tls/hello_shape.hpp"

#include <algorithm>

namespace smtptls::lab {

namespace {

using tls::ProtocolVersion;

// Oldest first, without what nobody has heard of (GREASE).
std::vector<ProtocolVersion> versions_of(const HelloTable& table, const tls::ClientHello& hello)
{
    std::vector<ProtocolVersion> offered;
    const bool listed = tls::find(hello.extensions, tls::ExtensionType::supported_versions) != nullptr;
    const auto versions = tls::offered_versions(hello);
    // RFC 8446 section 4.2.1: "If this extension is not present, servers [...] MUST negotiate TLS 1.2 or
    // prior [...] even if ClientHello.legacy_version is 0x0304 or later."
    const auto highest = std::min(hello.legacy_version, ProtocolVersion::tls1_2);
    for (const auto version : tls::all_versions) {
        const bool by_list = std::ranges::find(versions, version) != versions.end();
        const bool by_legacy = version != ProtocolVersion::ssl2 && version <= highest;
        if (listed && table.reads_supported_versions ? by_list : by_legacy) {
            offered.push_back(version);
        }
    }
    return offered;
}

bool wants_group(tls::CipherSuite suite)
{
    const auto* info = tls::find(suite);
    return info != nullptr &&
           (info->key_exchange == tls::KeyExchange::ecdhe || info->key_exchange == tls::KeyExchange::ecdhe_psk ||
            info->key_exchange == tls::KeyExchange::any);
}

bool is_chacha(tls::CipherSuite suite)
{
    const auto* info = tls::find(suite);
    return info != nullptr && info->cipher == tls::Cipher::chacha20;
}

bool has_grease(const tls::ClientHello& hello)
{
    return std::ranges::any_of(
        hello.cipher_suites, [](tls::CipherSuite suite) { return tls::is_grease(static_cast<std::uint16_t>(suite)); });
}

bool has_unknown_extension(const tls::ClientHello& hello)
{
    return hello.extensions && std::ranges::any_of(*hello.extensions, [](const tls::Extension& extension) {
               const auto code = static_cast<std::uint16_t>(extension.type);
               return code >= 0xf000 && !tls::is_grease(code) &&
                      extension.type != tls::ExtensionType::renegotiation_info;
           });
}

bool applies(const Intolerance& intolerance, const tls::ClientHello& hello)
{
    switch (intolerance.kind) {
        case Intolerance::Kind::tls13: return highest_version(hello) >= ProtocolVersion::tls1_3;
        case Intolerance::Kind::extensions: return hello.extensions.has_value();
        case Intolerance::Kind::bytes: {
            const auto size = tls::encode(hello).size();
            return size >= intolerance.from && size <= intolerance.to;
        }
        case Intolerance::Kind::suites: {
            const auto count = hello.cipher_suites.size();
            return count >= intolerance.from && count <= intolerance.to;
        }
        case Intolerance::Kind::high_suites:
            return std::ranges::any_of(hello.cipher_suites,
                                       [](tls::CipherSuite suite) { return static_cast<std::uint32_t>(suite) > 0xff; });
        case Intolerance::Kind::grease: return has_grease(hello);
        case Intolerance::Kind::unknown_extension: return has_unknown_extension(hello);
        case Intolerance::Kind::server_name:
            return tls::find(hello.extensions, tls::ExtensionType::server_name) != nullptr;
    }
    return false;
}

}  // namespace

VersionChoice choose_version(const HelloTable& table, const tls::ClientHello& hello)
{
    const auto offered = versions_of(table, hello);
    if (offered.empty()) {
        return {std::nullopt, table.absent_otherwise.manner};
    }
    if (table.versions.contains(offered.back())) {
        return {offered.back(), {}};
    }
    const auto found = table.absent.find(offered.back());
    const auto& absence = found != table.absent.end() ? found->second : table.absent_otherwise;
    if (!absence.lower) {
        return {std::nullopt, absence.manner};
    }
    const auto lower = std::find_if(offered.rbegin(), offered.rend(),
                                    [&](ProtocolVersion version) { return table.versions.contains(version); });
    return lower != offered.rend() ? VersionChoice{*lower, {}} : VersionChoice{std::nullopt, absence.manner};
}

std::optional<tls::NamedGroup> choose_group(const HelloTable& table, const tls::ClientHello& hello)
{
    const auto* extension = tls::find(hello.extensions, tls::ExtensionType::supported_groups);
    if (extension == nullptr) {
        return table.ecdhe_needs_groups || table.groups.empty() ? std::nullopt : std::optional(table.groups.front());
    }
    const auto offered = tls::decode_supported_groups(extension->body);
    if (!offered) {
        return std::nullopt;
    }
    const auto found = std::ranges::find_if(
        table.groups, [&](tls::NamedGroup group) { return std::ranges::find(*offered, group) != offered->end(); });
    return found != table.groups.end() ? std::optional(*found) : std::nullopt;
}

Suites common_suites(const VersionTable& version, const Suites& offered)
{
    Suites ranked = version.order == SuiteOrder::client ? offered : version.suites;
    const auto& other = version.order == SuiteOrder::client ? version.suites : offered;
    const bool begins_with_chacha = !offered.empty() && is_chacha(offered.front());
    if (version.order == SuiteOrder::chacha_first_if_client && begins_with_chacha) {
        std::stable_partition(ranked.begin(), ranked.end(), is_chacha);
    }
    std::erase_if(ranked, [&](tls::CipherSuite suite) { return !contains(other, suite); });
    return ranked;
}

std::optional<tls::CipherSuite> choose_suite(const VersionTable& version, const Suites& offered, bool has_group)
{
    for (const auto suite : common_suites(version, offered)) {
        if (has_group || !wants_group(suite)) {
            return suite;
        }
    }
    return std::nullopt;
}

bool contains(const Suites& suites, tls::CipherSuite suite)
{
    return std::ranges::find(suites, suite) != suites.end();
}

bool has_share(const tls::ClientHello& hello, tls::NamedGroup group)
{
    const auto* extension = tls::find(hello.extensions, tls::ExtensionType::key_share);
    if (extension == nullptr) {
        return false;
    }
    bool found = false;
    tls::Reader reader(extension->body);
    reader.each16("client_shares", [&](tls::Reader& item) {
        const auto offered = item.u16<tls::NamedGroup>("group");
        const auto share = item.opaque16("key_exchange");
        found = found || (offered == group && !share.empty());
    });
    return found;
}

std::optional<Manner> intolerance_of(const HelloTable& table, const tls::ClientHello& hello)
{
    for (const auto& intolerance : table.intolerant) {
        if (applies(intolerance, hello)) {
            return intolerance.manner;
        }
    }
    return std::nullopt;
}

}  // namespace smtptls::lab

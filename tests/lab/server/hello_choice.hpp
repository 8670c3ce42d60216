// What a table's server chooses from a hello: the version, the suite, the group. Part of `answer`
// (hello_table.hpp); bytes are made elsewhere.
#pragma once

#include "hello_table.hpp"

namespace smtptls::lab {

/// A version, or how the hello is refused for want of one.
struct VersionChoice {
    std::optional<tls::ProtocolVersion> version;
    Manner refusal;
};

VersionChoice choose_version(const HelloTable& table, const tls::ClientHello& hello);

/// The first of our groups that the hello names; without supported_groups our first, unless the table
/// or TLS 1.3 asks for them.
std::optional<tls::NamedGroup> choose_group(const HelloTable& table, const tls::ClientHello& hello);

/// By the version's order, passing over ECDHE if there is no group. `offered` is as far as it was read.
std::optional<tls::CipherSuite> choose_suite(const VersionTable& version, const Suites& offered, bool has_group);

/// All that both have, by the version's order.
Suites common_suites(const VersionTable& version, const Suites& offered);

bool contains(const Suites& suites, tls::CipherSuite suite);

/// Whether the hello brings a share for that group already.
bool has_share(const tls::ClientHello& hello, tls::NamedGroup group);

/// Why the server chokes on the hello, or nothing.
std::optional<Manner> intolerance_of(const HelloTable& table, const tls::ClientHello& hello);

}  // namespace smtptls::lab

#include "probes/cost.hpp"

#include "probes/suite_sets.hpp"
#include "probes/version_plan.hpp"

#include <array>

namespace smtptls::probes {
namespace {

struct Server {
    std::string_view name;
    std::size_t accepted;  // cells
    std::size_t versions;  // that accept any
    std::size_t sieve;     // questions of the sieve, where the server's own order decides
    std::size_t cover;     // handshakes of --confirm family

    bool own_order() const { return sieve > 0; }
};

// Debian 12's Postfix hardened and as it comes, and with tls_preempt_cipherlist (tests/lab/postfix.py); and
// OpenSSL 1.0.2 with every suite (tests/lab/server/tables), whose own order decides.
constexpr std::array<Server, 5> servers = {{{"a hardened server (TLS 1.2 and 1.3)", 47, 2, 0, 11},
                                            {"a hardened server with its own order", 47, 2, 25, 9},
                                            {"a server with default settings", 91, 4, 0, 19},
                                            {"default settings with its own order", 91, 4, 95, 15},
                                            {"an old server with everything on", 252, 5, 82, 22}}};

// The same with --verdict-only, under PCI DSS (tests/bench/verdict_only, tests/cli/test_verdict_only.py).
constexpr std::array<KnownCost, 4> limited_servers = {{{"a server that complies", {7, 4}},
                                                       {"a server with default settings", {20, 13}},
                                                       {"a server that complies, with its own order", {39, 4}},
                                                       {"default settings with its own order", {117, 10}}}};

constexpr std::size_t closed = 1;          // for each version that accepts any: its canary is chosen
constexpr std::size_t own_order = 2;       // more: its first suite is chosen twice, and the rest refused
constexpr std::size_t once = 6;            // gates of absent versions, and a few lanes
constexpr std::size_t of_tls = 5;          // versions; those that are absent are asked once more
constexpr std::size_t others = 3;          // handshakes of the certificate probe, if there is one certificate
constexpr std::size_t most_others = 24;    // if each shows another one
constexpr std::size_t shapes = 2;          // of the intolerance probe, if all is borne
constexpr std::size_t most_shapes = 40;    // if nothing is
constexpr std::size_t most_of_sieve = 60;  // in a version, where a trap is seen late
constexpr std::size_t list_part = 60;      // suites of a list that a version is asked in once more
constexpr std::size_t gates = 6;

std::size_t handshakes_of(const Server& server, Confirm confirm)
{
    switch (confirm) {
        case Confirm::none: return 0;
        case Confirm::version: return server.versions;
        case Confirm::family: return server.cover;
        case Confirm::suite: return server.accepted;
    }
    return 0;
}

}  // namespace

std::vector<KnownCost> known_costs(Confirm confirm, bool limited)
{
    std::vector<KnownCost> costs;
    if (limited) {
        costs.assign(limited_servers.begin(), limited_servers.end());
        for (KnownCost& known : costs) {
            known.cost.handshakes = confirm == Confirm::none ? 0 : known.cost.handshakes;
        }
        return costs;
    }
    for (const Server& server : servers) {
        const std::size_t handshakes = handshakes_of(server, confirm);
        // In the client's order the first suite of a version is found by a hello, and confirming the others finds them
        // too.
        const bool finds = confirm == Confirm::family && !server.own_order();
        const std::size_t found = finds ? handshakes - server.versions : 0;
        const std::size_t each = closed + (server.own_order() ? own_order : 0);
        const std::size_t hellos =
            server.accepted - found + each * server.versions + once + of_tls - server.versions + server.sieve + shapes;
        costs.push_back({server.name, {hellos, handshakes + (confirm == Confirm::none ? 0 : others)}});
    }
    return costs;
}

// Each suite is chosen once or refused in a list; what lists may have to be asked beside that has a limit. Handshakes
// that fail have their siblings tried: in the end all that an OpenSSL can have.
Cost most_cost(Confirm confirm)
{
    Cost most{1 + most_shapes, 0};  // SSL 2
    for (const tls::ProtocolVersion version : tls::all_versions) {
        if (version == tls::ProtocolVersion::ssl2) {
            continue;
        }
        most.hellos +=
            gates + closed + own_order + static_cast<std::size_t>(Closing<tls::CipherSuite>::budget) + most_of_sieve;
        std::size_t asked = 0;
        for (const tls::SuiteInfo& info : tls::all_suites()) {
            const bool tls13 = info.lowest == tls::ProtocolVersion::tls1_3;
            if (tls::is_ssl2(info.code) || tls13 != (version == tls::ProtocolVersion::tls1_3)) {
                continue;
            }
            ++asked;
            const bool speakable = confirm != Confirm::none && version >= tls::ProtocolVersion::tls1_0 &&
                                   info.lowest <= version && !info.openssl_name.empty();
            most.handshakes += speakable ? std::size_t{1} : std::size_t{0};
        }
        most.hellos += asked + (asked + list_part - 1) / list_part;
    }
    most.handshakes += confirm == Confirm::none ? 0 : most_others;
    return most;
}

}  // namespace smtptls::probes

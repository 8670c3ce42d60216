#include "tests/model/small.hpp"

#include <algorithm>
#include <iostream>

namespace smtptls::test {

const Suites& ten()
{
    static const Suites suites = {
        CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        CipherSuite::TLS_DHE_RSA_WITH_AES_128_CBC_SHA,      CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA,
        CipherSuite::TLS_RSA_WITH_3DES_EDE_CBC_SHA,         CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite::TLS_DH_anon_WITH_AES_128_CBC_SHA,      CipherSuite::TLS_PSK_WITH_AES_128_CBC_SHA,
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,  CipherSuite::TLS_RSA_WITH_RC4_128_SHA,
    };
    return suites;
}

const Suites& eight()
{
    static const Suites suites = probes::those(ten(), [](CipherSuite suite) {
        return suite != CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 &&
               suite != CipherSuite::TLS_RSA_WITH_RC4_128_SHA;
    });
    return suites;
}

Suites some_of(Suites suites, std::size_t least, std::size_t most, std::mt19937& random)
{
    std::shuffle(suites.begin(), suites.end(), random);
    suites.resize(least + random() % (most - least + 1));
    return suites;
}

Server of_table(Suites table, Order order)
{
    Server server;
    server.tables[tls12] = std::move(table);
    server.order = order;
    return server;
}

std::string text_of(const Server& server)
{
    std::string text = "order " + std::to_string(static_cast<int>(server.order)) + ", refusal " +
                       std::to_string(static_cast<int>(server.refusal)) + ":";
    for (const CipherSuite suite : server.tables.at(tls12)) {
        const auto poison = server.poison.find(suite);
        text += " " + tls::format(suite) +
                (poison == server.poison.end() ? "" : "!" + std::to_string(static_cast<int>(poison->second)));
    }
    return text;
}

void print(const Server& server, const Run& run)
{
    std::cout << text_of(server) << '\n';
    for (const std::string& line : run.log) {
        std::cout << "  " << line << '\n';
    }
    for (const model::Cell& cell : run.cells) {
        std::cout << "    " << tls::format(cell.suite) << ' ' << model::format(cell.state) << '\n';
    }
}

}  // namespace smtptls::test

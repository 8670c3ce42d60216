// What clients get from an Exim configuration, with one TLS library. Exim specification, chapter 43.
#pragma once

#include "report/remedy/exim_config.hpp"
#include "report/remedy/explanation.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace smtptls::remedy {

/// "exim4.conf:12", escaped; the file alone where the line is not known.
std::string exim_place(const ConfigPlace& place);

/// To whom STARTTLS is offered, by tls_advertise_hosts. unclear: it is worked out for each connection.
enum class Advertised { everyone, some, nobody, unclear };

/// Where the option is not set: everyone from Exim 4.87 on, nobody before.
Advertised advertised(const EximConfig& config, const EximBuild& build);

/// What openssl_options leaves on, and its words that make Exim refuse the configuration, escaped.
struct OpensslOptions {
    std::set<tls::ProtocolVersion> left;
    std::vector<std::string> wrong;
};

OpensslOptions evaluate_openssl_options(std::string_view value, const Release& openssl);

/// The security level that counts for a tls_require_ciphers, with OpenSSL.
int security_level(std::string_view cipher_list, const Release& openssl);

/// For a server whose certificate is for RSA keys, or for ECDSA ones.
struct EximClients {
    TlsForecast starttls;
    std::optional<TlsForecast> implicit;  ///< on the ports of tls_on_connect_ports, if it names some
};

EximClients forecast_exim(const EximConfig& config, const EximBuild& build, bool ecdsa);

}  // namespace smtptls::remedy

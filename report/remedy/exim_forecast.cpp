#include "report/remedy/exim_forecast.hpp"

#include "report/remedy/cipher_list.hpp"
#include "report/remedy/config_lines.hpp"
#include "report/remedy/gnutls_priority.hpp"
#include "report/remedy/rule.hpp"

#include <algorithm>
#include <array>

namespace smtptls::remedy {
namespace {

using tls::ProtocolVersion;
using Versions = std::set<ProtocolVersion>;

constexpr Release since_everyone = {4, 87, 0};

struct OptionName {
    std::string_view written;
    ProtocolVersion version;
    Release since;  // of OpenSSL
};

constexpr std::array version_options = {OptionName{"no_tlsv1", ProtocolVersion::tls1_0, {}},
                                        OptionName{"no_tlsv1_1", ProtocolVersion::tls1_1, {1, 0, 1}},
                                        OptionName{"no_tlsv1_2", ProtocolVersion::tls1_2, {1, 0, 1}},
                                        OptionName{"no_tlsv1_3", ProtocolVersion::tls1_3, {1, 1, 1}}};

// What else an Exim may know, by its own release and OpenSSL's.
constexpr std::array other_options = {"all",
                                      "allow_no_dhe_kex",
                                      "allow_unsafe_legacy_renegotiation",
                                      "cipher_server_preference",
                                      "cookie_exchange",
                                      "cryptopro_tlsext_bug",
                                      "dont_insert_empty_fragments",
                                      "enable_middlebox_compat",
                                      "ephemeral_rsa",
                                      "legacy_server_connect",
                                      "microsoft_big_sslv3_buffer",
                                      "microsoft_sess_id_bug",
                                      "msie_sslv2_rsa_padding",
                                      "netscape_ca_dn_bug",
                                      "netscape_challenge_bug",
                                      "netscape_demo_cipher_change_bug",
                                      "netscape_reuse_cipher_change_bug",
                                      "no_anti_replay",
                                      "no_compression",
                                      "no_encrypt_then_mac",
                                      "no_renegotiation",
                                      "no_session_resumption_on_renegotiation",
                                      "no_sslv2",
                                      "no_sslv3",
                                      "no_ticket",
                                      "pkcs1_check_1",
                                      "pkcs1_check_2",
                                      "prioritize_chacha",
                                      "safari_ecdhe_ecdsa_bug",
                                      "single_dh_use",
                                      "single_ecdh_use",
                                      "ssleay_080_client_dh_bug",
                                      "sslref2_reuse_cert_type_bug",
                                      "tls_block_padding_bug",
                                      "tls_d5_bug",
                                      "tls_rollback_bug",
                                      "tlsext_padding"};

bool is_for_each_connection(const Setting* at)
{
    return at != nullptr && at->value.find('$') != std::string::npos;
}

std::string exim_value(const EximConfig& config, std::string_view name)
{
    const Setting* const at = find_setting(config, name);
    return at == nullptr ? "" : at->value;
}

TlsForecast exim_without_tls(TlsOffer offer, std::string note)
{
    return {offer, true, {}, {}, std::move(note)};
}

TlsForecast exim_untold(std::string note)
{
    return {TlsOffer::optional, false, {}, {}, std::move(note)};
}

// Exim takes underscores for the hyphens of OpenSSL's names.
std::string openssl_list(const EximConfig& config)
{
    std::string list = exim_value(config, "tls_require_ciphers");
    std::replace(list.begin(), list.end(), '_', '-');
    return list.empty() ? "DEFAULT" : list;
}

// What only one library takes, and what none takes any more.
std::string refused_option(const EximConfig& config, const EximBuild& build)
{
    constexpr Release since_removed = {4, 88, 0};
    if (build.gnutls && find_setting(config, "openssl_options") != nullptr) {
        return "openssl_options, which only a build with OpenSSL takes";
    }
    for (const char* name : {"gnutls_require_protocols", "gnutls_require_kx", "gnutls_require_mac"}) {
        if (find_setting(config, name) != nullptr && build.exim >= since_removed) {
            return std::string(name) + ", which it does not know any more";
        }
    }
    const Setting* const options = find_setting(config, "openssl_options");
    if (!build.gnutls && options != nullptr && !is_for_each_connection(options)) {
        const auto wrong = evaluate_openssl_options(options->value, build.openssl).wrong;
        return wrong.empty() ? "" : enumerated(wrong) + " in openssl_options";
    }
    return "";
}

std::string refused_list(const EximConfig& config, const EximBuild& build)
{
    const Setting* const list = find_setting(config, "tls_require_ciphers");
    if (list == nullptr || list->value.empty() || is_for_each_connection(list)) {
        return "";
    }
    if (build.gnutls) {
        const GnutlsPriority priority = evaluate_priority(list->value);
        return priority.refused ? in_quotes(*priority.refused) + " in tls_require_ciphers, which GnuTLS refuses" : "";
    }
    const bool any = !evaluate_cipher_list(openssl_list(config), build.openssl).suites.empty();
    return any ? "" : "tls_require_ciphers, in which OpenSSL finds no suite";
}

// The first option that stands there twice.
std::string refused_repetition(const EximConfig& config)
{
    std::set<std::string_view> seen;
    for (const Setting& at : config.main) {
        if (!seen.insert(at.name).second) {
            return "the second " + base::UntrustedText(at.name).escaped() + " (" + exim_place(at.place) + ")";
        }
    }
    return "";
}

// Why Exim does not start with the configuration; empty if it does, as far as can be seen.
std::string exim_refusal(const EximConfig& config, const EximBuild& build)
{
    const auto found = std::find_if(config.problems.begin(), config.problems.end(),
                                    [](const EximProblem& one) { return one.trouble == EximTrouble::refusal; });
    std::string why = found == config.problems.end() ? "" : exim_place(found->place);
    for (const auto& next : {refused_repetition(config), refused_option(config, build), refused_list(config, build)}) {
        why = why.empty() ? next : why;
    }
    return why.empty() ? "" : "Exim refuses the configuration because of " + why;
}

// Why the options named cannot be told; empty if they can.
std::string exim_doubt(const EximConfig& config, std::initializer_list<std::string_view> names)
{
    for (const EximProblem& one : config.problems) {
        if (one.trouble == EximTrouble::doubt) {
            return "not everything could be read: see " + exim_place(one.place);
        }
    }
    for (const EximUnsure& one : config.unsure) {
        if (std::find(names.begin(), names.end(), one.setting.name) != names.end()) {
            return one.setting.name + " in " + exim_place(one.setting.place) + " " + one.why;
        }
    }
    return "";
}

TlsForecast forecast_openssl(const EximConfig& config, const EximBuild& build, bool ecdsa)
{
    const std::string list = openssl_list(config);
    const int level = security_level(list, build.openssl);
    const CipherList ciphers = at_security_level(evaluate_cipher_list(list, build.openssl), level, build.openssl);
    const Versions by_options = evaluate_openssl_options(exim_value(config, "openssl_options"), build.openssl).left;
    TlsForecast forecast;
    forecast.offer = TlsOffer::optional;
    for (const tls::CipherSuite suite : ciphers.suites) {
        const tls::SuiteInfo& info = *tls::find(suite);
        const bool own_key = info.key_exchange != tls::KeyExchange::dh && info.key_exchange != tls::KeyExchange::ecdh;
        if (own_key && info.authentication == (ecdsa ? tls::Authentication::ecdsa : tls::Authentication::rsa)) {
            forecast.suites.push_back(suite);
        }
    }
    for (const ProtocolVersion version : by_options) {
        const bool suite = version == ProtocolVersion::tls1_3 || has_suite_for(forecast.suites, version);
        if (suite && is_allowed(version, level, build.openssl)) {
            forecast.versions.insert(forecast.versions.begin(), version);
        }
    }
    keep_suites_of(forecast.versions, forecast.suites);
    return forecast;
}

TlsForecast forecast_gnutls(const EximConfig& config, bool ecdsa)
{
    const GnutlsPriority priority = evaluate_priority(exim_value(config, "tls_require_ciphers"), ecdsa);
    if (priority.by_system) {
        return exim_untold("tls_require_ciphers begins with \"@\": GnuTLS's own configuration decides");
    }
    return {TlsOffer::optional, true, {priority.versions.rbegin(), priority.versions.rend()}, priority.suites, ""};
}

// With TLS that works, in whatever way it is begun.
TlsForecast forecast_tls(const EximConfig& config, const EximBuild& build, bool ecdsa)
{
    const std::string why = exim_doubt(config, {"tls_require_ciphers", "openssl_options"});
    if (!why.empty()) {
        return exim_untold(why);
    }
    for (const std::string_view name : {"tls_require_ciphers", "openssl_options"}) {
        if (is_for_each_connection(find_setting(config, name))) {
            return exim_untold(std::string(name) + " is worked out for each connection");
        }
    }
    TlsForecast forecast = build.gnutls ? forecast_gnutls(config, ecdsa) : forecast_openssl(config, build, ecdsa);
    if (forecast.certain && forecast.versions.empty()) {
        forecast.note = "no version and no suite is left: every handshake fails";
    }
    return forecast;
}

TlsForecast forecast_starttls(const EximConfig& config, const EximBuild& build, const TlsForecast& tls)
{
    const std::string why = exim_doubt(config, {"tls_advertise_hosts"});
    switch (why.empty() ? advertised(config, build) : Advertised::unclear) {
        case Advertised::nobody:
            return exim_without_tls(TlsOffer::none,
                                    find_setting(config, "tls_advertise_hosts") == nullptr
                                        ? "tls_advertise_hosts is not set, and empty before Exim 4.87"
                                        : "tls_advertise_hosts is empty: STARTTLS is offered to nobody");
        case Advertised::unclear:
            return exim_untold(why.empty() ? "tls_advertise_hosts is worked out for each connection" : why);
        case Advertised::everyone: return tls;
        case Advertised::some: break;
    }
    TlsForecast some = tls;
    some.note = (some.note.empty() ? "" : some.note + "; ") + "only for the hosts in tls_advertise_hosts";
    return some;
}

}  // namespace

std::string exim_place(const ConfigPlace& place)
{
    return place.file.escaped() + (place.line == 0 ? "" : ":" + std::to_string(place.line));
}

Advertised advertised(const EximConfig& config, const EximBuild& build)
{
    const Setting* const at = find_setting(config, "tls_advertise_hosts");
    if (at == nullptr) {
        return build.exim >= since_everyone ? Advertised::everyone : Advertised::nobody;
    }
    if (is_for_each_connection(at)) {
        return Advertised::unclear;
    }
    // "<;" at the beginning: a semicolon stands between the words, and not a colon.
    std::string_view list = trimmed(at->value);
    const bool other = list.size() > 1 && list.front() == '<' && std::string_view(";,/ ").find(list[1]) < 4;
    const std::string separator = other ? std::string(1, list[1]) : ":";
    list.remove_prefix(other ? 2 : 0);
    const std::vector<std::string> words = words_of(list, separator + " \t");
    if (words.empty()) {
        return Advertised::nobody;
    }
    return words.front() == "*" ? Advertised::everyone : Advertised::some;
}

OpensslOptions evaluate_openssl_options(std::string_view value, const Release& openssl)
{
    OpensslOptions result;
    result.left = versions_of(openssl);
    for (const std::string& word : words_of(value, " \t\r\n")) {
        const std::string_view name = std::string_view(word).substr(1);
        const bool sign = word.front() == '+' || word.front() == '-';
        const auto* const found =
            std::find_if(version_options.begin(), version_options.end(),
                         [&](const OptionName& one) { return one.written == name && openssl >= one.since; });
        if (sign && found != version_options.end() && word.front() == '+') {
            result.left.erase(found->version);
        } else if (sign && found != version_options.end()) {
            result.left.insert(found->version);
        } else if (!sign || std::find(other_options.begin(), other_options.end(), name) == other_options.end()) {
            result.wrong.push_back(in_quotes(word));
        }
        if (result.wrong.size() == 3) {
            break;  // Exim stops at the first
        }
    }
    return result;
}

int security_level(std::string_view cipher_list, const Release& openssl)
{
    return evaluate_cipher_list(cipher_list, openssl).level.value_or(preset_security_level(openssl));
}

EximClients forecast_exim(const EximConfig& config, const EximBuild& build, bool ecdsa)
{
    const Setting* const ports = find_setting(config, "tls_on_connect_ports");
    const std::string refused = exim_refusal(config, build);
    const TlsForecast tls =
        refused.empty() ? forecast_tls(config, build, ecdsa) : exim_without_tls(TlsOffer::dead, refused);
    EximClients clients;
    clients.starttls = refused.empty() ? forecast_starttls(config, build, tls) : tls;
    if (ports != nullptr && !trimmed(ports->value).empty()) {
        clients.implicit = tls;
        clients.implicit->offer = tls.offer == TlsOffer::dead ? TlsOffer::dead : TlsOffer::implicit;
    }
    return clients;
}

}  // namespace smtptls::remedy

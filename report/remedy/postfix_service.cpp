#include "report/remedy/postfix_service.hpp"

#include "report/remedy/cipher_list.hpp"
#include "report/remedy/config_lines.hpp"
#include "report/remedy/rule.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace smtptls::remedy {
namespace {

using tls::Authentication;
using tls::ProtocolVersion;

struct PortName {
    std::string_view name;
    std::uint16_t port;
};

constexpr std::array port_names = {PortName{"smtp", 25},   PortName{"submission", 587}, PortName{"submissions", 465},
                                   PortName{"smtps", 465}, PortName{"urd", 465},        PortName{"ssmtp", 465}};

Mode mode_of_level(std::string_view level)
{
    struct Level {
        std::string_view name;
        Mode mode;
    };
    // The levels for sending are taken as encrypt, with a warning.
    static constexpr std::array levels = {Level{"none", Mode::off},        Level{"may", Mode::may},
                                          Level{"encrypt", Mode::encrypt}, Level{"verify", Mode::encrypt},
                                          Level{"secure", Mode::encrypt},  Level{"fingerprint", Mode::encrypt}};
    const auto found =
        std::find_if(levels.begin(), levels.end(), [&](const Level& one) { return one.name == lower(level); });
    return found == levels.end() ? Mode::invalid : found->mode;
}

TlsOffer offer_of(Mode mode)
{
    switch (mode) {
        case Mode::may: return TlsOffer::optional;
        case Mode::encrypt: return TlsOffer::required;
        case Mode::wrapper: return TlsOffer::implicit;
        case Mode::off: return TlsOffer::none;
        case Mode::invalid: return TlsOffer::dead;
    }
    return TlsOffer::none;
}

bool has_suite_for(const std::vector<tls::CipherSuite>& suites, ProtocolVersion version)
{
    return std::any_of(suites.begin(), suites.end(), [version](tls::CipherSuite suite) {
        const tls::SuiteInfo* const info = tls::find(suite);
        return version == ProtocolVersion::tls1_2 || info->lowest < ProtocolVersion::tls1_2;
    });
}

bool can_prove(const tls::SuiteInfo& suite, const Certificates& certificates)
{
    switch (suite.authentication) {
        case Authentication::rsa: return certificates.rsa;
        case Authentication::ecdsa: return certificates.ecdsa;
        case Authentication::dss: return certificates.dss;
        default: return suite.authentication == Authentication::anonymous && !certificates.asks;
    }
}

std::vector<tls::CipherSuite> usable_suites(const CipherList& list, const Certificates& certificates)
{
    std::vector<tls::CipherSuite> usable;
    for (const tls::CipherSuite suite : list.suites) {
        const tls::SuiteInfo& info = *tls::find(suite);
        // Static DH and ECDH want a certificate of that kind, which nobody has; ECDSA certificates serve ECDH.
        const bool fits = info.key_exchange != tls::KeyExchange::dh &&
                          (info.key_exchange != tls::KeyExchange::ecdh || certificates.ecdsa);
        if (fits && can_prove(info, certificates)) {
            usable.push_back(suite);
        }
    }
    return usable;
}

// Only the suites that one of the versions below TLS 1.3 can use.
void keep_suites_of(const std::vector<ProtocolVersion>& versions, std::vector<tls::CipherSuite>& suites)
{
    const auto has = [&](ProtocolVersion version) {
        return std::find(versions.begin(), versions.end(), version) != versions.end();
    };
    const bool older = has(ProtocolVersion::tls1_0) || has(ProtocolVersion::tls1_1);
    const auto lost = [&](tls::CipherSuite suite) {
        return !has(ProtocolVersion::tls1_2) && (!older || tls::find(suite)->lowest == ProtocolVersion::tls1_2);
    };
    suites.erase(std::remove_if(suites.begin(), suites.end(), lost), suites.end());
}

TlsForecast nothing(TlsOffer offer, std::string note)
{
    TlsForecast none;
    none.offer = offer;
    none.note = std::move(note);
    return none;
}

bool has_wrong_arguments(const MasterService& service, const Setup& setup)
{
    const auto braces = [](const ServiceOption& option) { return option.braces; };
    const bool too_new = std::any_of(service.options.begin(), service.options.end(), braces);
    return !service.problems.empty() || (too_new && !has_since(setup.postfix, "3.0"));
}

// What keeps TLS from working at all, or nothing.
std::optional<TlsForecast> failure(const Parameters& parameters, const Setup& setup, Mode mode)
{
    if (parameters.service() != nullptr && has_wrong_arguments(*parameters.service(), setup)) {
        return nothing(TlsOffer::dead, "its arguments are wrong");
    }
    if (mode == Mode::invalid) {
        return nothing(TlsOffer::dead,
                       "smtpd(8) does not know the level " + in_quotes(parameters.value("smtpd_tls_security_level")));
    }
    if (mode == Mode::off) {
        return nothing(TlsOffer::none, "TLS is not switched on");
    }
    const auto keywords = words_of(lower(parameters.value("smtpd_discard_ehlo_keywords")), ", \t");
    if (mode != Mode::wrapper && std::find(keywords.begin(), keywords.end(), "starttls") != keywords.end()) {
        return nothing(TlsOffer::none, "smtpd_discard_ehlo_keywords takes STARTTLS away");
    }
    if (!certificates_of(parameters, setup).any) {
        return nothing(TlsOffer::broken, "no certificate is set: STARTTLS is answered with 454");
    }
    const ProtocolList list = parse_protocol_list(parameters.value(governing(mode).protocols), setup.postfix);
    if (list.unknown) {
        return nothing(TlsOffer::broken, "Postfix " + format(setup.postfix) + " does not know " +
                                             in_quotes(*list.unknown) +
                                             " and switches TLS off: EHLO lists STARTTLS, the answer to it is 454");
    }
    return std::nullopt;
}

}  // namespace

Mode mode_of(const Parameters& parameters)
{
    if (parameters.yes("smtpd_tls_wrappermode")) {
        return Mode::wrapper;
    }
    const std::string level = parameters.value("smtpd_tls_security_level");
    if (!level.empty()) {
        return mode_of_level(level);
    }
    if (parameters.yes("smtpd_enforce_tls")) {
        return Mode::encrypt;
    }
    return parameters.yes("smtpd_use_tls") ? Mode::may : Mode::off;
}

std::optional<std::uint16_t> port_of(const MasterService& service)
{
    std::string_view name = service.name;
    if (const std::size_t colon = name.rfind(':'); colon != std::string_view::npos) {
        name.remove_prefix(colon + 1);
    }
    const auto found =
        std::find_if(port_names.begin(), port_names.end(), [name](const PortName& one) { return one.name == name; });
    if (found != port_names.end()) {
        return found->port;
    }
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), port);
    const bool whole = error == std::errc() && end == name.data() + name.size() && port != 0;
    return whole ? std::optional(port) : std::nullopt;
}

Duty duty_of(const MasterService& service, Mode mode)
{
    const auto port = port_of(service);
    if (service.type == "pass" || port == 25) {
        return Duty::exchanger;
    }
    return port == 587 || port == 465 || mode == Mode::wrapper ? Duty::submission : Duty::other;
}

std::string_view format(Duty duty)
{
    switch (duty) {
        case Duty::exchanger: return "mail exchanger";
        case Duty::submission: return "submission";
        case Duty::other: return "other";
    }
    return "other";
}

Governing governing(Mode mode)
{
    if (mode == Mode::encrypt || mode == Mode::wrapper) {
        return {"smtpd_tls_mandatory_protocols",
                "smtpd_tls_mandatory_ciphers",
                {"smtpd_tls_exclude_ciphers", "smtpd_tls_mandatory_exclude_ciphers"}};
    }
    return {"smtpd_tls_protocols", "smtpd_tls_ciphers", {"smtpd_tls_exclude_ciphers"}};
}

std::string cipherlist_of(const Parameters& parameters, Mode mode)
{
    std::string grade = lower(parameters.value(governing(mode).ciphers));
    if ((grade == "export" || grade == "low") && has_since(parameters.postfix(), "3.8")) {
        grade = "medium";
    }
    const std::string name = "tls_" + grade + "_cipherlist";
    return find_parameter(name) == nullptr ? "" : name;
}

std::string whole_cipher_list(const Parameters& parameters, Mode mode)
{
    const std::string name = cipherlist_of(parameters, mode);
    std::string list = name.empty() ? "" : parameters.value(name);
    for (const std::string_view exclusion : governing(mode).exclusions) {
        for (const std::string& word : words_of(parameters.value(exclusion), ", \t\r\n:")) {
            list += ":!" + word;
        }
    }
    const bool demands = mode != Mode::may && parameters.yes("smtpd_tls_req_ccert");
    return demands ? list + ":!aNULL" : list;
}

Certificates certificates_of(const Parameters& parameters, const Setup& setup)
{
    const auto has = [&](std::string_view name) { return !parameters.value(name).empty(); };
    const bool none = lower(parameters.value("smtpd_tls_cert_file")) == "none";
    Certificates found;
    const bool plain = (has("smtpd_tls_cert_file") && !none) || has("smtpd_tls_chain_files");
    found.ecdsa = has("smtpd_tls_eccert_file") || (plain && setup.ecdsa_seen);
    found.dss = has("smtpd_tls_dcert_file");
    found.rsa = plain && !setup.ecdsa_seen;
    found.asks = parameters.yes("smtpd_tls_ask_ccert") || parameters.yes("smtpd_tls_req_ccert");
    found.any = none || plain || found.ecdsa || found.dss;
    return found;
}

bool has_signed_exclusion(const Parameters& parameters, Mode mode)
{
    const std::vector<std::string_view> names = governing(mode).exclusions;
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
        const auto words = words_of(parameters.value(name), ", \t\r\n:");
        return std::any_of(words.begin(), words.end(),
                           [](const std::string& word) { return std::string_view("!+-@").find(word[0]) < 4; });
    });
}

TlsForecast forecast(const Parameters& parameters, const Setup& setup)
{
    const Mode mode = mode_of(parameters);
    if (auto failed = failure(parameters, setup, mode)) {
        return std::move(*failed);
    }
    const Governing names = governing(mode);
    const ProtocolList list = parse_protocol_list(parameters.value(names.protocols), setup.postfix);
    const std::string whole = has_signed_exclusion(parameters, mode) ? "" : whole_cipher_list(parameters, mode);
    const CipherList ciphers = evaluate_cipher_list(whole, setup.openssl);
    TlsForecast result;
    result.offer = offer_of(mode);
    const Certificates certificates = certificates_of(parameters, setup);
    result.suites = usable_suites(ciphers, certificates);
    const bool signs = certificates.rsa || certificates.ecdsa;
    for (const ProtocolVersion version : versions_of(setup.openssl)) {
        // OpenSSL refuses a list without any suite, and then there is no TLS 1.3 either.
        const bool suite = version == ProtocolVersion::tls1_3 ? !ciphers.suites.empty() && signs
                                                              : has_suite_for(result.suites, version);
        if (list.left.count(version) != 0 && suite) {
            result.versions.insert(result.versions.begin(), version);
        }
    }
    keep_suites_of(result.versions, result.suites);
    if (result.versions.empty()) {
        result.note = "no version and no suite is left: every handshake fails";
    }
    for (const std::string_view name : {names.protocols, names.ciphers, names.exclusions.front()}) {
        if (!parameters.find(name).certain) {
            result.certain = false;
            result.note = std::string(name) + " uses a parameter whose value is not known here";
        }
    }
    return result;
}

}  // namespace smtptls::remedy

#include "report/remedy/postfix_service.hpp"

#include "report/remedy/cipher_list.hpp"
#include "report/remedy/config_lines.hpp"
#include "report/remedy/postfix_values.hpp"
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

// What a client meets where TLS is offered and cannot work.
std::string answer_without_tls(Mode mode)
{
    return mode == Mode::wrapper ? "each connection is dropped before the greeting"
                                 : "EHLO lists STARTTLS, the answer to it is 454";
}

// What keeps the program from serving anybody, or nothing.
std::optional<TlsForecast> refusal(const Parameters& parameters, const Setup& setup, Mode mode)
{
    if (parameters.service() != nullptr && has_wrong_arguments(*parameters.service(), setup)) {
        return nothing(TlsOffer::dead, "its arguments are wrong");
    }
    if (const Setting* const bad = fatal_line(parameters, mode != Mode::off); bad != nullptr) {
        return nothing(TlsOffer::dead, "the program ends with an error on " + shown(*bad).escaped());
    }
    if (mode == Mode::invalid) {
        return nothing(TlsOffer::dead, "the program does not know the level " +
                                           in_quotes(parameters.value(parameters.own("smtpd_tls_security_level"))));
    }
    return std::nullopt;
}

// What keeps TLS from working at all, or nothing.
std::optional<TlsForecast> failure(const Parameters& parameters, const Setup& setup, Mode mode)
{
    if (mode == Mode::off) {
        return nothing(TlsOffer::none, "TLS is not switched on");
    }
    const auto keywords = words_of(lower(parameters.value("smtpd_discard_ehlo_keywords")), ", \t");
    if (mode != Mode::wrapper && std::find(keywords.begin(), keywords.end(), "starttls") != keywords.end()) {
        return nothing(TlsOffer::none, "smtpd_discard_ehlo_keywords takes STARTTLS away");
    }
    if (!certificates_of(parameters, setup).any) {
        return nothing(TlsOffer::broken, "no certificate is set: " + answer_without_tls(mode));
    }
    const ProtocolList list =
        parse_protocol_list(parameters.value(governing(parameters, mode).protocols), setup.postfix);
    if (list.unknown) {
        return nothing(TlsOffer::broken, "Postfix " + format(setup.postfix) + " does not know " +
                                             in_quotes(*list.unknown) +
                                             " and switches TLS off: " + answer_without_tls(mode));
    }
    return std::nullopt;
}

bool is_loopback(std::string_view name)
{
    const std::size_t colon = name.rfind(':');
    std::string host = lower(name.substr(0, colon == std::string_view::npos ? 0 : colon));
    host.erase(std::remove_if(host.begin(), host.end(), [](char c) { return c == '[' || c == ']'; }), host.end());
    return host == "localhost" || host == "::1" || host.rfind("127.", 0) == 0;
}

void add_versions(const Parameters& parameters, const Setup& setup, Mode mode, TlsForecast& result)
{
    const ProtocolList list =
        parse_protocol_list(parameters.value(governing(parameters, mode).protocols), setup.postfix);
    const std::string whole = has_signed_exclusion(parameters, mode) ? "" : whole_cipher_list(parameters, mode);
    const CipherList ciphers = at_security_level(evaluate_cipher_list(whole, setup.openssl), 0, setup.openssl);
    const int level = ciphers.level.value_or(0);  // Postfix sets 0, and a list may set another
    const Certificates certificates = certificates_of(parameters, setup);
    result.suites = usable_suites(ciphers, certificates);
    const bool signs = certificates.rsa || certificates.ecdsa;
    for (const ProtocolVersion version : versions_of(setup.openssl)) {
        // OpenSSL refuses a list without any suite, and then there is no TLS 1.3 either.
        const bool suite = version == ProtocolVersion::tls1_3 ? !ciphers.suites.empty() && signs
                                                              : has_suite_for(result.suites, version);
        if (list.left.count(version) != 0 && suite && is_allowed(version, level, setup.openssl)) {
            result.versions.insert(result.versions.begin(), version);
        }
    }
    keep_suites_of(result.versions, result.suites);
}

TlsForecast forecast(const Parameters& parameters, const Setup& setup, Mode mode)
{
    if (auto refused = refusal(parameters, setup, mode)) {
        return std::move(*refused);
    }
    if (auto failed = failure(parameters, setup, mode)) {
        return std::move(*failed);
    }
    const Governing names = governing(parameters, mode);
    TlsForecast result;
    result.offer = offer_of(mode);
    add_versions(parameters, setup, mode, result);
    if (result.versions.empty()) {
        result.note = "no version and no suite is left: every handshake fails";
    }
    for (const std::string& name : {names.protocols, names.ciphers, names.exclusions.front()}) {
        if (!parameters.find(name).certain) {
            result.certain = false;
            result.note = name + " uses a parameter whose value is not known here";
        }
    }
    return result;
}

// The level of the program, whatever the mode of the port.
Mode level_of(const Parameters& parameters)
{
    const std::string level = parameters.value(parameters.own("smtpd_tls_security_level"));
    if (!level.empty()) {
        return mode_of_level(level);
    }
    if (parameters.yes(parameters.own("smtpd_enforce_tls"))) {
        return Mode::encrypt;
    }
    return parameters.yes(parameters.own("smtpd_use_tls")) ? Mode::may : Mode::off;
}

}  // namespace

Mode mode_of(const Parameters& parameters)
{
    const bool wrapper = parameters.side() == Side::smtpd && parameters.yes("smtpd_tls_wrappermode");
    return wrapper ? Mode::wrapper : level_of(parameters);
}

const Setting* mode_line(const Parameters& parameters)
{
    if (parameters.side() == Side::smtpd && parameters.yes("smtpd_tls_wrappermode")) {
        return parameters.origin("smtpd_tls_wrappermode");
    }
    const std::string level = parameters.own("smtpd_tls_security_level");
    const std::string enforce = parameters.own("smtpd_enforce_tls");
    if (!parameters.value(level).empty()) {
        return parameters.origin(level);
    }
    return parameters.origin(parameters.yes(enforce) ? enforce : parameters.own("smtpd_use_tls"));
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
        return is_loopback(service.name) ? Duty::internal : Duty::exchanger;
    }
    if (port == 587 || port == 465) {
        return Duty::submission;
    }
    if (is_loopback(service.name) || service.type == "unix") {
        return Duty::internal;
    }
    return mode == Mode::wrapper ? Duty::submission : Duty::other;
}

std::string_view format(Duty duty)
{
    switch (duty) {
        case Duty::exchanger: return "mail exchanger";
        case Duty::submission: return "submission";
        case Duty::internal: return "internal";
        case Duty::unreached: return "unreached";
        case Duty::other: return "other";
    }
    return "other";
}

Governing governing(const Parameters& parameters, Mode mode)
{
    const auto own = [&](std::string_view name) { return parameters.own(name); };
    if (mode == Mode::encrypt || mode == Mode::wrapper) {
        return {own("smtpd_tls_mandatory_protocols"),
                own("smtpd_tls_mandatory_ciphers"),
                {own("smtpd_tls_exclude_ciphers"), own("smtpd_tls_mandatory_exclude_ciphers")}};
    }
    return {own("smtpd_tls_protocols"), own("smtpd_tls_ciphers"), {own("smtpd_tls_exclude_ciphers")}};
}

std::string cipherlist_of(const Parameters& parameters, Mode mode)
{
    std::string grade = lower(parameters.value(governing(parameters, mode).ciphers));
    if ((grade == "export" || grade == "low") && has_since(parameters.postfix(), "3.8")) {
        grade = "medium";
    }
    const std::string name = "tls_" + grade + "_cipherlist";
    const Parameter* const list = find_parameter(name);
    return list == nullptr || list->part != Part::cipherlist ? "" : name;
}

std::string whole_cipher_list(const Parameters& parameters, Mode mode)
{
    const std::string name = cipherlist_of(parameters, mode);
    std::string list = name.empty() ? "" : parameters.value(name);
    for (const std::string& exclusion : governing(parameters, mode).exclusions) {
        for (const std::string& word : words_of(parameters.value(exclusion), ", \t\r\n:")) {
            list += ":!" + word;
        }
    }
    const bool demands = mode != Mode::may && parameters.yes(parameters.own("smtpd_tls_req_ccert"));
    return demands ? list + ":!aNULL" : list;
}

std::vector<std::string> certificate_files_of(const Parameters& parameters)
{
    constexpr std::size_t most = 16;
    std::vector<std::string> files;
    for (const char* const name :
         {"smtpd_tls_chain_files", "smtpd_tls_cert_file", "smtpd_tls_eccert_file", "smtpd_tls_dcert_file"}) {
        // Only the list may have several words; a file that is chosen there makes the others idle.
        const std::string value = parameters.value(parameters.own(name));
        const bool list = name == std::string_view("smtpd_tls_chain_files");
        for (const std::string& word : list ? words_of(value, ", \t\r\n") : std::vector<std::string>{value}) {
            if (!word.empty() && lower(word) != "none" && files.size() < most) {
                files.push_back(word);
            }
        }
        if (list && !files.empty()) {
            break;
        }
    }
    return files;
}

Certificates certificates_of(const Parameters& parameters, const Setup& setup)
{
    const auto own = [&](std::string_view name) { return parameters.own(name); };
    const auto has = [&](std::string_view name) { return !parameters.value(own(name)).empty(); };
    const bool none = lower(parameters.value(own("smtpd_tls_cert_file"))) == "none";
    Certificates found;
    found.asks = parameters.yes(own("smtpd_tls_ask_ccert")) || parameters.yes(own("smtpd_tls_req_ccert"));
    KeyKinds read;
    bool all_read = setup.keys != nullptr;
    const std::vector<std::string> files = certificate_files_of(parameters);
    for (const std::string& file : files) {
        const auto keys = all_read ? setup.keys->find(file) : KeysOfFiles::const_iterator();
        all_read = all_read && keys != setup.keys->end();
        if (all_read) {
            read.rsa = read.rsa || keys->second.rsa;
            read.ecdsa = read.ecdsa || keys->second.ecdsa;
            read.dss = read.dss || keys->second.dss;
        }
    }
    found.any = none || !files.empty();
    if (all_read && !files.empty()) {
        found.rsa = read.rsa;
        found.ecdsa = read.ecdsa;
        found.dss = read.dss;
        return found;
    }
    const bool plain = (has("smtpd_tls_cert_file") && !none) || has("smtpd_tls_chain_files");
    found.ecdsa = has("smtpd_tls_eccert_file") || (plain && setup.ecdsa_seen);
    found.dss = has("smtpd_tls_dcert_file");
    found.rsa = plain && !setup.ecdsa_seen;
    found.guessed = found.rsa && !found.ecdsa;
    return found;
}

bool has_signed_exclusion(const Parameters& parameters, Mode mode)
{
    const std::vector<std::string> names = governing(parameters, mode).exclusions;
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        const auto words = words_of(parameters.value(name), ", \t\r\n:");
        return std::any_of(words.begin(), words.end(),
                           [](const std::string& word) { return std::string_view("!+-@").find(word[0]) < 4; });
    });
}

ServiceView view_of_smtpd(const MainCf& main, const MasterService& service, const Setup& setup,
                          std::optional<Duty> duty)
{
    const Parameters parameters(main, &service, setup.postfix);
    const Mode mode = mode_of(parameters);
    ServiceView view{parameters, &service, setup, mode, duty.value_or(duty_of(service, mode)), {}};
    view.now = forecast(parameters, setup, mode);
    if (view.duty == Duty::unreached) {
        view.now = nothing(TlsOffer::dead, "no postscreen in master.cf hands connections to it");
    }
    return view;
}

ServiceView view_of_postscreen(const MainCf& main, const MasterCf& master, const MasterService& service,
                               const Setup& setup)
{
    const Parameters front(main, &service, setup.postfix, Side::postscreen);
    const std::string wanted = front.value("tlsproxy_service_name");
    const auto proxy = std::find_if(master.services.rbegin(), master.services.rend(), [&](const MasterService& one) {
        return one.command == "tlsproxy" && one.name == wanted;
    });
    const bool there = proxy != master.services.rend();
    const Parameters parameters(main, there ? &*proxy : nullptr, setup.postfix, Side::tlsproxy);
    const Mode offered = mode_of(front);
    const Mode mode = offered == Mode::off || offered == Mode::invalid ? offered : mode_of(parameters);
    ServiceView view{parameters, &service, setup, mode, duty_of(service, mode), {}};
    if (auto refused = refusal(front, setup, offered)) {
        view.now = std::move(*refused);
    } else if (mode != Mode::off && !there) {
        view.now = nothing(TlsOffer::broken, "master.cf has no tlsproxy: EHLO lists STARTTLS, the answer to it is 454");
    } else {
        view.now = forecast(parameters, setup, mode);
        view.now.offer = view.now.offer == TlsOffer::optional || view.now.offer == TlsOffer::required
                             ? offer_of(offered)
                             : view.now.offer;
    }
    return view;
}

std::string label(const ServiceView& view)
{
    const std::string name = base::UntrustedText(view.at->name).escaped();
    if (view.at->type == "pass") {
        return name + " pass";
    }
    const auto port = port_of(*view.at);
    const bool says_port = !port || name.ends_with(std::to_string(*port));
    const std::string number = says_port ? "" : "port " + std::to_string(*port);
    const std::string postscreen = view.is_postscreen() ? "postscreen" : "";
    const std::string both = number + (number.empty() || postscreen.empty() ? "" : ", ") + postscreen;
    return both.empty() ? name : name + " (" + both + ")";
}

}  // namespace smtptls::remedy

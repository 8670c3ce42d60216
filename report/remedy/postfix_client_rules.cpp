// The rules about sending, and about the lists of ciphers that sending and receiving share.
#include "report/remedy/cipher_list.hpp"
#include "report/remedy/config_lines.hpp"
#include "report/remedy/postfix_rules.hpp"
#include "report/remedy/rule.hpp"

#include <algorithm>
#include <array>

namespace smtptls::remedy {
namespace {

using tls::ProtocolVersion;

bool demands_tls(const std::string& level)
{
    constexpr std::array demanding = {"encrypt", "verify", "secure", "fingerprint", "dane-only"};
    return std::find(demanding.begin(), demanding.end(), level) != demanding.end();
}

bool is_level_for_sending(const std::string& level)
{
    return level.empty() || level == "none" || level == "may" || level == "dane" || demands_tls(level);
}

// The port behind the last colon of a relayhost: "[mail.example.com]:587".
std::string port_behind(const std::string& host)
{
    const std::size_t colon = host.rfind(':');
    return colon == std::string::npos || host.find(']', colon) != std::string::npos ? ""
                                                                                    : lower(host.substr(colon + 1));
}

// Mail goes, or may go, to servers that were chosen: their TLS is their owner's affair, and not that of the world.
bool relays(const Parameters& parameters)
{
    static constexpr std::array maps = {"relayhost", "transport_maps", "sender_dependent_relayhost_maps",
                                        "sender_dependent_default_transport_maps"};
    static constexpr std::array transports = {"default_transport", "relay_transport"};  // "smtp:[mail.example.com]:465"
    return std::any_of(maps.begin(), maps.end(), [&](const char* name) { return !parameters.value(name).empty(); }) ||
           std::any_of(transports.begin(), transports.end(),
                       [&](const char* name) { return parameters.value(name).find(':') != std::string::npos; }) ||
           parameters.yes("smtp_sasl_auth_enable");
}

std::optional<ConfigFinding> judge_client_wrapper(const Parameters& parameters, const Setting& at)
{
    const std::string host = parameters.value("relayhost");
    const std::string port = port_behind(host);
    const bool fits = port == "465" || port == "smtps" || port == "submissions";
    if (!parameters.yes(at.name) || fits || (host.empty() && relays(parameters))) {
        return std::nullopt;
    }
    return finding(RuleId::client_wrapper, at,
                   {host.empty() ? "A server on port 25" : "The relayhost, " + in_quotes(host) + ","});
}

std::optional<ConfigFinding> judge_client_level(const Setting& at, const std::string& level, bool to_chosen)
{
    if (!is_level_for_sending(level)) {
        return finding(RuleId::client_bad_level, at, {base::UntrustedText(level).escaped()});
    }
    return demands_tls(level) && !to_chosen ? std::optional(finding(RuleId::client_encrypt, at, {})) : std::nullopt;
}

std::optional<ConfigFinding> judge_client_protocols(const Parameters& parameters, const Setting& at, const Setup& setup)
{
    const ProtocolList list = parse_protocol_list(parameters.value(at.name), setup.postfix);
    if (list.unknown) {
        return finding(RuleId::unknown_protocol, at,
                       {format(setup.postfix), in_quotes(*list.unknown), " when it sends mail."});
    }
    std::vector<ProtocolVersion> off;
    for (const ProtocolVersion version : versions_of(setup.openssl)) {
        if (list.left.count(version) == 0) {
            off.push_back(version);
        }
    }
    return off.empty() ? std::nullopt : std::optional(finding(RuleId::client_versions, at, {named(off)}));
}

// Whether no program that sends demands TLS of anybody: then no parameter with _mandatory_ counts for it.
bool nobody_demands(const Deployment& all)
{
    return std::none_of(all.clients.begin(), all.clients.end(), [](const Parameters& client) {
        const std::string level = lower(client.value(client.own("smtpd_tls_security_level")));
        const bool by_table = !client.value(client.own("smtpd_tls_policy_maps")).empty() ||
                              !client.value(client.own("smtpd_tls_per_site")).empty();
        return by_table || level == "dane" || demands_tls(level) ||
               (level.empty() && client.yes(client.own("smtpd_enforce_tls"))) ||
               !client.find(client.own("smtpd_tls_security_level")).certain;
    });
}

// The grade of a program that sends, or nothing if it does without TLS.
std::optional<std::string> grade_of_client(const Parameters& client)
{
    const std::string level = lower(client.value(client.own("smtpd_tls_security_level")));
    const bool on = !level.empty()
                        ? level != "none"
                        : client.yes(client.own("smtpd_use_tls")) || client.yes(client.own("smtpd_enforce_tls"));
    const bool mandatory = demands_tls(level) || level == "dane";
    return on ? std::optional(client.own(mandatory ? "smtpd_tls_mandatory_ciphers" : "smtpd_tls_ciphers"))
              : std::nullopt;
}

// What uses a list, what takes suites away there, and what the others use.
struct Users {
    std::vector<std::string> who;
    std::vector<std::string> exclusions;
    std::vector<std::string> others;

    static void add(std::vector<std::string>& to, const std::string& word)
    {
        if (std::find(to.begin(), to.end(), word) == to.end()) {
            to.push_back(word);
        }
    }
};

void add_clients(const Deployment& all, const Setting& at, Users& users)
{
    for (const Parameters& client : all.clients) {
        const auto grade = grade_of_client(client);
        if (!grade) {
            continue;
        }
        if ("tls_" + lower(client.value(*grade)) + "_cipherlist" == at.name) {
            Users::add(users.who, "sending");
            Users::add(users.exclusions, client.own("smtpd_tls_exclude_ciphers"));
        } else {
            Users::add(users.others, *grade + " is " + in_quotes(client.value(*grade)));
        }
    }
}

Users users_of(const Deployment& all, const Setting& at)
{
    Users users;
    for (const ServiceView* const view : all.reached()) {
        if (view->mode == Mode::off || view->mode == Mode::invalid) {
            continue;
        }
        const Governing names = governing(view->parameters, view->mode);
        if (cipherlist_of(view->parameters, view->mode) == at.name) {
            Users::add(users.who, label(*view));
            Users::add(users.exclusions, names.exclusions.back());
        } else {
            Users::add(users.others, names.ciphers + " is " + in_quotes(view->parameters.value(names.ciphers)));
        }
    }
    add_clients(all, at, users);
    return users;
}

}  // namespace

std::optional<ConfigFinding> judge_sending(const Deployment& all, const Setting& at)
{
    const Parameters& parameters = all.common;
    const std::string level = lower(parameters.value("smtp_tls_security_level"));
    const bool to_chosen = relays(parameters);
    if (at.name == "smtp_tls_security_level") {
        return judge_client_level(at, level, to_chosen);
    }
    if (at.name == "smtp_tls_wrappermode") {
        return judge_client_wrapper(parameters, at);
    }
    if (at.name != "smtp_tls_mandatory_protocols" && at.name != "smtp_tls_protocols") {
        return std::nullopt;
    }
    if (at.name == "smtp_tls_mandatory_protocols" && nobody_demands(all)) {
        return finding(RuleId::client_not_demanded, at, {});
    }
    const bool counts = at.name == (demands_tls(level) ? "smtp_tls_mandatory_protocols" : "smtp_tls_protocols");
    auto found = counts ? judge_client_protocols(parameters, at, all.setup) : std::nullopt;
    const bool wanted = to_chosen && demands_tls(level);
    return found && !(found->rule == "client_versions" && wanted) ? found : finding(RuleId::client_line, at, {});
}

ConfigFinding judge_cipherlist(const Deployment& all, const Setting& at)
{
    const Users users = users_of(all, at);
    if (users.who.empty() && !users.others.empty()) {
        return finding(RuleId::cipherlist_not_used, at, {enumerated(users.others)});
    }
    const std::string who =
        users.who.empty() ? "Nothing here uses this list yet." : "This list counts for " + enumerated(users.who) + ".";
    return finding(RuleId::cipherlist_changed, at,
                   {who, users.exclusions.empty() ? "smtpd_tls_exclude_ciphers" : enumerated(users.exclusions)});
}

}  // namespace smtptls::remedy

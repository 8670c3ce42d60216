#include "report/remedy/postfix_advice.hpp"

#include "report/remedy/rule.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

using tls::ProtocolVersion;

struct AdviceLine {
    std::string name;
    std::string value;
};

bool accepts(const TlsForecast& forecast, ProtocolVersion version)
{
    return std::find(forecast.versions.begin(), forecast.versions.end(), version) != forecast.versions.end();
}

// The mode after the change: submission demands TLS, port 25 must not.
Mode wanted_mode(const ServiceView& view)
{
    if (view.mode == Mode::wrapper) {
        return Mode::wrapper;
    }
    if (view.duty == Duty::submission) {
        return Mode::encrypt;
    }
    return view.duty == Duty::exchanger || view.mode != Mode::encrypt ? Mode::may : Mode::encrypt;
}

std::vector<AdviceLine> version_lines(const ServiceView& view)
{
    const Mode mode = wanted_mode(view);
    std::vector<AdviceLine> lines;
    if (mode == Mode::encrypt && view.mode != Mode::encrypt) {
        lines.push_back({"smtpd_tls_security_level", "encrypt"});
    } else if (mode == Mode::may && view.mode != Mode::may) {
        lines.push_back({"smtpd_tls_security_level", "may"});
    }
    lines.push_back({std::string(governing(view.parameters, mode).protocols), modern_protocols(view.setup.postfix)});
    return lines;
}

// Names that leave ECDHE with AES-GCM and ChaCha20 only. AEAD suites do not match the names of hashes, so
// SHA1, SHA256 and SHA384 stand for all that is CBC.
std::string aead_exclusions(const Release& openssl, bool braces)
{
    std::string list = "aNULL, kRSA, DHE, SHA1, SHA256, SHA384, ARIA, AESCCM";
    if (openssl < Release{1, 1, 0}) {
        list += ", kEDH, kDH, kECDHr, kECDHe, PSK, SRP, aDSS";
    }
    if (!braces) {
        list.erase(std::remove(list.begin(), list.end(), ' '), list.end());
    }
    return list;
}

std::vector<AdviceLine> suite_lines(const ServiceView& view)
{
    const Governing names = governing(view.parameters, wanted_mode(view));
    const bool braces = has_since(view.setup.postfix, "3.0");
    std::vector<AdviceLine> lines = version_lines(view);
    lines.push_back({std::string(names.ciphers), "high"});
    lines.push_back({std::string(names.exclusions.back()), aead_exclusions(view.setup.openssl, braces)});
    return lines;
}

std::string written(const AdviceLine& line, const Release& postfix)
{
    const bool braces = has_since(postfix, "3.0") && line.value.find_first_of(" =") != std::string::npos;
    return braces ? "  -o { " + line.name + " = " + line.value + " }" : "  -o " + line.name + "=" + line.value;
}

// Lines of the service that the new ones replace, or that never did anything here.
bool goes(const ServiceOption& option, const std::vector<AdviceLine>& lines)
{
    const std::string& name = option.setting.name;
    const bool replaced =
        std::any_of(lines.begin(), lines.end(), [&](const AdviceLine& line) { return line.name == name; });
    const Parameter* const parameter = find_parameter(name);
    const bool protocols = parameter != nullptr && parameter->part == Part::protocols;
    return replaced || protocols || name.rfind("smtp_tls_", 0) == 0 || name.rfind("lmtp_tls_", 0) == 0;
}

ConfigFinding removal(const ServiceOption& option)
{
    ConfigFinding line;
    line.place = option.setting.place;
    line.setting = shown(option.setting);
    return line;
}

// The service with the lines in it, and what it yields.
TlsForecast forecast_with(const ServiceView& view, const std::vector<AdviceLine>& lines)
{
    MasterService changed = *view.at;
    const auto gone = [&](const ServiceOption& option) { return goes(option, lines); };
    changed.options.erase(std::remove_if(changed.options.begin(), changed.options.end(), gone), changed.options.end());
    for (const AdviceLine& line : lines) {
        changed.options.push_back({{line.name, line.value, {}, true}});
    }
    return view_of_smtpd(view.parameters.main(), changed, view.setup, view.duty).now;
}

std::vector<std::string> cautions(const ServiceView& view)
{
    std::vector<ProtocolVersion> old;
    std::copy_if(view.now.versions.begin(), view.now.versions.end(), std::back_inserter(old),
                 [](ProtocolVersion version) { return version < ProtocolVersion::tls1_2; });
    if (view.duty == Duty::exchanger && view.mode == Mode::encrypt) {
        return {
            "Mail from all the world arrives on port 25, and there TLS must not be demanded (RFC 3207 section 4): "
            "the level goes back to may."};
    }
    if (old.empty()) {
        return {};
    }
    if (view.duty == Duty::exchanger) {
        return {
            "Think first whether you want this on port 25. A sender without TLS 1.2 will send in clear text, or "
            "give up; nobody but a rule such as PCI DSS asks for that. RFC 9325 section 5.2 and the Postfix manual "
            "advise to leave opportunistic TLS as it is."};
    }
    const bool speaks = accepts(view.now, ProtocolVersion::tls1_2);
    std::vector<std::string> said;
    said.push_back((speaks ? "This server already accepts TLS 1.2. A client that arrives with an older version (" +
                                 named(old) +
                                 ") does so because it offers nothing newer, and no line on the server changes that. "
                           : std::string()) +
                   "Once the lines below are in, such a client can no longer connect: update it first.");
    said.emplace_back(
        "To find such clients look for \"TLSv1 with cipher\" in the mail log (it needs smtpd_tls_loglevel=1). With a "
        "webshop it is mostly PHP: from 5.6.7 to 7.1 its STREAM_CRYPTO_METHOD_TLS_CLIENT meant TLS 1.0 and nothing "
        "else "
        "after STARTTLS. Update PHP or the shop's mailer, or have it add STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT.");
    return said;
}

// Whether the list that counts leaves old versions out itself, and not only for want of suites.
bool list_is_modern(const ServiceView& view)
{
    const std::string value = view.parameters.value(governing(view.parameters, view.mode).protocols);
    const auto left = parse_protocol_list(value, view.setup.postfix).left;
    return left.count(ProtocolVersion::tls1_0) == 0 && left.count(ProtocolVersion::tls1_1) == 0;
}

ConfigAdvice piece(const ServiceView& view, std::string goal, const std::vector<AdviceLine>& lines)
{
    const MasterService& service = *view.at;
    ConfigAdvice advice;
    advice.goal = std::move(goal);
    advice.after = forecast_with(view, lines);
    const bool same = advice.after.offer == view.now.offer && advice.after.versions == view.now.versions &&
                      advice.after.suites == view.now.suites;
    if (same && list_is_modern(view)) {
        return advice;
    }
    advice.before = cautions(view);
    ConfigChange change;
    change.where = base::UntrustedText("master.cf, below the line that begins with " + service.name);
    for (const AdviceLine& line : lines) {
        change.lines.push_back(written(line, view.setup.postfix));
    }
    for (const ServiceOption& option : service.options) {
        if (goes(option, lines)) {
            change.remove.push_back(removal(option));
        }
    }
    advice.changes.push_back(std::move(change));
    return advice;
}

}  // namespace

std::vector<ConfigAdvice> advise(const ServiceView& view)
{
    const bool hopeless = view.now.offer == TlsOffer::dead || view.is_postscreen();
    if (hopeless || (view.mode == Mode::off && view.duty != Duty::submission)) {
        return {};
    }
    return {piece(view, "TLS 1.2 and newer only", version_lines(view)),
            piece(view, "TLS 1.2 and newer, AEAD suites with forward secrecy only", suite_lines(view))};
}

std::vector<std::string> how_to_check()
{
    return {"After a change: postfix reload, then smtptls-scan HOST:PORT.",
            "postconf -n and postconf -Mf print what Postfix reads; postconf -P prints the -o lines.",
            "\"openssl s_client -tls1_2\" shows that TLS 1.2 works, not that older versions are refused; "
            "\"openssl ciphers -v\" shows what OpenSSL can do, not what Postfix offers. A scan shows both."};
}

}  // namespace smtptls::remedy

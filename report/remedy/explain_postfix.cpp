#include "report/remedy/explain_postfix.hpp"

#include "report/remedy/postfix_advice.hpp"
#include "report/remedy/postfix_certificates.hpp"
#include "report/remedy/postfix_summary.hpp"
#include "report/remedy/rule.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

using tls::ProtocolVersion;

// Of the program that decides: where TLS is not offered at a port with postscreen that is postscreen itself.
Parameters deciding(const ServiceView& view)
{
    return view.mode == Mode::off || view.mode == Mode::invalid ? view.front() : view.parameters;
}

std::string why(const ServiceView& view)
{
    const Parameters parameters = deciding(view);
    const Governing names = governing(view.parameters, view.mode);
    const std::string counts = "so " + names.protocols + " and " + names.ciphers + " count.";
    const Setting* const line = mode_line(parameters);
    const std::string name = line == nullptr ? parameters.own("smtpd_tls_security_level") : line->name;
    const std::string front =
        view.is_postscreen() ? "Clients that postscreen does not know yet speak TLS with tlsproxy(8); those that it "
                               "knows are handed to smtpd pass. "
                             : "";
    switch (view.mode) {
        case Mode::off: {
            const bool old_switch = name.ends_with("_use_tls") || name.ends_with("_enforce_tls");
            return front + "TLS is not switched on: " + name + (old_switch ? " is not yes." : " is empty or none.");
        }
        case Mode::invalid: return front + "The program does not start with this " + name + ".";
        case Mode::may:
            return front + name + " is " + base::UntrustedText(view.parameters.value(name)).escaped() +
                   ": TLS is offered and not demanded, " + counts;
        case Mode::encrypt:
            return front + name + " is " + base::UntrustedText(view.parameters.value(name)).escaped() +
                   ": TLS is demanded, " + counts;
        case Mode::wrapper: return name + " is on: TLS from the first byte, " + counts;
    }
    return {};
}

std::vector<GoverningSetting> governing_settings(const ServiceView& view)
{
    const Parameters parameters = deciding(view);
    const Governing names = governing(view.parameters, view.mode);
    const Setting* const line = mode_line(parameters);
    std::vector<std::string> wanted = {line == nullptr ? parameters.own("smtpd_tls_security_level") : line->name};
    if (view.mode != Mode::off && view.mode != Mode::invalid) {
        wanted.emplace_back(names.protocols);
        wanted.emplace_back(names.ciphers);
        wanted.insert(wanted.end(), names.exclusions.begin(), names.exclusions.end());
        const std::vector<std::string> certificates = certificate_parameters(parameters);
        wanted.insert(wanted.end(), certificates.begin(), certificates.end());
    }
    std::vector<GoverningSetting> settings;
    for (const std::string& name : wanted) {
        const Setting* const origin = parameters.origin(name);
        settings.push_back({name, base::UntrustedText(parameters.value(name)),
                            origin == nullptr ? std::nullopt : std::optional(origin->place)});
    }
    return settings;
}

ServiceExplanation explain_service(const Deployment& all, const ServiceView& view)
{
    ServiceExplanation explanation;
    explanation.name = base::UntrustedText(view.at->name);
    explanation.title = label(view);
    explanation.port = port_of(*view.at);
    explanation.place = view.at->place;
    explanation.role = format(view.duty);
    explanation.why = why(view);
    explanation.now = view.now;
    explanation.governing = governing_settings(view);
    explanation.findings = judge_service(all, view);
    return explanation;
}

bool is_modern(const ServiceExplanation& service)
{
    const bool works = !service.now.versions.empty();
    return works && service.now.versions.back() >= ProtocolVersion::tls1_2;
}

void compare_submissions(std::vector<ServiceExplanation>& services)
{
    const bool strict = std::any_of(services.begin(), services.end(), [](const ServiceExplanation& one) {
        return one.role == "submission" && is_modern(one);
    });
    for (ServiceExplanation& one : services) {
        const bool weaker = one.now.offer == TlsOffer::implicit && !one.now.versions.empty() && !is_modern(one);
        if (strict && weaker) {
            ConfigFinding found = finding(RuleId::weaker_submissions, {});
            found.place = one.place;
            one.findings.push_back(std::move(found));
        }
    }
}

void add_problems(Explanation& explanation, const std::vector<FileProblem>& problems)
{
    for (const FileProblem& problem : problems) {
        explanation.problems.push_back({"unreadable", FindingKind::harmful, problem.place,
                                        base::UntrustedText(problem.text), problem.sentence, "postconf(5), master(5)"});
    }
}

// Which key a certificate has decides over suites.
void add_key_assumption(const Deployment& all, bool asked_for, Explanation& explanation)
{
    const bool guessed = std::any_of(all.servers.begin(), all.servers.end(), [&](const ServiceView& view) {
        return certificates_of(view.parameters, all.setup).guessed;
    });
    if (guessed) {
        explanation.assumptions.emplace_back(
            "the certificate has an RSA key, since " + std::string(asked_for ? "not every" : "no") +
            " file was read; one from certbot 2 and later has an ECDSA key unless it was told otherwise, and then "
            "other suites count: --certificate-root and --scan see which it is");
    }
}

// Services that are defined again, and options that a service that sends never reads.
void add_services_without_use(const MasterCf& master, const Setup& setup, Explanation& explanation)
{
    for (const MasterService& service : master.services) {
        if (!is_last_of(master, service)) {
            const auto last = std::find_if(master.services.rbegin(), master.services.rend(), [&](const auto& one) {
                return one.name == service.name && one.type == service.type;
            });
            ConfigFinding found = finding(RuleId::duplicate_service, {base::UntrustedText(service.name).escaped(),
                                                                      base::UntrustedText(service.type).escaped(),
                                                                      std::to_string(last->place.line)});
            found.place = service.place;
            explanation.findings.push_back(std::move(found));
        } else if (service.command == "smtp" || service.command == "lmtp") {
            const auto found = judge_client(service, setup);
            explanation.findings.insert(explanation.findings.end(), found.begin(), found.end());
        }
    }
}

// `postconf` without -n prints the release among the parameters.
std::optional<Release> printed_release(const PostfixFiles& files)
{
    return parse_release(Parameters(files.main, nullptr, assumed_postfix).value("mail_version"));
}

void add_assumptions(const PostfixFiles& files, const PostfixChoice& choice, const Setup& setup,
                     Explanation& explanation)
{
    explanation.product = "Postfix " + format(setup.postfix);
    if (!choice.postfix && !printed_release(files)) {
        explanation.assumptions.push_back("Postfix " + format(setup.postfix) +
                                          ", as in Debian 12; if yours is another, say --postfix-version (postconf "
                                          "mail_version prints it), since defaults and syntax differ");
    }
    if (!has_since(setup.postfix, tls11_names_since)) {
        explanation.assumptions.push_back("Postfix " + format(setup.postfix) +
                                          " has no word for TLS 1.1 in its lists of versions, and so no line that "
                                          "switches TLS 1.0 off alone: no lines "
                                          "are written for it here. Update it first; what is said of it below comes "
                                          "from its sources and was never run");
    }
    if (!choice.openssl) {
        explanation.assumptions.push_back(
            "OpenSSL " + format(setup.openssl) +
            ", as distributions ship with this Postfix, without SSL 2 and SSL 3; if yours "
            "is another, say --openssl-version");
    }
}

}  // namespace

Release usual_openssl(const Release& postfix)
{
    if (has_since(postfix, "3.6")) {
        return {3, 0, 0};
    }
    return has_since(postfix, "3.4") ? Release{1, 1, 1} : Release{1, 0, 2};
}

std::vector<std::string> certificate_files(const PostfixFiles& files, const PostfixChoice& choice)
{
    constexpr std::size_t most = 64;
    std::vector<std::string> named;
    for (const ServiceView& view : deployment_of(files, setup_of(files, choice)).servers) {
        for (const std::string& file : certificate_files_of(view.parameters)) {
            if (named.size() < most && std::find(named.begin(), named.end(), file) == named.end()) {
                named.push_back(file);
            }
        }
    }
    return named;
}

Setup setup_of(const PostfixFiles& files, const PostfixChoice& choice)
{
    Setup setup;
    setup.postfix = choice.postfix ? *choice.postfix : printed_release(files).value_or(assumed_postfix);
    setup.openssl = choice.openssl.value_or(usual_openssl(setup.postfix));
    setup.ecdsa_seen = choice.ecdsa_seen;
    setup.keys = choice.keys.empty() ? nullptr : std::make_shared<const KeysOfFiles>(choice.keys);
    return setup;
}

Explanation explain_postfix(const PostfixFiles& files, const PostfixChoice& choice)
{
    Explanation explanation;
    const Setup setup = setup_of(files, choice);
    add_assumptions(files, choice, setup, explanation);
    const Deployment all = deployment_of(files, setup);
    for (const ServiceView& view : all.servers) {
        explanation.services.push_back(explain_service(all, view));
    }
    add_services_without_use(files.master, setup, explanation);
    compare_submissions(explanation.services);
    const auto found = judge_main(all);
    explanation.findings.insert(explanation.findings.end(), found.begin(), found.end());
    if (all.servers.size() == most_servers) {
        explanation.notes.push_back("Only the first " + std::to_string(most_servers) + " ports were explained.");
    }
    add_problems(explanation, files.main.problems);
    add_problems(explanation, files.master.problems);
    add_key_assumption(all, choice.keys_asked_for, explanation);
    explanation.advice = advise(all);
    explanation.summary = summarise(all, explanation);
    const std::vector<std::string> notes = how_to_check();
    explanation.notes.insert(explanation.notes.end(), notes.begin(), notes.end());
    return explanation;
}

}  // namespace smtptls::remedy

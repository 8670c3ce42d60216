#include "report/remedy/explain_postfix.hpp"

#include "report/remedy/postfix_advice.hpp"
#include "report/remedy/postfix_rules.hpp"
#include "report/remedy/rule.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

using tls::ProtocolVersion;

std::string why(const ServiceView& view)
{
    const Governing names = governing(view.mode);
    const std::string counts = "so " + std::string(names.protocols) + " and " + std::string(names.ciphers) + " count";
    switch (view.mode) {
        case Mode::off: return "TLS is not switched on: smtpd_tls_security_level is empty or none.";
        case Mode::invalid: return "smtpd(8) does not start with this smtpd_tls_security_level.";
        case Mode::may: return "smtpd_tls_security_level is may: TLS is offered and not demanded, " + counts + ".";
        case Mode::encrypt: return "smtpd_tls_security_level is encrypt: TLS is demanded, " + counts + ".";
        case Mode::wrapper: return "smtpd_tls_wrappermode is on: TLS from the first byte, " + counts + ".";
    }
    return {};
}

std::vector<GoverningSetting> governing_settings(const ServiceView& view)
{
    const Governing names = governing(view.mode);
    std::vector<std::string> wanted = {view.mode == Mode::wrapper ? "smtpd_tls_wrappermode"
                                                                  : "smtpd_tls_security_level"};
    if (view.mode != Mode::off && view.mode != Mode::invalid) {
        wanted.emplace_back(names.protocols);
        wanted.emplace_back(names.ciphers);
        wanted.insert(wanted.end(), names.exclusions.begin(), names.exclusions.end());
    }
    std::vector<GoverningSetting> settings;
    for (const std::string& name : wanted) {
        const Effective effective = view.parameters.find(name);
        settings.push_back({name, base::UntrustedText(effective.value),
                            effective.setting == nullptr ? std::nullopt : std::optional(effective.setting->place)});
    }
    return settings;
}

ServiceExplanation explain_service(const MainCf& main, const MasterService& service, const Setup& setup)
{
    const Parameters parameters(main, &service, setup.postfix);
    const Mode mode = mode_of(parameters);
    const ServiceView view{parameters, setup, mode, duty_of(service, mode), forecast(parameters, setup)};
    ServiceExplanation explanation;
    explanation.name = base::UntrustedText(service.name);
    explanation.port = port_of(service);
    explanation.place = service.place;
    explanation.role = format(view.duty);
    explanation.why = why(view);
    explanation.now = view.now;
    explanation.governing = governing_settings(view);
    explanation.findings = judge_service(view);
    explanation.advice = advise(view);
    return explanation;
}

// The last of the services with this name and type is the one that counts.
const MasterService& last_of(const MasterCf& master, const MasterService& service)
{
    const auto same = std::find_if(master.services.rbegin(), master.services.rend(), [&](const MasterService& one) {
        return one.name == service.name && one.type == service.type;
    });
    return *same;
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

Setup setup_of(const PostfixFiles& files, const PostfixChoice& choice, Explanation& explanation)
{
    // `postconf` without -n prints the release among the parameters.
    const Parameters parameters(files.main, nullptr, assumed_postfix);
    const auto printed = parse_release(parameters.value("mail_version"));
    Setup setup{choice.postfix.value_or(printed.value_or(assumed_postfix)), {}, choice.ecdsa_seen};
    setup.openssl = choice.openssl.value_or(usual_openssl(setup.postfix));
    explanation.product = "Postfix " + format(setup.postfix);
    if (!choice.postfix && !printed) {
        explanation.assumptions.push_back("Postfix " + format(setup.postfix) +
                                          ", as in Debian 12; if yours is another, say --postfix-version (postconf "
                                          "mail_version prints it), since defaults and syntax differ");
    }
    if (!choice.openssl) {
        explanation.assumptions.push_back(
            "OpenSSL " + format(setup.openssl) +
            ", as distributions ship with this Postfix, without SSL 2 and SSL 3; if yours "
            "is another, say --openssl-version");
    }
    return setup;
}

}  // namespace

Release usual_openssl(const Release& postfix)
{
    if (has_since(postfix, "3.6")) {
        return {3, 0, 0};
    }
    return has_since(postfix, "3.4") ? Release{1, 1, 1} : Release{1, 0, 2};
}

Explanation explain_postfix(const PostfixFiles& files, const PostfixChoice& choice)
{
    Explanation explanation;
    const Setup setup = setup_of(files, choice, explanation);
    for (const MasterService& service : files.master.services) {
        const MasterService& last = last_of(files.master, service);
        if (&last != &service) {
            ConfigFinding found = finding(RuleId::duplicate_service, {base::UntrustedText(service.name).escaped(),
                                                                      base::UntrustedText(service.type).escaped(),
                                                                      std::to_string(last.place.line)});
            found.place = service.place;
            explanation.findings.push_back(std::move(found));
        } else if (service.command == "smtpd") {
            explanation.services.push_back(explain_service(files.main, service, setup));
        } else if (service.command == "smtp" || service.command == "lmtp") {
            const auto found = judge_client(service);
            explanation.findings.insert(explanation.findings.end(), found.begin(), found.end());
        }
    }
    compare_submissions(explanation.services);
    const auto found = judge_main(files.main, setup);
    explanation.findings.insert(explanation.findings.end(), found.begin(), found.end());
    add_problems(explanation, files.main.problems);
    add_problems(explanation, files.master.problems);
    explanation.notes = how_to_check();
    return explanation;
}

}  // namespace smtptls::remedy

#include "report/remedy/postfix_advice.hpp"

#include "report/remedy/postfix_mend.hpp"
#include "report/remedy/postfix_wishes.hpp"
#include "report/remedy/rule.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

using tls::ProtocolVersion;
using VersionList = std::vector<ProtocolVersion>;

// No real configuration has more; each line is weighed against each service several times.
constexpr std::size_t most_lines_weighed = 1000;
constexpr std::size_t most_servers_weighed = 40;

constexpr const char* for_users = "TLS 1.2 and newer where your own users hand in mail";
constexpr const char* for_users_suites =
    "modern cipher suites only (AEAD, with forward secrecy), as some rules demand (BSI, NCSC; some PCI scanning "
    "vendors)";
constexpr const char* for_the_world = "TLS 1.2 and newer for mail from the world (port 25) too, if a rule demands it";
constexpr const char* for_repair = "lines that do what they say";

VersionList old_versions(const TlsForecast& forecast)
{
    VersionList old;
    std::copy_if(forecast.versions.begin(), forecast.versions.end(), std::back_inserter(old),
                 [](ProtocolVersion version) { return version < ProtocolVersion::tls1_2; });
    return old;
}

VersionList old_versions(const Deployment& all, Chosen chosen)
{
    VersionList old;
    for (const ServiceView& view : all.servers) {
        for (const ProtocolVersion version : chosen(view) ? old_versions(view.now) : VersionList()) {
            if (std::find(old.begin(), old.end(), version) == old.end()) {
                old.push_back(version);
            }
        }
    }
    std::sort(old.begin(), old.end());
    return old;
}

bool any_speaks(const Deployment& all, Chosen chosen, ProtocolVersion version)
{
    return std::any_of(all.servers.begin(), all.servers.end(), [&](const ServiceView& view) {
        return chosen(view) &&
               std::find(view.now.versions.begin(), view.now.versions.end(), version) != view.now.versions.end();
    });
}

// "\"TLSv1 with cipher\" and \"TLSv1.1 with cipher\"": how smtpd(8) logs these versions.
std::string log_words(const VersionList& versions)
{
    std::vector<std::string> words;
    for (const ProtocolVersion version : versions) {
        const std::string name = version == ProtocolVersion::tls1_0 ? "TLSv1" : "TLSv" + tls::format(version).substr(4);
        words.push_back("\"" + (version == ProtocolVersion::ssl3 ? "SSLv3" : name) + " with cipher\"");
    }
    return enumerated(words);
}

std::vector<std::string> cautions_for_users(const Deployment& all)
{
    const VersionList old = old_versions(all, is_for_users);
    if (old.empty()) {
        return {};
    }
    const bool speaks = any_speaks(all, is_for_users, ProtocolVersion::tls1_2);
    std::vector<std::string> said;
    said.push_back((speaks ? "This server already accepts TLS 1.2. A client that arrives with an older version (" +
                                 named(old) +
                                 ") does so because it offers nothing newer, and no line on the server changes that. "
                           : std::string()) +
                   "Once the lines below are in, a client without TLS 1.2 can no longer connect: update it first.");
    said.push_back(
        "To find such clients look for " + log_words(old) +
        " in the mail log (it needs smtpd_tls_loglevel=1). With a webshop it is mostly PHP: from 5.6.7 to 7.1 its "
        "STREAM_CRYPTO_METHOD_TLS_CLIENT meant TLS 1.0 and nothing else after STARTTLS. Update PHP or the shop's "
        "mailer, "
        "or have it add STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT.");
    return said;
}

std::vector<std::string> cautions_for_the_world()
{
    return {
        "Think first whether you want this. A sender without TLS 1.2 will send in clear text, or give up; nobody but a "
        "rule such as PCI DSS asks for that. RFC 9325 section 5.2 and the Postfix manual advise to leave port 25 as it "
        "is. smtptls-scan log tells who they are."};
}

// What no line of an advice can do.
std::vector<std::string> cautions_for_certificates(const Deployment& all)
{
    std::vector<std::string> said;
    if (std::any_of(all.servers.begin(), all.servers.end(), lacks_certificate)) {
        const bool chain = has_since(all.setup.postfix, "3.4");
        said.push_back("Have a certificate first, and name its files in main.cf (" +
                       std::string(chain ? "smtpd_tls_chain_files" : "smtpd_tls_cert_file and smtpd_tls_key_file") +
                       "): without one TLS never works.");
    }
    return said;
}

// Until the owner has said whose the options are, nothing else can be advised.
std::vector<std::string> cautions_for_comments(const Deployment& all)
{
    std::vector<std::string> said;
    for (const ServiceView& view : all.servers) {
        if (swallows(*view.at)) {
            said.push_back(
                "Take the # away from line " + std::to_string(view.at->swallowed.front().line) +
                " of master.cf first, and run this again: the options below it are meant for another service.");
        }
    }
    return said;
}

std::vector<std::string> cautions_for_suites()
{
    return {
        "These words take out suites without a certificate (aNULL), without forward secrecy (kRSA), of the older CBC "
        "kind (SHA1, SHA256, SHA384), rare ones (ARIA, AESCCM), and DHE, which costs most and which ECDHE replaces. "
        "They "
        "do not touch TLS 1.3."};
}

bool is_same(const TlsForecast& one, const TlsForecast& other)
{
    return one.offer == other.offer && one.versions == other.versions && one.suites == other.suites &&
           one.note == other.note;
}

// What the clients of each service get that `chosen` names, or for which something changes.
std::vector<ConfigOutcome> outcomes(const Deployment& before, const Deployment& after, Chosen chosen)
{
    std::vector<ConfigOutcome> all;
    for (std::size_t i = 0; i < after.servers.size(); ++i) {
        const ServiceView& view = after.servers[i];
        const bool served = view.now.offer != TlsOffer::dead;
        if ((chosen(view) && served) || !is_same(before.servers[i].now, view.now)) {
            all.push_back({label(view), view.now});
        }
    }
    return all;
}

// One step on the way: what was written and taken out, and what is so before and after.
class Step {
public:
    Step(Draft& draft, const Setup& setup)
        : draft_(draft), setup_(setup), files_(draft.files()), before_(deployment_of(files_, setup))
    {
    }

    const Deployment& before() const { return before_; }

    ConfigAdvice end(std::string goal, std::vector<std::string> cautions, Chosen chosen)
    {
        ConfigAdvice advice;
        advice.goal = std::move(goal);
        advice.changes = draft_.take_changes(setup_.postfix);
        advice.before = std::move(cautions);
        const PostfixFiles files = draft_.files();
        advice.after = outcomes(before_, deployment_of(files, setup_), chosen);
        return advice;
    }

private:
    Draft& draft_;
    Setup setup_;
    PostfixFiles files_;
    Deployment before_;
};

bool has_any(const Deployment& all, Chosen chosen)
{
    return std::any_of(all.servers.begin(), all.servers.end(),
                       [&](const ServiceView& view) { return chosen(view) && view.now.offer != TlsOffer::dead; });
}

// Of a port for users: something older than TLS 1.2, or no TLS that works.
bool wants_better(const ServiceView& view)
{
    return is_for_users(view) && view.now.offer != TlsOffer::dead &&
           (view.now.versions.empty() || !old_versions(view.now).empty() || view.mode == Mode::may);
}

ConfigAdvice first_step(Draft& draft, const Setup& setup)
{
    Step step(draft, setup);
    if (std::vector<std::string> said = cautions_for_comments(step.before()); !said.empty()) {
        return step.end(for_repair, std::move(said), [](const ServiceView&) { return false; });
    }
    mend(draft, setup);
    wish_level(draft, setup, Placement::best);
    wish_versions(draft, setup, is_for_users, Placement::best);
    mend(draft, setup);
    remove_useless(draft, setup);
    ConfigAdvice advice = step.end(has_any(step.before(), wants_better) ? for_users : for_repair,
                                   cautions_for_certificates(step.before()), is_for_users);
    const std::vector<std::string> more = cautions_for_users(step.before());
    advice.before.insert(advice.before.end(), more.begin(), advice.changes.empty() ? more.begin() : more.end());
    return advice;
}

ConfigAdvice alone(Draft draft, const Setup& setup, Chosen chosen, bool suites)
{
    Step step(draft, setup);
    wish_level(draft, setup, Placement::options);
    wish_versions(draft, setup, chosen, Placement::options);
    if (suites) {
        wish_suites(draft, setup, chosen, Placement::options);
    }
    return step.end(suites ? "TLS 1.2 and newer, AEAD suites with forward secrecy only" : "TLS 1.2 and newer only", {},
                    chosen);
}

}  // namespace

std::string objection_to_advice(const Deployment& all)
{
    if (!has_since(all.setup.postfix, tls11_names_since)) {
        return "Postfix " + format(all.setup.postfix) +
               " has no word for TLS 1.1 in its lists of versions: no lines are written for it. Update it first.";
    }
    if (all.servers.empty()) {
        return "no service that receives mail was found";
    }
    if (all.servers.size() > most_servers_weighed || all.files.main.settings.size() > most_lines_weighed) {
        return "the configuration is larger than any real one: no lines are written for it";
    }
    const std::vector<std::string> comments = cautions_for_comments(all);
    return comments.empty() ? std::string() : comments.front();
}

Followed follow(const Deployment& all, Goal goal)
{
    Followed result{all.files, {}};
    const std::string objection = objection_to_advice(all);
    const std::vector<std::string> comments = cautions_for_comments(all);
    if (!objection.empty() && (comments.empty() || objection != comments.front())) {
        return result;
    }
    Draft draft(all.files);
    result.advice.push_back(first_step(draft, all.setup));
    const auto add = [&](ConfigAdvice one) {
        if (!one.changes.empty()) {
            result.advice.push_back(std::move(one));
        }
    };
    if (objection.empty() && goal >= Goal::suites) {
        Step step(draft, all.setup);
        wish_suites(draft, all.setup, is_for_users, Placement::best);
        add(step.end(for_users_suites, cautions_for_suites(), is_for_users));
    }
    if (objection.empty() && goal >= Goal::world) {
        Step step(draft, all.setup);
        wish_versions(draft, all.setup, is_for_the_world, Placement::best);
        add(step.end(for_the_world, cautions_for_the_world(), is_for_the_world));
    }
    result.files = draft.files();
    return result;
}

std::vector<ConfigAdvice> advise(const Deployment& all)
{
    return follow(all, Goal::world).advice;
}

std::vector<ConfigAdvice> advise_alone(const MainCf& main, const MasterService& service, const Setup& setup)
{
    PostfixFiles files;
    files.main = main;
    files.master.services.push_back(service);
    const Draft draft(files);
    const Chosen chosen = is_for_users(view_of_smtpd(main, service, setup)) ? is_for_users : is_for_the_world;
    return {alone(draft, setup, chosen, false), alone(draft, setup, chosen, true)};
}

std::vector<std::string> how_to_check()
{
    return {"After a change: postfix reload, then smtptls-scan HOST:PORT.",
            "postconf -n and postconf -Mf print what Postfix reads; postconf -P prints the -o lines.",
            "\"openssl s_client -tls1_2\" shows that TLS 1.2 works, not that older versions are refused; "
            "\"openssl ciphers -v\" shows what OpenSSL can do, not what Postfix offers. A scan shows both."};
}

}  // namespace smtptls::remedy

#include "report/remedy/exim_advice.hpp"

#include "report/remedy/gnutls_priority.hpp"

#include <algorithm>
#include <array>

namespace smtptls::remedy {
namespace {

using tls::ProtocolVersion;

constexpr const char* modern_list = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL";
constexpr const char* by_port = "${if =={$received_port}{25}{DEFAULT}{";
constexpr const char* modern_priority =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:-RSA:-DHE-RSA";
constexpr const char* least_priority = "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1";
constexpr std::array words_without_old = {":-VERS-TLS1.0", ":-VERS-TLS1.1"};
constexpr const char* find_old =
    "Clients that offer nothing newer than TLS 1.1 can then no longer use TLS: find them in the log first "
    "(grep -E 'X=(SSL|TLS[v-]?1(\\.[01])?:)' mainlog) and update them.";

// What a configuration is to have in place of what it has.
struct EximDraft {
    std::vector<std::pair<std::string, std::string>> lines;  // name, value
    std::vector<std::string> removed;                        // names that are not written again
};

bool writes_or_removes(const EximDraft& draft, std::string_view name)
{
    return std::any_of(draft.lines.begin(), draft.lines.end(), [name](const auto& one) { return one.first == name; }) ||
           std::find(draft.removed.begin(), draft.removed.end(), name) != draft.removed.end();
}

EximConfig as_drafted(EximConfig config, const EximDraft& draft)
{
    std::erase_if(config.main, [&](const Setting& one) { return writes_or_removes(draft, one.name); });
    std::erase_if(config.unsure, [&](const EximUnsure& one) { return writes_or_removes(draft, one.setting.name); });
    for (const auto& [name, value] : draft.lines) {
        config.main.push_back({name, value, {}});
    }
    return config;
}

bool is_outdated(ProtocolVersion version)
{
    return version < ProtocolVersion::tls1_2;
}

bool is_modern_suite(tls::CipherSuite suite)
{
    const tls::SuiteInfo& info = *tls::find(suite);
    return info.aead() && info.key_exchange == tls::KeyExchange::ecdhe;
}

bool is_working(const TlsForecast& forecast)
{
    return forecast.certain && !forecast.versions.empty();
}

bool leaves_new_only(const TlsForecast& forecast)
{
    return is_working(forecast) && std::none_of(forecast.versions.begin(), forecast.versions.end(), is_outdated);
}

bool leaves_modern_only(const TlsForecast& forecast)
{
    return leaves_new_only(forecast) && std::all_of(forecast.suites.begin(), forecast.suites.end(), is_modern_suite);
}

std::vector<ConfigFinding> removed_lines(const EximConfig& config, const EximDraft& draft)
{
    constexpr std::size_t most = 50;
    std::vector<ConfigFinding> lines;
    const auto take = [&](const Setting& at) {
        if (writes_or_removes(draft, at.name) && lines.size() < most) {
            ConfigFinding line;
            line.place = at.place;
            line.setting = shown(at);
            lines.push_back(std::move(line));
        }
    };
    for (const Setting& at : config.main) {
        take(at);
    }
    for (const EximUnsure& at : config.unsure) {
        take(at.setting);
    }
    return lines;
}

// A macro whose name is in what is to be written would be put in there.
bool meets_macro(const EximConfig& config, const std::vector<std::string>& lines)
{
    return std::any_of(config.macros.begin(), config.macros.end(), [&](const std::string& macro) {
        return std::any_of(lines.begin(), lines.end(),
                           [&](const std::string& line) { return line.find(macro) != std::string::npos; });
    });
}

class Adviser {
public:
    Adviser(const EximConfig& config, const EximBuild& build, bool ecdsa)
        : config_(config), build_(build), ecdsa_(ecdsa), now_(forecast_exim(config, build, ecdsa).starttls)
    {
    }

    TlsForecast forecast_of(const EximDraft& draft) const
    {
        return forecast_exim(as_drafted(config_, draft), build_, ecdsa_).starttls;
    }

    // The same if what was not read says nothing of TLS.
    TlsForecast forecast_alone(const EximDraft& draft) const
    {
        EximConfig config = as_drafted(config_, draft);
        std::erase_if(config.problems, [](const EximProblem& one) { return one.trouble == EximTrouble::doubt; });
        return forecast_exim(config, build_, ecdsa_).starttls;
    }

    // Where nobody is offered TLS, the advice begins with that.
    EximDraft drafted(std::string_view list) const
    {
        EximDraft draft;
        draft.lines.emplace_back("tls_require_ciphers", std::string(list));
        if (advertised(config_, build_) == Advertised::nobody) {
            draft.lines.emplace_back("tls_advertise_hosts", "*");
        }
        draft.removed = {"gnutls_require_protocols", "gnutls_require_kx", "gnutls_require_mac"};
        if (options_must_go()) {
            draft.removed.emplace_back("openssl_options");
        }
        return draft;
    }

    // No build with GnuTLS takes the line, and one with OpenSSL not every one.
    bool options_must_go() const
    {
        const Setting* const at = find_setting(config_, "openssl_options");
        const OpensslOptions options = evaluate_openssl_options(at == nullptr ? "" : at->value, build_.openssl);
        return build_.gnutls || !options.wrong.empty() || options.left.count(ProtocolVersion::tls1_2) == 0;
    }

    ConfigAdvice advice(std::string goal, const EximDraft& draft, ConfigOutcome outcome) const
    {
        ConfigAdvice advice;
        advice.goal = std::move(goal);
        if (std::any_of(config_.problems.begin(), config_.problems.end(),
                        [](const EximProblem& one) { return one.trouble == EximTrouble::doubt; })) {
            advice.before.emplace_back(
                "First look into what was not read here: an option may stand in one place only, or Exim refuses the "
                "configuration.");
        }
        if (!leaves_new_only(now_)) {
            advice.before.emplace_back(find_old);
        }
        ConfigChange change;
        for (const auto& [name, value] : draft.lines) {
            change.lines.push_back("  " + name + " = " + value);
        }
        change.where = base::UntrustedText(meets_macro(config_, change.lines)
                                               ? "the main section, as the first lines of the file, above its macros"
                                               : "the main section, before the first \"begin\"");
        change.remove = removed_lines(config_, draft);
        advice.changes.push_back(std::move(change));
        advice.after.push_back(std::move(outcome));
        return advice;
    }

    // The first of the lists that does it; nothing to change if it is done already.
    void advise(std::vector<ConfigAdvice>& all, std::string goal, const std::vector<std::string>& lists,
                bool (*is_done)(const TlsForecast&)) const
    {
        // With OpenSSL a line that takes TLS 1.2 away does so for sending too.
        const bool well_chosen = build_.gnutls || !options_must_go();
        if (is_done(now_) && well_chosen) {
            all.push_back({std::move(goal), {}, {}, {}});
            return;
        }
        for (const std::string& list : lists) {
            const EximDraft draft = drafted(list);
            const TlsForecast after = forecast_of(draft);
            const TlsForecast alone = after.certain ? after : forecast_alone(draft);
            const Setting* const own = this->list();
            const bool has_12 = std::count(alone.versions.begin(), alone.versions.end(), ProtocolVersion::tls1_2) != 0;
            // The owner's own words may leave TLS 1.3 alone.
            const bool is_own = own != nullptr && own->value == list;
            if (is_done(alone) && (has_12 || is_own)) {
                ConfigAdvice one = advice(std::move(goal), draft, {"", after});
                const bool nothing_new = is_own && draft.lines.size() == 1 && one.changes[0].remove.size() == 1;
                if (nothing_new) {
                    one.changes.clear();
                    one.after.clear();
                    std::erase(one.before, find_old);
                }
                all.push_back(std::move(one));
                return;
            }
        }
    }

    // Exim works the list out for each connection, so what other ports get is what the list says alone.
    void advise_submission(std::vector<ConfigAdvice>& all) const
    {
        const TlsForecast submission = forecast_of(drafted(modern_list));
        if (!leaves_modern_only(submission) || leaves_modern_only(now_)) {
            return;
        }
        all.push_back(advice("the same on submission ports only, with port 25 left as OpenSSL has it",
                             drafted(std::string(by_port) + modern_list + "}}"), {"all ports but 25", submission}));
    }

    const Setting* list() const { return find_setting(config_, "tls_require_ciphers"); }

private:
    const EximConfig& config_;
    const EximBuild& build_;
    bool ecdsa_;
    TlsForecast now_;
};

}  // namespace

std::vector<ConfigAdvice> advise_exim(const EximConfig& config, const EximBuild& build, bool ecdsa)
{
    const Adviser adviser(config, build, ecdsa);
    std::vector<ConfigAdvice> all;
    std::vector<std::string> own;
    constexpr std::size_t longest_kept = 300;
    if (const Setting* const at = adviser.list(); at != nullptr && at->value.size() < longest_kept &&
                                                  at->value.find('$') == std::string::npos &&
                                                  is_priority_string(at->value) == build.gnutls) {
        own.push_back(base::escaped(at->value));
    }
    const auto behind_own = [&own](const char* list) {
        std::vector<std::string> lists = own;
        lists.emplace_back(list);
        return lists;
    };
    if (!build.gnutls) {
        adviser.advise(all, "TLS 1.2 and newer, AEAD suites with forward secrecy only", behind_own(modern_list),
                       leaves_modern_only);
        adviser.advise_submission(all);
        return all;
    }
    // What the owner chose stays, as far as it can.
    std::vector<std::string> lists = behind_own(least_priority);
    if (!own.empty()) {
        std::string kept = own.front();
        for (const char* word : words_without_old) {
            kept += (kept + ":").find(std::string(word) + ":") == std::string::npos ? word : "";
        }
        lists.insert(lists.begin() + 1, std::move(kept));
    }
    adviser.advise(all, "TLS 1.2 and newer only", lists, leaves_new_only);
    adviser.advise(all, "TLS 1.2 and newer, AEAD suites with forward secrecy only", behind_own(modern_priority),
                   leaves_modern_only);
    return all;
}

}  // namespace smtptls::remedy

#include "report/remedy/postfix_mend.hpp"

#include "report/remedy/config_lines.hpp"
#include "report/remedy/postfix_values.hpp"
#include "report/remedy/postfix_wishes.hpp"
#include "report/remedy/rule.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace smtptls::remedy {
namespace {

enum class Cure { remove, clean, modern, level, wrapper_off, wrapper_on, exchanger, internal, to_main, words, strict };

// In the order of rounds: what a later one makes of a line depends on the earlier ones.
struct Treatment {
    int round;
    std::string_view rule;
    Cure cure;
};

constexpr std::array treatments = {
    Treatment{0, "comment_in_value", Cure::clean},
    Treatment{0, "quotes_in_value", Cure::clean},
    Treatment{0, "bad_boolean", Cure::clean},
    Treatment{0, "bad_number", Cure::remove},
    Treatment{0, "empty_value", Cure::remove},
    Treatment{0, "bad_level", Cure::level},
    Treatment{0, "client_bad_level", Cure::level},
    Treatment{1, "wrapper_on_starttls_port", Cure::wrapper_off},
    Treatment{2, "no_wrapper_on_465", Cure::wrapper_on},
    Treatment{3, "encrypt_on_exchanger", Cure::exchanger},
    Treatment{4, "encrypt_on_internal", Cure::internal},
    // Before the lists of suites change: the versions that these leave are those that clients get now.
    Treatment{5, "starved", Cure::strict},
    Treatment{6, "cipherlist_changed", Cure::remove},
    Treatment{6, "dh_file_worse", Cure::remove},
    Treatment{6, "eecdh_grade_narrow", Cure::remove},
    Treatment{6, "wrong_grade", Cure::remove},
    Treatment{6, "signed_exclusion", Cure::words},
    Treatment{6, "ecdsa_excluded", Cure::words},
    Treatment{6, "only_old_version", Cure::remove},
    Treatment{6, "mixed_list", Cure::modern},
    Treatment{6, "empty_list", Cure::remove},
    Treatment{6, "unknown_protocol", Cure::modern},
    Treatment{6, "range_too_new", Cure::modern},
    Treatment{6, "client_encrypt", Cure::level},
    Treatment{6, "client_versions", Cure::remove},
    Treatment{6, "client_wrapper", Cure::remove},
    Treatment{7, "not_at_postscreen", Cure::to_main},
    Treatment{8, "no_suite", Cure::remove},
};

struct Case {
    ConfigFinding finding;
    const ServiceView* view;  // nullptr: about main.cf
};

std::vector<Case> cases_of(const Deployment& all)
{
    std::vector<Case> cases;
    for (const ServiceView& view : all.servers) {
        for (ConfigFinding& one : judge_service(all, view)) {
            cases.push_back({std::move(one), &view});
        }
    }
    for (ConfigFinding& one : judge_main(all)) {
        cases.push_back({std::move(one), nullptr});
    }
    for (const MasterService& service : all.files.master.services) {
        if (is_last_of(all.files.master, service) && (service.command == "smtp" || service.command == "lmtp")) {
            for (ConfigFinding& one : judge_client(service, all.setup)) {
                cases.push_back({std::move(one), nullptr});
            }
        }
    }
    return cases;
}

// yes or no, if it is plain which of them the word meant. Whoever wrote "enabled" must not lose TLS by a guess.
std::optional<std::string> meant_by(const std::string& text)
{
    static constexpr std::array yes = {"true", "on", "1", "y", "enable", "enabled"};
    static constexpr std::array no = {"false", "off", "0", "n", "disable", "disabled"};
    const std::string word = lower(text);
    if (word.rfind("yes", 0) == 0 || std::find(yes.begin(), yes.end(), word) != yes.end()) {
        return "yes";
    }
    return std::find(no.begin(), no.end(), word) != no.end() ? std::optional<std::string>("no") : std::nullopt;
}

// The value without a comment behind it and without quotation marks; what means yes or no as that word. Nothing where
// only the owner knows.
std::optional<std::string> cleaned(const Setting& setting)
{
    std::string value = setting.value.substr(0, setting.value.find(" #"));
    value = trimmed(value);
    if (stray_of(value) == Stray::quotes) {
        value = value.substr(1, value.size() - 2);
    }
    const Parameter* const parameter = find_parameter(setting.name);
    if (parameter != nullptr && parameter->type == ValueType::boolean && is_fatal(*parameter, value)) {
        return meant_by(value);
    }
    return value;
}

// The list without the words that do harm.
std::string harmless_words(const std::string& value)
{
    std::string list;
    for (std::string word : words_of(value, ", \t:")) {
        word.erase(0, std::min(word.find_first_not_of("!+-@"), word.size()));
        if (!word.empty() && word != "ECDSA" && word != "aECDSA") {
            list += (list.empty() ? "" : ", ") + word;
        }
    }
    return list;
}

// A level for all that inherit it becomes may; who demanded TLS and may do so keeps that.
void calm_exchanger(Draft& draft, const Deployment& all, const ServiceView& view, const Draft::Line& line)
{
    if (line.service != nullptr) {
        if (lower(all.common.value("smtpd_tls_security_level")) == "may") {
            draft.remove(line);
        } else {
            draft.replace(line, "may");
        }
        return;
    }
    for (const ServiceView& other : all.servers) {
        const bool keeps =
            (other.duty == Duty::submission || other.duty == Duty::other) && other.now.offer != TlsOffer::dead;
        const Setting* const origin = mode_line(other.parameters);
        if (keeps && other.mode == Mode::encrypt && origin == mode_line(view.parameters)) {
            draft.set_option(*other.at, "smtpd_tls_security_level", "encrypt");
        }
    }
    draft.remove_main("smtpd_enforce_tls");
    draft.set_main("smtpd_tls_security_level", "may");
}

void to_main(Draft& draft, const Draft::Line& line)
{
    draft.remove(line);
    draft.set_main(line.setting.name, line.setting.value);
}

// Switches off, by their own parameter, the versions that have no suite left.
void make_strict(Draft& draft, const ServiceView& view, const Setup& setup)
{
    const std::string name = governing(view.parameters, view.mode).protocols;
    const Setting* const at = view.parameters.origin(name);
    if (view.is_postscreen() || at == nullptr || !at->option) {
        draft.set_main(at == nullptr ? name_at(Side::smtpd, name) : at->name, modern_protocols(setup.postfix));
    } else {
        draft.set_option(*view.at, name, modern_protocols(setup.postfix));
    }
}

// Nothing older than TLS 1.2 has a suite.
bool is_modern(const ServiceView& view)
{
    return !view.now.versions.empty() &&
           *std::min_element(view.now.versions.begin(), view.now.versions.end()) >= tls::ProtocolVersion::tls1_2;
}

bool wants_modern(const Setting& setting)
{
    const auto is_old = [](const std::string& word) { return word == "TLSv1" || word == "TLSv1.1" || word == "SSLv3"; };
    const auto words = words_of(setting.value, ", \t:");
    return setting.value.find("1.2") != std::string::npos && std::none_of(words.begin(), words.end(), is_old);
}

// Not what the owner must look at first: options that ended up below another service than they were meant for.
bool can_be_treated(const Draft& draft, const Case& found, Cure cure)
{
    const auto line = draft.find(found.finding);
    if (line && cure == Cure::clean && !cleaned(line->setting)) {
        return false;
    }
    if (cure == Cure::strict && (found.view == nullptr || !is_modern(*found.view) || list_is_modern(*found.view))) {
        return false;
    }
    return line ? line->service == nullptr || !swallows(*line->service) : cure == Cure::wrapper_on;
}

void treat(Draft& draft, const Deployment& all, const Case& found, Cure cure)
{
    const auto line = draft.find(found.finding);
    if (cure == Cure::wrapper_on && found.view != nullptr) {
        draft.set_option(*found.view->at, "smtpd_tls_wrappermode", "yes");
        return;
    }
    if (!line || !can_be_treated(draft, found, cure)) {
        return;
    }
    switch (cure) {
        case Cure::clean: draft.replace(*line, *cleaned(line->setting)); break;
        case Cure::modern:
            if (line->service != nullptr && is_modern_list(all.common.value(line->setting.name), all.setup.postfix) &&
                all.common.is_set(line->setting.name)) {
                draft.remove(*line);
            } else if (wants_modern(line->setting)) {
                draft.replace(*line, modern_protocols(all.setup.postfix));
            } else {
                draft.remove(*line);
            }
            break;
        case Cure::level: draft.replace(*line, "may"); break;
        case Cure::words: {
            const std::string left = harmless_words(line->setting.value);
            if (left.empty()) {
                draft.remove(*line);
            } else {
                draft.replace(*line, left);
            }
            break;
        }
        case Cure::exchanger: calm_exchanger(draft, all, *found.view, *line); break;
        case Cure::internal: draft.set_option(*found.view->at, "smtpd_tls_security_level", "none"); break;
        case Cure::to_main: to_main(draft, *line); break;
        case Cure::strict: make_strict(draft, *found.view, all.setup); break;
        default: draft.remove(*line); break;
    }
}

const Treatment* treatment_of(const ConfigFinding& finding)
{
    const auto found = std::find_if(treatments.begin(), treatments.end(),
                                    [&](const Treatment& one) { return one.rule == finding.rule; });
    return found == treatments.end() ? nullptr : &*found;
}

// Whether there was something to do in the first round that has something.
bool mend_round(Draft& draft, const Setup& setup)
{
    const PostfixFiles files = draft.files();
    const Deployment all = deployment_of(files, setup);
    const std::vector<Case> cases = cases_of(all);
    int round = 99;
    for (const Case& one : cases) {
        const Treatment* const treatment = treatment_of(one.finding);
        const bool can = treatment != nullptr && can_be_treated(draft, one, treatment->cure);
        round = can ? std::min(round, treatment->round) : round;
    }
    for (const Case& one : cases) {
        const Treatment* const treatment = treatment_of(one.finding);
        if (treatment != nullptr && treatment->round == round) {
            treat(draft, all, one, treatment->cure);
        }
    }
    return round != 99;
}

// Where TLS is off its lines wait for a level; a service that is defined twice is for the owner to look at, and so is
// which of two certificates is meant.
bool may_go(const ConfigFinding& finding)
{
    return finding.kind == FindingKind::useless && finding.rule != "tls_is_off" && finding.rule != "behind_chain_files";
}

}  // namespace

void mend(Draft& draft, const Setup& setup)
{
    constexpr int most_rounds = 16;
    for (int i = 0; i < most_rounds && mend_round(draft, setup); ++i) {
    }
}

void remove_useless(Draft& draft, const Setup& setup)
{
    constexpr int most_rounds = 4;
    bool again = true;
    for (int i = 0; i < most_rounds && again; ++i) {
        const PostfixFiles files = draft.files();
        const Deployment all = deployment_of(files, setup);
        again = false;
        for (const Case& one : cases_of(all)) {
            const auto line = may_go(one.finding) ? draft.find(one.finding) : std::nullopt;
            if (line) {
                draft.remove(*line);
                again = true;
            }
        }
    }
}

}  // namespace smtptls::remedy

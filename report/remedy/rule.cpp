#include "report/remedy/rule.hpp"

#include <algorithm>

namespace smtptls::remedy {

const std::vector<Rule>& all_rules()
{
    static const std::vector<Rule> rules = {
#define RULE(id, kind, source, sentence) {#id, model::FindingKind::kind, source, sentence},
#include "report/remedy/exim_rules.def"
#include "report/remedy/postfix_rules.def"
#undef RULE
    };
    return rules;
}

std::string fill(std::string_view sentence, std::initializer_list<std::string> gaps)
{
    std::string out;
    const auto* gap = gaps.begin();
    for (std::size_t at = 0; at < sentence.size(); ++at) {
        const std::string_view two = sentence.substr(at, 2);
        if (two == "{}" && gap != gaps.end()) {
            out += *gap++;
            ++at;
        } else {
            out.push_back(sentence[at]);
            at += two == "{{" || two == "}}" ? 1U : 0U;
        }
    }
    return out;
}

model::ConfigFinding finding(std::string_view id, std::initializer_list<std::string> gaps)
{
    const std::vector<Rule>& rules = all_rules();
    const auto found = std::find_if(rules.begin(), rules.end(), [id](const Rule& rule) { return rule.id == id; });
    if (found == rules.end()) {
        return {std::string(id), model::FindingKind::missing, std::nullopt, {}, "(no such rule)", ""};
    }
    return {std::string(id), found->kind, std::nullopt, {}, fill(found->sentence, gaps), std::string(found->source)};
}

model::ConfigFinding finding(std::string_view id, const Setting& at, std::initializer_list<std::string> gaps)
{
    model::ConfigFinding found = finding(id, gaps);
    found.place = at.place;
    found.setting = shown(at);
    return found;
}

std::string quoted(std::string_view text)
{
    return "\"" + base::UntrustedText(text).escaped() + "\"";
}

std::string enumerated(const std::vector<std::string>& words)
{
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        out += i == 0 ? "" : i + 1 == words.size() ? " and " : ", ";
        out += words[i];
    }
    return out;
}

}  // namespace smtptls::remedy

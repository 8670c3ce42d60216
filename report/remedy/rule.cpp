#include "report/remedy/rule.hpp"

namespace smtptls::remedy {

const std::vector<Rule>& all_rules()
{
    static const std::vector<Rule> rules = {
#define RULE(id, kind, source, sentence) {#id, FindingKind::kind, source, sentence},
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

ConfigFinding finding(RuleId id, std::initializer_list<std::string> gaps)
{
    const Rule& rule = all_rules().at(static_cast<std::size_t>(id));
    return {std::string(rule.id), rule.kind, std::nullopt, {}, fill(rule.sentence, gaps), std::string(rule.source)};
}

ConfigFinding finding(RuleId id, const Setting& at, std::initializer_list<std::string> gaps)
{
    ConfigFinding found = finding(id, gaps);
    found.place = at.place;
    found.setting = shown(at);
    return found;
}

std::string in_quotes(std::string_view text)
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

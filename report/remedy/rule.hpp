// A rule is an id, a kind, a source and a sentence with gaps; a finding is a rule at a line.
#pragma once

#include "report/remedy/explanation.hpp"
#include "report/remedy/postfix_files.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::remedy {

enum class RuleId {
#define RULE(id, kind, source, sentence) id,
#include "report/remedy/exim_rules.def"
#include "report/remedy/postfix_rules.def"
#undef RULE
};

struct Rule {
    std::string_view id;
    FindingKind kind;
    std::string_view source;
    std::string_view sentence;
};

/// By RuleId: those about Exim, then those about Postfix.
const std::vector<Rule>& all_rules();

/// The sentence with each {} replaced by the next of `gaps`; "{{" and "}}" are braces.
std::string fill(std::string_view sentence, std::initializer_list<std::string> gaps);

/// The finding of a rule, not at any line.
ConfigFinding finding(RuleId id, std::initializer_list<std::string> gaps);

/// The same, at the line of a setting.
ConfigFinding finding(RuleId id, const Setting& at, std::initializer_list<std::string> gaps);

/// Text of a configuration in quotes and escaped, for a gap.
std::string in_quotes(std::string_view text);

/// "a", "a and b", "a, b and c"
std::string enumerated(const std::vector<std::string>& words);

}  // namespace smtptls::remedy

// A rule is an id, a kind, a source and a sentence with gaps; a finding is a rule at a line.
#pragma once

#include "model/explanation.hpp"
#include "report/remedy/postfix_files.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::remedy {

struct Rule {
    std::string_view id;
    model::FindingKind kind;
    std::string_view source;
    std::string_view sentence;
};

/// All rules about Postfix, in the order of postfix_rules.def; then those about Exim.
const std::vector<Rule>& all_rules();

/// The sentence with each {} replaced by the next of `gaps`; "{{" and "}}" are braces.
std::string fill(std::string_view sentence, std::initializer_list<std::string> gaps);

/// The finding of the rule `id` (which must exist), not at any line.
model::ConfigFinding finding(std::string_view id, std::initializer_list<std::string> gaps);

/// The same, at the line of a setting.
model::ConfigFinding finding(std::string_view id, const Setting& at, std::initializer_list<std::string> gaps);

/// Text of a configuration in quotes and escaped, for a gap.
std::string quoted(std::string_view text);

/// "a", "a and b", "a, b and c"
std::string enumerated(const std::vector<std::string>& words);

}  // namespace smtptls::remedy

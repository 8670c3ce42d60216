// The advice for a configuration, written into its text and proved there: the text is read again, and what it yields
// is what was promised. Knows no file system.
#pragma once

#include "base/expected.hpp"
#include "report/remedy/explain_postfix.hpp"
#include "report/remedy/postfix_advice.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smtptls::remedy {

/// main.cf and master.cf as they are.
struct PostfixTexts {
    std::string_view main;
    base::UntrustedText main_name;
    std::string_view master;
    base::UntrustedText master_name;
};

struct Applied {
    std::string main;    ///< raw, for a file
    std::string master;  ///< the same
    std::vector<ConfigAdvice> advice;
    std::vector<ConfigFinding> left;  ///< harmful and useless lines that are still there
    bool changed = false;             ///< false: there is nothing to change
};

/// The error is a sentence: why the advice cannot be written into these files.
base::Expected<Applied, std::string> apply_advice(const PostfixTexts& texts, const PostfixChoice& choice, Goal goal);

/// What was done, for people, in lines of at most 80 columns where words allow it.
std::string write_text(const Applied& applied);

}  // namespace smtptls::remedy

// What a check comes to at one endpoint.
#pragma once

#include "model/report.hpp"

#include <span>
#include <string>
#include <vector>

namespace smtptls::policy {

/// Faults weigh more than what is open, that more than what was not asked, and that more than what the document does
/// not know; with none of them it is passed.
struct Outcome {
    bool applies = true;
    std::vector<std::string> faults;          ///< subjects that violate
    std::vector<std::string> open;            ///< asked, and not known
    std::vector<std::string> unasked;         ///< this scan did not ask
    std::vector<std::string> unjudged;        ///< newer than the document
    std::vector<model::QuestionId> evidence;  ///< ascending when the judge has it
    std::string sentence;                     ///< where it is passed, violated or does not apply

    void rest_on(std::span<const model::QuestionId> ids) { evidence.insert(evidence.end(), ids.begin(), ids.end()); }
};

Outcome not_applicable(std::string why);

/// "a, b and 3 more"
std::string shortened(const std::vector<std::string>& words);

}  // namespace smtptls::policy

// A fact about an endpoint that is no cell of the matrix. The set of ids is open: a new probe
// brings new ones (docs/observations.md) and changes neither this file nor the JSON schema.
#pragma once

#include "base/untrusted_text.hpp"
#include "model/question.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace smtptls::model {

using Value = std::variant<bool, std::int64_t, base::UntrustedText, std::vector<base::UntrustedText>>;

struct Observation {
    std::string id;       ///< dotted, lower case: "certificate.subject"
    std::string subject;  ///< what it is about when there are several: a version, a certificate's SHA-256; may be empty
    Value value;
    std::vector<QuestionId> evidence;

    bool operator==(const Observation&) const = default;
};

}  // namespace smtptls::model

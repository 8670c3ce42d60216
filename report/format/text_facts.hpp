// Observations in the text for people: what a server does not bear, and what has no words of its own.
#pragma once

#include "report/format/words.hpp"

namespace smtptls::report {

/// "a server name, GREASE": what hellos must not have (docs/probes/intolerance.md); empty if it bears all.
std::string intolerances(const std::map<model::Fact, std::string>& facts);

/// The observations that the text says nothing of elsewhere.
std::vector<LabelledFact> facts_without_words(const model::EndpointResult& endpoint);

}  // namespace smtptls::report

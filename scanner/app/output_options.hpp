// --format and -o, which every command that prints a report has.
#pragma once

#include "app/output.hpp"

namespace CLI {
class App;
}

namespace smtptls::app {

/// What the parser fills; lives as long as it.
struct RawOutputs {
    std::vector<std::string> formats;
    std::vector<std::string> files;
};

void declare_outputs(CLI::App& cli, RawOutputs& raw);

/// After the line was parsed: what it asks for. The error is a sentence.
base::Expected<std::vector<Output>, std::string> outputs_of(const CLI::App& cli, const RawOutputs& raw);

}  // namespace smtptls::app

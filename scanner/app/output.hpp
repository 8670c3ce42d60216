// Where reports go: standard output, and files that are there whole or not at all.
#pragma once

#include "app/help.hpp"
#include "base/expected.hpp"
#include "report/format/format.hpp"

#include <optional>
#include <string>
#include <vector>

namespace smtptls::app {

struct Output {
    const report::Format* format = nullptr;
    std::string path;  ///< empty: standard output
};

/// --format or -o with its value, as it stood on the command line.
struct OutputWord {
    enum class Kind { format, file } kind;
    std::string value;
};

/// What the words ask for, in their order: a --format is for the -o behind it, or else for standard output, which
/// takes one. A -o without one goes by the file's extension; "-" is standard output. No word: text on standard
/// output. The error is a sentence.
base::Expected<std::vector<Output>, std::string> parse_outputs(const std::vector<OutputWord>& words);

/// Why one of the files cannot be written, as far as it can be known before there is something to write. Changes
/// nothing.
std::optional<std::string> objection_to(const std::vector<Output>& outputs);

/// Writes the report everywhere. A regular file is written beside its place and moved there, so that a reader sees
/// the old or the new one; its mode and owner stay, where it is new the umask decides. A symbolic link to a file is
/// refused, a pipe or a device is written to. Colour is for standard output only. The exit code is `exit_code`, or 3
/// with a sentence for each output that could not be written.
Leave write_outputs(const model::Report& report, const std::vector<Output>& outputs, const report::Style& style,
                    int exit_code);

}  // namespace smtptls::app

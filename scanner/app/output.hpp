// Where reports go: standard output, and files that are there whole or not at all.
#pragma once

#include "app/help.hpp"
#include "base/expected.hpp"
#include "report/format/format.hpp"

#include <memory>
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

/// The outputs of one report while it grows. A format that gives lines out at once reaches its file or standard output
/// at once. A regular file grows beside its place, as FILE.part, and is moved there at the end, so that a reader of
/// FILE sees the old or the new one; its mode and owner stay, where it is new the umask decides. What a killed scan
/// left is overwritten by the next. A symbolic link to a file is refused, a pipe or a device is written to. Colour and
/// the width of the terminal are for standard output only.
class OutputFiles {
public:
    /// `head` as in report::Writer.
    OutputFiles(const model::ReportHead& head, const std::vector<Output>& outputs, const report::Style& style);
    ~OutputFiles();

    void endpoint(std::size_t place, const model::EndpointResult& result, model::Judgements judgements);

    /// False if all went to standard output, and its reader has gone away (smtptls-scan ... | head), which is no error.
    bool is_wanted() const;

    /// With `exit_code`, or 3 with a sentence for each output that could not be written.
    Leave end(int exit_code);

private:
    class File;

    std::vector<std::unique_ptr<File>> files_;
};

}  // namespace smtptls::app

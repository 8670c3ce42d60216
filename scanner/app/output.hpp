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

/// The outputs of one report while it grows. A format that gives lines out at once reaches its file or standard output
/// at once; a file is a WrittenFile. Colour and the width of the terminal are for standard output only.
class OutputFiles {
public:
    /// Opens all of them, before there is something to write. The error is a sentence.
    static base::Expected<OutputFiles, std::string> open(const std::vector<Output>& outputs);

    ~OutputFiles();
    OutputFiles(OutputFiles&& other) noexcept;
    OutputFiles& operator=(OutputFiles&&) = delete;

    /// The files among them, as they were named.
    const std::vector<std::string>& paths() const { return paths_; }

    /// The folders that they are in.
    std::vector<std::string> folders() const;

    /// Whether there are some, and none is standard output.
    bool are_silent() const;

    /// `head` as in report::Writer: it lives until the end.
    void begin(const model::ReportHead& head, const report::Style& style);

    void endpoint(std::size_t place, const model::EndpointResult& result, model::Judgements judgements);

    /// False if all went to standard output, and its reader has gone away (smtptls-scan ... | head), which is no error.
    bool is_wanted() const;

    /// With `exit_code`, or 3 with a sentence for each output that could not be written.
    Leave end(int exit_code);

private:
    class File;

    OutputFiles();

    std::vector<std::unique_ptr<File>> files_;
    std::vector<std::string> paths_;
};

}  // namespace smtptls::app

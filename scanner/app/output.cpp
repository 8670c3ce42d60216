#include "app/output.hpp"

#include "app/written_file.hpp"
#include "base/untrusted_text.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

namespace smtptls::app {
namespace {

std::optional<std::string> twice(const std::vector<Output>& outputs)
{
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            const std::string& one = outputs[i].path;
            const std::string& other = outputs[k].path;
            if (!one.empty() && !other.empty() && (one == part_of(other) || other == part_of(one))) {
                return "-o " + base::escaped(std::max(one, other)) +
                       " is what the other -o is called while it is written";
            }
            if (outputs[i].path == outputs[k].path) {
                return outputs[i].path.empty() ? "standard output takes one format: put -o FILE behind the others"
                                               : "-o " + base::escaped(outputs[i].path) + " is given twice";
            }
        }
    }
    return std::nullopt;
}

}  // namespace

base::Expected<std::vector<Output>, std::string> parse_outputs(const std::vector<OutputWord>& words)
{
    std::vector<Output> outputs;
    const report::Format* waiting = nullptr;
    const auto settle = [&outputs, &waiting](const report::Format* next) {
        if (waiting != nullptr) {
            outputs.push_back({waiting, ""});
        }
        waiting = next;
    };
    for (const OutputWord& word : words) {
        if (word.kind == OutputWord::Kind::format) {
            settle(report::find_format(word.value));
            continue;
        }
        const std::string path = word.value == "-" ? "" : word.value;
        const report::Format* const format = std::exchange(waiting, nullptr);
        outputs.push_back({format != nullptr ? format : report::format_of_file(word.value), path});
        if (outputs.back().format == nullptr) {
            return base::Unexpected<std::string>("-o " + base::escaped(word.value) +
                                                 ": its name does not say the format; put --format in front of it");
        }
        if (word.value.empty() || word.value.ends_with('/')) {
            return base::Unexpected<std::string>("-o takes a file");
        }
    }
    settle(nullptr);
    if (outputs.empty()) {
        outputs.push_back({report::find_format("text"), ""});
    }
    if (auto again = twice(outputs)) {
        return base::Unexpected<std::string>(*std::move(again));
    }
    return outputs;
}

// An output that is open: standard output, or a file.
class OutputFiles::File {
public:
    File(const Output& output, std::optional<WrittenFile> file)
        : format_(output.format), file_(std::move(file)), standard_(STDOUT_FILENO)
    {
    }
    // The writer holds a reference to it.
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    void begin(const model::ReportHead& head, report::Style style)
    {
        if (file_) {
            style.colour = false;
            style.width = report::Style().width;
        }
        writer_ = format_->begin(head, style, [this](std::string_view piece) { add(piece); });
    }

    void endpoint(std::size_t place, const model::EndpointResult& result, model::Judgements judgements)
    {
        writer_->endpoint(place, result, judgements);
        if (file_) {
            file_->flush();
        } else {
            standard_.flush();
        }
    }

    // Its reader had enough.
    bool is_left() const { return !file_ && standard_.error() == EPIPE; }

    // What could not be done.
    std::optional<std::string> end()
    {
        writer_->end();
        if (file_) {
            const auto wrong = file_->end();
            return wrong ? std::optional("the report cannot be written to " + *wrong) : std::nullopt;
        }
        standard_.flush();
        const bool good = standard_.error() == 0 || is_left();
        return good ? std::nullopt : std::optional<std::string>("the output could not be written");
    }

private:
    void add(std::string_view piece)
    {
        if (file_) {
            file_->add(piece);
        } else {
            standard_.add(piece);
        }
    }

    const report::Format* format_;
    std::optional<WrittenFile> file_;
    ByteStream standard_;
    std::unique_ptr<report::Writer> writer_;
};

OutputFiles::OutputFiles() = default;
OutputFiles::~OutputFiles() = default;
OutputFiles::OutputFiles(OutputFiles&&) noexcept = default;

base::Expected<OutputFiles, std::string> OutputFiles::open(const std::vector<Output>& outputs)
{
    OutputFiles files;
    for (const Output& output : outputs) {
        std::optional<WrittenFile> file;
        if (!output.path.empty()) {
            auto opened = WrittenFile::open(output.path);
            if (!opened) {
                return base::Unexpected<std::string>("the report cannot be written to " + opened.error());
            }
            file.emplace(*std::move(opened));
            files.paths_.push_back(output.path);
        }
        files.files_.push_back(std::make_unique<File>(output, std::move(file)));
    }
    return files;
}

std::vector<std::string> OutputFiles::folders() const
{
    std::vector<std::string> folders;
    std::ranges::transform(paths_, std::back_inserter(folders), folder_of);
    return folders;
}

bool OutputFiles::are_silent() const
{
    return !files_.empty() && paths_.size() == files_.size();
}

void OutputFiles::begin(const model::ReportHead& head, const report::Style& style)
{
    for (const std::unique_ptr<File>& file : files_) {
        file->begin(head, style);
    }
}

void OutputFiles::endpoint(std::size_t place, const model::EndpointResult& result, model::Judgements judgements)
{
    for (const std::unique_ptr<File>& file : files_) {
        file->endpoint(place, result, judgements);
    }
}

bool OutputFiles::is_wanted() const
{
    return std::ranges::any_of(files_, [](const std::unique_ptr<File>& file) { return !file->is_left(); });
}

Leave OutputFiles::end(int exit_code)
{
    Leave leave{exit_code, "", ""};
    for (const std::unique_ptr<File>& file : files_) {
        if (const std::optional<std::string> wrong = file->end()) {
            leave.exit_code = 3;
            leave.error += "smtptls-scan: " + *wrong + "\n";
        }
    }
    return leave;
}

}  // namespace smtptls::app

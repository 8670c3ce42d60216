#include "app/output.hpp"

#include "base/untrusted_text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace smtptls::app {
namespace {

using Problem = std::optional<std::string>;

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> extensions = {{{".txt", "text"},
                                                                                       {".json", "json"},
                                                                                       {".ndjson", "ndjson"},
                                                                                       {".jsonl", "ndjson"},
                                                                                       {".csv", "csv"},
                                                                                       {".html", "html"},
                                                                                       {".xml", "junit"},
                                                                                       {".sarif", "sarif"},
                                                                                       {".sarif.json", "sarif"},
                                                                                       {".prom", "prometheus"}}};

std::string shown_path(const std::string& path)
{
    return base::UntrustedText(path).escaped();
}

Problem problem(const std::string& path, const std::string& words)
{
    return "the report cannot be written to " + shown_path(path) + ": " + words;
}

Problem problem(const std::string& path, int error)
{
    return problem(path, std::generic_category().message(error));
}

// The longest extension counts: .sarif.json is not .json.
const report::Format* format_of(const std::string& path)
{
    std::string_view name;
    std::size_t longest = 0;
    for (const auto& [extension, format] : extensions) {
        if (path.size() > extension.size() && path.ends_with(extension) && extension.size() > longest) {
            longest = extension.size();
            name = format;
        }
    }
    return report::find_format(name);
}

std::string folder_of(const std::string& path)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

// What is at a path now.
struct Place {
    bool direct = false;             // a pipe or a device: cannot be moved into place
    std::optional<struct stat> old;  // a regular file that is there
    Problem objection;
};

Place place_of(const std::string& path)
{
    struct stat own = {};
    if (lstat(path.c_str(), &own) != 0) {
        return errno == ENOENT ? Place{} : Place{false, {}, problem(path, errno)};
    }
    struct stat facts = own;
    const bool link = S_ISLNK(own.st_mode);
    if (link && (stat(path.c_str(), &facts) != 0 || S_ISREG(facts.st_mode))) {
        // Moving would replace the link, and following it may lead where somebody else wants it.
        return {false, {}, problem(path, "it is a symbolic link; name the file itself")};
    }
    if (S_ISDIR(facts.st_mode)) {
        return {false, {}, problem(path, EISDIR)};
    }
    if (!S_ISREG(facts.st_mode)) {
        return {true, {}, std::nullopt};
    }
    // Moving would get around a file that is protected against writing.
    return {false, facts, access(path.c_str(), W_OK) != 0 ? problem(path, errno) : std::nullopt};
}

// Pieces gathered into larger ones; the first error is kept, and nothing is written after it.
class Writer {
public:
    explicit Writer(int descriptor) : descriptor_(descriptor) {}

    void add(std::string_view piece)
    {
        pending_ += piece;
        if (pending_.size() >= enough) {
            flush();
        }
    }

    void flush()
    {
        std::string_view rest = pending_;
        while (error_ == 0 && !rest.empty()) {
            const ssize_t size = ::write(descriptor_, rest.data(), rest.size());
            if (size < 0 && errno != EINTR) {
                error_ = errno;
            }
            rest.remove_prefix(size > 0 ? static_cast<std::size_t>(size) : 0);
        }
        pending_.clear();
    }

    int error() const { return error_; }

private:
    static constexpr std::size_t enough = 65536;

    int descriptor_;
    int error_ = 0;
    std::string pending_;
};

// All of the report into an open file; errno of the first failure, 0 if there was none.
int fill(int descriptor, const model::Report& report, const report::Format& format, const report::Style& style)
{
    Writer writer(descriptor);
    format.give(report, style, [&writer](std::string_view piece) { writer.add(piece); });
    writer.flush();
    return writer.error();
}

mode_t new_file_mode()
{
    const mode_t mask = umask(0);
    umask(mask);
    return 0666U & ~mask;
}

// A file's owner stays where the system allows it; where its group cannot stay, the new one gets no rights by it.
int keep_rights(int descriptor, const std::optional<struct stat>& old)
{
    if (!old) {
        return fchmod(descriptor, new_file_mode()) != 0 ? errno : 0;
    }
    mode_t mode = old->st_mode & 0777U;
    if (fchown(descriptor, old->st_uid, old->st_gid) != 0 &&
        fchown(descriptor, static_cast<uid_t>(-1), old->st_gid) != 0) {
        mode &= ~static_cast<mode_t>(S_IRWXG);
    }
    return fchmod(descriptor, mode) != 0 ? errno : 0;
}

// The name is safe on the disk too; some file systems cannot do that, and the report is there all the same.
void sync_folder(const std::string& folder)
{
    const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        fsync(descriptor);
        close(descriptor);
    }
}

Problem write_beside_and_move(const model::Report& report, const Output& output, const Place& place,
                              const report::Style& style)
{
    const std::string folder = folder_of(output.path);
    std::string beside = folder + "/.smtptls-scan-XXXXXX";
    const int descriptor = mkostemp(beside.data(), O_CLOEXEC);
    if (descriptor < 0) {
        return problem(output.path, errno);
    }
    int error = fill(descriptor, report, *output.format, style);
    error = error == 0 ? keep_rights(descriptor, place.old) : error;
    error = error == 0 && fsync(descriptor) != 0 ? errno : error;
    error = close(descriptor) != 0 && error == 0 ? errno : error;
    error = error == 0 && rename(beside.c_str(), output.path.c_str()) != 0 ? errno : error;
    if (error != 0) {
        unlink(beside.c_str());
        return problem(output.path, error);
    }
    sync_folder(folder);
    return std::nullopt;
}

Problem write_direct(const model::Report& report, const Output& output, const report::Style& style)
{
    const int descriptor = open(output.path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0) {
        return problem(output.path, errno);
    }
    int error = fill(descriptor, report, *output.format, style);
    error = close(descriptor) != 0 && error == 0 ? errno : error;
    return error == 0 ? std::nullopt : problem(output.path, error);
}

Problem write_file(const model::Report& report, const Output& output, report::Style style)
{
    style.colour = false;
    const Place place = place_of(output.path);
    if (place.objection) {
        return place.objection;
    }
    return place.direct ? write_direct(report, output, style) : write_beside_and_move(report, output, place, style);
}

std::optional<std::string> twice(const std::vector<Output>& outputs)
{
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            if (outputs[i].path == outputs[k].path) {
                return outputs[i].path.empty() ? "standard output takes one format: put -o FILE behind the others"
                                               : "-o " + shown_path(outputs[i].path) + " is given twice";
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
        outputs.push_back({format != nullptr ? format : format_of(word.value), path});
        if (outputs.back().format == nullptr) {
            return base::Unexpected<std::string>("-o " + shown_path(word.value) +
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

std::optional<std::string> objection_to(const std::vector<Output>& outputs)
{
    for (const Output& output : outputs) {
        if (output.path.empty()) {
            continue;
        }
        const Place place = place_of(output.path);
        if (place.objection) {
            return place.objection;
        }
        if (!place.direct && access(folder_of(output.path).c_str(), W_OK | X_OK) != 0) {
            return problem(output.path, errno);
        }
    }
    return std::nullopt;
}

Leave write_outputs(const model::Report& report, const std::vector<Output>& outputs, const report::Style& style,
                    int exit_code)
{
    Leave leave{exit_code, "", ""};
    for (const Output& output : outputs) {
        Problem wrong;
        if (!output.path.empty()) {
            wrong = write_file(report, output, style);
        } else if (fill(STDOUT_FILENO, report, *output.format, style) != 0) {
            wrong = "the output could not be written";
        }
        if (wrong) {
            leave.exit_code = 3;
            leave.error += "smtptls-scan: " + *wrong + "\n";
        }
    }
    return leave;
}

}  // namespace smtptls::app

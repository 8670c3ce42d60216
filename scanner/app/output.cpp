#include "app/output.hpp"

#include "base/untrusted_text.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace smtptls::app {
namespace {

using Problem = std::optional<std::string>;

std::string shown_path(const std::string& path)
{
    return base::UntrustedText(path).escaped();
}

Problem problem(const std::string& path, const std::string& words)
{
    return "the report cannot be written to " + shown_path(path) + ": " + words;
}

std::string part_words(const std::string& part, const std::string& words)
{
    return shown_path(part) + ": " + words;
}

Problem problem(const std::string& path, int error)
{
    return problem(path, std::generic_category().message(error));
}

std::string part_of(const std::string& path)
{
    return path + ".part";
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

// A file that is in the way of the one that we fill.
Problem objection_to_part(const std::string& path)
{
    struct stat facts = {};
    const std::string part = part_of(path);
    if (lstat(part.c_str(), &facts) != 0) {
        return std::nullopt;
    }
    const bool ours = S_ISREG(facts.st_mode) && facts.st_uid == geteuid() && facts.st_nlink == 1;
    return ours ? std::nullopt : problem(path, part_words(part, "it is no file of ours"));
}

// Pieces gathered into larger ones; the first error is kept, and nothing is written after it.
class Stream {
public:
    void open(int descriptor) { descriptor_ = descriptor; }

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
            if (size <= 0 && (size == 0 || errno != EINTR)) {
                error_ = size < 0 ? errno : EIO;
            }
            rest.remove_prefix(size > 0 ? static_cast<std::size_t>(size) : 0);
        }
        pending_.clear();
    }

    void fail(int error) { error_ = error_ == 0 ? error : error_; }
    int error() const { return error_; }
    int descriptor() const { return descriptor_; }

private:
    static constexpr std::size_t enough = 65536;

    int descriptor_ = -1;
    int error_ = 0;
    std::string pending_;
};

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

// A file of ours to fill: what a killed scan of ours left is emptied; what is somebody else's, or no plain file, or
// another scan's that is under way, is an error.
struct Part {
    int descriptor = -1;
    Problem objection;
};

// Whoever had the lock before may have moved the file to its place: it is a report then.
bool is_at(const std::string& path, const struct stat& facts)
{
    struct stat now = {};
    return lstat(path.c_str(), &now) == 0 && now.st_dev == facts.st_dev && now.st_ino == facts.st_ino;
}

Part open_part(const std::string& path, const std::string& part)
{
    const int descriptor = open(part.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (descriptor < 0) {
        return {-1, problem(path, part_words(part, std::generic_category().message(errno)))};
    }
    struct stat facts = {};
    Problem objection;
    if (fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_uid != geteuid() || facts.st_nlink != 1) {
        objection = problem(path, part_words(part, "it is no file of ours"));
    } else if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        objection = problem(path, part_words(part, "another scan is writing it"));
    } else if (!is_at(part, facts)) {
        objection = problem(path, part_words(part, "another scan has just finished it"));
    } else if (ftruncate(descriptor, 0) != 0 || fchmod(descriptor, 0600) != 0) {
        objection = problem(path, part_words(part, std::generic_category().message(errno)));
    }
    if (objection) {
        close(descriptor);
        return {-1, objection};
    }
    return {descriptor, std::nullopt};
}

std::optional<std::string> twice(const std::vector<Output>& outputs)
{
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            const std::string& one = outputs[i].path;
            const std::string& other = outputs[k].path;
            if (!one.empty() && !other.empty() && (one == part_of(other) || other == part_of(one))) {
                return "-o " + shown_path(std::max(one, other)) + " is what the other -o is called while it is written";
            }
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
        outputs.push_back({format != nullptr ? format : report::format_of_file(word.value), path});
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
        if (auto objection = place.direct ? std::nullopt : objection_to_part(output.path)) {
            return objection;
        }
    }
    return std::nullopt;
}

class OutputFiles::File {
public:
    File(const model::ReportHead& head, const Output& output, report::Style style) : path_(output.path)
    {
        if (!path_.empty()) {
            style.colour = false;
            style.width = report::Style().width;
        }
        writer_ = output.format->begin(head, style, [this](std::string_view piece) { add(piece); });
    }

    ~File()
    {
        if (!path_.empty() && stream_.descriptor() >= 0) {
            close(stream_.descriptor());
        }
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    void endpoint(std::size_t place, const model::EndpointResult& result, model::Judgements judgements)
    {
        writer_->endpoint(place, result, judgements);
        if (opened_) {
            stream_.flush();
        }
    }

    // Its reader had enough.
    bool is_left() const { return path_.empty() && stream_.error() == EPIPE; }

    // What could not be done.
    Problem end()
    {
        writer_->end();
        if (!opened_) {
            begin();
        }
        stream_.flush();
        if (path_.empty()) {
            const bool good = stream_.error() == 0 || is_left();
            return good ? std::nullopt : Problem("the output could not be written");
        }
        if (!objection_ && !place_.direct) {
            move_into_place();
        }
        if (objection_) {
            return objection_;
        }
        return stream_.error() == 0 ? std::nullopt : problem(path_, stream_.error());
    }

private:
    void add(std::string_view piece)
    {
        if (!opened_) {
            begin();
        }
        if (!objection_) {
            stream_.add(piece);
        }
    }

    void begin()
    {
        opened_ = true;
        if (path_.empty()) {
            stream_.open(STDOUT_FILENO);
            return;
        }
        place_ = place_of(path_);
        objection_ = place_.objection;
        if (!objection_ && place_.direct) {
            const int descriptor = open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
            objection_ = descriptor < 0 ? problem(path_, errno) : std::nullopt;
            stream_.open(descriptor);
        } else if (!objection_) {
            Part part = open_part(path_, part_of(path_));
            objection_ = std::move(part.objection);
            stream_.open(part.descriptor);
        }
    }

    void move_into_place()
    {
        const std::string part = part_of(path_);
        const int descriptor = stream_.descriptor();
        int error = stream_.error();
        error = error == 0 ? keep_rights(descriptor, place_.old) : error;
        error = error == 0 && fsync(descriptor) != 0 ? errno : error;
        error = error == 0 && rename(part.c_str(), path_.c_str()) != 0 ? errno : error;
        if (error != 0) {
            unlink(part.c_str());
        } else {
            sync_folder(folder_of(path_));
        }
        stream_.fail(error);
    }

    std::string path_;  // empty: standard output
    std::unique_ptr<report::Writer> writer_;
    bool opened_ = false;
    Place place_;
    Problem objection_;
    Stream stream_;
};

OutputFiles::OutputFiles(const model::ReportHead& head, const std::vector<Output>& outputs, const report::Style& style)
{
    for (const Output& output : outputs) {
        files_.push_back(std::make_unique<File>(head, output, style));
    }
}

OutputFiles::~OutputFiles() = default;

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
        if (const Problem wrong = file->end()) {
            leave.exit_code = 3;
            leave.error += "smtptls-scan: " + *wrong + "\n";
        }
    }
    return leave;
}

}  // namespace smtptls::app

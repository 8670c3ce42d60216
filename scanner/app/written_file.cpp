#include "app/written_file.hpp"

#include "base/untrusted_text.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

namespace smtptls::app {
namespace {

using Problem = std::optional<std::string>;

std::string words_of(int error)
{
    return std::generic_category().message(error);
}

std::string about_part(const std::string& path, const std::string& words)
{
    return base::escaped(part_of(path)) + ": " + words;
}

// By the system's name for it: "/dev/fd/63" is 63.
std::optional<int> given_descriptor(std::string_view path)
{
    if (path == "/dev/stdout") {
        return STDOUT_FILENO;
    }
    if (path == "/dev/stderr") {
        return STDERR_FILENO;
    }
    for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
        int number = -1;
        if (path.starts_with(folder)) {
            const std::string_view digits = path.substr(folder.size());
            const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
            if (error == std::errc() && end == digits.data() + digits.size() && number >= 0) {
                return number;
            }
        }
    }
    return std::nullopt;
}

// Empty: a regular file, or a character device.
std::string objection_to_kind(const struct stat& facts)
{
    if (S_ISLNK(facts.st_mode)) {
        return "it is a symbolic link; name the file itself";
    }
    if (S_ISDIR(facts.st_mode)) {
        return words_of(EISDIR);
    }
    if (S_ISFIFO(facts.st_mode)) {
        return "it is a named pipe; name a file, or use >(command)";
    }
    return S_ISREG(facts.st_mode) || S_ISCHR(facts.st_mode) ? "" : "it is neither a file nor a character device";
}

std::string objection_to_owner(const struct stat& facts)
{
    return facts.st_uid == geteuid()
               ? ""
               : "it belongs to another user (uid " + std::to_string(facts.st_uid) + "); remove it, or name another";
}

struct Place {
    std::optional<struct stat> old;  // what is there
    std::string objection;
};

Place place_of(const std::string& path)
{
    struct stat facts = {};
    if (lstat(path.c_str(), &facts) != 0) {
        return {std::nullopt, errno == ENOENT ? "" : words_of(errno)};
    }
    std::string objection = objection_to_kind(facts);
    if (objection.empty() && S_ISREG(facts.st_mode)) {
        objection = objection_to_owner(facts);
        // Moving would get around a file that is protected against writing.
        if (objection.empty() && access(path.c_str(), W_OK) != 0) {
            objection = words_of(errno);
        }
    }
    return {facts, std::move(objection)};
}

mode_t new_file_mode()
{
    const mode_t mask = umask(0);
    umask(mask);
    return 0666U & ~mask;
}

// Where the group of the old file cannot stay, the new one gets no rights by it.
int keep_rights(int descriptor, const std::optional<struct stat>& old)
{
    if (!old) {
        return fchmod(descriptor, new_file_mode()) != 0 ? errno : 0;
    }
    mode_t mode = old->st_mode & 0777U;
    if (fchown(descriptor, static_cast<uid_t>(-1), old->st_gid) != 0) {
        mode &= ~static_cast<mode_t>(S_IRWXG);
    }
    return fchmod(descriptor, mode) != 0 ? errno : 0;
}

// The name is safe on the disk too; some file systems cannot do that, and the report is there all the same.
void sync_folder(const std::string& folder)
{
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        fsync(descriptor);
        close(descriptor);
    }
}

// Whoever had the lock before may have moved the file to its place: it is a report then.
bool is_at(const std::string& path, const struct stat& facts)
{
    struct stat now = {};
    return lstat(path.c_str(), &now) == 0 && now.st_dev == facts.st_dev && now.st_ino == facts.st_ino;
}

std::string objection_to_part(const std::string& part, int descriptor)
{
    struct stat facts = {};
    if (fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_uid != geteuid() || facts.st_nlink != 1) {
        return "it is no file of ours";
    }
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        return "another scan is writing it";
    }
    if (!is_at(part, facts)) {
        return "another scan has just finished it";
    }
    return fchmod(descriptor, 0600) != 0 ? words_of(errno) : "";
}

// A file of ours to fill, with what a killed scan left in it; what is somebody else's, or no plain file, or another
// scan's that is under way, is an error.
base::Expected<int, std::string> open_part(const std::string& path)
{
    const std::string part = part_of(path);
    const int descriptor =
        ::open(part.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
    if (descriptor < 0) {
        // Of the folder rather than of a file that nobody named.
        const bool of_folder = errno == ENOENT || errno == EACCES || errno == ENOTDIR || errno == EROFS;
        return base::Unexpected<std::string>(of_folder ? words_of(errno) : about_part(path, words_of(errno)));
    }
    if (std::string objection = objection_to_part(part, descriptor); !objection.empty()) {
        close(descriptor);
        return base::Unexpected<std::string>(about_part(path, objection));
    }
    return descriptor;
}

}  // namespace

void ByteStream::add(std::string_view piece)
{
    constexpr std::size_t enough = 65536;
    pending_ += piece;
    if (pending_.size() >= enough) {
        flush();
    }
}

void ByteStream::flush()
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

base::Expected<std::optional<int>, std::string> open_device(const std::string& path)
{
    using Device = std::optional<int>;
    if (const auto given = given_descriptor(path)) {
        const int copy = fcntl(*given, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        if (copy < 0 || (fcntl(copy, F_GETFL) & O_ACCMODE) == O_RDONLY) {
            close(copy);
            return base::Unexpected<std::string>("it is not open for writing");
        }
        return copy;
    }
    const Place place = place_of(path);
    if (!place.objection.empty()) {
        return base::Unexpected<std::string>(place.objection);
    }
    if (!place.old || !S_ISCHR(place.old->st_mode)) {
        return Device();
    }
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0) {
        return base::Unexpected<std::string>(words_of(errno));
    }
    struct stat facts = {};
    if (fstat(descriptor, &facts) != 0 || !S_ISCHR(facts.st_mode) ||
        fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK) != 0) {
        close(descriptor);
        return base::Unexpected<std::string>("it is not the device that it was a moment ago");
    }
    return descriptor;
}

base::Expected<WrittenFile, std::string> WrittenFile::open(const std::string& path)
{
    const auto refuse = [&path](const std::string& words) {
        return base::Unexpected<std::string>(base::escaped(path) + ": " + words);
    };
    const auto device = open_device(path);
    if (!device) {
        return refuse(device.error());
    }
    if (*device) {
        return WrittenFile(path, **device, true);
    }
    const auto part = open_part(path);
    if (!part) {
        return refuse(part.error());
    }
    WrittenFile file(path, *part, false);
    file.old_ = place_of(path).old;
    return file;
}

WrittenFile::WrittenFile(WrittenFile&& other) noexcept
    : path_(std::move(other.path_)),
      device_(other.device_),
      emptied_(other.emptied_),
      open_(std::exchange(other.open_, false)),
      stream_(std::move(other.stream_)),
      old_(other.old_)
{
}

WrittenFile::~WrittenFile()
{
    if (!open_) {
        return;
    }
    struct stat facts = {};
    if (!device_ && fstat(stream_.descriptor(), &facts) == 0 && facts.st_size == 0) {
        unlink(part_of(path_).c_str());
    }
    close(stream_.descriptor());
}

void WrittenFile::add(std::string_view piece)
{
    empty();
    stream_.add(piece);
}

// Not before there is something in its place: it may be what is being read.
void WrittenFile::empty()
{
    if (!device_ && !std::exchange(emptied_, true) && ftruncate(stream_.descriptor(), 0) != 0) {
        stream_.fail(errno);
    }
}

std::optional<std::string> WrittenFile::end()
{
    empty();
    stream_.flush();
    if (!device_) {
        const std::string part = part_of(path_);
        int error = stream_.error();
        error = error == 0 ? keep_rights(stream_.descriptor(), old_) : error;
        error = error == 0 && fsync(stream_.descriptor()) != 0 ? errno : error;
        error = error == 0 && rename(part.c_str(), path_.c_str()) != 0 ? errno : error;
        if (error != 0) {
            unlink(part.c_str());
        } else {
            sync_folder(folder_of(path_));
        }
        stream_.fail(error);
    }
    open_ = false;
    close(stream_.descriptor());
    return stream_.error() == 0 ? std::nullopt : Problem(base::escaped(path_) + ": " + words_of(stream_.error()));
}

std::string folder_of(const std::string& path)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

std::string part_of(const std::string& path)
{
    return path + ".part";
}

}  // namespace smtptls::app

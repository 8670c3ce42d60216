// Files that the command line names to be written: opened before anything is scanned, and only what is ours. Whoever
// can write into a folder that others write into too must not lead our reports or secrets elsewhere, nor make us wait.
#pragma once

#include "base/expected.hpp"

#include <sys/stat.h>

#include <optional>
#include <string>
#include <string_view>

namespace smtptls::app {

/// Pieces to a descriptor, gathered into larger ones; the first error is kept, and nothing is written after it.
class ByteStream {
public:
    explicit ByteStream(int descriptor) : descriptor_(descriptor) {}

    void add(std::string_view piece);
    void flush();

    void fail(int error) { error_ = error_ == 0 ? error : error_; }
    int error() const { return error_; }  ///< errno of the first failure, or 0
    int descriptor() const { return descriptor_; }

private:
    int descriptor_;
    int error_ = 0;
    std::string pending_;
};

/// A descriptor that can be written to without a file being made or moved: a character device (/dev/null, a terminal),
/// or one that this process was given, by the system's name for it (/dev/stdout, /dev/stderr, /dev/fd/N,
/// /proc/self/fd/N), so that a shell's >(command) works. Nothing if there is no such file, or a regular one. The error
/// says why it is not written to: a FIFO, a socket, a folder, a block device or a symbolic link is not, for whoever
/// made it may read along, or make us wait; what is asked is asked of the open file.
base::Expected<std::optional<int>, std::string> open_device(const std::string& path);

/// A file to be replaced as a whole. It grows beside its place, as FILE.part with mode 0600, and is moved there at the
/// end, so that a reader of FILE sees the old or the new one; the mode and the group of the old one stay, where there
/// was none the umask decides. What a killed scan left as FILE.part stays until there is something to write in its
/// place: a report may be made of it (report night.ndjson.part -o night.ndjson). One that another scan is writing is an
/// error. A device is written straight to.
class WrittenFile {
public:
    /// The error is a sentence: what is there is not ours, or no regular file; or the system's words.
    static base::Expected<WrittenFile, std::string> open(const std::string& path);

    /// Where it was not ended and FILE.part is empty, that is removed.
    ~WrittenFile();
    WrittenFile(WrittenFile&& other) noexcept;
    WrittenFile& operator=(WrittenFile&&) = delete;

    void add(std::string_view piece);
    void flush() { stream_.flush(); }

    /// Moves it to its place. A sentence if something could not be done; FILE is then what it was.
    std::optional<std::string> end();

private:
    void empty();

    WrittenFile(std::string path, int descriptor, bool device)
        : path_(std::move(path)), device_(device), stream_(descriptor)
    {
    }

    std::string path_;
    bool device_;
    bool emptied_ = false;
    bool open_ = true;
    ByteStream stream_;
    std::optional<struct stat> old_;
};

/// The folder that a file is in, as it is named: "." for "a.json".
std::string folder_of(const std::string& path);

/// What a file is called while it is written: "a.json.part".
std::string part_of(const std::string& path);

}  // namespace smtptls::app

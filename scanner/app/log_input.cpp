#include "app/log_input.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <vector>

namespace smtptls::app {
namespace {

constexpr std::size_t piece_size = 1U << 16U;
constexpr int gzip_window = 15 + 16;  // zlib.h, inflateInit2: 32 KiB, and a gzip header is expected

class File {
public:
    explicit File(const std::string& name)
        : descriptor_(name == "-" ? STDIN_FILENO : ::open(name.c_str(), O_RDONLY | O_CLOEXEC))
    {
    }
    ~File()
    {
        if (descriptor_ > STDIN_FILENO) {
            ::close(descriptor_);
        }
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    int descriptor() const { return descriptor_; }

    /// How many bytes; 0 at the end, -1 with errno.
    ssize_t read(char* place, std::size_t size) const
    {
        ssize_t got = 0;
        do {
            got = ::read(descriptor_, place, size);
        } while (got < 0 && errno == EINTR);
        return got;
    }

private:
    int descriptor_;
};

class Inflater {
public:
    explicit Inflater(const LogInput& input) : input_(input), out_(piece_size)
    {
        ready_ = inflateInit2(&stream_, gzip_window) == Z_OK;
    }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// Returns what is wrong; empty: nothing.
    std::string take(char* bytes, std::size_t size)
    {
        stream_.next_in = reinterpret_cast<Bytef*>(bytes);
        stream_.avail_in = static_cast<uInt>(size);
        while (ready_ && stream_.avail_in > 0) {
            if (done_) {
                // One more member; gzip files may be put behind each other.
                inflateReset(&stream_);
                done_ = false;
            }
            if (const std::string problem = step(); !problem.empty()) {
                return problem;
            }
        }
        return ready_ ? "" : "no memory for gzip";
    }

    bool done() const { return done_; }

private:
    std::string step()
    {
        do {
            stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
            stream_.avail_out = static_cast<uInt>(out_.size());
            const int result = inflate(&stream_, Z_NO_FLUSH);
            input_.append({out_.data(), out_.size() - stream_.avail_out});
            if (result == Z_STREAM_END) {
                done_ = true;
                return "";
            }
            if (result != Z_OK && result != Z_BUF_ERROR) {
                return "its gzip data are damaged";
            }
        } while (stream_.avail_out == 0);
        return "";
    }

    const LogInput& input_;
    std::vector<char> out_;
    z_stream stream_{};
    bool ready_ = false;
    bool done_ = false;
};

// Compressions that are not read here, by their first bytes.
std::string foreign(std::string_view front)
{
    using namespace std::string_view_literals;
    struct Known {
        std::string_view magic;
        std::string_view tool;
    };
    for (const auto& [magic, tool] : {Known{"\xfd"
                                            "7zXZ\0"sv,
                                            "xz"sv},
                                      Known{"\x28\xb5\x2f\xfd"sv, "zstd"sv}, Known{"BZh"sv, "bzip2"sv}}) {
        if (front.starts_with(magic)) {
            return "it is compressed with " + std::string(tool) + ": use " + std::string(tool) +
                   " -dc FILE | smtptls-scan log -";
        }
    }
    return front.starts_with("LPKSHHRH")
               ? "it is a journal file: use journalctl --file FILE -o json | smtptls-scan log -"
               : "";
}

std::string error_text()
{
    return std::strerror(errno);
}

// Reads on until there are `least` bytes or the input is over; -1 with errno.
ssize_t fill(const File& file, std::vector<char>& buffer, std::size_t least)
{
    std::size_t size = 0;
    while (size < least) {
        const ssize_t got = file.read(buffer.data() + size, buffer.size() - size);
        if (got < 0) {
            return got;
        }
        if (got == 0) {
            break;
        }
        size += static_cast<std::size_t>(got);
    }
    return static_cast<ssize_t>(size);
}

std::string read_all(const File& file, const LogInput& input)
{
    std::vector<char> buffer(piece_size);
    ssize_t got = fill(file, buffer, 8);  // as much as the longest magic
    const std::string_view front(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (std::string problem = foreign(front); !problem.empty()) {
        return problem;
    }
    const bool gzip = front.starts_with("\x1f\x8b");
    Inflater inflater(input);
    for (; got > 0; got = file.read(buffer.data(), buffer.size())) {
        const auto size = static_cast<std::size_t>(got);
        if (!gzip) {
            input.append({buffer.data(), size});
        } else if (std::string problem = inflater.take(buffer.data(), size); !problem.empty()) {
            return problem;
        }
    }
    if (got < 0) {
        return error_text();
    }
    return gzip && !inflater.done() ? "its gzip data end too early" : "";
}

}  // namespace

std::string read_log(const std::string& name, const LogInput& input)
{
    const File file(name);
    struct stat facts {};
    if (file.descriptor() < 0 || fstat(file.descriptor(), &facts) != 0) {
        return error_text();
    }
    if (S_ISDIR(facts.st_mode)) {
        return std::strerror(EISDIR);
    }
    input.begin(S_ISREG(facts.st_mode) && name != "-" ? facts.st_mtime : std::time(nullptr));
    return read_all(file, input);
}

}  // namespace smtptls::app

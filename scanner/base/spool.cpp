#include "base/spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <iterator>
#include <mutex>
#include <system_error>

namespace smtptls::base {
namespace {

[[noreturn]] void fail(int error)
{
    throw std::system_error(error, std::generic_category(), "what is kept until the end, in TMPDIR or /tmp");
}

int file_without_a_name()
{
    const char* const folder = std::getenv("TMPDIR");
    std::string path = folder != nullptr && *folder != '\0' ? folder : "/tmp";
    path += "/smtptls-scan-XXXXXX";
    const int descriptor = mkostemp(path.data(), O_CLOEXEC);
    if (descriptor >= 0) {
        unlink(path.c_str());
    }
    return descriptor;
}

}  // namespace

class SpoolFile {
public:
    explicit SpoolFile(int descriptor) : descriptor_(descriptor) {}
    ~SpoolFile() { close(descriptor_); }
    SpoolFile(const SpoolFile&) = delete;
    SpoolFile& operator=(const SpoolFile&) = delete;

    // Returns where it begins in the file.
    std::uint64_t append(std::string_view text)
    {
        const std::lock_guard lock(mutex_);
        const std::uint64_t begin = end_;
        while (!text.empty()) {
            const ssize_t size = pwrite(descriptor_, text.data(), text.size(), static_cast<off_t>(end_));
            if (size <= 0 && (size == 0 || errno != EINTR)) {
                fail(size < 0 ? errno : EIO);
            }
            end_ += static_cast<std::uint64_t>(size > 0 ? size : 0);
            text.remove_prefix(static_cast<std::size_t>(size > 0 ? size : 0));
        }
        return begin;
    }

    void read(std::uint64_t begin, std::string& piece) const
    {
        for (std::size_t done = 0; done < piece.size();) {
            const ssize_t size =
                pread(descriptor_, piece.data() + done, piece.size() - done, static_cast<off_t>(begin + done));
            if (size <= 0 && (size == 0 || errno != EINTR)) {
                fail(size < 0 ? errno : EIO);
            }
            done += size > 0 ? static_cast<std::size_t>(size) : 0;
        }
    }

private:
    int descriptor_;
    std::mutex mutex_;
    std::uint64_t end_ = 0;
};

std::shared_ptr<SpoolFile> open_spool_file()
{
    static std::mutex mutex;
    static std::weak_ptr<SpoolFile> of_all;
    const std::lock_guard lock(mutex);
    std::shared_ptr<SpoolFile> file = of_all.lock();
    if (!file) {
        const int descriptor = file_without_a_name();
        if (descriptor < 0) {
            return nullptr;
        }
        file = std::make_shared<SpoolFile>(descriptor);
        of_all = file;
    }
    return file;
}

void Spool::add(std::size_t place, std::string_view piece)
{
    if (piece.empty()) {
        return;
    }
    extents_.emplace(place, Extent{written_ + pending_.size(), piece.size()});
    pending_ += piece;
    if (pending_.size() >= in_memory) {
        flush();
    }
}

void Spool::flush()
{
    if (!file_) {
        errno = 0;
        file_ = open_spool_file();
        if (!file_) {
            fail(errno);
        }
    }
    parts_.emplace(written_, file_->append(pending_));
    written_ += pending_.size();
    pending_.clear();
}

void Spool::read(const Extent& extent, std::string& piece) const
{
    if (extent.begin >= written_) {
        piece.assign(pending_, extent.begin - written_, extent.size);
        return;
    }
    piece.resize(extent.size);
    const auto& [begin, in_file] = *std::prev(parts_.upper_bound(extent.begin));
    file_->read(in_file + (extent.begin - begin), piece);
}

}  // namespace smtptls::base

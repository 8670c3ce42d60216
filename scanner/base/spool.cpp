#include "base/spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace smtptls::base {
namespace {

[[noreturn]] void fail(int error)
{
    throw std::system_error(error, std::generic_category(), "what is kept until the end, in TMPDIR or /tmp");
}

// Nobody else can open it, and nothing of it is left when the program ends, however it does.
int file_without_a_name()
{
    const char* const folder = std::getenv("TMPDIR");
    std::string path = folder != nullptr && *folder != '\0' ? folder : "/tmp";
    path += "/smtptls-scan-XXXXXX";
    const int descriptor = mkostemp(path.data(), O_CLOEXEC);
    if (descriptor < 0) {
        fail(errno);
    }
    unlink(path.c_str());
    return descriptor;
}

}  // namespace

Spool::~Spool()
{
    if (descriptor_ >= 0) {
        close(descriptor_);
    }
}

Spool::Spool(Spool&& other) noexcept
    : extents_(std::move(other.extents_)),
      pending_(std::move(other.pending_)),
      written_(other.written_),
      descriptor_(std::exchange(other.descriptor_, -1))
{
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
    if (descriptor_ < 0) {
        descriptor_ = file_without_a_name();
    }
    for (std::string_view rest = pending_; !rest.empty();) {
        const ssize_t size = ::write(descriptor_, rest.data(), rest.size());
        if (size <= 0 && errno != EINTR) {
            fail(size < 0 ? errno : EIO);
        }
        rest.remove_prefix(size > 0 ? static_cast<std::size_t>(size) : 0);
    }
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
    for (std::size_t done = 0; done < piece.size();) {
        const ssize_t size =
            pread(descriptor_, piece.data() + done, piece.size() - done, static_cast<off_t>(extent.begin + done));
        if (size <= 0 && errno != EINTR) {
            fail(size < 0 ? errno : EIO);
        }
        done += size > 0 ? static_cast<std::size_t>(size) : 0;
    }
}

}  // namespace smtptls::base

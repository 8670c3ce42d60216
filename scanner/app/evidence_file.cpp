#include "app/evidence_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace smtptls::app {
namespace {

// Not the file that was looked at a moment ago, but the one that is open.
bool is_regular(int descriptor)
{
    struct stat facts = {};
    return fstat(descriptor, &facts) != 0 || S_ISREG(facts.st_mode);
}

std::string words_of(int error)
{
    return std::generic_category().message(error);
}

}  // namespace

base::Expected<EvidenceFile, std::string> EvidenceFile::create(const std::string& path)
{
    constexpr mode_t owner_only = 0600;
    int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, owner_only);
    if (descriptor < 0 && errno == EEXIST) {
        descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC);
        if (descriptor >= 0 && is_regular(descriptor)) {
            ::close(descriptor);
            descriptor = -1;
            errno = EEXIST;
        }
    }
    if (descriptor < 0) {
        const std::string shown = base::UntrustedText(path).escaped();
        return base::Unexpected<std::string>("the evidence cannot be written to " + shown + ": " + words_of(errno));
    }
    return EvidenceFile(path, descriptor);
}

EvidenceFile::EvidenceFile(EvidenceFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      error_(other.error_),
      encoder_(std::move(other.encoder_)),
      digest_(std::move(other.digest_))
{
}

EvidenceFile::~EvidenceFile()
{
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

void EvidenceFile::write(const model::evidence::Event& event)
{
    if (!digest_) {
        digest_.emplace();
    }
    if (const auto* const ended = std::get_if<model::evidence::Ended>(&event)) {
        model::evidence::Ended last = *ended;
        last.sha256.clear();
        digest_->add(interview::before_digest(encoder_.encode(last), last));
        last.sha256 = digest_->hex();
        put(encoder_.encode(last));
        return;
    }
    const std::string line = encoder_.encode(event);
    digest_->add(line);
    put(line);
}

void EvidenceFile::put(std::string_view line)
{
    while (error_ == 0 && !line.empty()) {
        const ssize_t size = ::write(descriptor_, line.data(), line.size());
        if (size < 0 && errno != EINTR) {
            error_ = errno;
        }
        line.remove_prefix(size > 0 ? static_cast<std::size_t>(size) : 0);
    }
}

std::optional<std::string> EvidenceFile::close()
{
    if (descriptor_ >= 0 && ::close(std::exchange(descriptor_, -1)) != 0 && error_ == 0) {
        error_ = errno;
    }
    if (error_ == 0) {
        return std::nullopt;
    }
    return "the evidence in " + base::UntrustedText(path_).escaped() + " is not whole: " + words_of(error_);
}

}  // namespace smtptls::app

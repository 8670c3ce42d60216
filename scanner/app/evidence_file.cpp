#include "app/evidence_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace smtptls::app {
namespace {

std::string words_of(int error)
{
    return std::generic_category().message(error);
}

}  // namespace

base::Expected<EvidenceFile, std::string> EvidenceFile::create(const std::string& path)
{
    constexpr mode_t owner_only = 0600;
    const auto refuse = [&path](const std::string& words) {
        return base::Unexpected<std::string>("the evidence cannot be written to " + base::escaped(path) + ": " + words);
    };
    const auto device = open_device(path);
    if (!device) {
        return refuse(device.error());
    }
    if (*device) {
        return EvidenceFile(path, **device);
    }
    const int made = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, owner_only);
    return made < 0 ? refuse(words_of(errno)) : base::Expected<EvidenceFile, std::string>(EvidenceFile(path, made));
}

EvidenceFile::EvidenceFile(EvidenceFile&& other) noexcept
    : path_(std::move(other.path_)),
      open_(std::exchange(other.open_, false)),
      stream_(std::move(other.stream_)),
      encoder_(std::move(other.encoder_)),
      digest_(std::move(other.digest_))
{
}

EvidenceFile::~EvidenceFile()
{
    if (open_) {
        ::close(stream_.descriptor());
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
    stream_.add(line);
    stream_.flush();
}

std::optional<std::string> EvidenceFile::close()
{
    if (std::exchange(open_, false) && ::close(stream_.descriptor()) != 0) {
        stream_.fail(errno);
    }
    if (stream_.error() == 0) {
        return std::nullopt;
    }
    return "the evidence in " + base::escaped(path_) + " is not whole: " + words_of(stream_.error());
}

}  // namespace smtptls::app

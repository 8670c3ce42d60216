#include "app/root_folder.hpp"

#include "base/untrusted_text.hpp"
#include "report/remedy/config_lines.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

namespace smtptls::app {
namespace {

namespace fs = std::filesystem;

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(number_, other.number_);
        return *this;
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor()
    {
        if (number_ >= 0) {
            ::close(number_);
        }
    }

    int number() const { return number_; }

private:
    int number_;
};

FileBelow unread(std::string why)
{
    return {FileBelow::State::unread, "", std::move(why)};
}

// Without a link on the way: a folder that becomes one meanwhile is not entered.
Descriptor opened(const fs::path& root, const fs::path& relative)
{
    Descriptor at(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (auto part = relative.begin(); part != relative.end() && at.number() >= 0; ++part) {
        const bool last = std::next(part) == relative.end();
        const int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (last ? 0 : O_DIRECTORY);
        at = Descriptor(::openat(at.number(), part->c_str(), flags));
    }
    return at;
}

FileBelow text_of(const Descriptor& file, std::size_t limit)
{
    struct stat status = {};
    if (file.number() < 0 || ::fstat(file.number(), &status) != 0) {
        return unread(std::generic_category().message(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return unread("it is not a regular file");
    }
    FileBelow result{FileBelow::State::read, "", ""};
    std::array<char, 65536> piece{};
    ssize_t got = 0;
    while (result.text.size() <= limit && (got = ::read(file.number(), piece.data(), piece.size())) > 0) {
        result.text.append(piece.data(), static_cast<std::size_t>(got));
    }
    if (got < 0) {
        return unread(std::generic_category().message(errno));
    }
    return result.text.size() <= limit ? result : unread("it is larger than " + std::to_string(limit >> 20U) + " MiB");
}

// What is behind the root in a path without links; nothing if the path is not below it.
std::optional<fs::path> below(const fs::path& root, const fs::path& path)
{
    fs::path relative = path.lexically_relative(root);
    const bool outside = relative.empty() || *relative.begin() == ".." || relative == ".";
    return outside ? std::nullopt : std::optional(std::move(relative));
}

}  // namespace

FileBelow read_below(const std::string& root, const std::string& path, std::size_t limit)
{
    std::error_code error;
    const fs::path base = fs::canonical(root, error);
    if (error || path.find('\0') != std::string::npos) {
        return unread("there is no such folder to look in");
    }
    // As in a root folder, ".." of the topmost is the topmost.
    const fs::path wanted = base / fs::path(path).lexically_normal().relative_path();
    const fs::path whole = fs::canonical(wanted, error);
    if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory) {
        return {FileBelow::State::absent, "", ""};
    }
    const std::optional<fs::path> relative = error ? std::nullopt : below(base, whole);
    if (!relative) {
        return unread(error ? error.message() : "a link leads out of the folder that was given");
    }
    return text_of(opened(base, *relative), limit);
}

remedy::EximIncludes includes_below(const std::string& root)
{
    if (root.empty()) {
        return {};
    }
    return [root](const std::string& path) {
        FileBelow file = read_below(root, path, remedy::config_limit);
        const auto state = file.state == FileBelow::State::read     ? remedy::EximInclude::State::read
                           : file.state == FileBelow::State::absent ? remedy::EximInclude::State::absent
                                                                    : remedy::EximInclude::State::unread;
        return remedy::EximInclude{state, std::move(file.text), std::move(file.why)};
    };
}

std::string folder_below(const std::string& root, const std::string& file)
{
    std::error_code error;
    const fs::path base = root.empty() ? fs::path() : fs::canonical(root, error);
    const fs::path whole = base.empty() || error ? fs::path() : fs::canonical(file, error);
    const auto relative = whole.empty() || error ? std::nullopt : below(base, whole);
    return relative ? ("/" / relative->parent_path()).string() : "";
}

}  // namespace smtptls::app

#include "app/file.hpp"

#include "base/untrusted_text.hpp"
#include "json/parse.hpp"
#include "model_json/report.hpp"

#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

namespace smtptls::app {
namespace {

// Scans of many hosts are large; they are read an endpoint at a time.
constexpr std::streamoff scan_limit = std::streamoff{1} << 30U;
constexpr std::streamoff most_in_memory = std::streamoff{16} << 20U;
constexpr std::size_t pipe_limit = std::size_t{256} << 20U;

// The scan, or the error with the file's name before it.
template <typename Refuse>
base::Expected<model::ScanResult, std::string> named(base::Expected<model::ScanResult, std::string> scan, Refuse refuse)
{
    if (!scan) {
        return refuse(scan.error());
    }
    return scan;
}

}  // namespace

base::Expected<std::string, std::string> read_file(const std::string& path, std::size_t limit)
{
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    std::string text;
    std::array<char, 65536> piece{};
    while (text.size() <= limit && (file.read(piece.data(), piece.size()) || file.gcount() > 0)) {
        text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
    }
    if (!file.is_open() || file.bad() || (text.empty() && errno != 0)) {
        const std::string reason = errno != 0 ? std::generic_category().message(errno) : "cannot be read";
        return base::Unexpected<std::string>(base::UntrustedText(path).escaped() + ": " + reason);
    }
    return text;
}

base::Expected<model::ScanResult, std::string> read_scan(const std::string& path)
{
    const auto refuse = [&path](const std::string& why) {
        return base::Unexpected<std::string>(json::in_file(base::escaped(path), why));
    };
    std::ifstream file(path, std::ios::binary);
    const std::streamoff size = file && file.seekg(0, std::ios::end) ? std::streamoff(file.tellg()) : -1;
    if (size > scan_limit) {
        return refuse("larger than 1 GiB");
    }
    // A pipe is read to its end before: what it holds may be one document or many lines.
    if (size < most_in_memory) {
        const auto text = read_file(path, size < 0 ? pipe_limit : static_cast<std::size_t>(most_in_memory));
        if (!text) {
            return base::Unexpected<std::string>(text.error());
        }
        if (text->size() > pipe_limit) {
            return refuse("larger than 256 MiB, which is the most that is read from a pipe");
        }
        return named(model_json::decode(*text), refuse);
    }
    file.seekg(0);
    return named(model_json::decode(file), refuse);
}

}  // namespace smtptls::app

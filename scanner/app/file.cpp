#include "app/file.hpp"

#include "base/untrusted_text.hpp"
#include "record/json.hpp"

#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

namespace smtptls::app {
namespace {

// Scans of many hosts are large.
constexpr std::size_t scan_limit = std::size_t{256} << 20U;

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
    const auto text = read_file(path, scan_limit);
    if (!text) {
        return base::Unexpected<std::string>(text.error());
    }
    if (text->size() > scan_limit) {
        return base::Unexpected<std::string>(base::UntrustedText(path).escaped() + ": larger than 256 MiB");
    }
    auto scan = record::decode(*text);
    if (!scan) {
        return base::Unexpected<std::string>(base::UntrustedText(path).escaped() + ": " + scan.error());
    }
    return scan;
}

}  // namespace smtptls::app

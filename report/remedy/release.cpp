#include "report/remedy/release.hpp"

#include "report/remedy/config_lines.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace smtptls::remedy {

std::optional<Release> parse_release(std::string_view text)
{
    constexpr std::string_view ends_numbers = "abcdefghijklmnopqrstuvwxyz-+~";
    text = text.substr(0, text.find_first_of(ends_numbers));
    std::array<int, 3> numbers{};
    std::size_t count = 0;
    for (;; ++count) {
        const std::string_view number = text.substr(0, text.find('.'));
        if (count == numbers.size() || number.empty() || number.size() > 3) {
            return std::nullopt;
        }
        const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), numbers[count]);
        if (error != std::errc() || end != number.data() + number.size() || numbers[count] < 0) {
            return std::nullopt;
        }
        if (number.size() == text.size()) {
            break;
        }
        text.remove_prefix(number.size() + 1);
    }
    return count == 0 ? std::nullopt : std::optional(Release{numbers[0], numbers[1], numbers[2]});
}

std::string format(const Release& release)
{
    return std::to_string(release.major) + "." + std::to_string(release.minor) + "." + std::to_string(release.patch);
}

bool has_since(const Release& release, std::string_view list)
{
    bool newer_than_all = true;
    for (const std::string& word : words_of(list, " ")) {
        const Release since = parse_release(word).value_or(Release{});
        if (since.major == release.major && since.minor == release.minor) {
            return release.patch >= since.patch;
        }
        newer_than_all = newer_than_all && release > since;
    }
    return newer_than_all;
}

}  // namespace smtptls::remedy

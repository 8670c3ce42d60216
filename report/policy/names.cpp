#include "report/policy/names.hpp"

#include "base/text_layout.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <utility>

namespace smtptls::policy {
namespace {

std::optional<std::int64_t> digits(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size() && value >= 0;
    return whole ? std::optional(value) : std::nullopt;
}

// Days since 1970 in the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date
// algorithms", days_from_civil).
std::int64_t days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day)
{
    const std::int64_t y = month <= 2 ? year - 1 : year;
    const std::int64_t era = y / 400;
    const std::int64_t of_era = y - era * 400;
    const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

std::string moved(const std::string& day, int by)
{
    const auto number = [&day](std::size_t from, std::size_t count) {
        return static_cast<unsigned>(digits(std::string_view(day).substr(from, count)).value_or(0));
    };
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(number(0, 4))),
                                           std::chrono::month(number(5, 2)), std::chrono::day(number(8, 2))};
    const std::chrono::year_month_day then{std::chrono::sys_days(date) + std::chrono::days(by)};
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(then.year()),
                  static_cast<unsigned>(then.month()), static_cast<unsigned>(then.day()));
    return text.data();
}

}  // namespace

std::string day_after(const std::string& day)
{
    return moved(day, 1);
}

std::string day_before(const std::string& day)
{
    return moved(day, -1);
}

std::optional<std::int64_t> seconds_of(std::string_view time)
{
    if (time.size() != 20 || time[4] != '-' || time[7] != '-' || time[10] != 'T' || time[13] != ':' ||
        time[16] != ':' || time[19] != 'Z') {
        return std::nullopt;
    }
    const std::array<std::pair<std::size_t, std::size_t>, 6> places = {
        {{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}}};
    std::array<std::int64_t, 6> parts{};
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto value = digits(time.substr(places.at(i).first, places.at(i).second));
        if (!value) {
            return std::nullopt;
        }
        parts.at(i) = *value;
    }
    return days_from_civil(parts[0], parts[1], parts[2]) * 86400 + parts[3] * 3600 + parts[4] * 60 + parts[5];
}

std::optional<std::string> hash_of(std::string_view algorithm)
{
    const std::string name = base::lower(algorithm);
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> words = {{{"sha224", "SHA-224"},
                                                                                            {"sha256", "SHA-256"},
                                                                                            {"sha384", "SHA-384"},
                                                                                            {"sha512", "SHA-512"},
                                                                                            {"sha1", "SHA-1"},
                                                                                            {"md5", "MD5"},
                                                                                            {"md2", "MD2"},
                                                                                            {"ed25519", "none"},
                                                                                            {"ed448", "none"}}};
    for (const auto& [word, hash] : words) {
        if (name.find(word) != std::string::npos) {
            return std::string(hash);
        }
    }
    return std::nullopt;
}

std::optional<int> dh_bits(std::string_view group)
{
    const std::string_view number = group.starts_with("DH ")     ? group.substr(3)
                                    : group.starts_with("ffdhe") ? group.substr(5)
                                                                 : std::string_view();
    const auto bits = digits(number);
    return bits && *bits <= 65536 ? std::optional(static_cast<int>(*bits)) : std::nullopt;
}

}  // namespace smtptls::policy

#include "base/clock.hpp"

#include <array>
#include <ctime>

namespace smtptls::base {

std::string utc_now()
{
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), size};
}

std::string today_utc()
{
    constexpr std::size_t day = 10;
    return utc_now().substr(0, day);
}

std::string local_time(std::int64_t seconds)
{
    const std::time_t then = seconds;
    std::tm parts{};
    localtime_r(&then, &parts);
    std::array<char, 8> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%H:%M", &parts);
    return {text.data(), size};
}

}  // namespace smtptls::base

// The clock on the wall, for what is written down.
#pragma once

#include <cstdint>
#include <string>

namespace smtptls::base {

/// "2026-11-21T20:48:54Z"
std::string utc_now();

/// "2026-11-21", in UTC.
std::string today_utc();

/// "16:09", the time of day here at so many seconds since 1970.
std::string local_time(std::int64_t seconds);

}  // namespace smtptls::base

// log::read_stamp, log::parse_stamp and log::split_line: a time lies within its text and reads the same alone, and what
// a line is taken apart into lies within the line, or in the scratch text beside it.
#include "report/log/stamp.hpp"
#include "fuzz/promise.hpp"
#include "report/log/front.hpp"

#include <cstdint>
#include <string>

namespace {

using namespace smtptls;
using fuzz::promise;

constexpr std::int64_t ends = 1795000000;  // November 2026

bool is_within(std::string_view part, std::string_view text)
{
    return part.empty() || (part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size());
}

void check_stamp(std::string_view text)
{
    const auto stamp = log::read_stamp(text);
    if (!stamp) {
        promise(!log::parse_stamp(text, ends), "what is no stamp is no time");
        return;
    }
    promise(stamp->size > 0 && stamp->size <= text.size(), "a stamp lies within its text");
    promise(stamp->clock >= 0 && stamp->clock < 86400, "a clock shows a time of the day");
    promise(log::parse_stamp(text, ends) == log::parse_stamp(text.substr(0, stamp->size), ends),
            "it reads the same alone");
}

void check_line(std::string_view text)
{
    log::Line line;
    std::string scratch;
    if (!log::split_line(text, line, scratch)) {
        return;
    }
    promise(is_within(line.stamp, text) && is_within(line.message, text), "views point into the line");
    promise(line.program == "exim" || line.program == "smtpd" || is_within(line.program, text),
            "a program stands in the line, or its form tells it");
    promise(is_within(line.origin, text) || is_within(line.origin, scratch), "so does the origin, or into the scratch");
    promise(!line.stamp.empty() || !line.program.empty(), "a line has a time or a program");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_stamp(text);
    check_line(text);
    std::string plain;
    promise(log::without_colours(text, plain).size() <= size, "a line without its colours is no longer");
    return 0;
}

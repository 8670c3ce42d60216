#include "report/format/format.hpp"

#include <algorithm>

namespace smtptls::report {

#define FORMAT(name) void write_##name(const model::Report& report, const Style& style, const Sink& sink);
#include "report/format/formats.def"
#undef FORMAT

std::string Format::write(const model::Report& report, const Style& style) const
{
    std::string out;
    give(report, style, [&out](std::string_view piece) { out += piece; });
    return out;
}

const std::vector<Format>& all_formats()
{
    static const std::vector<Format> formats = {
#define FORMAT(name) {#name, write_##name},
#include "report/format/formats.def"
#undef FORMAT
    };
    return formats;
}

const Format* find_format(std::string_view name)
{
    const std::vector<Format>& formats = all_formats();
    const auto found =
        std::find_if(formats.begin(), formats.end(), [name](const Format& format) { return format.name == name; });
    return found == formats.end() ? nullptr : &*found;
}

}  // namespace smtptls::report

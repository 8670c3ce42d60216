#include "report/format/format.hpp"

#include <algorithm>

namespace smtptls::report {

#define FORMAT(name) std::string write_##name(const model::ScanResult& result, const Style& style);
#include "report/format/formats.def"
#undef FORMAT

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

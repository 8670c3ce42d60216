#include "report/format/format.hpp"

#include "base/text_layout.hpp"

#include <algorithm>

namespace smtptls::report {

#define FORMAT(name, ...) std::unique_ptr<Writer> begin_##name(const model::ReportHead&, const Style&, const Sink&);
#include "report/format/formats.def"
#undef FORMAT

void Format::give(const model::Report& report, const Style& style, const Sink& sink) const
{
    const model::ReportHead head = head_of(report);
    const std::unique_ptr<Writer> writer = begin(head, style, sink);
    model::each_endpoint(report, [&writer](std::size_t place, const model::EndpointResult& result,
                                           Judgements judgements) { writer->endpoint(place, result, judgements); });
    writer->end();
}

std::string Format::write(const model::Report& report, const Style& style) const
{
    std::string out;
    give(report, style, [&out](std::string_view piece) { out += piece; });
    return out;
}

const std::vector<Format>& all_formats()
{
    static const std::vector<Format> formats = {
#define FORMAT(x, media, whom, ...) \
    {.name = #x, .extensions = {__VA_ARGS__}, .media_type = media, .purpose = whom, .begin = begin_##x},
#include "report/format/formats.def"
#undef FORMAT
    };
    return formats;
}

const Format* find_format(std::string_view name)
{
    const std::vector<Format>& formats = all_formats();
    const auto found = std::ranges::find(formats, base::lower(name), &Format::name);
    return found == formats.end() ? nullptr : &*found;
}

const Format* format_of_file(std::string_view path)
{
    const Format* best = nullptr;
    std::size_t longest = 0;
    for (const Format& format : all_formats()) {
        for (const std::string_view extension : format.extensions) {
            if (path.size() > extension.size() && path.ends_with(extension) && extension.size() > longest) {
                longest = extension.size();
                best = &format;
            }
        }
    }
    return best;
}

}  // namespace smtptls::report

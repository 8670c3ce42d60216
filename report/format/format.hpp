// A format turns a scan, judged or not, into bytes. No clock, no environment, no terminal. A scan may have tens of
// thousands of endpoints: a format is given one at a time and does not keep them. What must stand in front of them and
// is known at the end, or stands in an order that they did not come in, waits on the disk (base::Spool).
#pragma once

#include "base/sink.hpp"
#include "model/report.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::report {

using base::Sink;

struct Style {
    bool colour = false;     ///< ANSI colours; only the caller knows whether this goes to a terminal
    bool suites = false;     ///< list suites, not only how many there are: text the accepted ones, JSON all
    bool exchanges = false;  ///< JSON: what was asked and answered, connection by connection
    std::size_t width = 80;  ///< of the text, in columns: that of the terminal
};

using model::Judgements;

/// One report in one format, on its way.
class Writer {
public:
    /// `head` lives longer. From the beginning it has who scanned, when it began, its options, the policies and the
    /// baseline's name; the rest when end() is called.
    Writer(const model::ReportHead& head, const Style& style, Sink sink)
        : head_(head), style_(style), sink_(std::move(sink))
    {
    }
    virtual ~Writer() = default;
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// `place` says where among all it stands. Each place comes once, in any order, and there may be gaps. Throws
    /// std::system_error if the disk is full.
    virtual void endpoint(std::size_t place, const model::EndpointResult& result, Judgements judgements) = 0;

    /// After the last of them.
    virtual void end() = 0;

protected:
    bool judged() const { return !head_.policies.empty(); }

    const model::ReportHead& head_;
    const Style style_;
    const Sink sink_;
};

struct Format {
    std::string_view name;                     ///< as on the command line
    std::vector<std::string_view> extensions;  ///< of files' names, the usual one first: ".ndjson", ".jsonl"
    std::string_view media_type;               ///< "application/json"
    std::string_view purpose;                  ///< whom it is for: "spreadsheets"
    std::unique_ptr<Writer> (*begin)(const model::ReportHead& head, const Style& style, const Sink& sink);

    /// All of a report. One without policies is a plain scan.
    void give(const model::Report& report, const Style& style, const Sink& sink) const;

    /// The same as one text.
    std::string write(const model::Report& report, const Style& style) const;
};

/// For Format::begin.
template <typename One>
std::unique_ptr<Writer> begin_writer(const model::ReportHead& head, const Style& style, const Sink& sink)
{
    return std::make_unique<One>(head, style, sink);
}

/// One of each format in formats.def, in its order.
const std::vector<Format>& all_formats();

/// The case of letters does not count. Nullptr if there is none of that name.
const Format* find_format(std::string_view name);

/// The format that a file's name asks for: by its longest extension, since .sarif.json is not .json. Nullptr: none.
const Format* format_of_file(std::string_view path);

}  // namespace smtptls::report

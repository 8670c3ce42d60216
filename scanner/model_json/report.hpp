// Scans, judged or not, as JSON (report/schema/scan.schema.json, lines.schema.json). Every text of a server is escaped
// as base::UntrustedText says.
#pragma once

#include "base/expected.hpp"
#include "base/sink.hpp"
#include "base/spool.hpp"
#include "json/fwd.hpp"
#include "model/report.hpp"
#include "model_json/matrix_json.hpp"

#include <istream>
#include <string>
#include <string_view>

namespace smtptls::json {
class Document;
}

namespace smtptls::model_json {

/// The version of the schema that is written; it grows when a reader of the one before would misread the document.
inline constexpr int schema_version = 2;

/// The most bytes a line of JSON lines may have.
inline constexpr std::size_t longest_line = std::size_t{16} << 20U;

/// A report on its way into one document, laid out for people, with a final newline. `head` lives longer; it is whole
/// when end() is called. Endpoints come in any order, each place once, and there may be gaps.
class Document {
public:
    Document(const model::ReportHead& head, const Detail& detail) : head_(head), detail_(detail) {}
    void endpoint(std::size_t place, const model::EndpointResult& result, model::Judgements judgements);
    void end(const base::Sink& sink) const;

private:
    void give_judgements(json::Document& document) const;

    const model::ReportHead& head_;
    Detail detail_;
    base::Spool endpoints_;
    base::Spool judgements_;
};

/// The same in JSON lines, each given out at once: one for each endpoint with its judgements, one for each target that
/// became none, one for each finding of the baseline that is gone, one for each thing that endpoints show only
/// together, and a last one with "complete": a file without it was cut off.
class Lines {
public:
    Lines(const model::ReportHead& head, const Detail& detail, base::Sink sink);
    void endpoint(const model::EndpointResult& result, model::Judgements judgements);
    void end();

private:
    void add(const char* kind, json::Value more);

    const model::ReportHead& head_;
    Detail detail_;
    base::Sink sink_;
    std::string front_;  // of each line: who scanned, when, and how, so that it can be understood without the others
};

/// The document as one text.
std::string encode(const model::Report& report, const Detail& detail = {});
std::string encode(const model::ScanResult& result, const Detail& detail = {});

/// The same in JSON lines.
std::string encode_lines(const model::Report& report, const Detail& detail = {});

/// The report that one of these wrote, or version 1 of this program: written again it is the same, with the same
/// detail. Only who chose a port or an address family is not in the document, and counts as the user. An endpoint at a
/// time is kept as JSON. Lines that were cut off are a scan that was interrupted. The error is a sentence that says
/// where and what: not JSON, not a scan, another schema_version or registry, a key that is missing, unknown or of the
/// wrong kind, or sums that do not add up. It can be shown. The stream must be one that can be read from its beginning
/// again.
base::Expected<model::Report, std::string> decode_report(std::istream& stream);
base::Expected<model::Report, std::string> decode_report(std::string_view text);

/// Only the scan of it, since verdicts can be made again. What policies said must be as it should be all the same.
base::Expected<model::ScanResult, std::string> decode(std::istream& stream);
base::Expected<model::ScanResult, std::string> decode(std::string_view text);

}  // namespace smtptls::model_json

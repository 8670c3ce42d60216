// What every format has in common: endpoints come as they are done with, and stand as the targets were named.
#include "catch.hpp"
#include "report/format/format.hpp"
#include "unit/format/sample.hpp"

namespace smtptls::report {
namespace {

TEST_CASE("endpoints stand in the order of their places, whatever order they come in and however far apart", "[format]")
{
    for (const Format& format : all_formats()) {
        model::Report report = judged_sample();
        const model::ReportHead head = head_of(report);
        std::string out;
        const auto writer = format.begin(head, {}, [&out](std::string_view piece) { out += piece; });
        for (const std::string host : {"z-last.example", "a-first.example"}) {
            model::EndpointResult result = report.scan.endpoints.front();
            result.endpoint.host = host;
            result.status = model::EndpointStatus::incomplete;
            const std::size_t place = host == "z-last.example" ? std::size_t{1} << 40U : 5;
            writer->endpoint(place, result, report.judgements);
        }
        writer->end();
        INFO(format.name);
        const std::size_t first = out.find("a-first.example");
        const std::size_t last = out.find("z-last.example");
        REQUIRE(first != std::string::npos);
        REQUIRE(last != std::string::npos);
        // Lines are given out at once.
        CHECK((first < last) == (format.name != "ndjson"));
    }
}

TEST_CASE("a file's name asks for the format of its longest extension, which is not all of it", "[format]")
{
    for (const Format& format : all_formats()) {
        for (const std::string_view extension : format.extensions) {
            INFO(extension);
            CHECK(format_of_file("a" + std::string(extension)) == &format);
        }
        CHECK(find_format(format.name) == &format);
        CHECK_FALSE(format.media_type.empty());
        CHECK_FALSE(format.purpose.empty());
    }
    CHECK(format_of_file(".html") == nullptr);
    CHECK(format_of_file("a.yaml") == nullptr);
    CHECK(find_format("JSON") == find_format("json"));
    CHECK(find_format("jso") == nullptr);
}

}  // namespace
}  // namespace smtptls::report

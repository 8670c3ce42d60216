// JSON lines: each stands alone, and the last one says whether that was all.
#include "catch.hpp"
#include "report/format/format.hpp"

#include <algorithm>
#include "unit/format/sample.hpp"

namespace smtptls::report {
namespace {

std::string ndjson_of(const model::Report& report)
{
    return find_format("ndjson")->write(report, {});
}

TEST_CASE("there is a line for each endpoint, one for each failed target, and one at the end", "[format]")
{
    const std::string lines = ndjson_of(judged_sample());
    CHECK(std::count(lines.begin(), lines.end(), '\n') == 4);
    CHECK(holds(lines, R"("line":"target_failure")"));
    CHECK(lines.find(R"("line":"end")") > lines.rfind(R"("line":"endpoint")"));
    CHECK(holds(lines, R"("complete":false)"));
}

TEST_CASE("each line says who scanned, and an endpoint's what policies say of it", "[format]")
{
    const std::string lines = ndjson_of(judged_sample());
    std::size_t begin = 0;
    for (std::size_t end = lines.find('\n'); end != std::string::npos; end = lines.find('\n', begin)) {
        CHECK(holds(lines.substr(begin, end - begin), R"("tls_library":"OpenSSL 3.0.0")"));
        begin = end + 1;
    }
    CHECK(holds(lines.substr(0, lines.find('\n')), R"("judgements":[{"policy":"example-4.0","role":"submission")"));
}

TEST_CASE("no byte of a server reaches the lines raw", "[format]")
{
    CHECK(is_harmless(ndjson_of(judged_sample())));
}

}  // namespace
}  // namespace smtptls::report

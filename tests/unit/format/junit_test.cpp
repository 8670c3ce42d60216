// JUnit XML: what fails, errs and is skipped, and nothing that ends an attribute or a text.
#include "catch.hpp"
#include "report/format/format.hpp"
#include "unit/format/sample.hpp"

namespace smtptls::report {
namespace {

std::string junit_of(const model::Report& report)
{
    return find_format("junit")->write(report, {});
}

TEST_CASE("a failed rule is a failure, an open one an error, a waived one skipped", "[format]")
{
    const std::string xml = junit_of(judged_sample());
    CHECK(holds(xml, "name=\"example-4.0 mail.example.com 192.0.2.1:587\""));
    CHECK(holds(xml, "tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\""));
    CHECK(holds(xml, "name=\"rule-0\" time=\"0\">\n      <failure type=\"fail\" message="));
    CHECK(holds(xml, "name=\"rule-1\" time=\"0\">\n      <skipped message=\"waived until 2026-12-31"));
    CHECK(holds(xml, "name=\"rule-2\" time=\"0\">\n      <error type=\"inconclusive\" message="));
    CHECK(holds(xml, "name=\"rule-3\" time=\"0\"/>"));
}

TEST_CASE("what could not be tested is an error without a policy too", "[format]")
{
    const std::string xml = junit_of(sample());
    CHECK(holds(xml, "<testsuites name=\"smtptls-scan\" tests=\"3\" failures=\"0\" errors=\"3\" skipped=\"0\""));
    CHECK(holds(xml, "name=\"scan x\\x1b.example\""));
}

TEST_CASE("no text of others is markup or a character that XML forbids", "[format]")
{
    const std::string xml = junit_of(judged_sample());
    CHECK(is_harmless(xml));
    CHECK_FALSE(holds(xml, "]]>"));
    CHECK_FALSE(holds(xml, "<b "));
    CHECK(holds(xml, "=1 ]]&gt;|&lt;b a=&#39;b&#39; c=&quot;d&quot;&gt;&amp;\\x1b[2J\\x0d\\x0a\\"));
}

}  // namespace
}  // namespace smtptls::report

// The page: nothing of a server is markup, style or script, and what is at fault stands out.
#include "catch.hpp"
#include "report/format/format.hpp"
#include "unit/format/sample.hpp"

namespace smtptls::report {
namespace {

std::string html_of(const model::Report& report)
{
    return find_format("html")->write(report, {});
}

TEST_CASE("no text of others is markup", "[format]")
{
    const std::string page = html_of(judged_sample());
    CHECK_FALSE(holds(page, "<script>\\x0d"));
    CHECK(holds(page, "&lt;script&gt;"));
    CHECK_FALSE(holds(page, "<b a="));
    CHECK(holds(page, "=1 ]]&gt;|&lt;b a=&#39;b&#39; c=&quot;d&quot;&gt;&amp;\\x1b[2J\\x0d\\x0a\\"));
}

TEST_CASE("nothing is allowed but the style and the script of the page", "[format]")
{
    const std::string page = html_of(sample());
    CHECK(holds(page, "content=\"default-src 'none'; style-src 'sha256-"));
    CHECK_FALSE(holds(page, "unsafe"));
    CHECK_FALSE(holds(page, "http://"));
    CHECK_FALSE(holds(page, "https://"));
}

TEST_CASE("the matrix has a sign and words beside the colour", "[format]")
{
    model::Report report = sample();
    report.scan.endpoints[0].matrix.cells.push_back({tls::ProtocolVersion::tls1_1,
                                                     tls::CipherSuite::TLS_RSA_WITH_AES_256_CBC_SHA,
                                                     model::CellState::rejected,
                                                     std::nullopt,
                                                     "",
                                                     {}});
    const std::string plain = html_of(report);
    CHECK(holds(plain,
                R"(<td class="t yes"><span aria-hidden="true">● 1</span><span class="sr">1 accepted</span></td>)"));
    CHECK(
        holds(plain,
              R"(<td class="t open"><span aria-hidden="true">?</span><span class="sr">could not be told</span></td>)"));
    CHECK(holds(plain, R"(<td class="t no"><span aria-hidden="true">–</span><span class="sr">rejected</span></td>)"));
}

TEST_CASE("what a policy holds against the server stands out in the matrix, unless it is waived", "[format]")
{
    model::Report report = judged_sample();
    CHECK(holds(html_of(report), R"(<td class="t bad"><span aria-hidden="true">✗ 1</span>)"));
    report.judgements[0].findings.erase(report.judgements[0].findings.begin());
    CHECK_FALSE(holds(html_of(report), "<td class=\"t bad\">"));
}

TEST_CASE("an empty report is a page all the same", "[format]")
{
    CHECK(html_of(model::Report{}).ends_with("</html>\n"));
}

}  // namespace
}  // namespace smtptls::report

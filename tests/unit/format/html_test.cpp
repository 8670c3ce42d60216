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
    std::vector<model::Cell> cells = report.scan.endpoints[0].matrix.values();
    cells.insert(cells.end() - 1, {tls::ProtocolVersion::tls1_1,
                                   tls::CipherSuite::TLS_RSA_WITH_AES_256_CBC_SHA,
                                   model::CellState::rejected,
                                   std::nullopt,
                                   "",
                                   {}});
    report.scan.endpoints[0].matrix = model::Matrix(cells);
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

TEST_CASE("a version that is forbidden and waived does not look like one that is allowed", "[format]")
{
    model::Report report = judged_sample();
    report.judgements[0].findings.erase(report.judgements[0].findings.begin());
    report.judgements[0].findings[0].subjects = {"TLS 1.2"};
    const std::string tile =
        R"(<td class="t waived"><span aria-hidden="true">◐ 1</span><span class="sr">1 accepted, forbidden, waived</span>)";
    CHECK(holds(html_of(report), tile));
    report.judgements[0].findings[0].waiver->expired = true;
    CHECK_FALSE(holds(html_of(report), "<td class=\"t waived\">"));
}

TEST_CASE("the verdicts of each policy add up to the endpoints, those waived and those it asks nothing of too",
          "[format]")
{
    model::Report report = judged_sample();
    report.judgements[0].findings = {report.judgements[0].findings[1]};
    report.judgements.push_back(report.judgements[0]);
    report.judgements[1].endpoint = 1;
    report.judgements[1].verdict = report.judgements[1].findings[0].verdict = model::Verdict::not_applicable;
    const std::string page = html_of(report);
    const std::string zero = "<td class=\"zero\">0</td>";
    CHECK(holds(page, "</th>" + zero + zero + zero + "<td>1</td>" + zero + zero + "<td>1</td></tr>"));
    CHECK(holds(page, "</span> 1</span> <span>with waived violations</span></li>"));
    CHECK_FALSE(holds(html_of(sample()), "with waived violations"));
}

model::Report with_suite(tls::CipherSuite suite)
{
    model::Report report = sample();
    std::vector<model::Cell> cells = report.scan.endpoints[0].matrix.values();
    cells.insert(cells.begin(),
                 {tls::ProtocolVersion::tls1_2, suite, model::CellState::accepted, model::Grade::handshake, "", {1}});
    report.scan.endpoints[0].matrix = model::Matrix(cells);
    return report;
}

TEST_CASE("without a policy what is worth a look is said, and tinted in the matrix", "[format]")
{
    const std::string page = html_of(with_suite(tls::CipherSuite::TLS_RSA_WITH_RC4_128_SHA));
    CHECK(holds(page, "<dt>Worth a look</dt><dd>RC4: 1 suite<br>"));
    CHECK(holds(page, R"(<td class="t look"><span aria-hidden="true">○ 1</span><span class="sr">1 accepted, worth)"));
}

TEST_CASE("anonymous suites have a row of their own", "[format]")
{
    const std::string page = html_of(with_suite(tls::CipherSuite::TLS_DH_anon_WITH_AES_128_CBC_SHA));
    CHECK(holds(page, R"(<tr><th scope="row">anonymous</th>)"));
}

TEST_CASE("a version that has no suite of a family says so, and not that it was not asked", "[format]")
{
    const std::string page = html_of(sample());
    const std::size_t begin = page.find("<th scope=\"row\">AES-CBC</th>");
    const std::string row = page.substr(begin, page.find("</tr>", begin) - begin);
    CHECK(holds(
        row,
        R"(AES-CBC</th><td class="t none"><span aria-hidden="true"></span><span class="sr">no such suite</span>)"));
    CHECK(holds(row, R"(<span class="sr">not asked</span>)"));
}

TEST_CASE("an endpoint that was not reached has the hint that helps", "[format]")
{
    model::Report report = sample();
    model::EndpointResult& endpoint = report.scan.endpoints[0];
    endpoint.endpoint.mode = model::TlsMode::starttls;
    endpoint.status = model::EndpointStatus::failed;
    endpoint.failure = base::Failure{base::Stage::greeting, base::Reason::timed_out, {}};
    CHECK(holds(html_of(report), "<dt>Hint</dt><dd>If the server speaks TLS at once on this port, use --tls implicit"));
}

TEST_CASE("an empty report is a page all the same", "[format]")
{
    CHECK(html_of(model::Report{}).ends_with("</html>\n"));
}

TEST_CASE("of several endpoints there is a table of failed rules, and one of the worst", "[format]")
{
    model::Report report = judged_sample();
    const std::string page = html_of(report);
    CHECK(holds(page, "<tr><th scope=\"row\">rule-0</th><td>1</td></tr>"));
    CHECK(holds(page, "<tr><th scope=\"row\"><a href=\"#e1\">mail.example.com 192.0.2.1:587</a></th><td>rule-0"));
    report.scan.endpoints.resize(1);
    CHECK_FALSE(holds(html_of(report), "id=\"fleet\""));
}

TEST_CASE("on paper scope, verdicts by rule, exceptions and what is open come first", "[format]")
{
    const std::string page = html_of(judged_sample());
    const std::size_t begin = page.find("<section class=\"paper\"");
    REQUIRE(begin != std::string::npos);
    CHECK(begin < page.find("id=\"overview\""));
    const std::string paper = page.substr(begin, page.find("</section>", begin) - begin);
    CHECK(holds(paper, "<dt>Scope</dt><dd>2 endpoints"));
    CHECK(holds(paper, "<th scope=\"row\">rule-0</th>"));
    CHECK(holds(paper, "<caption>Exceptions</caption>"));
    CHECK(holds(paper, "no cell was asked for a second time"));
    CHECK(holds(paper, "<caption>Not tested, or not to the end</caption>"));
    model::Report clean = judged_sample();
    clean.scan.failures.clear();
    clean.scan.endpoints.resize(1);
    clean.scan.endpoints[0].status = model::EndpointStatus::no_starttls;
    CHECK(holds(html_of(clean), "<p>Every endpoint was tested to the end; "));
}

TEST_CASE("on paper a rule that was not asked everywhere has not passed", "[format]")
{
    model::Report report = judged_sample();
    report.judgements.push_back(report.judgements[0]);
    report.judgements[1].endpoint = 1;
    report.judgements[1].findings[3].verdict = model::Verdict::not_asked;
    const auto row = [&report] {
        const std::string page = html_of(report);
        const std::size_t begin = page.find("<th scope=\"row\">rule-3</th>", page.find("<section class=\"paper\""));
        return page.substr(begin, page.find("</tr>", begin) - begin);
    };
    CHECK(holds(row(), "</span> not asked</span> at 1 of 2: 1 passed, 1 not asked</td>"));
    report.judgements[1].findings[3].verdict = model::Verdict::warn;
    CHECK(holds(row(), "</span> warn</span> 1 warning, 1 passed</td>"));
    report.judgements[1].findings[3].verdict = model::Verdict::not_applicable;
    CHECK(holds(row(), "</span> pass</span> 1 passed, 1 not applicable</td>"));
}

TEST_CASE("the title names the hosts and the day", "[format]")
{
    const std::string text = find_format("html")->write(judged_sample(), {});
    CHECK(holds(
        text, "<h1>TLS verdicts of mail.example.com:587, x\\x1b.example, <span class=\"day\">2026-11-21</span></h1>"));
}

TEST_CASE("a version is red only where it is forbidden, and orange where some of its suites are", "[format]")
{
    model::Report report = judged_sample();
    std::vector<model::Cell> cells = report.scan.endpoints[0].matrix.values();
    cells.insert(cells.begin(), {tls::ProtocolVersion::tls1_2,
                                 tls::CipherSuite::TLS_RSA_WITH_RC4_128_SHA,
                                 model::CellState::accepted,
                                 model::Grade::handshake,
                                 "",
                                 {1}});
    report.scan.endpoints[0].matrix = model::Matrix(cells);
    report.judgements[0].findings[0].subjects = {"TLS 1.2 TLS_RSA_WITH_RC4_128_SHA"};
    CHECK(holds(find_format("html")->write(report, {}), "<td class=\"t some\"><span aria-hidden=\"true\">! 2</span>"));
    report.judgements[0].findings[0].subjects = {"TLS 1.2"};
    const std::string red = find_format("html")->write(report, {});
    CHECK_FALSE(holds(red, "<td class=\"t some\">"));
    CHECK(holds(red, "<td class=\"t bad\"><span aria-hidden=\"true\">✗ 2</span>"));
}

}  // namespace
}  // namespace smtptls::report

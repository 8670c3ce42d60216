// The text for people: the labels are right, and no byte of a server gets through raw.
#include "catch.hpp"
#include "report/format/format.hpp"
#include "unit/format/sample.hpp"

#include <sstream>

namespace smtptls::report {
namespace {

std::string text_of(const model::Report& result, bool colour = false)
{
    return find_format("text")->write(result, {.colour = colour, .width = 160});
}

bool has(const std::string& text, const std::string& part)
{
    INFO(text);
    return text.find(part) != std::string::npos;
}

TEST_CASE("each format is found by its name and no other is", "[format]")
{
    REQUIRE(all_formats().size() >= 2);
    CHECK(all_formats()[0].name == "text");
    CHECK(find_format("json"));
    CHECK(find_format("xml") == nullptr);
}

TEST_CASE("no byte of a server reaches the text raw", "[format]")
{
    CHECK(is_harmless(text_of(sample())));
}

TEST_CASE("without colour there is no escape, with it there is", "[format]")
{
    CHECK(text_of(sample()).find('\x1b') == std::string::npos);
    CHECK(text_of(sample(), true).find("\x1b[1m") != std::string::npos);
}

TEST_CASE("the text says who scanned, from where, and when", "[format]")
{
    const std::string text = text_of(sample());
    CHECK(text.starts_with("smtptls-scan 0.1.0, OpenSSL 3.0.0 from 192.0.2.99\n"));
    CHECK(has(text, "2026-11-21T20:48:54Z to 2026-11-21T20:48:56Z (2.0 s)\n"));
    CHECK(has(text, "options: tls auto\n"));
}

TEST_CASE("a name that was typed in Unicode stands beside its ASCII form, and not where it could deceive", "[format]")
{
    model::Report report = sample();
    model::Endpoint& endpoint = report.scan.endpoints.front().endpoint;
    endpoint.host = "xn--bcher-kva.example";
    endpoint.unicode_host = "b\u00fccher.example";
    report.scan.failures = {{"B\u00dcCHER.example:25", {}}, {"p\u0430ypal.example", {}}, {"a\u202eb", {}}};
    const std::string text = text_of(report);
    CHECK(has(text, "\nxn--bcher-kva.example (b\u00fccher.example) 192.0.2.1:587, STARTTLS\n"));
    CHECK(has(text, "\nxn--bcher-kva.example:25 (b\u00fccher.example)\n"));
    CHECK(has(text, "\nxn--pypal-4ve.example\n"));
    CHECK(has(text, "\na\\xe2\\x80\\xaeb\n"));
    const std::string page = find_format("html")->write(report, {});
    CHECK(has(page, "<h3>xn--bcher-kva.example (b\u00fccher.example) 192.0.2.1:587 "));
}

TEST_CASE("the matrix has a column for each version and marks what is open", "[format]")
{
    const std::string text = text_of(sample());
    CHECK(has(text, "accepted      TLS 1.2  TLS 1.0\n"));
    CHECK(has(text, "  AES-CBC             1        ?\n"));
    CHECK(has(text, "  all suites          1        ?\n"));
    CHECK_FALSE(has(text, "    TLS_RSA_WITH_AES_128_CBC_SHA\n"));
    CHECK_FALSE(has(text, "TLS_RSA_WITH_AES_128_GCM_SHA256"));
    CHECK(has(text, "INCOMPLETE"));
    CHECK(has(text, "  proof         1 by a completed handshake\n"));
    CHECK(has(text, "  cost          1 connection: 1 hello, 0 handshakes; 1.2 s\n"));
}

TEST_CASE("the size of a certificate's key is said where it is known", "[format]")
{
    const auto key_said = [](const std::string& type, std::optional<std::int64_t> bits) {
        model::Report report = sample();
        auto& all = report.scan.endpoints.front().observations;
        std::erase_if(all, [](const auto& one) { return one.id == model::Fact::certificate_key_bits; });
        const std::string subject(64, 'a');
        all.push_back({model::Fact::certificate_key_type, subject, base::UntrustedText(type), {1}});
        all.push_back({model::Fact::certificate_signature_algorithm, subject, base::UntrustedText("OID 1.2.3"), {1}});
        if (bits) {
            all.push_back({model::Fact::certificate_key_bits, subject, *bits, {1}});
        }
        return text_of(report);
    };
    CHECK(has(key_said("GOST R 34.10-2012", 512), "              GOST R 34.10-2012 512 bits, OID 1.2.3, "));
    CHECK(has(key_said("OID 1.2.4", std::nullopt), "              OID 1.2.4, OID 1.2.3, "));
    CHECK(has(key_said("", 0), "              key of unknown type, OID 1.2.3, "));
}

TEST_CASE("the suites are listed on demand", "[format]")
{
    const std::string text = find_format("text")->write(sample(), Style{false, true});
    CHECK(has(text, "    0x002f   128  TLS_RSA_WITH_AES_128_CBC_SHA AES128-SHA ! no forward secrecy\n"));
    CHECK_FALSE(has(text, "TLS_RSA_WITH_AES_128_GCM_SHA256"));
}

TEST_CASE("an endpoint that failed says stage and reason, and what could help", "[format]")
{
    const std::string text = text_of(sample());
    CHECK(has(text, "192.0.2.2:25, STARTTLS\n"));
    CHECK(has(text, "  FAILED        no answer in time at the greeting (220\\x1b)\n"));
    CHECK(has(text, "use --tls implicit"));
    CHECK(has(text, "the name has no address (\\x1b)"));
}

TEST_CASE("an endpoint whose turn never came was not scanned, and no connection is spoken of", "[format]")
{
    model::Report report = sample();
    report.scan.endpoints[1].failure = base::Failure{base::Stage::connect, base::Reason::cancelled,
                                                     base::UntrustedText(std::string(model::before_its_turn))};
    const std::string text = text_of(report);
    CHECK(has(text, "  FAILED        not scanned: the scan ended before its turn\n"));
    CHECK_FALSE(has(text, "TCP"));
    report.scan.endpoints[1].failure->text = base::UntrustedText();
    CHECK(has(text_of(report), "  FAILED        the scan was ended at the TCP connection\n"));
}

struct Row {
    model::EndpointStatus status;
    base::Failure failure;
    std::string says;
};

TEST_CASE("each way an endpoint can end has a sentence of its own", "[format]")
{
    using base::Reason;
    using base::Stage;
    using enum model::EndpointStatus;
    const auto row = GENERATE(values<Row>({
        {not_offered, {Stage::connect, Reason::refused, {}}, "the port is closed"},
        {no_starttls, {Stage::starttls, Reason::not_offered, {}}, "does not offer STARTTLS"},
        {not_tested, {Stage::connect, Reason::unreachable, {}}, "no route to this address"},
        {failed, {Stage::starttls, Reason::stripped, {}}, "overwritten on the way"},
        {failed, {Stage::starttls, Reason::unavailable, {}}, "TLS is broken or limited there"},
        {failed, {Stage::connect, Reason::timed_out, {}}, "block outgoing connections to port 25"},
    }));
    model::Report result = sample();
    result.scan.endpoints[1].status = row.status;
    result.scan.endpoints[1].failure = row.failure;
    CHECK(has(text_of(result), row.says));
}

void show_certificate(model::Report& report, const std::string& subject, const std::string& name)
{
    auto& all = report.scan.endpoints[0].observations;
    all.push_back({model::Fact::certificate_subject, subject, base::UntrustedText("CN=" + name), {1}});
    all.push_back({model::Fact::certificate_sha256,
                   subject,
                   base::UntrustedText("0123456789abcdef" + std::string(48, '0')),
                   {1}});
}

TEST_CASE("of several certificates each has its number and the beginning of its SHA-256", "[format]")
{
    model::Report report = sample();
    show_certificate(report, std::string(64, 'b'), "two.example");
    CHECK(
        has(text_of(report), "  certificate   2 of 2, SHA-256 0123456789abcdef...\n                CN=two.example\n"));
}

TEST_CASE("a certificate that is the only one has no number", "[format]")
{
    CHECK_FALSE(has(text_of(sample()), "1 of 1"));
}

TEST_CASE("certificates of a document of old, which numbers them, are shown", "[format]")
{
    model::Report report = sample();
    report.scan.endpoints[0].observations.clear();
    show_certificate(report, "leaf 1", "one.example");
    show_certificate(report, "leaf 2", "two.example");
    const std::string text = text_of(report);
    CHECK(has(text, "  certificate   1 of 2, SHA-256 0123456789abcdef...\n                CN=one.example\n"));
    CHECK(has(text, "  certificate   2 of 2, SHA-256 0123456789abcdef...\n                CN=two.example\n"));
}

TEST_CASE("an interruption is said in the header", "[format]")
{
    model::Report result = sample();
    result.scan.interruption = model::Interruption::signal;
    CHECK(has(text_of(result), ", INTERRUPTED\n"));
    result.scan.interruption = model::Interruption::max_time;
    CHECK(has(text_of(result), ", ENDED BY --max-time\n"));
}

TEST_CASE("no line is longer than the width, whatever a server says", "[format]")
{
    const std::size_t width = GENERATE(48U, 60U, 80U, 120U);
    model::Report result = judged_sample();
    result.scan.endpoints[0].observations[0].value =
        base::UntrustedText(std::string(900, 'a') + " " + std::string(50, 'b'));
    std::string words;
    for (int i = 0; i < 100; ++i) {
        words += "word ";
    }
    result.scan.endpoints[0].observations[1].value = base::UntrustedText(words);
    result.scan.endpoints[0].endpoint.host = std::string(200, 'h') + ".example";
    std::istringstream text(find_format("text")->write(result, {.suites = true, .width = width}));
    for (std::string line; std::getline(text, line);) {
        INFO(line);
        CHECK(line.size() <= width);
    }
}

TEST_CASE("verdicts come behind the endpoint's head, with what to look at first and passes only counted", "[format]")
{
    const std::string text = text_of(judged_sample());
    CHECK(is_harmless(text));
    const std::size_t verdict =
        text.find("  FAIL          example-4.0 (submission): 1 failed, 1 inconclusive, 1 waived, 1 passed\n");
    REQUIRE(verdict != std::string::npos);
    CHECK(text.find("mail.example.com 192.0.2.1:587, STARTTLS\n") < verdict);
    CHECK(verdict < text.find("  greeting "));
    CHECK(has(text, "    FAIL          rule-0: "));
    CHECK(has(text, "waived until 2026-12-31"));
    CHECK_FALSE(has(text, "rule-3"));
    CHECK(has(text_of(judged_sample(), true), "\x1b[1;31mFAIL\x1b[0m"));
}

TEST_CASE("a remedy that stands above is named and not printed again", "[format]")
{
    model::Report report = judged_sample();
    report.judgements[0].remedy = {"smtpd_tls_protocols = >=TLSv1.2"};
    report.judgements.resize(3, report.judgements[0]);
    report.scan.endpoints.resize(3, report.scan.endpoints[0]);
    for (std::size_t i = 1; i < 3; ++i) {
        report.scan.endpoints[i].endpoint.host = "mail" + std::to_string(i);
        report.judgements[i].endpoint = i;
    }
    report.judgements[2].remedy.emplace_back("tls_preempt_cipherlist = yes");
    const std::string text = text_of(report);
    CHECK(is_harmless(text));
    const std::string line = "    smtpd_tls_protocols = >=TLSv1.2\n";
    const std::size_t first = text.find(line);
    REQUIRE(first != std::string::npos);
    CHECK(has(text, "  remedy        as for mail.example.com 192.0.2.1:587 above\n"));
    const std::size_t second = text.find(line, first + 1);
    REQUIRE(second != std::string::npos);
    CHECK(text.substr(second + line.size(), 33) == "    tls_preempt_cipherlist = yes\n");
    CHECK(text.find(line, second + 1) == std::string::npos);
}

TEST_CASE("a long verdict does not run into the policy's name", "[format]")
{
    model::Report report = judged_sample();
    report.judgements[0].verdict = model::Verdict::not_applicable;
    CHECK(has(text_of(report), "  not applicable example-4.0 (submission): "));
}

TEST_CASE("of many subjects a few are named", "[format]")
{
    model::Report report = judged_sample();
    report.judgements[0].findings[0].subjects = std::vector<std::string>(15, "TLS 1.0");
    CHECK(has(text_of(report), "TLS 1.0, TLS 1.0, TLS 1.0, TLS 1.0, and 11 more\n"));
}

TEST_CASE("an empty result is written all the same", "[format]")
{
    CHECK_FALSE(text_of(model::Report{}).empty());
}

}  // namespace
}  // namespace smtptls::report

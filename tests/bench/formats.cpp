// What it takes to write a large judged report: smtptls-bench-formats COUNT prints processor seconds, bytes and memory
// of each format, COUNT and COUNT/2 endpoints side by side, so that anything that is not linear shows.
// smtptls-bench-formats COUNT FORMAT writes the report to standard output (tests/browser).
#include "report/format/format.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

namespace smtptls::bench {
namespace {

using model::CellState;
using model::Change;
using model::Verdict;
using tls::ProtocolVersion;

constexpr std::size_t exchanges_of_one = 105;

// As many cells, exchanges and observations as a scan of Debian's default Postfix has.
model::EndpointResult endpoint_of(std::size_t number)
{
    model::EndpointResult made;
    const std::string address = "10." + std::to_string(number / 65536) + "." + std::to_string(number / 256 % 256) +
                                "." + std::to_string(number % 256);
    made.endpoint.host = "mail" + std::to_string(number) + ".example.com";
    made.endpoint.address = *model::IpAddress::parse(address);
    made.endpoint.port = number % 3 == 0 ? 465 : number % 3 == 1 ? 25 : 587;
    made.endpoint.mode = model::tls_mode(model::TlsChoice::automatic, made.endpoint.port);
    made.status = model::EndpointStatus::scanned;
    made.source_address = "198.51.100.7";
    made.duration_ms = 1500;
    for (const ProtocolVersion version : {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2, ProtocolVersion::tls1_1,
                                          ProtocolVersion::tls1_0, ProtocolVersion::ssl3}) {
        std::size_t place = 0;
        for (const tls::SuiteInfo& info : tls::all_suites()) {
            const bool old = version < ProtocolVersion::tls1_2 && (number % 2 == 0 || version == ProtocolVersion::ssl3);
            const bool accepted = !old && place % (version == ProtocolVersion::tls1_3 ? 150 : 12) == 0;
            model::Cell cell{version, info.code, accepted ? CellState::accepted : CellState::rejected, {}, "", {}};
            cell.evidence = {static_cast<model::QuestionId>(1 + place % exchanges_of_one), 104};
            if (accepted) {
                cell.grade = model::Grade::family;
            }
            made.matrix.add(cell);
            ++place;
        }
    }
    made.connections = exchanges_of_one;
    for (model::QuestionId id = 1; id <= exchanges_of_one; ++id) {
        made.exchanges.push_back({id, "removal TLS 1.2 AES-CBC", id > 90, ProtocolVersion::tls1_2,
                                  std::vector<tls::CipherSuite>(100, tls::CipherSuite::TLS_AES_128_GCM_SHA256),
                                  "alert handshake_failure", 20 * id, 15});
    }
    made.observations = {
        {model::Fact::smtp_greeting,
         "",
         base::UntrustedText("220 mail.example.com ESMTP <script>alert(1)</script>"),
         {1}},
        {model::Fact::certificate_subject, std::string(64, 'a'), base::UntrustedText("CN=mail.example.com"), {90}},
        {model::Fact::certificate_not_after, std::string(64, 'a'), base::UntrustedText("2026-11-30T00:00:00Z"), {90}}};
    return made;
}

model::Judgement judgement_of(const model::EndpointResult& endpoint, std::size_t index, const std::string& policy)
{
    model::Judgement made{index, policy, model::Role::mx, Verdict::pass, {}, {}, {}};
    for (int rule = 0; rule < 10; ++rule) {
        model::Finding finding;
        finding.rule = "rule-" + std::to_string(rule);
        finding.id =
            policy + "/" + finding.rule + " " + endpoint.endpoint.host + " " + model::format(endpoint.endpoint);
        finding.verdict = rule == 0 && index % 2 == 1 ? Verdict::fail : rule == 9 ? Verdict::not_asked : Verdict::pass;
        finding.requirement = "Only TLS 1.2 and TLS 1.3 are accepted.";
        finding.source = "Example Standard 4 section 3.1";
        finding.sentence = finding.verdict == Verdict::fail ? "TLS 1.1 and TLS 1.0 are accepted" : "as it should be";
        if (finding.verdict == Verdict::fail) {
            finding.subjects = {"TLS 1.1", "TLS 1.0"};
            finding.evidence = {5, 6, 7, 8, 9, 10, 11, 12};
            finding.change = Change::unchanged;
            made.verdict = Verdict::fail;
            made.remedy = {"smtpd_tls_protocols = >=TLSv1.2"};
        }
        made.findings.push_back(finding);
    }
    return made;
}

model::Report report_of(std::size_t count)
{
    model::Report report;
    report.scan.program_version = "0.1.0";
    report.scan.library_version = "OpenSSL 3.0.17 1 Jul 2025";
    report.scan.started = "2026-11-21T20:48:54Z";
    report.scan.finished = "2026-11-21T21:48:54Z";
    report.scan.duration_ms = 3600000;
    report.scan.options = {{"tls", "auto"}};
    report.policies = {{"example-4.0", "Example Standard 4", "2026-01", {}},
                       {"other-2", "Another Standard", "2019-08", {}}};
    for (std::size_t i = 0; i < count; ++i) {
        report.scan.endpoints.push_back(endpoint_of(i));
        for (const model::UsedPolicy& policy : report.policies) {
            report.judgements.push_back(judgement_of(report.scan.endpoints.back(), i, policy.name));
        }
    }
    return report;
}

// Of the processor, ours alone: other programs on the machine do not count.
double spent_seconds()
{
    struct rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

long peak_mib()
{
    struct rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

// In a process of its own, so that its peak is its own.
void measure(const model::Report& report, const report::Format& format)
{
    std::cout << std::flush;
    const pid_t child = fork();
    if (child == 0) {
        const long before = peak_mib();
        std::size_t bytes = 0;
        const double begun = spent_seconds();
        format.give(report, {}, [&bytes](std::string_view piece) { bytes += piece.size(); });
        std::printf("%-12s %7zu endpoints %9.2f s %9.1f MiB written %6ld MiB more than the report\n",
                    std::string(format.name).c_str(), report.scan.endpoints.size(), spent_seconds() - begun,
                    static_cast<double>(bytes) / 1048576.0, peak_mib() - before);
        std::fflush(stdout);
        _exit(0);
    }
    waitpid(child, nullptr, 0);
}

int run(std::size_t count, std::string_view name)
{
    if (!name.empty()) {
        const report::Format* const format = report::find_format(name);
        if (format == nullptr) {
            return 2;
        }
        format->give(report_of(count), {}, [](std::string_view piece) { std::cout << piece; });
        return 0;
    }
    for (const std::size_t size : {count / 2, count}) {
        const model::Report report = report_of(size);
        std::printf("the report itself: %zu endpoints, %ld MiB\n", size, peak_mib());
        for (const report::Format& format : report::all_formats()) {
            measure(report, format);
        }
    }
    return 0;
}

}  // namespace
}  // namespace smtptls::bench

int main(int argc, char** argv)
{
    const std::size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 10000;
    return smtptls::bench::run(count, argc > 2 ? argv[2] : "");
}

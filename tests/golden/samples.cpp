#include "golden/samples.hpp"

#include "model/proof_sentence.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace smtptls::golden {
namespace {

using base::Failure;
using base::Reason;
using base::Stage;
using base::UntrustedText;
using model::Cell;
using model::CellState;
using model::Endpoint;
using model::EndpointResult;
using model::EndpointStatus;
using model::Report;
using model::ScanResult;
using model::TlsMode;
using tls::CipherSuite;
using tls::ProtocolVersion;

Report scan_of(std::vector<EndpointResult> endpoints)
{
    Report report;
    ScanResult& result = report.scan;
    result.program_version = "0.1.0";
    result.library_version = "OpenSSL 3.0.17 1 Jul 2025";
    result.started = "2026-11-21T20:48:54Z";
    result.finished = "2026-11-21T20:48:57Z";
    result.duration_ms = 3210;
    result.options = {{"tls", "auto"}, {"ehlo", "scanner.example"}, {"timeout", "30 s"}, {"max-connections", "4"}};
    for (const EndpointResult& one : endpoints) {
        result.targets.push_back(one.endpoint.host + ":" + std::to_string(one.endpoint.port));
    }
    result.endpoints = std::move(endpoints);
    report.exit_code = report.scan.complete() ? 0 : 3;
    return report;
}

EndpointResult endpoint_at(std::uint16_t port, EndpointStatus status)
{
    EndpointResult result;
    const TlsMode mode = model::tls_mode(model::TlsChoice::automatic, port);
    result.endpoint = Endpoint{"mail.example.com", *model::IpAddress::parse("192.0.2.25"), port, mode, false, false};
    result.status = status;
    result.source_address = "198.51.100.7";
    return result;
}

void tried(EndpointResult& result, CipherSuite suite, std::string outcome)
{
    const auto id = static_cast<model::QuestionId>(result.exchanges.size() + 1);
    result.exchanges.push_back({id,
                                "certificate suites",
                                false,
                                ProtocolVersion::tls1_3,
                                {suite},
                                std::move(outcome),
                                std::int64_t{20} * id,
                                15});
    result.connections = result.exchanges.size();
    result.duration_ms = 1540;
}

EndpointResult failed(std::uint16_t port, Stage stage, Reason reason, const std::string& words)
{
    EndpointResult result = endpoint_at(port, EndpointStatus::failed);
    result.failure = Failure{stage, reason, UntrustedText(words)};
    const std::string outcome = std::string(format(reason)) + " at " + std::string(format(stage));
    tried(result, CipherSuite::TLS_AES_256_GCM_SHA384, outcome);
    if (stage == Stage::connect) {
        result.source_address.clear();
    }
    return result;
}

void add(EndpointResult& result, ProtocolVersion version, CellState state, const std::vector<CipherSuite>& suites,
         const std::string& note = "")
{
    std::vector<Cell> cells = result.matrix.values();
    for (const CipherSuite suite : suites) {
        Cell cell{version, suite, state, std::nullopt, note, {}};
        if (state == CellState::accepted) {
            cell.grade = note.empty() ? model::Grade::handshake : model::Grade::server_flight;
        }
        if (state != CellState::not_tested) {
            tried(result, suite,
                  state == CellState::accepted ? tls::format(version) + " " + tls::format(suite)
                                               : "alert handshake_failure");
            cell.evidence = {result.exchanges.back().id};
        }
        cells.push_back(std::move(cell));
    }
    std::ranges::stable_sort(cells, [](const Cell& one, const Cell& other) {
        return one.version != other.version ? one.version > other.version : one.suite < other.suite;
    });
    result.matrix = model::with_sentences(model::Matrix(cells), result.exchanges);
    result.connections = result.exchanges.size();
}

void observe(EndpointResult& result, model::Fact id, std::string subject, model::Value value)
{
    result.observations.push_back({id, std::move(subject), std::move(value), {1}});
}

void show_certificate(EndpointResult& result, char digit, const std::string& name, bool expired)
{
    const std::string subject(64, digit);
    const std::vector<UntrustedText> names{UntrustedText(name), UntrustedText("smtp.example.com")};
    observe(result, model::Fact::certificate_subject, subject, UntrustedText("CN=" + name));
    observe(result, model::Fact::certificate_dns_names, subject, names);
    observe(result, model::Fact::certificate_issuer, subject, UntrustedText("CN=Example CA R3,O=Example,C=NL"));
    observe(result, model::Fact::certificate_not_before, subject, UntrustedText("2026-09-01T00:00:00Z"));
    observe(result, model::Fact::certificate_not_after, subject, UntrustedText("2026-11-30T00:00:00Z"));
    observe(result, model::Fact::certificate_serial, subject, UntrustedText("04A1"));
    observe(result, model::Fact::certificate_key_type, subject, UntrustedText("RSA"));
    observe(result, model::Fact::certificate_key_bits, subject, std::int64_t{2048});
    observe(result, model::Fact::certificate_signature_algorithm, subject, UntrustedText("sha256WithRSAEncryption"));
    observe(result, model::Fact::certificate_sha256, subject, UntrustedText(subject));
    observe(result, model::Fact::certificate_self_signed, subject, false);
    observe(result, model::Fact::certificate_outside_its_dates, subject, expired);
    observe(result, model::Fact::certificate_chain_length, subject, std::int64_t{2});
}

void show_dialogue(EndpointResult& result, const std::string& greeting)
{
    const std::vector<UntrustedText> keywords{UntrustedText("PIPELINING"), UntrustedText("STARTTLS")};
    observe(result, model::Fact::smtp_greeting, "", UntrustedText(greeting));
    observe(result, model::Fact::smtp_keywords_before_tls, "", keywords);
}

const std::vector<CipherSuite> tls13_suites = {CipherSuite::TLS_AES_128_GCM_SHA256,
                                               CipherSuite::TLS_AES_256_GCM_SHA384};
const std::vector<CipherSuite> old_suites = {CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA,
                                             CipherSuite::TLS_DHE_RSA_WITH_AES_256_CBC_SHA};

void add_matrix(EndpointResult& result)
{
    using S = CipherSuite;
    add(result, ProtocolVersion::tls1_3, CellState::accepted, tls13_suites);
    add(result, ProtocolVersion::tls1_3, CellState::rejected, {S::TLS_AES_128_CCM_SHA256});
    add(result, ProtocolVersion::tls1_2, CellState::accepted,
        {S::TLS_RSA_WITH_AES_128_CBC_SHA, S::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
         S::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256});
    add(result, ProtocolVersion::tls1_2, CellState::rejected, {S::TLS_RSA_WITH_CAMELLIA_128_CBC_SHA});
    add(result, ProtocolVersion::tls1_1, CellState::accepted, old_suites);
    add(result, ProtocolVersion::tls1_0, CellState::rejected, old_suites);
}

EndpointResult scanned(std::uint16_t port)
{
    EndpointResult result = endpoint_at(port, EndpointStatus::scanned);
    show_dialogue(result, "220 mail.example.com ESMTP Postfix (Debian/GNU)");
    show_certificate(result, 'a', "mail.example.com", false);
    const std::vector<UntrustedText> groups{UntrustedText("ffdhe2048"), UntrustedText("x25519")};
    result.observations.push_back({model::Fact::key_exchange_groups_seen, "", groups, {}});
    add_matrix(result);
    return result;
}

Report default_server()
{
    return scan_of({scanned(587)});
}

Report open_cells()
{
    EndpointResult result = scanned(587);
    result.status = EndpointStatus::incomplete;
    show_certificate(result, 'b', "old.example.com", true);
    add(result, ProtocolVersion::tls1_2, CellState::accepted, {CipherSuite::TLS_DHE_RSA_WITH_AES_128_GCM_SHA256},
        "our own library could not go on: dh key too small");
    add(result, ProtocolVersion::tls1_1, CellState::inconclusive, {CipherSuite::TLS_RSA_WITH_SEED_CBC_SHA},
        "throttled at greeting: 421 4.7.0 mail.example.com Error: too many connections from 198.51.100.7");
    add(result, ProtocolVersion::tls1_0, CellState::not_tested,
        {CipherSuite::TLS_RSA_WITH_SEED_CBC_SHA, CipherSuite::TLS_RSA_WITH_AES_256_CBC_SHA,
         CipherSuite::TLS_DHE_RSA_WITH_AES_128_CBC_SHA, CipherSuite::TLS_RSA_WITH_CAMELLIA_128_CBC_SHA},
        "the scan ended before this was decided");
    return scan_of({result});
}

Report not_offered()
{
    EndpointResult closed = failed(465, Stage::connect, Reason::refused, "Connection refused");
    closed.status = EndpointStatus::not_offered;
    closed.endpoint.port_chosen_by_us = true;
    EndpointResult open = scanned(587);
    open.endpoint.port_chosen_by_us = true;
    EndpointResult no_route = failed(25, Stage::connect, Reason::unreachable, "Network is unreachable");
    no_route.status = EndpointStatus::not_tested;
    no_route.endpoint.address = *model::IpAddress::parse("2001:db8::25");
    Report result = scan_of({closed, open, no_route});
    result.scan.targets = {"mail.example.com"};
    return result;
}

Report unreachable()
{
    Report result = scan_of({failed(25, Stage::connect, Reason::timed_out, ""),
                             failed(587, Stage::connect, Reason::refused, "Connection refused"),
                             failed(2525, Stage::greeting, Reason::timed_out, ""),
                             failed(465, Stage::handshake, Reason::timed_out, "")});
    result.scan.targets.emplace_back("no-such-host.example");
    result.scan.failures.push_back(
        {"no-such-host.example", {Stage::resolve, Reason::not_found, UntrustedText("Host not found (authoritative)")}});
    return result;
}

Report broken_starttls()
{
    EndpointResult without =
        failed(2525, Stage::starttls, Reason::not_offered, "250 mail.example.com / PIPELINING / 8BITMIME");
    without.status = EndpointStatus::no_starttls;
    show_dialogue(without, "220 mail.example.com ESMTP");
    return scan_of({
        without,
        failed(2526, Stage::starttls, Reason::stripped, "250 mail.example.com / XXXXXXXA / 8BITMIME"),
        failed(2527, Stage::starttls, Reason::unavailable, "454 4.7.0 TLS not available due to local problem"),
        failed(2528, Stage::greeting, Reason::throttled, "421 4.7.0 mail.example.com too many connections"),
        failed(2529, Stage::handshake, Reason::protocol_error, "wrong version number"),
        failed(2530, Stage::greeting, Reason::protocol_error, "not an SMTP reply: HTTP/1.1 400 Bad Request"),
        failed(2531, Stage::ehlo, Reason::rejected, "501 5.5.4 Invalid domain name"),
        failed(2532, Stage::handshake, Reason::reset, ""),
    });
}

Report hostile()
{
    using namespace std::string_literals;
    const std::string banner = "220 \x1b]0;owned\x07\x1b[2J nul[\0] \xff\xfe \xe2\x80\xaetxt.exe <script>\"&' \\n "s;
    EndpointResult result = scanned(25);
    result.endpoint.host = "evil.example";
    result.observations.clear();
    show_dialogue(result, banner + std::string(2000, 'A'));
    observe(result, model::Fact::smtp_plaintext_after_starttls, "", UntrustedText("250 injected\r\n"));
    show_certificate(result, 'a', "evil.example\x1b[31m\r\nSet-Cookie: x", true);
    EndpointResult lost = failed(2525, Stage::greeting, Reason::rejected, banner);
    Report scan = scan_of({result, lost});
    scan.scan.targets[0] = "evil.example\x1b[0m:25";
    return scan;
}

Report interrupted()
{
    EndpointResult begun = endpoint_at(587, EndpointStatus::incomplete);
    show_dialogue(begun, "220 mail.example.com ESMTP");
    add(begun, ProtocolVersion::tls1_3, CellState::accepted, tls13_suites);
    add(begun, ProtocolVersion::tls1_2, CellState::not_tested, old_suites, "the scan ended before this was decided");
    EndpointResult never = failed(25, Stage::connect, Reason::cancelled, "the scan ended before this endpoint's turn");
    never.exchanges.clear();
    never.duration_ms = 0;
    Report result = scan_of({begun, never});
    result.scan.interruption = model::Interruption::signal;
    result.exit_code = 3;
    return result;
}

Report max_time()
{
    Report result = interrupted();
    result.scan.interruption = model::Interruption::max_time;
    result.scan.options.emplace_back("max-time", "3 s");
    return result;
}

}  // namespace

const std::vector<Sample>& all_samples()
{
    static const std::vector<Sample> samples = {
        {"default_server", default_server},
        {"open_cells", open_cells},
        {"not_offered", not_offered},
        {"unreachable", unreachable},
        {"broken_starttls", broken_starttls},
        {"hostile", hostile},
        {"interrupted", interrupted},
        {"max_time", max_time},
        {"all_pass", [] { return judged_all_pass(default_server()); }},
        {"violations", [] { return judged_violations(not_offered()); }},
        {"hostile_judged", [] { return judged_hostile(hostile()); }},
    };
    return samples;
}

}  // namespace smtptls::golden

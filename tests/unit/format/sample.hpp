// A small result with something hostile in every place where a server's bytes can stand.
#pragma once

#include "model/report.hpp"

namespace smtptls::report {

inline model::EndpointResult sample_endpoint()
{
    using model::CellState;
    using tls::CipherSuite;
    using tls::ProtocolVersion;
    const base::UntrustedText hostile(
        "\x1b[2J\x9b"
        "31m\xe2\x80\xae<script>\r\naccepted");
    model::EndpointResult one;
    one.endpoint = {
        "mail.example.com", *model::IpAddress::parse("192.0.2.1"), 587, model::TlsMode::starttls, false, false};
    one.status = model::EndpointStatus::incomplete;
    one.source_address = "192.0.2.99";
    one.matrix = model::Matrix(std::vector<model::Cell>{
        {ProtocolVersion::tls1_2,
         CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA,
         CellState::accepted,
         model::Grade::handshake,
         "",
         {1}},
        {ProtocolVersion::tls1_2,
         CipherSuite::TLS_RSA_WITH_AES_128_GCM_SHA256,
         CellState::rejected,
         std::nullopt,
         "",
         {2, 3}},
        {ProtocolVersion::tls1_0,
         CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA,
         CellState::inconclusive,
         std::nullopt,
         "reset at handshake: " + hostile.escaped(),
         {4}},
    });
    one.observations = {
        {model::Fact::smtp_greeting, "", hostile, {1}},
        {model::Fact::certificate_subject, std::string(64, 'a'), hostile, {1}},
        {model::Fact::certificate_issuer, std::string(64, 'a'), hostile, {1}},
        {model::Fact::certificate_dns_names, std::string(64, 'a'), std::vector{hostile}, {1}},
        {model::Fact::certificate_key_bits, std::string(64, 'a'), std::int64_t{2048}, {1}},
        {model::Fact::certificate_self_signed, std::string(64, 'a'), true, {1}},
        {model::Fact::smtp_plaintext_after_starttls, "", hostile, {1}},
    };
    one.exchanges = {{1,
                      "gate TLS 1.2",
                      false,
                      ProtocolVersion::tls1_2,
                      {CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA},
                      "reset at handshake: " + hostile.escaped(),
                      0,
                      12}};
    one.connections = one.exchanges.size();
    one.duration_ms = 1234;
    return one;
}

inline model::Report sample()
{
    model::Report report;
    model::ScanResult& result = report.scan;
    result.program_version = "0.1.0";
    result.library_version = "OpenSSL 3.0.0";
    result.started = "2026-11-21T20:48:54Z";
    result.finished = "2026-11-21T20:48:56Z";
    result.duration_ms = 2000;
    result.options = {{"tls", "auto"}};
    result.targets = {"mail.example.com:587", "x\x1b.example"};
    result.failures = {{"x\x1b.example", {base::Stage::resolve, base::Reason::not_found, base::UntrustedText("\x1b")}}};
    result.endpoints = {sample_endpoint()};
    model::EndpointResult failed;
    failed.endpoint = {"192.0.2.2", *model::IpAddress::parse("192.0.2.2"), 25, model::TlsMode::starttls, true, false};
    failed.failure = base::Failure{base::Stage::greeting, base::Reason::timed_out, base::UntrustedText("220\x1b")};
    result.endpoints.push_back(failed);
    return report;
}

/// The sample under one policy, with something hostile wherever a policy, a waiver or a file can put it: a failed
/// finding, one that is waived, one that is inconclusive, one that passed.
inline model::Report judged_sample()
{
    using model::Verdict;
    const std::string bad = "=1 ]]>|<b a='b' c=\"d\">&\x1b[2J\r\n\\";
    model::Report report = sample();
    report.policies = {{"example-4.0", bad, "2026-01", {}}};
    model::Judgement judgement{0, "example-4.0", model::Role::submission, Verdict::fail, {}, {bad}, {bad}};
    for (const Verdict verdict : {Verdict::fail, Verdict::fail, Verdict::inconclusive, Verdict::pass}) {
        model::Finding finding;
        finding.rule = "rule-" + std::to_string(judgement.findings.size());
        finding.id = "example-4.0/" + finding.rule + " mail.example.com 192.0.2.1:587";
        finding.verdict = verdict;
        finding.requirement = finding.source = finding.sentence = bad;
        finding.subjects = {"TLS 1.2", bad};
        finding.evidence = {1};
        judgement.findings.push_back(finding);
    }
    judgement.findings[1].waiver = model::AppliedWaiver{bad, bad, "2026-12-31", false};
    judgement.findings[0].change = model::Change::added;
    report.judgements = {judgement};
    return report;
}

/// Whether the text has the part; says the text if not.
inline bool holds(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

/// Whether no byte is a control but the line end, and no C1 control or override stands in UTF-8.
inline bool is_harmless(const std::string& text)
{
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\n') || byte >= 0x7f) {
            return false;
        }
    }
    return true;
}

}  // namespace smtptls::report

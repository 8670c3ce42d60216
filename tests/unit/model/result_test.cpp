// The matrix's counts, what an outcome says of itself, and when a result is complete.
#include "catch.hpp"
#include "model/scan_result.hpp"

namespace smtptls::model {
namespace {

using tls::CipherSuite;
using tls::ProtocolVersion;

constexpr CipherSuite gcm = CipherSuite::TLS_RSA_WITH_AES_128_GCM_SHA256;
constexpr CipherSuite cbc = CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA;

TEST_CASE("a matrix counts its cells by state, and by version and state", "[model]")
{
    const Matrix matrix(std::vector<Cell>{
        {ProtocolVersion::tls1_2, gcm, CellState::accepted, Grade::handshake, "", {}},
        {ProtocolVersion::tls1_2, cbc, CellState::rejected, std::nullopt, "", {}},
        {ProtocolVersion::tls1_1, cbc, CellState::accepted, Grade::handshake, "", {}},
        {ProtocolVersion::tls1_0, cbc, CellState::inconclusive, std::nullopt, "", {}},
    });
    CHECK(matrix.count(CellState::accepted) == 2);
    CHECK(matrix.count(CellState::not_tested) == 0);
    CHECK(matrix.count(ProtocolVersion::tls1_2, CellState::accepted) == 1);
    CHECK(matrix.count(ProtocolVersion::tls1_0, CellState::accepted) == 0);
    CHECK(matrix.count(ProtocolVersion::tls1_0, CellState::inconclusive) == 1);
}

EndpointResult ended(EndpointStatus status, std::string host = "mail.example.com")
{
    EndpointResult result;
    result.endpoint.host = std::move(host);
    result.status = status;
    return result;
}

struct Row {
    std::string name;
    std::vector<EndpointResult> endpoints;
    bool complete;
};

TEST_CASE("a result is complete when nothing that was asked for is open", "[model]")
{
    using enum EndpointStatus;
    const auto row = GENERATE(values<Row>({
        {"nothing at all", {}, false},
        {"scanned", {ended(scanned)}, true},
        {"no STARTTLS is an answer", {ended(no_starttls)}, true},
        {"a closed port beside one that answered", {ended(scanned), ended(not_offered)}, true},
        {"no route for one address of two", {ended(scanned), ended(not_tested)}, true},
        {"every port closed", {ended(not_offered), ended(not_offered)}, false},
        {"no route at all", {ended(not_tested)}, false},
        {"cells are open", {ended(incomplete)}, false},
        {"one of two failed", {ended(scanned), ended(failed)}, false},
        {"one host answered and another did not", {ended(scanned), ended(not_offered, "other.example")}, false},
        {"two hosts answered", {ended(scanned), ended(no_starttls, "other.example")}, true},
    }));
    INFO(row.name);
    ScanResult result;
    result.endpoints = row.endpoints;
    CHECK(result.complete() == row.complete);
    result.interruption = Interruption::signal;
    CHECK_FALSE(result.complete());
    result.interruption = Interruption::max_time;
    CHECK_FALSE(result.complete());
}

TEST_CASE("a target that became no endpoint makes a result incomplete", "[model]")
{
    ScanResult result;
    result.endpoints = {ended(EndpointStatus::scanned)};
    result.failures = {{"nowhere.example", {base::Stage::resolve, base::Reason::not_found, {}}}};
    CHECK_FALSE(result.complete());
}

Answer answer_of(Outcome outcome)
{
    Answer answer;
    answer.outcome = std::move(outcome);
    return answer;
}

Broken broken(base::Stage stage, std::optional<ServerChoice> choice = std::nullopt)
{
    return {{stage, base::Reason::reset, base::UntrustedText("\x1b")}, choice};
}

constexpr ServerChoice choice{ProtocolVersion::tls1_2, gcm, false};

TEST_CASE("a failure before TLS is one of the steps up to STARTTLS", "[model]")
{
    for (const auto stage : {base::Stage::resolve, base::Stage::connect, base::Stage::greeting, base::Stage::ehlo,
                             base::Stage::starttls}) {
        CHECK(failure_before_tls(answer_of(broken(stage))));
    }
    for (const auto stage : {base::Stage::hello, base::Stage::handshake, base::Stage::inner_ehlo, base::Stage::close}) {
        CHECK_FALSE(failure_before_tls(answer_of(broken(stage))));
    }
    CHECK_FALSE(failure_before_tls(answer_of(AlertReceived{})));
}

TEST_CASE("a server that chose or refused has spoken TLS", "[model]")
{
    CHECK(spoke_tls(answer_of(AlertReceived{})));
    CHECK(spoke_tls(answer_of(OtherVersion{choice})));
    CHECK(spoke_tls(answer_of(broken(base::Stage::handshake, choice))));
    CHECK_FALSE(spoke_tls(answer_of(broken(base::Stage::handshake))));
}

TEST_CASE("an outcome says what it is in one line, escaped", "[model]")
{
    const tls::AlertDescription refusal = tls::AlertDescription::handshake_failure;
    const std::string chosen = "TLS 1.2 TLS_RSA_WITH_AES_128_GCM_SHA256";
    Completed completed;
    completed.choice = choice;
    CHECK(describe(completed) == chosen);
    CHECK(describe(AlertReceived{tls::AlertLevel::fatal, refusal, std::nullopt}) == "alert handshake_failure");
    CHECK(describe(AlertReceived{tls::AlertLevel::fatal, refusal, choice}) ==
          "alert handshake_failure after choosing " + chosen);
    CHECK(describe(OtherVersion{choice}) == "answered " + chosen);
    CHECK(describe(broken(base::Stage::handshake, choice)) ==
          "reset at handshake after choosing " + chosen + ": \\x1b");
}

}  // namespace
}  // namespace smtptls::model

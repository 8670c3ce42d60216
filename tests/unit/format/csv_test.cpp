// The table: a row for everything that was asked for, and no cell that a spreadsheet would run.
#include "catch.hpp"
#include "report/format/format.hpp"
#include "unit/format/sample.hpp"

namespace smtptls::report {
namespace {

std::string csv_of(const model::Report& report)
{
    return find_format("csv")->write(report, {});
}

TEST_CASE("a judged report has a row for each finding", "[format]")
{
    const std::string csv = csv_of(judged_sample());
    CHECK(csv.starts_with("host,address,port,tls,status,policy,role,rule,verdict,change,"));
    CHECK(holds(csv, "mail.example.com,192.0.2.1,587,starttls,incomplete,example-4.0,submission,rule-0,fail,new,"));
    CHECK(holds(csv, ",rule-1,waived,"));
    CHECK(holds(csv, ",rule-2,inconclusive,"));
    CHECK(holds(csv, ",rule-3,pass,"));
}

TEST_CASE("a plain scan has a row for each cell that is accepted or open, and one for what has none", "[format]")
{
    const std::string csv = csv_of(sample());
    CHECK(holds(csv, "TLS 1.2,TLS_RSA_WITH_AES_128_CBC_SHA,accepted,handshake,,1,,,\r\n"));
    CHECK(holds(csv, "TLS 1.0,TLS_RSA_WITH_AES_128_CBC_SHA,inconclusive,,"));
    CHECK_FALSE(holds(csv, "rejected"));
    CHECK(holds(csv, "192.0.2.2,192.0.2.2,25,starttls,failed,,,,,no answer in time at the greeting"));
}

TEST_CASE("a target that became no endpoint has a row in both tables", "[format]")
{
    CHECK(holds(csv_of(sample()), "x\\x1b.example,"));
    CHECK(holds(csv_of(judged_sample()), "x\\x1b.example,"));
}

TEST_CASE("no cell begins as a formula does", "[format]")
{
    const std::string csv = csv_of(judged_sample());
    CHECK_FALSE(holds(csv, ",=1"));
    CHECK_FALSE(holds(csv, ",\"=1"));
    CHECK(holds(csv, ",\"'=1"));
}

}  // namespace
}  // namespace smtptls::report

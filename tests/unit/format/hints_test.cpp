// What could help: each hint where it is due, and nowhere else.
#include "report/format/hints.hpp"

#include "catch.hpp"
#include "unit/format/sample.hpp"

namespace smtptls::report {
namespace {

using model::EndpointResult;
using model::EndpointStatus;
using Options = std::vector<std::pair<std::string, std::string>>;

std::string all_of(const Hints& hints)
{
    std::string text;
    for (const auto& [label, sentence] : hints) {
        text += label + (label.empty() ? "" : " ") + sentence + "\n";
    }
    return text;
}

// By address, without a name; the one accepted suite was completed.
EndpointResult by_address(std::vector<model::Observation> observations = {})
{
    EndpointResult one = sample_endpoint();
    one.endpoint.host = one.endpoint.address.format();
    one.observations = std::move(observations);
    return one;
}

EndpointResult refused(const std::string& outcome, std::optional<model::Grade> grade = {})
{
    EndpointResult one = by_address();
    if (outcome.ends_with("unrecognized_name")) {
        one.observations.push_back({model::Fact::tls_unrecognized_name, "", true, {1}});
    }
    one.handshakes = 1;
    std::vector<model::Cell> cells = one.matrix.values();
    cells[0].grade = grade;
    cells[0].state = grade ? model::CellState::accepted : model::CellState::inconclusive;
    one.matrix = model::Matrix(cells);
    return one;
}

TEST_CASE("a name is hinted at where the server wants one, or none was sent and nothing was completed", "[format]")
{
    const std::string unknown = "alert unrecognized_name";
    const std::string other = "alert internal_error";
    const auto says = [](const EndpointResult& one, const Options& options = {}) {
        return all_of(hints_of_name(one, options));
    };
    CHECK(says(refused(unknown)).starts_with("the server wants a name (alert unrecognized_name): use --sni NAME"));
    CHECK(says(refused(unknown, model::Grade::handshake)).starts_with("the server wants a name"));
    CHECK(says(refused(other)).starts_with("no server name was sent, and nothing could be completed"));
    CHECK(says(refused(other, model::Grade::hello_retry)).starts_with("no server name was sent"));
    CHECK(says(refused(other, model::Grade::handshake)).empty());
    CHECK(says(refused(other), {{"sni", "mail.example.com"}}).empty());
    CHECK(says(refused(unknown), {{"sni", "mail.example.com"}}).starts_with("the server does not know the name"));
}

TEST_CASE("where a name was sent and something completed, an alert about names is of a hello of our own without one",
          "[format]")
{
    EndpointResult one = refused("alert unrecognized_name", model::Grade::handshake);
    one.endpoint.host = "mail.example.com";
    CHECK(hints_of_name(one, {}).empty());
}

TEST_CASE("a scan without open cells, or that did not reach TLS, needs no name", "[format]")
{
    for (const auto status : {EndpointStatus::scanned, EndpointStatus::failed, EndpointStatus::no_starttls}) {
        EndpointResult one = refused("alert internal_error");
        one.status = status;
        CHECK(hints_of_name(one, {}).empty());
    }
}

TEST_CASE("where nothing greets it may be TLS at once, or a PROXY header that is waited for", "[format]")
{
    EndpointResult one = by_address();
    one.status = EndpointStatus::failed;
    one.failure = base::Failure{base::Stage::greeting, base::Reason::timed_out, {}};
    CHECK(all_of(hints_of_failure(one)) ==
          "if the server speaks TLS at once on this port, use --tls implicit; or it may "
          "wait for a PROXY header from a load balancer\n");
    one.failure->reason = base::Reason::closed;
    CHECK(hints_of_failure(one).empty());
}

TEST_CASE("who turns connections away and serves later ones has a limit, and the pace that stays below it is named",
          "[format]")
{
    EndpointResult one = by_address({{model::Fact::limits_turned_away, "", std::int64_t{20}, {}}});
    one.connections = 50;
    one.duration_ms = 61000;
    CHECK(all_of(hints_of_manners(one)) ==
          "limit 20 of 50 connections were turned away, and later ones were not: to stay "
          "below the server's limit, use --pace 2.1\n");
}

TEST_CASE("a ban is said with what to do, and then no limit", "[format]")
{
    const EndpointResult one = by_address({{model::Fact::limits_turned_away, "", std::int64_t{20}, {}},
                                           {model::Fact::limits_probably_banned, "", std::int64_t{1}, {}}});
    CHECK(all_of(hints_of_manners(one)) ==
          "banned probably: not reached any more after 1 connection; have this address let "
          "through (docs/politeness.md), or wait and use a longer --pace\n");
}

TEST_CASE("STARTTLS that is missing now and then is told with what it does to mail", "[format]")
{
    const auto says = [](std::int64_t offered, std::int64_t missing) {
        return all_of(hints_of_manners(by_address({{model::Fact::smtp_starttls_offered, "", offered, {}},
                                                   {model::Fact::smtp_starttls_missing, "", missing, {}}})));
    };
    CHECK(says(21, 10) ==
          "STARTTLS is missing from 10 of 31 EHLO replies: about one mail in 3 would go out in the clear, "
          "or not at all\n");
    CHECK(says(1, 3) ==
          "STARTTLS is missing from 3 of 4 EHLO replies: most mail would go out in the clear, or not at "
          "all\n");
}

TEST_CASE("STARTTLS that was withdrawn is told as that", "[format]")
{
    const EndpointResult one = by_address({{model::Fact::smtp_starttls_offered, "", std::int64_t{1}, {}},
                                           {model::Fact::smtp_starttls_missing, "", std::int64_t{19}, {}},
                                           {model::Fact::smtp_starttls_withdrawn, "", std::int64_t{19}, {}}});
    CHECK(all_of(hints_of_manners(one))
              .starts_with("STARTTLS was offered to 1 connection and to none of the 19 after it"));
}

TEST_CASE("silence inside TLS is told by what was waited for", "[format]")
{
    EndpointResult one = by_address({{model::Fact::smtp_silent_inside_tls, "", base::UntrustedText("timed_out"), {}}});
    CHECK(all_of(hints_of_manners(one)).starts_with("no SMTP the server does not answer EHLO inside TLS"));
    one.endpoint.mode = model::TlsMode::implicit;
    CHECK(all_of(hints_of_manners(one)).starts_with("no SMTP nothing greets inside TLS"));
    one.observations[0].value = base::UntrustedText("closed");
    CHECK(all_of(hints_of_manners(one)).starts_with("no SMTP the server hangs up as soon as TLS stands"));
}

TEST_CASE("a document with absurd counts is shown without harm", "[format]")
{
    for (const std::int64_t odd : {std::int64_t{-5}, std::int64_t{0}, INT64_MAX}) {
        EndpointResult one = by_address({{model::Fact::limits_turned_away, "", odd, {}},
                                         {model::Fact::smtp_starttls_offered, "", odd, {}},
                                         {model::Fact::smtp_starttls_missing, "", odd, {}}});
        CHECK_NOTHROW(hints_of_manners(one));
    }
}

TEST_CASE("a server that throttled is named as one, with what to do", "[format]")
{
    EndpointResult result;
    result.observations = {{model::Fact::limits_throttled, "", std::int64_t{13}, {}},
                           {model::Fact::limits_throttled_after_ms, "", std::int64_t{2345}, {}}};
    const Hints hints = hints_of_manners(result);
    REQUIRE(hints.size() == 1);
    CHECK(hints[0].first == "throttled");
    CHECK(hints[0].second.starts_with("the server said 421 or the like 13 times, first 2.3 s after "));
    CHECK(hints_of_manners(EndpointResult{}).empty());
}

}  // namespace
}  // namespace smtptls::report

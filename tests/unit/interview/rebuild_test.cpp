// A scan's result from its evidence, against a server that is a function: STARTTLS, and an alert to every hello.
#include "interview/rebuild.hpp"
#include "interview/tap.hpp"
#include "model_json/report.hpp"
#include "tls/hello_exchange.hpp"

#include "catch.hpp"

namespace smtptls::interview {
namespace {

using namespace model::evidence;

const model::Endpoint first{"mail.example.com", *model::IpAddress::parse("192.0.2.25"), 587};
const model::Endpoint second{"mail.example.com", *model::IpAddress::parse("192.0.2.26"), 587};
const Names names{"scanner.example", ""};

Begun begun()
{
    Begun event;
    event.program_version = "1";
    event.started = "2026-11-21T20:48:54Z";
    event.targets = {"mail.example.com:587"};
    event.probes = probe_names();
    event.ehlo_name = names.ehlo;
    event.confirm = "none";
    event.speakable[tls::ProtocolVersion::tls1_2] = {tls::CipherSuite{0x002f}};
    return event;
}

// Lets the machine talk to a server that says these things, one after the other, and then nothing more.
void talk(Tap tap, const std::vector<base::Bytes>& says)
{
    auto next = says.begin();
    while (tap.want() != base::Want::nothing) {
        if (tap.want() == base::Want::write) {
            tap.written();
        } else if (next != says.end()) {
            tap.received(*next++);
        } else {
            tap.peer_closed();
        }
    }
}

base::Bytes bytes(const std::string& text)
{
    return {text.begin(), text.end()};
}

Learnt refused(const model::Endpoint& endpoint, model::Question question)
{
    Learnt event;
    event.endpoint = endpoint;
    event.answer.question = std::move(question);
    event.answer.source_address = "192.0.2.1";
    model::Trace trace;
    smtp::Session session(script_before_tls(names, event.answer));
    talk(Tap(session, &trace.before_tls),
         {bytes("220 mail\r\n"), bytes("250-mail\r\n250 STARTTLS\r\n"), bytes("220 go\r\n")});
    take_before_tls(event.answer, session);
    const auto& asked = std::get<model::HelloQuestion>(event.answer.question.asked);
    tls::HelloExchange exchange(hello_of(asked, server_name(names, endpoint), {}));
    const tls::Alert alert{tls::AlertLevel::fatal, tls::AlertDescription::handshake_failure};
    talk(Tap(exchange, &trace.tls), {tls::encode_alert(alert, tls::ProtocolVersion::tls1_2)});
    openssl::CertificateReader certificates;
    take_hello(event.answer, exchange, certificates);
    event.answer.trace = trace;
    event.purpose = model::format(event.answer.question.purpose);
    event.outcome = model::describe(event.answer.outcome);
    return event;
}

struct Scan {
    std::vector<Event> events;
    model::EndpointResult result;
};

// The whole scan of the first endpoint, as the engine tells it.
Scan scan()
{
    Scan all;
    all.events = {begun(), Found{.endpoints = {first, second}}};
    probes::Knowledge known;
    known.endpoint = first;
    known.speakable = begun().speakable;
    known.confirm = probes::Confirm::none;
    Interview interview(known);
    for (std::vector<model::QuestionId> ids = interview.ask(2); !ids.empty(); ids = interview.ask(2)) {
        all.events.emplace_back(Asked{first, 2, ids});
        while (auto question = interview.take()) {
            const Learnt event = refused(first, *question);
            interview.learn(event.answer);
            all.events.emplace_back(event);
        }
    }
    all.events.emplace_back(Asked{first, 2, {}});
    all.result = interview.conclude(99);
    all.events.emplace_back(summary_of(all.result));
    all.events.emplace_back(Ended{"2026-11-21T20:49:00Z", 6000, model::Interruption::max_time, ""});
    return all;
}

std::string problem_of(const std::vector<Event>& events)
{
    Rebuild rebuild;
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (const auto problem = rebuild.take(events[i])) {
            return std::to_string(i) + ": " + *problem;
        }
    }
    return "";
}

TEST_CASE("the evidence of a scan leads to its result, and endpoints without a turn are named", "[interview]")
{
    const Scan before = scan();
    REQUIRE(before.result.exchanges.size() > 5);
    Rebuild rebuild;
    for (const Event& event : before.events) {
        const auto problem = rebuild.take(event);
        INFO(problem.value_or(""));
        REQUIRE_FALSE(problem);
    }
    CHECK(rebuild.ended());
    const auto result = rebuild.conclude();
    REQUIRE(result);
    model::ScanResult wanted;
    wanted.program_version = "1";
    wanted.started = "2026-11-21T20:48:54Z";
    wanted.finished = "2026-11-21T20:49:00Z";
    wanted.duration_ms = 6000;
    wanted.interruption = model::Interruption::max_time;
    wanted.targets = {"mail.example.com:587"};
    wanted.endpoints = {before.result, never_begun(second)};
    CHECK(model_json::encode(*result) == model_json::encode(wanted));
}

TEST_CASE("a scan that breaks off anywhere has a result, and is marked as interrupted", "[interview]")
{
    const Scan before = scan();
    for (std::size_t size = 1; size < before.events.size(); ++size) {
        Rebuild rebuild;
        std::size_t exchanges = 0;
        for (std::size_t i = 0; i < size; ++i) {
            REQUIRE_FALSE(rebuild.take(before.events[i]));
            exchanges += std::holds_alternative<Learnt>(before.events[i]) ? 1U : 0U;
        }
        CHECK_FALSE(rebuild.ended());
        const auto result = rebuild.conclude();
        REQUIRE(result);
        CHECK(result->interruption == model::Interruption::signal);
        CHECK((size == 1 || result->endpoints.front().exchanges.size() == exchanges));
    }
    CHECK_FALSE(Rebuild().conclude());
}

TEST_CASE("an event that is missing or doubled is noticed at the latest when its endpoint is done with", "[interview]")
{
    const Scan before = scan();
    const std::size_t last_two = before.events.size() - 2;
    for (std::size_t i = 0; i < last_two; ++i) {
        const auto* const asked = std::get_if<Asked>(&before.events[i]);
        std::vector<Event> missing = before.events;
        missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(i));
        std::vector<Event> doubled = before.events;
        doubled.insert(doubled.begin() + static_cast<std::ptrdiff_t>(i), before.events[i]);
        INFO(i);
        CHECK((problem_of(missing).empty() == (asked != nullptr && asked->ids.empty())));
        CHECK((problem_of(doubled).empty() == (asked != nullptr && asked->ids.empty())));
    }
}

TEST_CASE("evidence of other probes is refused by the name of the release that wrote it", "[interview]")
{
    Begun other = begun();
    other.program_version = "0.0.9\x1b";
    other.probes = {"suites", "fun\x1b"};
    const std::string problem = problem_of({other});
    CHECK(problem.starts_with(
        "0: this evidence was written by smtptls-scan 0.0.9\\x1b with the probes suites, fun\\x1b; "));
    CHECK(problem.ends_with(": use smtptls-scan 0.0.9\\x1b to rebuild it"));
}

TEST_CASE("where the probes ask otherwise the release that wrote the evidence is named", "[interview]")
{
    const std::string hint =
        "If nobody changed the file, its writer's probes ask otherwise: use smtptls-scan 1 to rebuild it";
    std::vector<Event> events = scan().events;
    std::get<Asked>(events[2]).ids.push_back(9999);
    CHECK(problem_of(events).ends_with(hint));
    events = scan().events;
    std::get<Learnt>(events[3]).purpose = "fun";
    CHECK(problem_of(events).ends_with(hint));
    events = scan().events;
    std::get<Left>(events[events.size() - 2]).cells[0] = 77;
    CHECK(problem_of(events).ends_with(hint));
}

TEST_CASE("what cannot have happened is told by a sentence", "[interview]")
{
    const std::vector<Event> events = scan().events;
    const Event stranger = Asked{{"other.example", first.address, 25}, 1, {}};
    const Ended end{"", 0, model::Interruption::none, ""};
    Begun odd = begun();
    odd.confirm = "perhaps";
    CHECK(problem_of({Found{}}) == "0: the beginning is missing");
    CHECK(problem_of({odd}) == "0: \"perhaps\" is no way to confirm");
    CHECK(problem_of({begun(), begun()}) == "1: a second scan begins");
    CHECK(problem_of({begun(), Found{}, Found{}}) == "2: a target is found twice, or is none of the scan's");
    CHECK(problem_of({begun(), Found{.target = 1}}) == "1: a target is found twice, or is none of the scan's");
    CHECK(problem_of({begun(), Found{.endpoints = {first, first}}}) == "1: an endpoint is found twice");
    CHECK(problem_of({begun(), Found{.endpoints = {first}}, stranger}) ==
          "2: questions for an endpoint that is not there, or done with");
    CHECK(problem_of({begun(), end, end}) == "2: something comes behind the scan's end");
    CHECK(problem_of({events[0], events[1], events[2], end}) == "3: the scan ends before an endpoint does");
}

}  // namespace
}  // namespace smtptls::interview

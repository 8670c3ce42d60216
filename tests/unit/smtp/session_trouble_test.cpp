// The SMTP dialogue in trouble: every step against every way a connection ends, garbage, floods, and
// servers that talk out of step.
#include "catch.hpp"
#include "unit/smtp/session_drive.hpp"

#include <functional>

namespace smtptls::smtp {
namespace {

using base::Reason;
using base::Stage;
using base::Want;

struct Step {
    std::string state;
    Script script;
    std::vector<std::string> said;  // to get there; the last command is not yet written if `writing`
    bool writing;
    std::optional<Stage> stage;  // nothing: trouble here is no failure of its own
};

// Every state in which a connection can break.
std::vector<Step> steps()
{
    const std::string hi = greeting;
    const std::string ok = keywords;
    return {
        {"read_greeting", before_tls(), {}, false, Stage::greeting},
        {"write_ehlo", before_tls(), {hi}, true, Stage::ehlo},
        {"read_ehlo", before_tls(), {hi}, false, Stage::ehlo},
        {"write_starttls", before_tls(), {hi, ok}, true, Stage::starttls},
        {"read_starttls", before_tls(), {hi, ok}, false, Stage::starttls},
        {"write_ehlo", inside_starttls(), {}, true, Stage::inner_ehlo},
        {"read_ehlo", inside_starttls(), {}, false, Stage::inner_ehlo},
        {"write_quit", inside_starttls(), {ok}, true, std::nullopt},
        {"read_quit", inside_starttls(), {ok}, false, std::nullopt},
        {"read_greeting", inside_implicit(), {}, false, Stage::greeting},
        {"read_ehlo", inside_implicit(), {hi}, false, Stage::inner_ehlo},
    };
}

struct Trouble {
    Reason reason;
    std::function<void(Session&)> happen;
};

std::vector<Trouble> troubles()
{
    return {
        {Reason::timed_out, [](Session& session) { session.broke(Reason::timed_out); }},
        {Reason::cancelled, [](Session& session) { session.broke(Reason::cancelled); }},
        {Reason::reset, [](Session& session) { session.broke(Reason::reset); }},
        {Reason::closed, [](Session& session) { session.peer_closed(); }},
    };
}

// In the step's state.
Session session_in(const Step& step)
{
    Session session(step.script);
    const auto write = [&session] {
        if (session.want() == Want::write) {
            session.written();
        }
    };
    for (const std::string& text : step.said) {
        write();
        session.received(base::bytes_of(text));
    }
    if (!step.writing) {
        write();
    }
    return session;
}

TEST_CASE("trouble at any step ends the dialogue with that step and that reason", "[smtp]")
{
    for (const Step& step : steps()) {
        for (const Trouble& trouble : troubles()) {
            Session session = session_in(step);
            INFO(step.state << ", " << format(trouble.reason));
            REQUIRE(session.describe() == step.state);
            trouble.happen(session);
            CHECK(session.want() == Want::nothing);
            CHECK(session.describe() == "ended");
            CHECK_FALSE(session.ready_for_tls());
            REQUIRE(session.failure().has_value() == step.stage.has_value());
            if (step.stage) {
                CHECK(session.failure()->stage == *step.stage);
                CHECK(session.failure()->reason == trouble.reason);
            }
        }
    }
}

TEST_CASE("trouble while leaving does not hide why we leave", "[smtp]")
{
    for (const bool written : {false, true}) {
        for (const Trouble& trouble : troubles()) {
            Session session(before_tls());
            session.received(base::bytes_of("554 go away\r\n"));
            if (written) {
                session.written();
            }
            trouble.happen(session);
            CHECK(session.want() == Want::nothing);
            CHECK(session.failure()->reason == Reason::rejected);
            CHECK(session.failure()->stage == Stage::greeting);
        }
    }
}

TEST_CASE("what happens after the end changes nothing", "[smtp]")
{
    for (const Trouble& trouble : troubles()) {
        Drive drive(before_tls());
        drive.hears(greeting).hears(keywords).hears(go_ahead);
        trouble.happen(drive.session);
        drive.hears("421 late\r\n");
        CHECK(drive.session.ready_for_tls());
        CHECK_FALSE(drive.session.failure());
    }
}

TEST_CASE("an unfinished line is in the failure when the connection ends", "[smtp]")
{
    Session session(before_tls());
    session.received(base::bytes_of("220-mail\r\n220 unfini"));
    session.peer_closed();
    CHECK(session.failure()->text.escaped() == "220 unfini");
}

TEST_CASE("garbage at any step is a protocol error of that step", "[smtp]")
{
    for (const Step& step : steps()) {
        if (step.writing) {
            continue;
        }
        Session session = session_in(step);
        INFO(step.state);
        session.received(base::bytes_of(std::string("\x15\x03\x01\x00\x02\x02\x28\n", 8)));
        CHECK(session.want() == Want::nothing);
        REQUIRE(session.failure().has_value() == step.stage.has_value());
        if (step.stage) {
            CHECK(session.failure()->reason == Reason::protocol_error);
            CHECK(session.failure()->stage == *step.stage);
            CHECK(session.failure()->text.escaped().starts_with("not an SMTP reply: "));
        }
    }
}

TEST_CASE("an endless answer ends at every step", "[smtp]")
{
    const std::string piece =
        GENERATE(std::string("250-and so on\r\n"), std::string("2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
    for (const Step& step : steps()) {
        if (step.writing) {
            continue;
        }
        Session session = session_in(step);
        int pieces = 0;
        while (session.want() == Want::read && pieces < 1000) {
            session.received(base::bytes_of(piece));
            ++pieces;
        }
        CHECK(pieces < 200);
        REQUIRE(session.failure().has_value() == step.stage.has_value());
        if (step.stage) {
            CHECK(session.failure()->reason == Reason::protocol_error);
        }
    }
}

TEST_CASE("a server that says everything at once is not believed", "[smtp]")
{
    Drive drive(before_tls());
    drive.hears(std::string(greeting) + keywords + go_ahead);
    CHECK_FALSE(drive.session.ready_for_tls());
    REQUIRE(drive.session.failure());
    CHECK(drive.session.failure()->reason == Reason::protocol_error);
    CHECK(drive.session.failure()->stage == Stage::ehlo);
    CHECK(drive.session.failure()->text.escaped().find("before") != std::string::npos);
}

TEST_CASE("the answer to STARTTLS that comes with the one to EHLO is not believed", "[smtp]")
{
    Drive drive(before_tls());
    drive.hears(greeting).hears(std::string(keywords) + go_ahead);
    CHECK_FALSE(drive.session.ready_for_tls());
    CHECK(drive.session.failure()->reason == Reason::protocol_error);
    CHECK(drive.session.failure()->stage == Stage::starttls);
}

TEST_CASE("an answer that began before its question is not believed when it is whole", "[smtp]")
{
    Drive drive(before_tls());
    drive.hears(greeting).hears(std::string(keywords) + "220 re").hears("ady\r\n");
    CHECK_FALSE(drive.session.ready_for_tls());
    CHECK(drive.session.failure()->reason == Reason::protocol_error);
}

TEST_CASE("a second greeting does not pass for the answer to EHLO", "[smtp]")
{
    Drive drive(before_tls());
    drive.hears(std::string(greeting) + greeting);
    CHECK(drive.session.failure()->reason == Reason::protocol_error);
    CHECK(drive.session.failure()->stage == Stage::ehlo);
}

TEST_CASE("421 may come at any time", "[smtp]")
{
    Drive drive(before_tls());
    drive.hears(std::string(greeting) + "421 shutting down\r\n");
    CHECK(drive.over());
    CHECK(drive.session.failure()->reason == Reason::throttled);
}

}  // namespace
}  // namespace smtptls::smtp

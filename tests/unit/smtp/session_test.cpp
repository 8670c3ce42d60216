// The SMTP dialogue: the good path, and every negative answer at every step.
#include "catch.hpp"
#include "unit/smtp/session_drive.hpp"

namespace smtptls::smtp {
namespace {

using base::Reason;
using base::Stage;
using base::Want;

TEST_CASE("the dialogue before TLS sends EHLO and STARTTLS and is ready", "[smtp]")
{
    Drive drive(before_tls());
    drive.hears(greeting).hears(keywords).hears(go_ahead);
    CHECK(drive.session.ready_for_tls());
    CHECK(drive.over());
    CHECK_FALSE(drive.session.failure());
    CHECK(drive.sent == "EHLO scanner.example.net\r\nSTARTTLS\r\n");
    CHECK(drive.session.transcript().greeting->code == 220);
    CHECK(drive.session.transcript().keywords() == std::vector<std::string>{"PIPELINING", "STARTTLS", "8BITMIME"});
    CHECK(drive.session.transcript().plaintext_after_starttls.empty());
}

TEST_CASE("the dialogue inside a STARTTLS tunnel sends EHLO and QUIT", "[smtp]")
{
    Drive drive(inside_starttls());
    CHECK(drive.sent == "EHLO scanner.example.net\r\n");
    drive.hears(keywords).hears("221 bye\r\n");
    CHECK(drive.over());
    CHECK_FALSE(drive.session.failure());
    CHECK(drive.sent == "EHLO scanner.example.net\r\nQUIT\r\n");
    CHECK_FALSE(drive.session.ready_for_tls());
}

TEST_CASE("the dialogue inside an implicit tunnel waits for the greeting first", "[smtp]")
{
    Drive drive(inside_implicit());
    CHECK(drive.sent.empty());
    drive.hears(greeting).hears(keywords).hears("221 bye\r\n");
    CHECK(drive.over());
    CHECK_FALSE(drive.session.failure());
    CHECK(drive.sent == "EHLO scanner.example.net\r\nQUIT\r\n");
}

TEST_CASE("nothing is sent before the whole greeting", "[smtp]")
{
    const std::string whole = "220-please wait\r\n220-still waiting\r\n220 mail.example.com\r\n";
    for (std::size_t length = 0; length < whole.size(); ++length) {
        Drive drive(before_tls());
        drive.hears(whole.substr(0, length));
        REQUIRE(drive.sent.empty());
        REQUIRE(drive.session.want() == Want::read);
    }
}

TEST_CASE("no command goes out before the answer to the one before is whole", "[smtp]")
{
    const std::string answer = keywords;
    for (std::size_t length = 0; length < answer.size(); ++length) {
        Drive drive(before_tls());
        drive.hears(greeting).hears(answer.substr(0, length));
        REQUIRE(drive.sent == "EHLO scanner.example.net\r\n");
    }
}

TEST_CASE("STARTTLS is found in any case, on any line and with words behind it", "[smtp]")
{
    const std::string line = GENERATE("250-mail\r\n250 starttls\r\n", "250-mail\r\n250-StartTLS now\r\n250 SIZE\r\n");
    Drive drive(before_tls());
    drive.hears(greeting).hears(line);
    CHECK(drive.sent.ends_with("STARTTLS\r\n"));
}

TEST_CASE("the word STARTTLS in the server's own name or behind another keyword is no offer", "[smtp]")
{
    const std::string line =
        GENERATE("250-STARTTLS.example\r\n250 SIZE STARTTLS\r\n", "250-mail STARTTLS\r\n250 SIZE\r\n");
    Drive drive(before_tls());
    drive.hears(greeting).hears(line);
    CHECK(drive.session.failure()->reason == Reason::not_offered);
}

TEST_CASE("STARTTLS in place of the server's name is an offer, and is known to be there", "[smtp]")
{
    Drive drive(before_tls());
    drive.hears(greeting).hears("250-starttls\r\n250-mail.example\r\n250 SIZE\r\n");
    CHECK(drive.sent.ends_with("STARTTLS\r\n"));
    CHECK(drive.session.transcript().starttls_in_first_line());
    CHECK(drive.session.transcript().keywords() == std::vector<std::string>{"MAIL.EXAMPLE", "SIZE"});
}

TEST_CASE("what comes in the clear behind the 220 to STARTTLS is kept", "[smtp]")
{
    Drive drive(before_tls());
    drive.hears(greeting).hears(keywords).hears(std::string(go_ahead) + "250 injected\r\n\x1b");
    CHECK(drive.session.ready_for_tls());
    CHECK(drive.session.transcript().plaintext_after_starttls.escaped() == "250 injected\\x0d\\x0a\\x1b");
}

TEST_CASE("a mute session says nothing, and waits at most a moment for the first byte", "[smtp]")
{
    Script script{false, false, true, "client.test"};
    script.mute = true;
    CHECK(Session(script).want() == base::Want::nothing);
    script.listens = true;
    Session quiet(script);
    CHECK(quiet.want() == base::Want::read);
    CHECK(quiet.brief());
    quiet.broke(base::Reason::timed_out);
    CHECK(quiet.want() == base::Want::nothing);
    CHECK_FALSE(quiet.failure());
    Session refused(script);
    refused.broke(base::Reason::protocol_error);
    REQUIRE(refused.failure());
    CHECK(refused.failure()->stage == base::Stage::inner_ehlo);
    Session spoken(script);
    spoken.received(base::bytes_of("220 mail ESMTP\r\n"));
    CHECK(spoken.want() == base::Want::nothing);
    CHECK_FALSE(spoken.failure());
}

TEST_CASE("each step of the dialogue has a number of its own", "[smtp]")
{
    Drive drive(before_tls());
    std::vector<unsigned> steps = {drive.session.step()};
    for (const char* text : {greeting, keywords}) {
        drive.hears(text);
        steps.push_back(drive.session.step());
    }
    CHECK(steps[0] < steps[1]);
    CHECK(steps[1] < steps[2]);
}

struct Negative {
    std::string name;
    std::vector<std::string> said;
    Stage stage;
    Reason reason;
    bool quits;  // 421 closes the channel; everything else leaves it to us
};

TEST_CASE("a negative answer ends the dialogue with its stage, its reason and the server's words", "[smtp]")
{
    const std::string hi = greeting;
    const std::string ok = keywords;
    const auto row = GENERATE_COPY(values<Negative>({
        {"421 greeting", {"421 busy\r\n"}, Stage::greeting, Reason::throttled, false},
        {"421- greeting", {"421-too\r\n421 busy\r\n"}, Stage::greeting, Reason::throttled, false},
        {"450 greeting", {"450 later\r\n"}, Stage::greeting, Reason::throttled, true},
        {"451 greeting", {"451 later\r\n"}, Stage::greeting, Reason::throttled, true},
        {"452 greeting", {"452 later\r\n"}, Stage::greeting, Reason::throttled, true},
        {"454 greeting", {"454 no\r\n"}, Stage::greeting, Reason::rejected, true},
        {"554 greeting", {"554 go away\r\n"}, Stage::greeting, Reason::rejected, true},
        {"550 greeting", {"550-go\r\n550 away\r\n"}, Stage::greeting, Reason::rejected, true},
        {"250 greeting", {"250 hm\r\n"}, Stage::greeting, Reason::protocol_error, true},
        {"354 greeting", {"354 hm\r\n"}, Stage::greeting, Reason::protocol_error, true},
        {"421 to EHLO", {hi, "421 busy\r\n"}, Stage::ehlo, Reason::throttled, false},
        {"421- to EHLO", {hi, "421-too\r\n421 busy\r\n"}, Stage::ehlo, Reason::throttled, false},
        {"450 to EHLO", {hi, "450 later\r\n"}, Stage::ehlo, Reason::throttled, true},
        {"451 to EHLO", {hi, "451 later\r\n"}, Stage::ehlo, Reason::throttled, true},
        {"452 to EHLO", {hi, "452 later\r\n"}, Stage::ehlo, Reason::throttled, true},
        {"454 to EHLO", {hi, "454 no\r\n"}, Stage::ehlo, Reason::rejected, true},
        {"a server that knows HELO only", {hi, "500 what?\r\n"}, Stage::ehlo, Reason::rejected, true},
        {"502 to EHLO", {hi, "502 not implemented\r\n"}, Stage::ehlo, Reason::rejected, true},
        {"503 to EHLO", {hi, "503 bad name\r\n"}, Stage::ehlo, Reason::rejected, true},
        {"550 to EHLO", {hi, "550 who are you?\r\n"}, Stage::ehlo, Reason::rejected, true},
        {"220 to EHLO", {hi, "220 hm\r\n"}, Stage::ehlo, Reason::protocol_error, true},
        {"no STARTTLS", {hi, "250-mail\r\n250 SIZE\r\n"}, Stage::starttls, Reason::not_offered, true},
        {"no keywords at all", {hi, "250 mail\r\n"}, Stage::starttls, Reason::not_offered, true},
        {"STARTTLS overwritten", {hi, "250-mail\r\n250 XXXXXXXA\r\n"}, Stage::starttls, Reason::stripped, true},
        {"STARTTLS starred", {hi, "250-mail\r\n250 ********\r\n"}, Stage::starttls, Reason::stripped, true},
        {"STARTTLS crossed out", {hi, "250-mail\r\n250 XXXXXXXX\r\n"}, Stage::starttls, Reason::stripped, true},
        {"an X keyword of Exchange",
         {hi, "250-mail\r\n250 X-EXPS GSSAPI\r\n"},
         Stage::starttls,
         Reason::not_offered,
         true},
        {"421 to STARTTLS", {hi, ok, "421 busy\r\n"}, Stage::starttls, Reason::throttled, false},
        {"421- to STARTTLS", {hi, ok, "421-too\r\n421 busy\r\n"}, Stage::starttls, Reason::throttled, false},
        {"450 to STARTTLS", {hi, ok, "450 later\r\n"}, Stage::starttls, Reason::throttled, true},
        {"451 to STARTTLS", {hi, ok, "451 later\r\n"}, Stage::starttls, Reason::throttled, true},
        {"452 to STARTTLS", {hi, ok, "452 later\r\n"}, Stage::starttls, Reason::throttled, true},
        {"454 to STARTTLS", {hi, ok, "454 TLS not available\r\n"}, Stage::starttls, Reason::unavailable, true},
        {"500 to STARTTLS", {hi, ok, "500 what?\r\n"}, Stage::starttls, Reason::rejected, true},
        {"554 to STARTTLS", {hi, ok, "554 no\r\n"}, Stage::starttls, Reason::rejected, true},
        {"250 to STARTTLS", {hi, ok, "250 hm\r\n"}, Stage::starttls, Reason::protocol_error, true},
    }));
    INFO(row.name);
    Drive drive(before_tls());
    for (const std::string& text : row.said) {
        drive.hears(text);
    }
    REQUIRE(drive.session.failure());
    CHECK(drive.session.failure()->stage == row.stage);
    CHECK(drive.session.failure()->reason == row.reason);
    CHECK(drive.session.failure()->text.escaped().substr(0, 3) == row.said.back().substr(0, 3));
    CHECK_FALSE(drive.session.ready_for_tls());
    CHECK(drive.sent.ends_with("QUIT\r\n") == row.quits);
    CHECK(drive.over() != row.quits);
    drive.hears("221 bye\r\n");
    CHECK(drive.over());
}

TEST_CASE("inside the tunnel a negative answer to EHLO has the stage inner_ehlo", "[smtp]")
{
    Drive drive(inside_starttls());
    drive.hears("550 no\r\n");
    CHECK(drive.session.failure()->stage == Stage::inner_ehlo);
    CHECK(drive.session.failure()->reason == Reason::rejected);
}

}  // namespace
}  // namespace smtptls::smtp

// When a server is asked no more, row by row.
#include "probes/reachability.hpp"

#include "catch.hpp"
#include "unit/probes/answers.hpp"

namespace smtptls::probes {
namespace {

using base::Reason;
using base::Stage;

// A server, and how many answers of a kind it takes until it is given up.
struct Reached {
    Reachability reachability;
    ServerProfile server;
    model::QuestionId last = 0;

    // Alone: the question that is asked after a rest.
    void learn(const model::Outcome& outcome, bool alone = true)
    {
        model::Question question;
        question.id = ++last;
        if (alone) {
            reachability.asked_alone(question.id);
        }
        question.asked = model::HelloQuestion{tls::ProtocolVersion::tls1_2, {gcm}};
        const model::Answer answer = answer_to(std::move(question), outcome);
        server.learn(answer);
        reachability.learn(answer, server);
    }
    int until_given_up(const model::Outcome& outcome)
    {
        int answers = 0;
        while (!reachability.given_up() && answers < 100) {
            learn(outcome);
            ++answers;
        }
        return answers;
    }
};

const model::Outcome good = alert(tls::AlertDescription::handshake_failure);

TEST_CASE("whoever cannot be reached is tried once, or twice if it might pass", "[reachability]")
{
    CHECK(Reached().until_given_up(broken(Stage::connect, Reason::refused)) == 1);
    CHECK(Reached().until_given_up(broken(Stage::connect, Reason::timed_out)) == 1);
    CHECK(Reached().until_given_up(broken(Stage::greeting, Reason::timed_out)) == 2);
    CHECK(Reached().until_given_up(broken(Stage::connect, Reason::reset)) == 2);
    CHECK(Reached().until_given_up(broken(Stage::greeting, Reason::throttled)) == 2);
    CHECK(Reached().until_given_up(broken(Stage::starttls, Reason::unavailable)) == 2);
    CHECK(Reached().until_given_up(broken(Stage::starttls, Reason::stripped)) == 1);
    CHECK(Reached().until_given_up(broken(Stage::starttls, Reason::not_offered)) == 3);
}

TEST_CASE("whoever answered once and fails twelve times in a row is let alone, then longer, and has then banned us",
          "[reachability]")
{
    Reached of;
    of.learn(good);
    for (int i = 0; i < 12; ++i) {
        CHECK(of.reachability.rest() == Rest::none);
        of.learn(broken(Stage::greeting, Reason::reset));
    }
    CHECK(of.reachability.rest() == Rest::after_ten_seconds);
    of.learn(broken(Stage::greeting, Reason::reset));
    CHECK(of.reachability.rest() == Rest::after_a_minute);
    CHECK_FALSE(of.reachability.given_up());
    of.learn(broken(Stage::greeting, Reason::reset));
    CHECK(of.reachability.given_up());
    CHECK(of.reachability.banned());
    CHECK(of.reachability.answered() == 1);
}

TEST_CASE("after a rest only the question that was asked alone tells", "[reachability]")
{
    Reached of;
    of.learn(good);
    for (int i = 0; i < 12; ++i) {
        of.learn(broken(Stage::greeting, Reason::reset));
    }
    for (int i = 0; i < 20; ++i) {
        of.learn(broken(Stage::greeting, Reason::reset), false);
    }
    CHECK(of.reachability.rest() == Rest::after_ten_seconds);
    of.learn(good);
    CHECK(of.reachability.rest() == Rest::none);
}

TEST_CASE("whoever answers once after each rest is not let alone for ever", "[reachability]")
{
    Reached of;
    int answers = 0;
    for (; !of.reachability.given_up() && answers < 100; ++answers) {
        of.learn(good);
        while (of.reachability.rest() != Rest::after_a_minute && !of.reachability.given_up()) {
            of.learn(broken(Stage::connect, Reason::refused));
        }
    }
    CHECK(answers == 5);
}

TEST_CASE("whoever makes us wait for a timeout each time has been waited for", "[reachability]")
{
    Reached of;
    of.learn(good);
    CHECK(of.until_given_up(broken(Stage::connect, Reason::timed_out)) == 12);
    CHECK(of.reachability.banned());
}

TEST_CASE("whoever no longer offers STARTTLS is given up, and has banned nobody", "[reachability]")
{
    Reached of;
    of.learn(good);
    CHECK(of.until_given_up(broken(Stage::starttls, Reason::not_offered)) == 12);
    CHECK_FALSE(of.reachability.banned());
}

TEST_CASE("whoever refuses by a reply has banned nobody either", "[reachability]")
{
    Reached of;
    of.learn(good);
    CHECK(of.until_given_up(broken(Stage::greeting, Reason::rejected)) == 12);
    CHECK_FALSE(of.reachability.banned());
}

TEST_CASE("what was given up is taken up again when the server answers somebody", "[reachability]")
{
    Reached of;
    of.learn(good);
    of.until_given_up(broken(Stage::connect, Reason::timed_out));
    model::Question question;
    question.asked = model::HelloQuestion{tls::ProtocolVersion::tls1_2, {gcm}};
    of.reachability.learn_of_others(answer_to(question, broken(Stage::connect, Reason::timed_out)));
    CHECK(of.reachability.given_up());
    of.reachability.learn_of_others(answer_to(question, good));
    CHECK_FALSE(of.reachability.given_up());
    CHECK_FALSE(of.reachability.banned());
}

TEST_CASE("what was turned away and then served again is counted, also in front of a loss that stays one",
          "[reachability]")
{
    Reached of;
    of.learn(broken(Stage::greeting, Reason::throttled));
    of.learn(good);
    of.learn(broken(Stage::greeting, Reason::throttled));
    of.learn(broken(Stage::starttls, Reason::unavailable));
    of.learn(broken(Stage::greeting, Reason::reset));
    of.learn(broken(Stage::starttls, Reason::not_offered));
    CHECK(of.reachability.turned_away() == 0);
    of.learn(good);
    CHECK(of.reachability.turned_away() == 3);
    of.learn(broken(Stage::greeting, Reason::reset));
    CHECK(of.reachability.turned_away() == 3);
}

TEST_CASE("whoever asks for time is given up the twenty-fourth time, and has banned nobody", "[reachability]")
{
    Reached of;
    of.learn(good);
    CHECK(of.until_given_up(broken(Stage::greeting, Reason::throttled)) == 24);
    CHECK_FALSE(of.reachability.banned());
}

TEST_CASE("whoever spoke TLS and hangs up thirty times in a row is given up, and has banned nobody by that alone",
          "[reachability]")
{
    Reached of;
    of.learn(good);
    CHECK(of.until_given_up(broken(Stage::hello, Reason::closed)) == 30);
    CHECK_FALSE(of.reachability.banned());
}

TEST_CASE("whoever never spoke TLS is given up after sixteen connections, and has banned nobody", "[reachability]")
{
    Reached of;
    CHECK(of.until_given_up(broken(Stage::hello, Reason::closed)) == 16);
    CHECK_FALSE(of.reachability.banned());
}

TEST_CASE("a connection that got as far as TLS begins the count anew", "[reachability]")
{
    Reached of;
    of.learn(good);
    for (int i = 0; i < 11; ++i) {
        of.learn(broken(Stage::connect, Reason::timed_out));
    }
    of.learn(good);
    CHECK(of.until_given_up(broken(Stage::connect, Reason::timed_out)) == 12);
}

TEST_CASE("an answer between hang-ups begins their count anew", "[reachability]")
{
    Reached of;
    of.learn(good);
    for (int i = 0; i < 29; ++i) {
        of.learn(broken(Stage::hello, Reason::closed));
    }
    of.learn(good);
    CHECK(of.until_given_up(broken(Stage::hello, Reason::closed)) == 30);
    CHECK(of.reachability.answered() == 2);
}

TEST_CASE("connections that we ended ourselves are no hang-ups", "[reachability]")
{
    Reached of;
    of.learn(good);
    CHECK(of.until_given_up(broken(Stage::hello, Reason::cancelled)) == 100);
}

}  // namespace
}  // namespace smtptls::probes

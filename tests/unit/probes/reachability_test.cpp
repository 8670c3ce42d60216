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

    void learn(const model::Outcome& outcome)
    {
        model::Question question;
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
    CHECK(Reached().until_given_up(broken(Stage::starttls, Reason::not_offered)) == 1);
}

TEST_CASE("whoever answered once is given up after twelve lost connections in a row, and has banned us",
          "[reachability]")
{
    Reached of;
    of.learn(good);
    CHECK(of.until_given_up(broken(Stage::connect, Reason::timed_out)) == 12);
    CHECK(of.reachability.banned());
    CHECK(of.reachability.answered() == 1);
}

TEST_CASE("whoever asks for time is given up the twenty-fourth time, and has banned nobody", "[reachability]")
{
    Reached of;
    of.learn(good);
    CHECK(of.until_given_up(broken(Stage::greeting, Reason::throttled)) == 24);
    CHECK_FALSE(of.reachability.banned());
}

TEST_CASE("whoever spoke TLS and hangs up thirty times in a row has banned us", "[reachability]")
{
    Reached of;
    of.learn(good);
    CHECK(of.until_given_up(broken(Stage::hello, Reason::closed)) == 30);
    CHECK(of.reachability.banned());
}

TEST_CASE("whoever never spoke TLS may hang up as it likes", "[reachability]")
{
    Reached of;
    CHECK(of.until_given_up(broken(Stage::hello, Reason::closed)) == 100);
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

// What answers show of a server, whoever asked.
#include "probes/server_profile.hpp"

#include "catch.hpp"
#include "unit/probes/answers.hpp"

namespace smtptls::probes {
namespace {

using base::Reason;
using base::Stage;
using tls::AlertDescription;
using tls::ProtocolVersion;

model::Answer answer_in(ProtocolVersion version, model::Outcome outcome)
{
    model::Question question;
    question.asked = model::HelloQuestion{version, {gcm}};
    return answer_to(std::move(question), std::move(outcome));
}

ServerProfile after_answers(const std::vector<model::Outcome>& outcomes)
{
    ServerProfile server;
    for (const model::Outcome& outcome : outcomes) {
        server.learn(answer_in(ProtocolVersion::tls1_2, outcome));
    }
    return server;
}

TEST_CASE("a failure before TLS is no contact, and one behind the hello is", "[profile]")
{
    CHECK_FALSE(after_answers({broken(Stage::greeting, Reason::closed)}).contact);
    CHECK(after_answers({broken(Stage::hello, Reason::closed)}).contact);
    CHECK(after_answers({broken(Stage::hello, Reason::closed), broken(Stage::connect, Reason::refused)}).contact);
}

TEST_CASE("a ServerHello or an alert shows that TLS is spoken, a close does not", "[profile]")
{
    CHECK(after_answers({completed(ProtocolVersion::tls1_2, gcm)}).spoke_tls);
    CHECK(after_answers({alert(AlertDescription::handshake_failure)}).spoke_tls);
    CHECK_FALSE(after_answers({broken(Stage::hello, Reason::closed)}).spoke_tls);
}

TEST_CASE("a server is alive if the last connection was answered", "[profile]")
{
    const model::Outcome no = alert(AlertDescription::handshake_failure);
    const model::Outcome close = broken(Stage::hello, Reason::closed);
    CHECK(after_answers({no}).alive);
    CHECK_FALSE(after_answers({no, close}).alive);
    CHECK(after_answers({close, no}).alive);
}

TEST_CASE("a connection that we ended ourselves kills nobody", "[profile]")
{
    CHECK(after_answers({broken(Stage::hello, Reason::cancelled)}).alive);
}

TEST_CASE("alerts that refuse are noted, others and closes are not", "[profile]")
{
    CHECK(after_answers({alert(AlertDescription::handshake_failure)}).by_alert);
    CHECK(after_answers({alert(AlertDescription::protocol_version)}).by_alert);
    CHECK_FALSE(after_answers({alert(AlertDescription::internal_error)}).by_alert);
    CHECK_FALSE(after_answers({alert(AlertDescription::unrecognized_name)}).by_alert);
    CHECK_FALSE(after_answers({broken(Stage::hello, Reason::closed)}).by_alert);
}

TEST_CASE("an alert to a hello of SSL 2 is not how a server of TLS refuses", "[profile]")
{
    ServerProfile server;
    server.learn(answer_in(ProtocolVersion::ssl2, alert(AlertDescription::handshake_failure)));
    CHECK_FALSE(server.by_alert);
}

TEST_CASE("three closes are enough, or six where connections break off now and then", "[profile]")
{
    ServerProfile server;
    CHECK(server.enough_closes() == 3);
    server.log.shaky = true;
    CHECK(server.enough_closes() == 6);
}

TEST_CASE("a refusal between trouble and the good answers around it is doubtful", "[profile]")
{
    TroubleLog log;
    log.note_refusal();  // 1
    log.note_good();     // 2
    log.note_refusal();  // 3
    log.note_trouble();  // 4
    log.note_refusal();  // 5
    CHECK(log.now() == 5);
    CHECK(log.doubtful(5));
    log.note_good();     // 6
    log.note_refusal();  // 7
    for (const int answer : {1, 7}) {
        CHECK_FALSE(log.doubtful(answer));
    }
    for (const int answer : {3, 5}) {
        CHECK(log.doubtful(answer));
    }
}

TEST_CASE("on a server that never gave a good answer no refusal is doubtful", "[profile]")
{
    TroubleLog log;
    log.note_trouble();
    log.note_refusal();
    CHECK_FALSE(log.doubtful(2));
}

TEST_CASE("what an accepted suite shows is its credentials, its keys and its cipher", "[profile]")
{
    Served served;
    CHECK_FALSE(served.any());
    served.add(tls::CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256);
    CHECK(served.any());
    CHECK(served.knows_keys(info_of(tls::CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA)));
    CHECK_FALSE(served.knows_keys(info_of(gcm)));
    CHECK(served.knows_bulk(info_of(gcm)));
    CHECK_FALSE(served.knows_bulk(info_of(cbc)));
    CHECK(served.credentials == std::set{credential_of(gcm)});
}

}  // namespace
}  // namespace smtptls::probes

// What an answer means for a version plan: only an alert refuses, only a whole flight accepts.
#include "probes/reply.hpp"
#include "catch.hpp"
#include "unit/probes/answers.hpp"

namespace smtptls::probes {
namespace {

using base::Reason;
using base::Stage;
using Kind = Reply::Kind;
using tls::AlertDescription;
using tls::ProtocolVersion;

struct Row {
    std::string name;
    model::Outcome outcome;
    Kind kind;
};

model::Outcome chosen_then(Reason reason, bool whole)
{
    return model::Broken{{Stage::handshake, reason, {}}, model::ServerChoice{ProtocolVersion::tls1_2, gcm, whole}};
}

TEST_CASE("an answer means no more than it says", "[probes]")
{
    const model::ServerChoice choice{ProtocolVersion::tls1_2, gcm, true};
    const auto row = GENERATE_COPY(values<Row>({
        {"completed", completed(ProtocolVersion::tls1_2, gcm), Kind::chosen},
        {"handshake_failure", alert(AlertDescription::handshake_failure), Kind::refused},
        {"insufficient_security", alert(AlertDescription::insufficient_security), Kind::refused},
        {"illegal_parameter", alert(AlertDescription::illegal_parameter), Kind::refused},
        {"protocol_version", alert(AlertDescription::protocol_version), Kind::absent},
        {"internal_error is perhaps a refusal", alert(AlertDescription::internal_error), Kind::failed},
        {"close_notify is a close", alert(AlertDescription::close_notify), Kind::closed},
        {"unrecognized_name is no refusal", alert(AlertDescription::unrecognized_name), Kind::objected},
        {"a version not below the one asked for", model::OtherVersion{choice}, Kind::broken},
        {"chosen, then an alert",
         model::AlertReceived{tls::AlertLevel::fatal, AlertDescription::handshake_failure, choice}, Kind::chosen_lost},
        {"chosen, then our library gave up", chosen_then(Reason::local_error, true), Kind::chosen},
        {"chosen, then too large for us", chosen_then(Reason::left_out, false), Kind::chosen},
        {"not begun", broken(Stage::handshake, Reason::left_out), Kind::left_out},
        {"chosen, then our library gave up early", chosen_then(Reason::local_error, false), Kind::chosen_lost},
        {"chosen, then closed", chosen_then(Reason::closed, true), Kind::chosen_broken},
        {"chosen, then silence", chosen_then(Reason::timed_out, true), Kind::chosen_broken},
        {"chosen, then garbage", chosen_then(Reason::protocol_error, true), Kind::chosen_lost},
        {"silence", broken(Stage::handshake, Reason::timed_out), Kind::silent},
        {"a close behind the hello", broken(Stage::hello, Reason::closed), Kind::closed},
        {"a close before TLS", broken(Stage::greeting, Reason::closed), Kind::unreached},
        {"no STARTTLS", broken(Stage::starttls, Reason::not_offered), Kind::unreached},
        {"a greeting of 554", broken(Stage::greeting, Reason::rejected), Kind::broken},
        {"a reset behind the hello", broken(Stage::handshake, Reason::reset), Kind::closed},
        {"a refused connect", broken(Stage::connect, Reason::refused), Kind::unreached},
        {"421", broken(Stage::greeting, Reason::throttled), Kind::throttled},
        {"454", broken(Stage::starttls, Reason::unavailable), Kind::throttled},
    }));
    INFO(row.name);
    model::Question question;
    question.id = 9;
    const Reply reply = reply_of(answer_to(std::move(question), row.outcome), ProtocolVersion::tls1_2);
    CHECK(reply.kind == row.kind);
    CHECK(reply.evidence == 9);
    CHECK_FALSE(reply.words.empty());
    if (row.name.starts_with("chosen") || row.name == "completed") {
        CHECK(reply.item == gcm);
    }
}

model::Outcome refused_certificate(AlertDescription description, bool requested, bool whole = true)
{
    return model::AlertReceived{tls::AlertLevel::fatal, description,
                                model::ServerChoice{ProtocolVersion::tls1_2, gcm, whole, requested}};
}

TEST_CASE("who refuses for want of a client certificate has accepted the suite", "[probes]")
{
    struct CertificateRow {
        std::string name;
        model::Outcome outcome;
        Kind kind;
        model::ClientCertificate wanted;
    };
    using enum model::ClientCertificate;
    const auto row = GENERATE_COPY(values<CertificateRow>({
        {"OpenSSL", refused_certificate(AlertDescription::handshake_failure, true), Kind::chosen, required},
        {"JSSE", refused_certificate(AlertDescription::bad_certificate, true), Kind::chosen, required},
        {"none was asked for", refused_certificate(AlertDescription::handshake_failure, false), Kind::chosen_lost,
         unasked},
        {"amid the flight", refused_certificate(AlertDescription::handshake_failure, true, false), Kind::chosen_lost,
         requested},
        {"another alert", refused_certificate(AlertDescription::internal_error, true), Kind::chosen_lost, requested},
    }));
    CAPTURE(row.name);
    const Reply reply = reply_of(answer_to({}, row.outcome), ProtocolVersion::tls1_2);
    CHECK(reply.kind == row.kind);
    CHECK(reply.grade == model::Grade::server_flight);
    CHECK(model::client_certificate(row.outcome) == row.wanted);
}

TEST_CASE("TLS 1.3 that refuses our empty Certificate behind our Finished is not completed", "[probes]")
{
    model::Completed done = completed(ProtocolVersion::tls1_3, tls::CipherSuite::TLS_AES_128_GCM_SHA256);
    done.refused = tls::Alert{tls::AlertLevel::fatal, AlertDescription::certificate_required};
    CHECK(reply_of(answer_to({}, done), ProtocolVersion::tls1_3).grade == model::Grade::handshake);
    done.choice.certificate_requested = true;
    const Reply reply = reply_of(answer_to({}, done), ProtocolVersion::tls1_3);
    CHECK(reply.kind == Kind::chosen);
    CHECK(reply.grade == model::Grade::server_flight);
    CHECK(reply.words ==
          "TLS 1.3 TLS_AES_128_GCM_SHA256, then alert certificate_required for want of a client "
          "certificate");
}

TEST_CASE("a whole flight that our library cannot follow has its own grade", "[probes]")
{
    const Reply flight = reply_of(answer_to({}, chosen_then(Reason::local_error, true)), ProtocolVersion::tls1_2);
    CHECK(flight.grade == model::Grade::server_flight);
}

}  // namespace
}  // namespace smtptls::probes

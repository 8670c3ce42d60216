// The probe of the leaf certificates: one set of facts for each certificate, on the first evidence.
#include "catch.hpp"
#include "unit/probes/answers.hpp"

#include <algorithm>

namespace smtptls::probes {

std::unique_ptr<Probe> make_certificate(const Knowledge& known, ServerProfile& server);

namespace {

using base::UntrustedText;

model::Answer shown(model::QuestionId id, const std::string& sha256, std::string group)
{
    model::Completed done = completed(tls::ProtocolVersion::tls1_2, gcm);
    done.group = std::move(group);
    done.signature = "rsa_pss_rsae_sha256";
    done.certificate = model::Certificate{};
    done.certificate->sha256 = sha256;
    done.certificate->key_bits = 2048;
    done.certificate->self_signed = true;
    model::Question question;
    question.id = id;
    return answer_to(std::move(question), std::move(done));
}

TEST_CASE("each certificate is described once, with the first handshake that showed it", "[probes]")
{
    Asking probe(make_certificate);
    CHECK(probe.needs() == Requirement::rest);
    CHECK(probe.ask(4).empty());
    probe.learn(shown(1, "aa", "x25519"));
    probe.learn(shown(2, "aa", "x25519"));
    probe.learn(shown(3, "bb", "ffdhe2048"));
    const auto all = probe.conclude().observations;
    CHECK(std::ranges::count(all, model::Fact::certificate_sha256, &model::Observation::id) == 2);
    REQUIRE(find(all, model::Fact::certificate_sha256, "aa"));
    CHECK(find(all, model::Fact::certificate_sha256, "aa")->evidence == std::vector<model::QuestionId>{1});
    REQUIRE(find(all, model::Fact::certificate_sha256, "bb"));
    CHECK(find(all, model::Fact::certificate_sha256, "bb")->evidence == std::vector<model::QuestionId>{3});
    CHECK(find(all, model::Fact::certificate_key_bits, "aa")->value == model::Value(std::int64_t{2048}));
    CHECK(find(all, model::Fact::certificate_self_signed, "aa")->value == model::Value(true));
}

TEST_CASE("what is not known of a certificate is not said", "[probes]")
{
    Asking probe(make_certificate);
    model::Answer answer = shown(1, "aa", "");
    auto& done = std::get<model::Completed>(answer.outcome);
    done.certificate->key_bits = 0;
    done.certificate->self_signed = std::nullopt;
    probe.learn(answer);
    const auto all = probe.conclude().observations;
    CHECK(find(all, model::Fact::certificate_key_type, "aa"));
    CHECK_FALSE(find(all, model::Fact::certificate_key_bits, "aa"));
    CHECK_FALSE(find(all, model::Fact::certificate_self_signed, "aa"));
}

TEST_CASE("a client certificate is requested or required, by version", "[probes]")
{
    Asking probe(make_certificate);
    const auto learn = [&probe](model::QuestionId id, tls::ProtocolVersion version, bool refused) {
        const model::ServerChoice choice{version, gcm, true, true};
        model::Question question;
        question.id = id;
        model::FlightSeen seen;
        seen.choice = choice;
        const model::Outcome no =
            model::AlertReceived{tls::AlertLevel::fatal, tls::AlertDescription::handshake_failure, choice};
        probe.learn(answer_to(std::move(question), refused ? no : model::Outcome(seen)));
    };
    learn(1, tls::ProtocolVersion::tls1_2, false);
    learn(2, tls::ProtocolVersion::tls1_2, true);
    learn(3, tls::ProtocolVersion::tls1_2, false);
    learn(4, tls::ProtocolVersion::tls1_0, false);
    const auto all = probe.conclude().observations;
    REQUIRE(find(all, model::Fact::client_certificate, "TLS 1.2"));
    CHECK(find(all, model::Fact::client_certificate, "TLS 1.2")->value == model::Value(UntrustedText("required")));
    CHECK(find(all, model::Fact::client_certificate, "TLS 1.2")->evidence == std::vector<model::QuestionId>{2});
    REQUIRE(find(all, model::Fact::client_certificate, "TLS 1.0"));
    CHECK(find(all, model::Fact::client_certificate, "TLS 1.0")->value == model::Value(UntrustedText("requested")));
    CHECK_FALSE(find(all, model::Fact::client_certificate, "TLS 1.3"));
}

TEST_CASE("which certificate was seen first changes nothing that is said of them", "[probes]")
{
    Asking one(make_certificate);
    one.learn(shown(1, "aa", ""));
    one.learn(shown(2, "bb", ""));
    Asking other(make_certificate);
    other.learn(shown(2, "bb", ""));
    other.learn(shown(1, "aa", ""));
    CHECK(one.conclude().observations == other.conclude().observations);
}

TEST_CASE("groups and signatures are listed once each", "[probes]")
{
    Asking probe(make_certificate);
    probe.learn(shown(1, "aa", "x25519"));
    probe.learn(shown(2, "aa", "ffdhe2048"));
    probe.learn(shown(3, "aa", "x25519"));
    const auto all = probe.conclude().observations;
    const auto groups = std::get<std::vector<UntrustedText>>(find(all, model::Fact::key_exchange_groups_seen)->value);
    CHECK(groups == std::vector{UntrustedText("ffdhe2048"), UntrustedText("x25519")});
    CHECK(std::get<std::vector<UntrustedText>>(find(all, model::Fact::key_exchange_signatures_seen)->value).size() ==
          1);
}

TEST_CASE("an anonymous or a broken handshake shows no certificate", "[probes]")
{
    Asking probe(make_certificate);
    probe.learn(answer_to({}, completed(tls::ProtocolVersion::tls1_2, gcm)));
    probe.learn(answer_to({}, broken(base::Stage::handshake, base::Reason::reset)));
    CHECK(probe.conclude().observations.empty());
}

}  // namespace
}  // namespace smtptls::probes

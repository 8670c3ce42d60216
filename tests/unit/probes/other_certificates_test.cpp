// Which certificates are asked for besides those that were seen: a server made of answers.
#include "probes/other_certificates.hpp"
#include "catch.hpp"
#include "unit/probes/answers.hpp"

#include <algorithm>

namespace smtptls::probes {
namespace {

using model::NameSent;
using tls::ProtocolVersion;
using tls::SignatureScheme;

constexpr auto aes13 = tls::CipherSuite::TLS_AES_128_GCM_SHA256;
constexpr auto ecdhe_rsa = tls::CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;

Knowledge named()
{
    Knowledge known = knowledge();
    known.named = true;
    known.schemes = {SignatureScheme::rsa_pkcs1_sha256, SignatureScheme::ecdsa_secp256r1_sha256,
                     SignatureScheme::ecdsa_secp384r1_sha384, SignatureScheme::rsa_pss_rsae_sha256,
                     SignatureScheme::ed25519};
    return known;
}

model::Certificate certificate(const std::string& sha256, const std::string& key_type)
{
    model::Certificate leaf;
    leaf.sha256 = sha256;
    leaf.key_type = key_type;
    return leaf;
}

// A plan, the profile that it looks at, and the numbers of its questions.
struct Plan {
    explicit Plan(const Knowledge& known = named()) : others(known, server) {}

    void show(model::Question question, ProtocolVersion version, tls::CipherSuite suite, const std::string& sha256,
              const std::string& key_type)
    {
        model::Completed done = completed(version, suite);
        done.certificate = certificate(sha256, key_type);
        const model::Answer answer = answer_to(std::move(question), done);
        others.learn(answer);
        others.see(*done.certificate, answer);
    }

    void refuse(model::Question question)
    {
        others.learn(answer_to(std::move(question), alert(tls::AlertDescription::handshake_failure)));
    }

    ServerProfile server;
    OtherCertificates others;
    model::Numbering ids;
};

bool is_for_kinds(const model::Question& question)
{
    return !asked(question).schemes.empty();
}

TEST_CASE("a server with an RSA certificate is asked for other kinds, without a name, and with another", "[probes]")
{
    Plan plan;
    plan.show({}, ProtocolVersion::tls1_3, aes13, "aa", "RSA");
    const auto questions = plan.others.ask(8, plan.ids);
    REQUIRE(questions.size() == 3);
    CHECK(asked(questions[0]).schemes == std::vector{SignatureScheme::ecdsa_secp256r1_sha256,
                                                     SignatureScheme::ecdsa_secp384r1_sha384,
                                                     SignatureScheme::ed25519});
    CHECK(asked(questions[0]).suites == Suites{aes13});
    CHECK(asked(questions[1]).name == NameSent::none);
    CHECK(asked(questions[2]).name == NameSent::other);
}

TEST_CASE("what is refused is not asked again, and leaves nothing open", "[probes]")
{
    Plan plan;
    plan.show({}, ProtocolVersion::tls1_3, aes13, "aa", "RSA");
    for (const model::Question& question : plan.others.ask(8, plan.ids)) {
        plan.refuse(question);
    }
    CHECK(plan.others.ask(8, plan.ids).empty());
    const auto all = plan.others.conclude();
    CHECK_FALSE(find(all, model::Fact::certificate_not_known));
    REQUIRE(find(all, model::Fact::extensions_answers_any_sni));
    CHECK(find(all, model::Fact::extensions_answers_any_sni)->value == model::Value(false));
}

TEST_CASE("each other certificate that is shown is asked without, until none comes", "[probes]")
{
    Plan plan;
    plan.show({}, ProtocolVersion::tls1_3, aes13, "aa", "RSA");
    auto questions = plan.others.ask(1, plan.ids);
    REQUIRE((questions.size() == 1 && is_for_kinds(questions[0])));
    plan.show(questions[0], ProtocolVersion::tls1_3, aes13, "bb", "EC secp256r1");
    questions = plan.others.ask(1, plan.ids);
    REQUIRE((questions.size() == 1 && is_for_kinds(questions[0])));
    CHECK(asked(questions[0]).schemes ==
          std::vector{SignatureScheme::ecdsa_secp384r1_sha384, SignatureScheme::ed25519});
}

TEST_CASE("a server that shows the same certificate whatever is offered is not asked for others again", "[probes]")
{
    Plan plan;
    plan.show({}, ProtocolVersion::tls1_3, aes13, "aa", "RSA");
    const auto questions = plan.others.ask(1, plan.ids);
    REQUIRE((questions.size() == 1 && is_for_kinds(questions[0])));
    plan.show(questions[0], ProtocolVersion::tls1_3, aes13, "aa", "RSA");
    for (const model::Question& question : plan.others.ask(8, plan.ids)) {
        CHECK_FALSE(is_for_kinds(question));
    }
}

TEST_CASE("in TLS 1.2 only such kinds are asked for as an accepted suite can show", "[probes]")
{
    Plan plan;
    plan.show({}, ProtocolVersion::tls1_2, ecdhe_rsa, "aa", "RSA");
    const auto questions = plan.others.ask(8, plan.ids);
    CHECK(std::ranges::none_of(questions, is_for_kinds));
}

TEST_CASE("what breaks off again and again is not known", "[probes]")
{
    Plan plan;
    plan.server.by_alert = true;
    plan.show({}, ProtocolVersion::tls1_3, aes13, "aa", "RSA");
    for (auto questions = plan.others.ask(8, plan.ids); !questions.empty(); questions = plan.others.ask(8, plan.ids)) {
        for (const model::Question& question : questions) {
            plan.others.learn(answer_to(question, broken(base::Stage::handshake, base::Reason::reset)));
        }
    }
    const auto all = plan.others.conclude();
    REQUIRE(find(all, model::Fact::certificate_not_known));
    CHECK(std::get<std::vector<base::UntrustedText>>(find(all, model::Fact::certificate_not_known)->value).size() == 3);
    CHECK_FALSE(find(all, model::Fact::extensions_answers_any_sni));
}

TEST_CASE("a server that cannot be reached any more is left alone soon", "[probes]")
{
    Plan plan;
    plan.show({}, ProtocolVersion::tls1_3, aes13, "aa", "RSA");
    std::size_t asked_in_all = 0;
    for (auto questions = plan.others.ask(1, plan.ids); !questions.empty(); questions = plan.others.ask(1, plan.ids)) {
        ++asked_in_all;
        plan.others.learn(answer_to(questions[0], broken(base::Stage::connect, base::Reason::refused)));
    }
    CHECK(asked_in_all == 3);
}

TEST_CASE("a server without alerts refuses by hanging up twice", "[probes]")
{
    Plan plan;
    plan.show({}, ProtocolVersion::tls1_3, aes13, "aa", "RSA");
    for (int i = 0; i < 2; ++i) {
        for (const model::Question& question : plan.others.ask(8, plan.ids)) {
            plan.others.learn(answer_to(question, broken(base::Stage::handshake, base::Reason::closed)));
        }
    }
    CHECK(plan.others.ask(8, plan.ids).empty());
    CHECK_FALSE(find(plan.others.conclude(), model::Fact::certificate_not_known));
}

TEST_CASE("who was sent no name is not asked without one", "[probes]")
{
    Knowledge known = named();
    known.named = false;
    Plan plan(known);
    plan.show({}, ProtocolVersion::tls1_3, aes13, "aa", "RSA");
    const auto questions = plan.others.ask(8, plan.ids);
    CHECK(std::ranges::none_of(questions, [](const auto& one) { return asked(one).name == NameSent::none; }));
    CHECK(questions.size() == 2);
}

TEST_CASE("a scan that is limited, or completes no handshakes, asks for no other certificates", "[probes]")
{
    Knowledge known = named();
    if (GENERATE(false, true)) {
        known.focus.emplace();
    } else {
        known.confirm = Confirm::none;
    }
    Plan plan(known);
    plan.show({}, ProtocolVersion::tls1_3, aes13, "aa", "RSA");
    CHECK(plan.others.ask(8, plan.ids).empty());
    CHECK(plan.others.conclude().empty());
}

TEST_CASE("a key signs with the schemes of its curve in TLS 1.3, and with all of its kind in TLS 1.2", "[probes]")
{
    CHECK(schemes_of("EC secp384r1", ProtocolVersion::tls1_3) == std::vector{SignatureScheme::ecdsa_secp384r1_sha384});
    CHECK(schemes_of("EC secp384r1", ProtocolVersion::tls1_2).size() > 4);
    CHECK(schemes_of("ML-DSA-65", ProtocolVersion::tls1_3) == std::vector{SignatureScheme::mldsa65});
    CHECK(schemes_of("GOST R 34.10-2012", ProtocolVersion::tls1_3).empty());
}

}  // namespace
}  // namespace smtptls::probes

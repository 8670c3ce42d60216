// The probe of the SMTP dialogue: what it notes of an answer, and on what evidence.
#include "catch.hpp"
#include "unit/probes/answers.hpp"

namespace smtptls::probes {

std::unique_ptr<Probe> make_dialogue(const Knowledge& known, ServerProfile& server);

namespace {

using base::UntrustedText;

model::Answer heard(model::QuestionId id, std::string greeting)
{
    model::Answer answer;
    answer.question.id = id;
    answer.before_tls.greeting = smtp::Reply{220, {std::move(greeting)}};
    answer.before_tls.ehlo = smtp::Reply{250, {"mail", "STARTTLS"}};
    answer.inside_tls.ehlo = smtp::Reply{250, {"mail", "AUTH PLAIN"}};
    return answer;
}

TEST_CASE("the dialogue's facts are noted with the first answer that shows them", "[probes]")
{
    Asking probe(make_dialogue);
    CHECK(probe.needs() == Requirement::contact);
    CHECK(probe.ask(4).empty());
    probe.learn(heard(7, "mail ESMTP"));
    probe.learn(heard(8, "mail ESMTP"));
    const auto all = probe.conclude().observations;
    CHECK(all.size() == 3);
    REQUIRE(find(all, model::Fact::smtp_greeting));
    CHECK(std::get<UntrustedText>(find(all, model::Fact::smtp_greeting)->value).escaped() == "220 mail ESMTP");
    CHECK(find(all, model::Fact::smtp_greeting)->evidence == std::vector<model::QuestionId>{7});
    CHECK(find(all, model::Fact::smtp_keywords_before_tls)->value ==
          model::Value(std::vector{UntrustedText("STARTTLS")}));
    CHECK(find(all, model::Fact::smtp_keywords_inside_tls)->value == model::Value(std::vector{UntrustedText("AUTH")}));
}

TEST_CASE("the greeting of an implicit port is the one inside TLS", "[probes]")
{
    model::Answer answer;
    answer.inside_tls.greeting = smtp::Reply{220, {"inside"}};
    Asking probe(make_dialogue);
    probe.learn(answer);
    CHECK(find(probe.conclude().observations, model::Fact::smtp_greeting));
}

model::Answer offering(model::QuestionId id, bool starttls)
{
    model::Answer answer;
    answer.question.id = id;
    answer.before_tls.ehlo = smtp::Reply{
        250, starttls ? std::vector<std::string>{"mail", "STARTTLS"} : std::vector<std::string>{"mail", "SIZE"}};
    return answer;
}

TEST_CASE("how many EHLO replies lacked STARTTLS is told where some had it", "[probes]")
{
    Asking probe(make_dialogue);
    for (const model::QuestionId id : {3U, 1U, 2U, 4U, 5U}) {
        probe.learn(offering(id, id % 3 != 0));
    }
    const auto all = probe.conclude().observations;
    REQUIRE(find(all, model::Fact::smtp_starttls_missing));
    CHECK(find(all, model::Fact::smtp_starttls_missing)->value == model::Value(std::int64_t{1}));
    CHECK(find(all, model::Fact::smtp_starttls_missing)->evidence == std::vector<model::QuestionId>{3});
    CHECK(find(all, model::Fact::smtp_starttls_offered)->value == model::Value(std::int64_t{4}));
    CHECK_FALSE(find(all, model::Fact::smtp_starttls_withdrawn));
}

TEST_CASE("STARTTLS that the last connections were not offered was withdrawn, in whatever order they ended", "[probes]")
{
    Asking probe(make_dialogue);
    for (model::QuestionId id = 12; id > 0; --id) {
        probe.learn(offering(id, id <= 4));
    }
    const auto all = probe.conclude().observations;
    REQUIRE(find(all, model::Fact::smtp_starttls_withdrawn));
    CHECK(find(all, model::Fact::smtp_starttls_withdrawn)->value == model::Value(std::int64_t{8}));
}

TEST_CASE("STARTTLS that is always there, or never, is no matter of counts", "[probes]")
{
    for (const bool there : {true, false}) {
        Asking probe(make_dialogue);
        for (model::QuestionId id = 1; id < 20; ++id) {
            probe.learn(offering(id, there));
        }
        CHECK_FALSE(find(probe.conclude().observations, model::Fact::smtp_starttls_missing));
    }
}

// A completed handshake, and what came of the dialogue inside.
model::Answer inside(base::Reason reason, bool mute = false)
{
    model::Answer answer;
    answer.question.asked = model::HandshakeQuestion{tls::ProtocolVersion::tls1_2, {gcm}, true, mute};
    model::Completed done;
    done.after = base::Failure{base::Stage::inner_ehlo, reason, {}};
    answer.outcome = done;
    return answer;
}

TEST_CASE("silence inside TLS is told with its reason", "[probes]")
{
    Asking probe(make_dialogue);
    probe.learn(inside(base::Reason::timed_out));
    probe.learn(inside(base::Reason::closed));
    const auto all = probe.conclude().observations;
    REQUIRE(find(all, model::Fact::smtp_silent_inside_tls));
    CHECK(std::get<UntrustedText>(find(all, model::Fact::smtp_silent_inside_tls)->value).escaped() == "timed_out");
}

TEST_CASE("whoever spoke inside TLS once, or was not listened to, is not silent there", "[probes]")
{
    Asking heard_once(make_dialogue);
    heard_once.learn(inside(base::Reason::timed_out));
    heard_once.learn(heard(2, "mail ESMTP"));
    CHECK_FALSE(find(heard_once.conclude().observations, model::Fact::smtp_silent_inside_tls));
    Asking not_asked(make_dialogue);
    not_asked.learn(inside(base::Reason::closed, true));
    CHECK_FALSE(find(not_asked.conclude().observations, model::Fact::smtp_silent_inside_tls));
}

TEST_CASE("bytes in the clear behind the answer to STARTTLS are noted", "[probes]")
{
    model::Answer answer;
    answer.before_tls.plaintext_after_starttls = UntrustedText("250 \x1b");
    Asking probe(make_dialogue);
    probe.learn(answer);
    const auto all = probe.conclude().observations;
    REQUIRE(find(all, model::Fact::smtp_plaintext_after_starttls));
    CHECK(std::get<UntrustedText>(find(all, model::Fact::smtp_plaintext_after_starttls)->value).escaped() ==
          "250 \\x1b");
}

model::Answer put_off(model::QuestionId id, std::int64_t started_ms, base::Reason reason)
{
    model::Answer answer;
    answer.question.id = id;
    answer.started_ms = started_ms;
    answer.outcome = model::Broken{{base::Stage::greeting, reason, {}}, std::nullopt};
    return answer;
}

TEST_CASE("being asked to come back later is counted, with when it was first", "[probes]")
{
    Asking probe(make_dialogue);
    probe.learn(put_off(4, 1200, base::Reason::throttled));
    probe.learn(put_off(3, 1100, base::Reason::throttled));
    probe.learn(put_off(5, 900, base::Reason::reset));
    const auto all = probe.conclude().observations;
    REQUIRE(find(all, model::Fact::limits_throttled));
    CHECK(find(all, model::Fact::limits_throttled)->value == model::Value(std::int64_t{2}));
    CHECK(find(all, model::Fact::limits_throttled)->evidence == std::vector<model::QuestionId>{3, 4});
    CHECK(find(all, model::Fact::limits_throttled_after_ms)->value == model::Value(std::int64_t{1100}));
}

TEST_CASE("a server that never asks to come back later is not said to throttle", "[probes]")
{
    Asking probe(make_dialogue);
    probe.learn(put_off(5, 900, base::Reason::reset));
    CHECK_FALSE(find(probe.conclude().observations, model::Fact::limits_throttled));
}

TEST_CASE("what a middlebox wrote over is noted, and nothing else is taken for it", "[probes]")
{
    const auto row = GENERATE(values<std::pair<std::string, std::string>>({{"****************", "****"},
                                                                           {"mail ESMTP", "XXXXXXXA"},
                                                                           {"**** 02 *******0", "SIZE"},
                                                                           {"mail ** ESMTP", "X-EXPS"}}));
    model::Answer answer = heard(3, row.first);
    answer.before_tls.ehlo = smtp::Reply{250, {"mail", row.second}};
    std::vector<UntrustedText> expected;
    for (const std::string& text : {row.first, row.second}) {
        if (text.find_first_of("EIMS") == std::string::npos) {
            expected.emplace_back(text);
        }
    }
    Asking probe(make_dialogue);
    probe.learn(answer);
    const auto all = probe.conclude().observations;
    REQUIRE((find(all, model::Fact::smtp_overwritten) != nullptr) == !expected.empty());
    CHECK((expected.empty() || find(all, model::Fact::smtp_overwritten)->value == model::Value(expected)));
}

TEST_CASE("a refused EHLO shows no keywords, and silence shows nothing", "[probes]")
{
    model::Answer refused;
    refused.before_tls.ehlo = smtp::Reply{502, {"no", "STARTTLS"}};
    Asking probe(make_dialogue);
    probe.learn(refused);
    probe.learn(model::Answer{});
    CHECK(probe.conclude().observations.empty());
}

}  // namespace
}  // namespace smtptls::probes

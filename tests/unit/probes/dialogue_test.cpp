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
    REQUIRE(find(all, "smtp.greeting"));
    CHECK(std::get<UntrustedText>(find(all, "smtp.greeting")->value).escaped() == "220 mail ESMTP");
    CHECK(find(all, "smtp.greeting")->evidence == std::vector<model::QuestionId>{7});
    CHECK(find(all, "smtp.keywords_before_tls")->value == model::Value(std::vector{UntrustedText("STARTTLS")}));
    CHECK(find(all, "smtp.keywords_inside_tls")->value == model::Value(std::vector{UntrustedText("AUTH")}));
}

TEST_CASE("the greeting of an implicit port is the one inside TLS", "[probes]")
{
    model::Answer answer;
    answer.inside_tls.greeting = smtp::Reply{220, {"inside"}};
    Asking probe(make_dialogue);
    probe.learn(answer);
    CHECK(find(probe.conclude().observations, "smtp.greeting"));
}

TEST_CASE("bytes in the clear behind the answer to STARTTLS are noted", "[probes]")
{
    model::Answer answer;
    answer.before_tls.plaintext_after_starttls = UntrustedText("250 \x1b");
    Asking probe(make_dialogue);
    probe.learn(answer);
    const auto all = probe.conclude().observations;
    REQUIRE(find(all, "smtp.plaintext_after_starttls"));
    CHECK(std::get<UntrustedText>(find(all, "smtp.plaintext_after_starttls")->value).escaped() == "250 \\x1b");
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
    REQUIRE((find(all, "smtp.overwritten") != nullptr) == !expected.empty());
    CHECK((expected.empty() || find(all, "smtp.overwritten")->value == model::Value(expected)));
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

// Evidence written and read again: nothing is lost, and nothing that a scan would not have written is taken.
#include "interview/evidence_json.hpp"

#include "catch.hpp"

namespace smtptls::interview {
namespace {

using model::WireEvent;
using namespace model::evidence;

bool says(const std::string& sentence, const std::string& words)
{
    INFO(sentence);
    return sentence.find(words) != std::string::npos;
}

model::Endpoint endpoint()
{
    return {"mail.example.com", *model::IpAddress::parse("192.0.2.25"), 587, model::TlsMode::starttls, true, false};
}

Begun every_field_of_begun()
{
    Begun event;
    event.program_version = "0.1.0";
    event.library_version = "OpenSSL 3.0.19";
    event.started = "2026-11-21T20:48:54Z";
    event.options = {{"tls", "auto"}, {"confirm", "family"}};
    event.targets = {"mail.example.com", "evil\x1b[2J\\"};
    event.probes = {"suites", "dialogue"};
    event.ehlo_name = "scanner.example";
    event.confirm = "family";
    event.speakable[tls::ProtocolVersion::tls1_2] = {tls::CipherSuite{0xc02f}, tls::CipherSuite{0x009c}};
    return event;
}

Found found()
{
    const base::Failure failure{base::Stage::resolve, base::Reason::not_found, base::UntrustedText("no \x07such")};
    model::Endpoint other = endpoint();
    other.address = *model::IpAddress::parse("2001:db8::25");
    other.host = "xn--bcher-kva.example";
    other.unicode_host = "b\u00fccher.example";
    return {.target = 1, .failure = failure, .endpoints = {endpoint(), other}};
}

model::Trace trace()
{
    model::Trace all;
    all.source_port = 40000;
    all.before_tls.received(base::bytes_of("220 \"mail\"\t"));
    all.before_tls.received(base::bytes_of("ready\r\n"));
    all.before_tls.sent(base::bytes_of("STARTTLS\r\n"));
    all.tls.sent(base::Bytes{22, 3, 1, 0, 1, 0xff});
    all.tls.received(base::Bytes{0, 0x1b});
    all.tls.ended(WireEvent::Kind::broke, base::Reason::timed_out);
    all.inside_tls.ended(WireEvent::Kind::closed);
    all.inside_tls.left_out = 17;
    all.chain = {{0x30, 0x82}, {}};
    all.key_log = {"CLIENT_RANDOM 00 11"};
    return all;
}

Learnt learnt(model::Asked asked, model::Outcome outcome)
{
    Learnt event;
    event.endpoint = endpoint();
    event.answer.question = {7, "", {}, std::move(asked)};
    event.purpose = "gate TLS 1.2";
    event.answer.outcome = std::move(outcome);
    event.answer.source_address = "192.0.2.1";
    event.answer.started_ms = 12;
    event.answer.duration_ms = 34;
    event.answer.at = 1'790'000'000;
    event.answer.trace = trace();
    event.outcome = model::describe(event.answer.outcome);
    return event;
}

model::HandshakeQuestion handshake()
{
    return {tls::ProtocolVersion::tls1_2, {tls::CipherSuite{0xc02f}}, false};
}

// The event after a scan's beginning and its endpoints, written and read.
base::Expected<Event, std::string> again(const Event& event)
{
    EvidenceEncoder encoder;
    EvidenceReader reader;
    for (const Event& before : {Event(every_field_of_begun()), Event(found())}) {
        const std::string line = encoder.encode(before);
        REQUIRE(reader.decode(line.substr(0, line.size() - 1)));
    }
    const std::string line = encoder.encode(event);
    CHECK(line.find('\n') == line.size() - 1);
    return reader.decode(line.substr(0, line.size() - 1));
}

template <typename T>
T read_again(const T& event)
{
    const auto read = again(event);
    INFO((read ? "" : read.error()));
    REQUIRE(read);
    return std::get<T>(*read);
}

TEST_CASE("events without bytes are read as they were written", "[interview]")
{
    CHECK(read_again(every_field_of_begun()) == every_field_of_begun());
    CHECK(read_again(found()) == found());
    const Asked asked{endpoint(), 4, {1, 2, 3}};
    CHECK(read_again(asked) == asked);
    const Left left{endpoint(), model::EndpointStatus::incomplete, 5, {1, 2, 3, 4}, 678};
    CHECK(read_again(left) == left);
    const Ended ended{"2026-11-21T20:49:00Z", 6000, model::Interruption::max_time, "ab"};
    CHECK(read_again(ended) == ended);
}

TEST_CASE("an exchange is read with its question, its times and every byte", "[interview]")
{
    const model::HelloQuestion hello{tls::ProtocolVersion::tls1_1, {tls::CipherSuite{0x002f}}, tls::ExtensionSet::few};
    const Learnt written = learnt(hello, model::Broken{});
    const Learnt read = read_again(written);
    CHECK(read.endpoint == written.endpoint);
    CHECK(read.answer.question.id == 7);
    CHECK(read.purpose == "gate TLS 1.2");
    CHECK(read.answer.question.asked == written.answer.question.asked);
    CHECK(read.answer.source_address == "192.0.2.1");
    CHECK(read.answer.at == written.answer.at);
    CHECK(read.answer.started_ms == 12);
    CHECK(read.answer.duration_ms == 34);
    CHECK(read.answer.trace == written.answer.trace);
    CHECK(read.outcome == written.outcome);
}

TEST_CASE("SSL 2's kinds are read with their six digits", "[interview]")
{
    const model::HelloQuestion hello{tls::ProtocolVersion::ssl2, {tls::CipherSuite{0x010080}}, tls::ExtensionSet::none};
    CHECK(read_again(learnt(hello, model::Broken{})).answer.question.asked == model::Asked(hello));
}

TEST_CASE("a connection that was not made is read with its reason", "[interview]")
{
    Learnt written = learnt(handshake(), model::Broken{});
    written.answer.trace = model::Trace();
    written.answer.trace->unconnected =
        base::Failure{base::Stage::connect, base::Reason::refused, base::UntrustedText("Connection refused")};
    CHECK(read_again(written).answer.trace == written.answer.trace);
}

TEST_CASE("every outcome of a handshake is read as it was", "[interview]")
{
    const model::ServerChoice choice{tls::ProtocolVersion::tls1_2, tls::CipherSuite{0xc02f}, true};
    model::Completed completed{choice, "x25519", "rsa_pss_rsae_sha256", false, true, std::nullopt, std::nullopt};
    model::Completed bare{choice, "", "", std::nullopt, false, std::nullopt, std::nullopt};
    model::Completed refused = bare;
    refused.choice.certificate_requested = true;
    refused.refused = tls::Alert{tls::AlertLevel{2}, tls::AlertDescription{116}};
    const base::Failure failure{base::Stage::handshake, base::Reason::closed,
                                base::UntrustedText(std::string(3000, '\x01'))};
    const std::vector<model::Outcome> outcomes = {
        completed,
        refused,
        bare,
        model::AlertReceived{tls::AlertLevel{2}, tls::AlertDescription{40}, std::nullopt},
        model::AlertReceived{tls::AlertLevel{1}, tls::AlertDescription{200}, choice},
        model::OtherVersion{{tls::ProtocolVersion{0x7f1c}, tls::CipherSuite{0x1301}, false}},
        model::Broken{failure, choice},
        model::Broken{failure, std::nullopt},
    };
    for (const model::Outcome& outcome : outcomes) {
        const std::string words = model::describe(outcome);
        INFO(words);
        const Learnt read = read_again(learnt(handshake(), outcome));
        CHECK(model::describe(read.answer.outcome) == words);
        EvidenceEncoder one;
        EvidenceEncoder other;
        one.encode(found());
        other.encode(found());
        CHECK(one.encode(read) == other.encode(learnt(handshake(), outcome)));
    }
}

TEST_CASE("the longest exchange that a trace can hold is a line that is read", "[interview]")
{
    Learnt written = learnt(handshake(), model::Broken{});
    const std::string quotes(model::Wire::most_bytes / 500, '"');
    for (model::Wire* const wire :
         {&written.answer.trace->before_tls, &written.answer.trace->tls, &written.answer.trace->inside_tls}) {
        *wire = model::Wire();
        for (std::size_t i = 0; i < model::Wire::most_events; ++i) {
            i % 2 == 0 ? wire->received(base::bytes_of(quotes)) : wire->sent(base::bytes_of("s"));
        }
    }
    EvidenceEncoder encoder;
    encoder.encode(found());
    CHECK(encoder.encode(written).size() <= longest_evidence_line);
    CHECK(read_again(written).answer.trace == written.answer.trace);
}

TEST_CASE("no control byte and no byte above ASCII is in a line", "[interview]")
{
    EvidenceEncoder encoder;
    const base::Failure failure{base::Stage::resolve, base::Reason::not_found, base::UntrustedText("\xff\xfe\x80")};
    const Found hostile{.failure = failure, .endpoints = {endpoint()}};
    for (const Event& event :
         {Event(every_field_of_begun()), Event(hostile), Event(learnt(handshake(), model::Broken{}))}) {
        const std::string line = encoder.encode(event);
        for (std::size_t i = 0; i + 1 < line.size(); ++i) {
            REQUIRE(line[i] >= 0x20);
            REQUIRE(static_cast<unsigned char>(line[i]) < 0x7f);
        }
    }
}

TEST_CASE("a first line of another kind or version is refused", "[interview]")
{
    for (const auto& [line, words] : std::vector<std::pair<std::string, std::string>>{
             {"", "is not JSON"},
             {"{", "is not JSON"},
             {"{} {}", "is not JSON"},
             {"null", "is not the beginning"},
             {"[]", "is not the beginning"},
             {R"({"format":"smtptls-scan"})", "is not the beginning"},
             {R"({"format":"smtptls-scan evidence"})", "has no format_version that is known"},
             {R"({"format":"smtptls-scan evidence","format_version":"1"})", "has no format_version that is known"},
             {R"({"format":"smtptls-scan evidence","format_version":1})", "has no format_version that is known"},
             {R"({"format":"smtptls-scan evidence","format_version":4})", "event: is not a text"},
             {R"({"format":"smtptls-scan evidence","format_version":4,"event":"scan"})", "has no \"scanner\""},
         }) {
        const auto read = EvidenceReader().decode(line);
        INFO(line);
        REQUIRE_FALSE(read);
        CHECK(says(read.error(), words));
    }
}

TEST_CASE("evidence of another version is refused by the name of the release that wrote it", "[interview]")
{
    const std::string beginning = R"({"format":"smtptls-scan evidence","format_version":)";
    const auto older = EvidenceReader().decode(beginning + R"(1,"scanner":{"version":"0.0.9"}})");
    REQUIRE_FALSE(older);
    CHECK(older.error() ==
          "this evidence was written by smtptls-scan 0.0.9 (evidence version 1); this program reads version 4: "
          "use smtptls-scan 0.0.9 to rebuild it");
    const auto hostile = EvidenceReader().decode(beginning + "5,\"scanner\":{\"version\":\"9\xe2\x80\xae\"}}");
    REQUIRE_FALSE(hostile);
    CHECK(says(hostile.error(), "this evidence has no format_version that is known"));
}

// A line of an exchange, with one thing in it replaced.
std::string refusal_of(const std::string& from, const std::string& to)
{
    EvidenceEncoder encoder;
    EvidenceReader reader;
    for (const Event& before : {Event(every_field_of_begun()), Event(found())}) {
        const std::string line = encoder.encode(before);
        REQUIRE(reader.decode(line.substr(0, line.size() - 1)));
    }
    const model::Completed completed{{tls::ProtocolVersion::tls1_2, tls::CipherSuite{0xc02f}, true},
                                     "x25519",
                                     "",
                                     false,
                                     false,
                                     std::nullopt,
                                     std::nullopt};
    std::string line = encoder.encode(learnt(handshake(), completed));
    line.pop_back();
    const std::size_t at = line.find(from);
    INFO(line);
    REQUIRE(at != std::string::npos);
    const auto read = reader.decode(line.replace(at, from.size(), to));
    return read ? "" : read.error();
}

TEST_CASE("an exchange that no scan would have written is refused by the name of what is wrong", "[interview]")
{
    const std::vector<std::array<std::string, 3>> rows = {
        {R"("id":7)", R"("id":0)", "id: is not from 1"},
        {R"("id":7)", R"("id":4294967296)", "id: is not from 1"},
        {R"("id":7)", R"("id":-1)", "id: is not a whole number"},
        {R"("id":7)", R"("id":7.5)", "id: is not a whole number"},
        {R"("id":7,)", "", "has no \"id\""},
        {R"("endpoint":1)", R"("endpoint":3)", "endpoint: is the number of none"},
        {R"("version":"TLS 1.2")", R"("version":"TLSv1.2")", "version: TLSv1.2 is no word"},
        {R"("offered":"c02f")", R"("offered":"C02F")", "offered: is not a row of code points"},
        {R"("offered":"c02f")", R"("offered":"c02f1")", "offered: is not a row of code points"},
        {R"("offered":"c02f")", R"("offered":"-02f")", "offered: is not a row of code points"},
        {R"("question":"handshake")", R"("question":"party")", "question: is neither"},
        {R"("dialogue":false)", R"("dialogue":0)", "dialogue: is neither true nor false"},
        {R"("at":1790000000)", R"("at":253402300800)", "at: is not from 0"},
        {R"("source_port":40000)", R"("source_port":65536)", "source_port: is not from 0 to 65535"},
        {R"("pieces":[11,7])", R"("pieces":[11,8])", "pieces[1]: is not the size of a piece"},
        {R"("pieces":[11,7])", R"("pieces":[0,18])", "pieces[0]: is not the size of a piece"},
        {R"("pieces":[11,7])", R"("pieces":[11])", "pieces: are less than the whole"},
        {R"("sent":"FgMBAAH/")", R"("sent":"FgMBAAH/=")", "sent: is not base64"},
        {R"("end":"timed_out")", R"("end":"bored")", "end: bored is no word"},
        {R"("end":"timed_out")", R"("end":"timed_out","got":"")", "tls[2]: has an unknown key got"},
        {R"("left_out":17)", R"("left_out":0)", "left_out: is not from 1"},
        {R"("kind":"completed")", R"("kind":"perhaps")", "facts.kind: is none of"},
        {R"("suite":49199)", R"("suite":16777216)", "facts.choice.suite: is not from 0"},
        {R"("key_log":["CLIENT)", R"("key_log":["\u001b)", "key_log[0]: has a control character"},
        {R"("outcome":")", R"("extra":1,"outcome":")", "has an unknown key extra"},
    };
    for (const auto& [from, to, words] : rows) {
        INFO(to);
        CHECK(says(refusal_of(from, to), words));
    }
}

}  // namespace
}  // namespace smtptls::interview

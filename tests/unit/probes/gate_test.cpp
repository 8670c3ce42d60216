// The gate of a version: in which shapes it is asked for, and what opens and what shuts it.
#include "probes/gate.hpp"

#include "catch.hpp"
#include "unit/probes/answers.hpp"

namespace smtptls::probes {
namespace {

using tls::CipherSuite;
using tls::ExtensionSet;
using tls::ProtocolVersion;

constexpr auto ecdhe = CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
constexpr auto anon = CipherSuite::TLS_DH_anon_WITH_AES_128_CBC_SHA;

Reply gate_reply(ReplyKind kind, CipherSuite suite = {})
{
    Reply reply;
    reply.kind = kind;
    reply.item = suite;
    reply.words = "words";
    return reply;
}

// One version with a suite that needs extensions, one that does not, and one of other credentials.
struct AtTheGate {
    explicit AtTheGate(ProtocolVersion version = ProtocolVersion::tls1_2, Suites suites = {ecdhe, cbc, anon})
        : bench(std::move(suites), server, nature), gate(version, bench.ledger.candidates(), absence)
    {
    }

    // True once the version is there. What was asked is in `details`.
    bool answer(Reply reply, bool settled = false)
    {
        if (bench.desk.idle()) {
            auto next = gate.next(bench, settled);
            REQUIRE(next);
            bench.desk.push(std::move(*next));
        }
        Ask<CipherSuite> ask = *bench.desk.take_ready();
        details.push_back(ask.detail);
        last = ask;
        reply.evidence = ++id;
        if (reply.kind == ReplyKind::refused || reply.kind == ReplyKind::absent) {
            server.by_alert = true;
            server.log.note_refusal();
        }
        return gate.take(bench, std::move(ask), reply);
    }
    // Until nothing more is asked; true if the version is there.
    bool all(const Reply& reply, bool settled)
    {
        while (!bench.desk.idle() || peek(settled)) {
            if (answer(reply, settled)) {
                return true;
            }
        }
        return false;
    }
    bool peek(bool settled)
    {
        if (auto next = gate.next(bench, settled)) {
            bench.desk.push(std::move(*next));
        }
        return !bench.desk.idle();
    }

    ServerProfile server;
    Nature<CipherSuite> nature;
    Bench<CipherSuite> bench;
    Absence absence;
    Gate gate;
    std::vector<std::string> details;
    Ask<CipherSuite> last;
    model::QuestionId id = 0;
};

using Details = std::vector<std::string>;

TEST_CASE("every certificate suite is offered first, and a choice opens the version", "[gate]")
{
    AtTheGate at;
    CHECK(at.answer(gate_reply(ReplyKind::chosen, cbc)));
    CHECK(at.last.items == Suites{ecdhe, cbc});
    CHECK(at.last.extensions == ExtensionSet::full);
    CHECK(at.bench.ledger.found() == Suites{cbc});
    CHECK_FALSE(at.bench.shape.limited());
}

TEST_CASE("alert 70 shuts a version only when a hello that differs was refused too, later", "[gate]")
{
    AtTheGate at;
    CHECK_FALSE(at.all(gate_reply(ReplyKind::absent), false));
    CHECK(at.details == Details{"every certificate suite"});
    CHECK(at.absence.below);
    CHECK(at.gate.waiting());
    CHECK_FALSE(at.absence.proved);
    CHECK_FALSE(at.all(gate_reply(ReplyKind::absent), true));
    CHECK(at.details.back() == "another key exchange first");
    CHECK(at.last.extensions == ExtensionSet::few);
    CHECK(at.details.size() == 2);
    CHECK(at.absence.proved);
}

TEST_CASE("an answer in a lower version is told of this one alone", "[gate]")
{
    AtTheGate at;
    CHECK_FALSE(at.all(gate_reply(ReplyKind::lower), true));
    CHECK(at.details.size() == 2);
    CHECK(at.absence.proved);
    CHECK_FALSE(at.absence.below);
}

TEST_CASE("the hello that differs begins with elliptic curves and has no finite fields", "[gate]")
{
    constexpr auto dhe = CipherSuite::TLS_DHE_RSA_WITH_AES_128_CBC_SHA;
    AtTheGate at(ProtocolVersion::tls1_2, {cbc, dhe, ecdhe});
    at.answer(gate_reply(ReplyKind::absent));
    at.answer(gate_reply(ReplyKind::absent), true);
    CHECK(at.last.items == Suites{ecdhe, cbc});
}

TEST_CASE("a version that the second hello finds is there, in the usual shape if it bears that", "[gate]")
{
    AtTheGate at;
    at.answer(gate_reply(ReplyKind::absent));
    CHECK_FALSE(at.answer(gate_reply(ReplyKind::chosen, ecdhe), true));
    CHECK(at.answer(gate_reply(ReplyKind::chosen, ecdhe), true));
    CHECK(at.details.back() == "the usual hello once more");
    CHECK_FALSE(at.absence.told);
    CHECK(at.bench.shape.extensions == ExtensionSet::full);
}

TEST_CASE("whoever hangs up on the second hello has refused it only if it does so three times", "[gate]")
{
    AtTheGate at;
    at.answer(gate_reply(ReplyKind::absent));
    at.answer(gate_reply(ReplyKind::closed), true);
    at.answer(gate_reply(ReplyKind::closed), true);
    CHECK_FALSE(at.absence.proved);
    at.answer(gate_reply(ReplyKind::closed), true);
    CHECK(at.absence.proved);
}

TEST_CASE("a second hello that comes to nothing proves nothing", "[gate]")
{
    AtTheGate at;
    at.answer(gate_reply(ReplyKind::absent));
    at.all(gate_reply(ReplyKind::broken), true);
    CHECK_FALSE(at.absence.proved);
    CHECK(at.absence.trouble == "words");
}

TEST_CASE("after alert 40 other credentials are offered, and a hello that differs when the others have settled",
          "[gate]")
{
    AtTheGate at;
    CHECK_FALSE(at.all(gate_reply(ReplyKind::refused), false));
    CHECK(at.details == Details{"every certificate suite", "other credentials"});
    CHECK(at.gate.waiting());
    CHECK(at.absence.refused == std::set<CipherSuite>{ecdhe, cbc, anon});
    at.answer(gate_reply(ReplyKind::refused), true);
    CHECK(at.details.back() == "another key exchange first");
}

TEST_CASE("when the other versions have settled the certificate suites are offered backwards, in parts", "[gate]")
{
    AtTheGate at;
    at.all(gate_reply(ReplyKind::refused), false);
    CHECK_FALSE(at.all(gate_reply(ReplyKind::refused), true));
    CHECK(at.details.back() == "certificate suites, backwards, part 1");
    CHECK(at.last.items == Suites{cbc, ecdhe});
    CHECK_FALSE(at.gate.waiting());
}

TEST_CASE("a server that is known to read long lists meant what it said", "[gate]")
{
    AtTheGate at;
    at.all(gate_reply(ReplyKind::refused), false);
    at.server.hellos.long_lists = true;
    CHECK_FALSE(at.all(gate_reply(ReplyKind::refused), true));
    CHECK(at.details.back() == "another key exchange first");
    CHECK_FALSE(at.gate.waiting());
}

TEST_CASE("a server that picks what it cannot serve is offered the lists of the sieve", "[gate]")
{
    AtTheGate at;
    at.all(gate_reply(ReplyKind::refused), false);
    at.server.hellos.long_lists = at.server.traps = true;
    const std::size_t before = at.details.size() + 1;
    at.all(gate_reply(ReplyKind::refused), true);
    // Few suites are offered one by one.
    CHECK(std::vector(at.details.begin() + static_cast<std::ptrdiff_t>(before), at.details.end()) ==
          Details(3, "sieve"));
}

TEST_CASE("TLS 1.3 is asked for twice, never without extensions", "[gate]")
{
    AtTheGate at(ProtocolVersion::tls1_3, {CipherSuite::TLS_AES_128_GCM_SHA256});
    CHECK_FALSE(at.all(gate_reply(ReplyKind::refused), true));
    CHECK(at.details == Details{"every suite", "another suite first"});
    CHECK(at.last.extensions == ExtensionSet::few);
    CHECK_FALSE(at.gate.waiting());
}

TEST_CASE("a version in which everything is hung up on is offered the lists of the sieve", "[gate]")
{
    AtTheGate at;
    at.server.served.add(cbc);
    at.server.client_proven = true;
    at.all(gate_reply(ReplyKind::closed), false);
    CHECK(at.gate.waiting());
    at.all(gate_reply(ReplyKind::closed), true);
    CHECK(at.details.back() == "sieve");
    CHECK(at.absence.all_closed(at.server));
}

TEST_CASE("internal_error three times has the list taken apart, to each suite that fails", "[gate]")
{
    AtTheGate at;
    at.server.served.add(cbc);
    at.server.served.completes = true;
    at.all(gate_reply(ReplyKind::failed), false);
    CHECK(std::ranges::count(at.details, "common suites, no extensions") == 0);
    CHECK(at.absence.failures >= 3);
    CHECK(at.gate.waiting());
    at.answer(gate_reply(ReplyKind::refused), true);
    CHECK(at.details.back() == "what it does not serve elsewhere");
    CHECK(at.last.items == Suites{ecdhe, anon});
    at.answer(gate_reply(ReplyKind::failed), true);
    CHECK(at.last.items == Suites{cbc});
    CHECK_FALSE(at.peek(true));
    CHECK(at.absence.all_refused(ecdhe));
    CHECK(at.absence.fails(cbc, at.server));
    CHECK_FALSE(at.absence.fails(ecdhe, at.server));
}

TEST_CASE("internal_error of a server that completes nothing shuts nothing", "[gate]")
{
    AtTheGate at;
    at.all(gate_reply(ReplyKind::failed), true);
    CHECK_FALSE(at.absence.fails(cbc, at.server));
}

TEST_CASE("where hellos carry a name internal_error is asked for without one too", "[gate]")
{
    AtTheGate at;
    at.server.hellos.named = true;
    at.answer(gate_reply(ReplyKind::failed));
    at.answer(gate_reply(ReplyKind::failed));
    CHECK(at.last.without_name);
    at.answer(gate_reply(ReplyKind::failed));
    CHECK_FALSE(at.last.without_name);
}

TEST_CASE("what a hello without a name is told says nothing of those that have one", "[gate]")
{
    AtTheGate at;
    at.server.hellos.named = true;
    at.answer(gate_reply(ReplyKind::failed));
    at.answer(gate_reply(ReplyKind::objected));
    CHECK(at.absence.trouble.empty());
}

TEST_CASE("whoever hangs on the usual hello is asked in another shape before it is asked again", "[gate]")
{
    AtTheGate at;
    at.answer(gate_reply(ReplyKind::silent));
    CHECK_FALSE(at.answer(gate_reply(ReplyKind::chosen, cbc)));
    CHECK(at.details.back() == "common suites, few extensions");
    CHECK_FALSE(at.answer(gate_reply(ReplyKind::silent)));
    CHECK(at.answer(gate_reply(ReplyKind::silent)));
    CHECK(at.details.back() == "the usual hello once more");
    CHECK(at.server.hellos.hang_if_long);
    CHECK(at.bench.shape.most == 30);
}

TEST_CASE("where the network swallowed a hello the usual one is asked until it is answered or silent twice", "[gate]")
{
    AtTheGate at;
    at.answer(gate_reply(ReplyKind::silent));
    CHECK_FALSE(at.answer(gate_reply(ReplyKind::chosen, cbc)));
    CHECK_FALSE(at.answer(gate_reply(ReplyKind::silent)));
    CHECK(at.answer(gate_reply(ReplyKind::chosen, ecdhe)));
    CHECK(at.bench.shape.extensions == ExtensionSet::full);
    CHECK_FALSE(at.server.hellos.short_only);
}

TEST_CASE("where connections break off for no reason the usual hello must be silent four times", "[gate]")
{
    AtTheGate at;
    at.server.log.shaky = true;
    at.answer(gate_reply(ReplyKind::silent));
    CHECK_FALSE(at.answer(gate_reply(ReplyKind::chosen, cbc)));
    for (int i = 0; i < 3; ++i) {
        CHECK_FALSE(at.answer(gate_reply(ReplyKind::silent)));
    }
    CHECK(at.answer(gate_reply(ReplyKind::silent)));
    CHECK(at.bench.shape.extensions == ExtensionSet::few);
}

TEST_CASE("one silence is the network's as likely as the server's, and makes no hello too long", "[gate]")
{
    AtTheGate at;
    at.answer(gate_reply(ReplyKind::silent));
    at.answer(gate_reply(ReplyKind::refused));
    CHECK(at.last.extensions == ExtensionSet::few);
    CHECK_FALSE(at.server.hellos.short_only);
    at.answer(gate_reply(ReplyKind::silent));
    at.all(gate_reply(ReplyKind::refused), false);
    CHECK(at.absence.refused.size() == 3);
}

TEST_CASE("a version that opened without extensions is asked with a few, where long hellos are not borne", "[gate]")
{
    AtTheGate at;
    at.server.hellos.short_only = true;
    at.answer(gate_reply(ReplyKind::closed));
    at.answer(gate_reply(ReplyKind::closed));
    CHECK_FALSE(at.answer(gate_reply(ReplyKind::chosen, cbc)));
    CHECK(at.last.extensions == ExtensionSet::none);
    CHECK(at.answer(gate_reply(ReplyKind::chosen, ecdhe)));
    CHECK(at.details.back() == "the usual hello once more");
    CHECK(at.last.extensions == ExtensionSet::few);
    CHECK(at.bench.shape.extensions == ExtensionSet::few);
    CHECK_FALSE(at.server.hellos.bare_only);
}

TEST_CASE("a server that is known to hang on long hellos gets short ones only", "[gate]")
{
    AtTheGate at;
    at.server.hellos.short_only = true;
    at.all(gate_reply(ReplyKind::refused), true);
    CHECK(at.absence.refused.size() == 3);
    CHECK(at.last.extensions != ExtensionSet::full);
}

TEST_CASE("a server that hangs up is offered every shape", "[gate]")
{
    AtTheGate at;
    CHECK_FALSE(at.all(gate_reply(ReplyKind::closed), false));
    CHECK(at.details == Details{"every certificate suite", "common suites, few extensions",
                                "common suites, no extensions", "other credentials"});
    CHECK(at.absence.all_closed(at.server));
}

TEST_CASE("closes of a server that says no by alert do not shut a version", "[gate]")
{
    AtTheGate at;
    at.all(gate_reply(ReplyKind::closed), false);
    at.server.by_alert = true;
    CHECK_FALSE(at.absence.all_closed(at.server));
}

TEST_CASE("a version that opened with fewer extensions behind a refusal is limited to short lists", "[gate]")
{
    AtTheGate at;
    at.all(gate_reply(ReplyKind::refused), false);
    CHECK_FALSE(at.answer(gate_reply(ReplyKind::chosen, cbc), true));
    CHECK(at.answer(gate_reply(ReplyKind::refused), true));
    CHECK(at.bench.shape.extensions == ExtensionSet::few);
    CHECK(at.bench.shape.most == 30);
    CHECK(at.absence.refused.empty());
}

TEST_CASE("where the network hung up the usual hello is tried once more", "[gate]")
{
    AtTheGate at;
    CHECK_FALSE(at.answer(gate_reply(ReplyKind::closed)));
    CHECK_FALSE(at.answer(gate_reply(ReplyKind::chosen, cbc)));
    CHECK(at.answer(gate_reply(ReplyKind::chosen, ecdhe)));
    CHECK(at.details.back() == "the usual hello once more");
    CHECK(at.bench.shape.extensions == ExtensionSet::full);
    CHECK(at.bench.ledger.found() == Suites{cbc, ecdhe});
}

TEST_CASE("a server that chokes on the usual hello four times more keeps the other shape", "[gate]")
{
    AtTheGate at;
    at.answer(gate_reply(ReplyKind::closed));
    at.answer(gate_reply(ReplyKind::chosen, cbc));
    for (int i = 0; i < 3; ++i) {
        CHECK_FALSE(at.answer(gate_reply(ReplyKind::closed)));
    }
    CHECK(at.answer(gate_reply(ReplyKind::closed)));
    CHECK(at.bench.shape.extensions == ExtensionSet::few);
}

TEST_CASE("what came to nothing three times is trouble, by which no version is absent", "[gate]")
{
    AtTheGate at;
    for (int i = 0; i < 3; ++i) {
        CHECK(at.absence.trouble.empty());
        at.answer(gate_reply(ReplyKind::broken));
    }
    CHECK(at.details == Details(3, "every certificate suite"));
    CHECK(at.absence.trouble == "words");
    CHECK_FALSE(at.absence.all_refused(cbc));
}

TEST_CASE("another alert is trouble at once", "[gate]")
{
    AtTheGate at;
    at.answer(gate_reply(ReplyKind::objected));
    CHECK(at.absence.trouble == "words");
}

TEST_CASE("refusals amid trouble have every suite offered once more", "[gate]")
{
    AtTheGate at;
    at.server.log.note_good();
    at.server.log.note_trouble();
    at.all(gate_reply(ReplyKind::refused), false);
    at.all(gate_reply(ReplyKind::refused), true);
    CHECK(std::ranges::count(at.details, "in doubt") == 1);
}

TEST_CASE("a version that answered another one's hello is open in the shape of that", "[gate]")
{
    AtTheGate at;
    at.gate.opened_elsewhere(at.bench, ExtensionSet::none);
    CHECK(at.bench.shape.extensions == ExtensionSet::none);
    CHECK(at.bench.shape.most == 30);
    at.gate.opened_elsewhere(at.bench, ExtensionSet::full);
    CHECK_FALSE(at.bench.shape.limited());
}

TEST_CASE("a version that another one says is absent is asked for once, when the others have settled", "[gate]")
{
    AtTheGate at;
    at.gate.tell_absent(9);
    CHECK_FALSE(at.peek(false));
    CHECK_FALSE(at.absence.proved);
    CHECK_FALSE(at.all(gate_reply(ReplyKind::absent), true));
    CHECK(at.details == Details{"another key exchange first"});
    CHECK(at.absence.proved);
    CHECK(at.absence.evidence == std::vector<model::QuestionId>{9, 1});
}

}  // namespace
}  // namespace smtptls::probes

// A question whose handshake is not begun: the budget of processor time is spent.
#include "engine/conversation.hpp"

#include "catch.hpp"
#include "interview/interview.hpp"
#include "unit/openssl/memory_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace smtptls::engine {
namespace {

namespace asio = net::asio;

// What became of it at a port where nothing listens.
model::Answer asked(Account& account, model::Asked question, bool recorded)
{
    net::Stop stop;
    net::TcpConnector connector;
    Context context{openssl::library(), connector, {}, stop};
    if (recorded) {
        context.witness = [](const model::evidence::Event&) {};
    }
    const model::Endpoint endpoint{"127.0.0.1", *model::IpAddress::parse("127.0.0.1"), 1};
    Kept kept{account};
    model::Answer answer;
    asio::io_context io(1);
    const auto task = [&]() -> asio::awaitable<void> {
        model::Question one;
        one.id = 1;
        one.asked = std::move(question);
        answer = co_await converse(context, endpoint, kept, std::move(one));
    };
    asio::co_spawn(io, task(), asio::detached);
    io.run();
    return answer;
}

TEST_CASE("where the budget is spent no connection is made for a handshake, and one for a hello is", "[engine]")
{
    Account account;
    account.spent = Account::budget + std::chrono::seconds(1);
    const model::HandshakeQuestion handshake{tls::ProtocolVersion::tls1_2,
                                             {tls::CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA}};
    const model::Answer left_out = asked(account, handshake, true);
    CHECK(model::is_left_out(left_out.outcome));
    CHECK(left_out.trace->unconnected->reason == base::Reason::left_out);
    const model::Answer hello =
        asked(account, model::HelloQuestion{tls::ProtocolVersion::tls1_2, handshake.suites}, false);
    CHECK(std::get<model::Broken>(hello.outcome).failure.reason == base::Reason::refused);
    Account fresh;
    const model::Answer begun = asked(fresh, handshake, false);
    CHECK(std::get<model::Broken>(begun.outcome).failure.reason == base::Reason::refused);
}

TEST_CASE("what was left out is no connection of its endpoint", "[engine]")
{
    Account account;
    account.spent = Account::budget + std::chrono::seconds(1);
    const model::HandshakeQuestion handshake{tls::ProtocolVersion::tls1_2,
                                             {tls::CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA}};
    probes::Knowledge known;
    known.endpoint = {"127.0.0.1", *model::IpAddress::parse("127.0.0.1"), 1};
    interview::Interview interview(known);
    interview.learn(asked(account, handshake, false));
    const model::EndpointResult result = interview.conclude(0);
    CHECK(result.connections == 0);
    CHECK(result.handshakes == 0);
}

}  // namespace
}  // namespace smtptls::engine

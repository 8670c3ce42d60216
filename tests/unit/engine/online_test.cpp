// Who is asked about a leaf, in which order, and how many at most. What answers say is tests/chains' subject.
#include "engine/online.hpp"

#include "catch.hpp"
#include "engine/fetcher.hpp"
#include "unit/engine/fake_net.hpp"
#include "unit/openssl/memory_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

namespace smtptls::engine {
namespace {

namespace asio = net::asio;
using Words = std::vector<model::RevocationWord>;

// Has no answer for anybody, and notes what it was asked.
class NoAnswer : public FakeServer {
public:
    explicit NoAnswer(std::vector<std::string>& asked) : asked_(asked) {}

    base::Bytes answer(base::ByteView bytes) override
    {
        const std::string text(base::text_of(bytes));
        asked_.push_back(text.substr(0, text.find(" HTTP")));
        const base::ByteView no = base::bytes_of("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        return {no.begin(), no.end()};
    }

private:
    std::vector<std::string>& asked_;
};

std::vector<base::UntrustedText> texts(const std::vector<std::string>& all)
{
    std::vector<base::UntrustedText> texts;
    for (const std::string& one : all) {
        texts.emplace_back(one);
    }
    return texts;
}

struct Case {
    FakeNet net;
    FakeResolver resolver;
    net::Stop stop;
    Account account;
    Fetcher::Rules rules;
    std::vector<std::string> asked;
    LeafInDoubt leaf;

    Case()
    {
        net.serve = [this](const net::Peer&) { return std::make_unique<NoAnswer>(asked); };
        leaf.seen.chain = std::make_shared<const model::Chain>(model::Chain{{1, 2, 3}});
        leaf.issuer = {4, 5, 6};
        leaf.request = {7};
    }

    asio::awaitable<void> ask(Words& words)
    {
        const auto executor = co_await asio::this_coro::executor;
        Fetcher fetcher(net, resolver, rules, stop, executor);
        Context context{openssl::library(), net, {}, stop};
        context.fetcher = &fetcher;
        auto asking = ask_online(context, account, leaf);
        words = co_await std::move(asking);
    }

    Words words()
    {
        Words words;
        asio::io_context io(1);
        asio::co_spawn(io, ask(words), [](const std::exception_ptr& error) {
            if (error) {
                std::rethrow_exception(error);
            }
        });
        io.run();
        return words;
    }
};

TEST_CASE("the responders are asked first, and the lists if none has an answer", "[engine]")
{
    Case one;
    one.leaf.seen.ocsp_urls = texts({"http://192.0.1.1/o1", "http://192.0.1.1/o2"});
    one.leaf.seen.crl_urls = texts({"http://192.0.1.1/l1"});
    const Words words = one.words();
    CHECK(one.asked == std::vector<std::string>{"POST /o1", "POST /o2", "GET /l1"});
    REQUIRE(words.size() == 3);
    CHECK(model::describe(words[0]) == "OCSP http://192.0.1.1/o1: unusable: it answered with status 404");
    CHECK(model::describe(words[2]) == "CRL http://192.0.1.1/l1: unusable: it answered with status 404");
}

TEST_CASE("a leaf that names nobody has no word", "[engine]")
{
    CHECK(Case().words().empty());
}

TEST_CASE("who cannot be asked has a word that says why", "[engine]")
{
    Case one;
    one.leaf.seen.ocsp_urls = texts({"ldap://192.0.1.1/", "http://10.0.0.1/"});
    one.leaf.seen.crl_urls = texts({"http://192.0.1.1/" + std::string(2000, 'a')});
    const Words words = one.words();
    CHECK(one.asked.empty());
    REQUIRE(words.size() == 3);
    CHECK(words[0].words.escaped() == "not asked: it is no http URL");
    CHECK(words[1].words.escaped() == "not asked: 10.0.0.1 is no public address (--online-private)");
    CHECK(words[2].words.escaped() == "not asked: its URL has characters that no URL has");
}

TEST_CASE("where the issuer is not known nobody is asked, since no answer could be believed", "[engine]")
{
    Case one;
    one.leaf.issuer.clear();
    one.leaf.seen.ocsp_urls = texts({"http://192.0.1.1/"});
    const Words words = one.words();
    CHECK(one.asked.empty());
    REQUIRE(words.size() == 1);
    CHECK(words[0].state == model::RevocationState::unusable);
    CHECK(words[0].words.escaped() ==
          "not asked: the issuer, who must have signed the answer, was not sent and is no root");
}

TEST_CASE("all the leaves of an endpoint together are asked about sixteen times", "[engine]")
{
    Case one;
    for (int i = 0; i < 6; ++i) {
        one.leaf.seen.ocsp_urls.emplace_back("http://192.0.1.1/" + std::to_string(i));
    }
    for (int round = 0; round < 3; ++round) {
        const Words words = one.words();
        CHECK(words.size() == 6);
        CHECK((words.back().words.escaped() == "not asked: the certificates of this server name too many") ==
              (round == 2));
    }
    CHECK(one.asked.size() == most_asked_of_an_endpoint);
}

}  // namespace
}  // namespace smtptls::engine

#include "engine/online.hpp"

#include "engine/fetcher.hpp"
#include "openssl/revocation.hpp"

namespace smtptls::engine {
namespace {

namespace asio = net::asio;
using base::UntrustedText;
using model::RevocationSource;
using model::RevocationState;
using model::RevocationWord;

std::int64_t seconds_now()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

// RFC 6960 appendix A, RFC 2585 section 4. Lists are files, and many servers know no better type for them, or none.
Errand errand_for(RevocationSource source, model::HttpUrl url, const base::Bytes& request)
{
    if (source == RevocationSource::ocsp) {
        net::HttpBounds bounds{{"application/ocsp-response"}, openssl::most_ocsp_bytes};
        return {std::move(url), "application/ocsp-request", request, std::move(bounds)};
    }
    net::HttpBounds bounds{{"application/pkix-crl", "application/x-pkcs7-crl", "application/x-x509-crl",
                            "application/x-pem-file", "application/octet-stream", "binary/octet-stream", ""},
                           openssl::most_crl_bytes};
    return {std::move(url), "", {}, std::move(bounds)};
}

class Asking {
public:
    Asking(const Context& context, Account& account, LeafInDoubt leaf)
        : context_(context), account_(account), leaf_(std::move(leaf))
    {
    }

    asio::awaitable<std::vector<RevocationWord>> run();

private:
    asio::awaitable<void> ask_all(RevocationSource source, const std::vector<UntrustedText>& urls);
    asio::awaitable<RevocationWord> word_of(RevocationSource source, UntrustedText url);
    asio::awaitable<RevocationWord> read(RevocationSource source, std::shared_ptr<const Fetched> fetched);
    std::string objection() const;

    const Context& context_;
    Account& account_;
    const LeafInDoubt leaf_;
    std::vector<RevocationWord> words_;
    std::chrono::milliseconds spent_{};
    bool settled_ = false;
};

asio::awaitable<std::vector<RevocationWord>> Asking::run()
{
    co_await ask_all(RevocationSource::ocsp, leaf_.seen.ocsp_urls);
    co_await ask_all(RevocationSource::crl, leaf_.seen.crl_urls);
    co_return std::move(words_);
}

asio::awaitable<void> Asking::ask_all(RevocationSource source, const std::vector<UntrustedText>& urls)
{
    for (const UntrustedText& url : urls) {
        if (settled_) {
            co_return;
        }
        auto asking = word_of(source, url);
        RevocationWord word = co_await std::move(asking);
        word.source = source;
        word.url = url;
        settled_ = word.state == RevocationState::good || word.state == RevocationState::revoked;
        words_.push_back(std::move(word));
    }
}

// Why nobody more is asked; empty: somebody is.
std::string Asking::objection() const
{
    if (leaf_.issuer.empty()) {
        return "not asked: the issuer, who must have signed the answer, was not sent and is no root";
    }
    if (account_.fetched >= most_asked_of_an_endpoint) {
        return "not asked: the certificates of this server name too many";
    }
    return spent_ + Fetcher::longest > longest_of_a_leaf ? "not asked: the others took too long" : "";
}

asio::awaitable<RevocationWord> Asking::word_of(RevocationSource source, UntrustedText url)
{
    RevocationWord word;
    auto address = model::parse_http_url(url.escaped());
    const std::string why = address ? objection() : "not asked: " + address.error();
    if (!why.empty()) {
        word.words = UntrustedText(why);
        co_return word;
    }
    ++account_.fetched;
    Errand errand = errand_for(source, *std::move(address), leaf_.request);
    auto fetching = context_.fetcher->fetch(std::move(errand));
    const std::shared_ptr<const Fetched> fetched = co_await std::move(fetching);
    spent_ += fetched->took;
    if (!fetched->body) {
        word.words = fetched->body.error();
        co_return word;
    }
    auto reading = read(source, fetched);
    word = co_await std::move(reading);
    co_return word;
}

asio::awaitable<RevocationWord> Asking::read(RevocationSource source, std::shared_ptr<const Fetched> fetched)
{
    RevocationWord word;
    std::function<void()> work = [&] {
        const base::Bytes& leaf = leaf_.seen.chain->front();
        word = source == RevocationSource::ocsp ? openssl::read_ocsp(*fetched->body, leaf, leaf_.issuer, seconds_now())
                                                : openssl::read_crl(*fetched->body, leaf, leaf_.issuer, seconds_now());
    };
    if (context_.computing == nullptr) {
        work();
        co_return word;
    }
    auto computation = context_.computing->run(account_, std::move(work));
    co_await std::move(computation);
    co_return word;
}

}  // namespace

asio::awaitable<std::vector<RevocationWord>> ask_online(const Context& context, Account& account, LeafInDoubt leaf)
{
    Asking asking(context, account, std::move(leaf));
    auto running = asking.run();
    std::vector<RevocationWord> words = co_await std::move(running);
    co_return words;
}

}  // namespace smtptls::engine

#include "engine/examine.hpp"

#include "engine/online.hpp"
#include "openssl/revocation.hpp"

namespace smtptls::engine {
namespace {

// The name that a client looks for: that of SNI where the user said one, else the target's (RFC 9525 section 6.1).
std::string reference_of(const Context& context, const model::Endpoint& endpoint)
{
    const std::string name = interview::server_name(context.settings.names, endpoint);
    return name.empty() ? endpoint.host : name;
}

// The issuer is one of the chain, else of the roots.
base::Bytes issuer_of(const Context& context, const model::Chain& chain)
{
    return context.roots != nullptr ? context.roots->issuer_of(chain) : chain.size() > 1 ? chain[1] : base::Bytes();
}

model::RevocationWord stapled(const model::ChainSeen& seen, const base::Bytes& issuer)
{
    model::RevocationWord word;
    if (issuer.empty()) {
        word.words = base::UntrustedText("the issuer, who must have signed it, was not sent and is no root");
    } else {
        word = openssl::read_ocsp(seen.staple, seen.chain->front(), issuer, seen.at);
    }
    word.source = model::RevocationSource::staple;
    return word;
}

model::Examination verified(const Context& context, const std::string& reference, const model::ChainSeen& seen)
{
    model::Examination examination{.sha256 = seen.sha256};
    if (context.roots != nullptr && !context.roots->empty()) {
        examination.trust = context.roots->verify(*seen.chain, seen.at);
    }
    examination.names_host = openssl::names_host(seen.chain->front(), reference);
    if (!seen.staple.empty()) {
        const base::Bytes issuer = issuer_of(context, *seen.chain);
        examination.revocation.push_back(stapled(seen, issuer));
    }
    return examination;
}

LeafInDoubt leaf_in_doubt(const Context& context, const model::ChainSeen& seen)
{
    LeafInDoubt leaf{seen, issuer_of(context, *seen.chain), {}};
    if (!leaf.issuer.empty()) {
        leaf.request = openssl::ocsp_request(seen.chain->front(), leaf.issuer);
    }
    return leaf;
}

}  // namespace

net::asio::awaitable<std::optional<model::Examination>> examine(const Context& context, const model::Endpoint& endpoint,
                                                                Account& account, model::ChainSeen seen)
{
    if (context.stop.requested()) {
        co_return std::nullopt;
    }
    const std::string reference = reference_of(context, endpoint);
    std::optional<model::Examination> examination;
    std::optional<LeafInDoubt> leaf;
    std::function<void()> work = [&] {
        examination = verified(context, reference, seen);
        if (context.fetcher != nullptr) {
            leaf = leaf_in_doubt(context, seen);
        }
    };
    if (context.computing == nullptr) {
        work();
    } else {
        auto computation = context.computing->run(account, std::move(work));
        co_await std::move(computation);
    }
    if (leaf) {
        auto asking = ask_online(context, account, *std::move(leaf));
        const std::vector<model::RevocationWord> words = co_await std::move(asking);
        examination->revocation.insert(examination->revocation.end(), words.begin(), words.end());
    }
    co_return examination;
}

}  // namespace smtptls::engine

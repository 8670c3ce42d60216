#include "engine/fetcher.hpp"

#include <algorithm>
#include <exception>

namespace smtptls::engine {
namespace {

namespace asio = net::asio;
using base::UntrustedText;
using model::IpAddress;
using net::Clock;

// An address that swallows what is sent to it leaves time for the next.
constexpr std::chrono::milliseconds patience_with_one{3000};

std::string key_of_errand(const Errand& errand)
{
    return errand.url.authority() + errand.url.target + "\n" + std::string(base::text_of(errand.body));
}

base::Unexpected<UntrustedText> not_fetched(const std::string& words)
{
    return base::Unexpected<UntrustedText>(UntrustedText(words));
}

std::size_t size_of(const Fetched& fetched)
{
    return fetched.body ? fetched.body->size() : UntrustedText::limit;
}

// What the network says of a connection that there is not.
std::string words_of_failure(const base::Failure& failure)
{
    const std::string words = failure.text.escaped();
    return std::string(format(failure.stage)) + ": " + (words.empty() ? std::string(format(failure.reason)) : words);
}

}  // namespace

Fetcher::Fetcher(net::Connector& connector, net::Resolver& resolver, Rules rules, net::Stop& stop,
                 const asio::any_io_executor& executor)
    : connector_(connector),
      resolver_(resolver),
      rules_(std::move(rules)),
      stop_(stop),
      executor_(executor),
      free_(executor)
{
}

asio::awaitable<std::shared_ptr<const Fetched>> Fetcher::fetch(Errand errand)
{
    const std::string key = key_of_errand(errand);
    if (const auto known = entries_.find(key); known != entries_.end()) {
        const std::shared_ptr<Entry> entry = known->second;
        while (!entry->fetched) {
            co_await entry->done.wait();
        }
        co_return entry->fetched;
    }
    const auto entry = std::make_shared<Entry>(executor_);
    entries_.emplace(key, entry);
    while (under_way_ >= most_at_a_time) {
        co_await free_.wait();
    }
    ++under_way_;
    const auto begun = Clock::now();
    net::HttpBody body = not_fetched("not asked");
    std::exception_ptr bug;
    try {
        auto running = run(std::move(errand));
        body = co_await std::move(running);
    } catch (...) {
        bug = std::current_exception();  // those who wait for the same answer must not wait for ever
    }
    --under_way_;
    free_.notify();
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
    remember(key, *entry, {std::move(body), took});
    if (bug) {
        std::rethrow_exception(bug);
    }
    co_return entry->fetched;
}

void Fetcher::remember(const std::string& key, Entry& entry, Fetched fetched)
{
    remembered_ += key.size() + size_of(fetched);
    entry.fetched = std::make_shared<const Fetched>(std::move(fetched));
    entry.done.notify();
    done_.push_back(key);
    while (remembered_ > rules_.most_remembered) {
        const auto oldest = entries_.find(done_.front());
        remembered_ -= oldest->first.size() + size_of(*oldest->second->fetched);
        entries_.erase(oldest);
        done_.pop_front();
    }
}

// Empty if it may be asked.
std::string Fetcher::objection_to(const IpAddress& address) const
{
    const bool wrong_family =
        rules_.family != model::AddressFamily::any && address.is_v6() != (rules_.family == model::AddressFamily::v6);
    if (wrong_family) {
        return "is of the family that is not asked";
    }
    if (std::ranges::any_of(rules_.excluded, [&](const auto& network) { return network.contains(address); })) {
        return "is not connected to (--exclude)";
    }
    return rules_.private_addresses || address.is_public() ? "" : "is no public address (--online-private)";
}

// Those that may be asked, or the phrase about the first of those that may not.
asio::awaitable<Fetcher::Addresses> Fetcher::addresses_of(std::string host, net::Deadline deadline)
{
    std::vector<std::string> texts = {host};
    if (!IpAddress::parse(host)) {
        auto looking = resolver_.resolve(host, deadline, stop_);
        auto found = co_await std::move(looking);
        if (!found) {
            const std::string words = words_of_failure(found.error());
            co_return not_fetched(words);
        }
        texts = *std::move(found);
    }
    std::vector<std::string> allowed;
    std::string objection;
    for (const std::string& text : texts) {
        const auto address = IpAddress::parse(text);
        const std::string why = address ? objection_to(*address) : "is no address";
        if (why.empty() && allowed.size() < most_addresses) {
            allowed.push_back(address->format());
        } else if (objection.empty()) {
            objection = "not asked: " + text + " " + why;
        }
    }
    if (allowed.empty()) {
        co_return not_fetched(objection);
    }
    co_return allowed;
}

asio::awaitable<net::HttpBody> Fetcher::run(Errand errand)
{
    const net::Deadline deadline = Clock::now() + rules_.time;
    auto looking = addresses_of(errand.url.host, deadline);
    const Addresses addresses = co_await std::move(looking);
    if (!addresses) {
        const UntrustedText words = addresses.error();
        co_return base::Unexpected<UntrustedText>(words);
    }
    std::string failure;
    for (const std::string& address : *addresses) {
        const bool last = address == addresses->back();
        const net::Deadline until =
            last ? deadline : std::min<net::Deadline>(deadline, Clock::now() + patience_with_one);
        net::Peer peer{address, errand.url.port, rules_.source_address};
        auto connecting = connector_.connect(std::move(peer), until, stop_);
        auto connection = co_await std::move(connecting);
        if (!connection) {
            failure = words_of_failure(connection.error());
            continue;
        }
        net::HttpRequest request{errand.url.authority(), errand.url.target, errand.body_type, errand.body};
        auto asking = net::ask_by_http(**connection, std::move(request), errand.bounds, deadline, stop_);
        net::HttpBody body = co_await std::move(asking);
        (*connection)->close();
        co_return body;
    }
    co_return not_fetched(failure);
}

}  // namespace smtptls::engine

// Web servers that certificates name, asked for a whole scan: each errand once, a few at a time, and nobody at an
// address where a certificate has no business to send us.
#pragma once

#include "base/untrusted_text.hpp"
#include "model/address.hpp"
#include "model/http_url.hpp"
#include "model/target.hpp"
#include "net/connection.hpp"
#include "net/http.hpp"
#include "net/resolver.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace smtptls::engine {

/// One question to a web server.
struct Errand {
    model::HttpUrl url;
    std::string body_type;  ///< media type of the body, which is sent by POST; empty: GET
    base::Bytes body = {};
    net::HttpBounds bounds = {};
};

struct Fetched {
    net::HttpBody body;
    std::chrono::milliseconds took{};  ///< of its own time, not of what it waited for others
};

class Fetcher {
public:
    struct Rules {
        bool private_addresses = false;  ///< may be asked too
        model::AddressFamily family = model::AddressFamily::any;
        std::vector<model::IpNetwork> excluded = {};  ///< never connected to
        std::string source_address = {};              ///< to connect from; empty: the system's choice
        std::chrono::milliseconds time = longest;     ///< for one errand, from the look-up of its name to its answer
        /// Bytes of answers and questions that are remembered; the oldest are forgotten, and asked again if they come
        /// up again.
        std::size_t most_remembered = std::size_t{64} << 20U;
    };

    static constexpr std::chrono::milliseconds longest{10000};
    static constexpr std::size_t most_at_a_time = 16;
    static constexpr std::size_t most_addresses = 4;  ///< of a name, tried until one takes the connection

    Fetcher(net::Connector& connector, net::Resolver& resolver, Rules rules, net::Stop& stop,
            const net::asio::any_io_executor& executor);

    /// The answer, or a phrase about why there is none. Who has the same errand while it is under way, or later, gets
    /// the same answer. The address that is judged is the one that is connected to.
    net::asio::awaitable<std::shared_ptr<const Fetched>> fetch(Errand errand);

private:
    struct Entry {
        explicit Entry(const net::asio::any_io_executor& executor) : done(executor) {}
        std::shared_ptr<const Fetched> fetched = {};  ///< null: it is under way
        net::Event done;
    };
    using Addresses = base::Expected<std::vector<std::string>, base::UntrustedText>;

    net::asio::awaitable<net::HttpBody> run(Errand errand);
    net::asio::awaitable<Addresses> addresses_of(std::string host, net::Deadline deadline);
    std::string objection_to(const model::IpAddress& address) const;
    void remember(const std::string& key, Entry& entry, Fetched fetched);

    net::Connector& connector_;
    net::Resolver& resolver_;
    const Rules rules_;
    net::Stop& stop_;
    net::asio::any_io_executor executor_;
    net::Event free_;
    std::size_t under_way_ = 0;
    std::map<std::string, std::shared_ptr<Entry>> entries_;  // by URL and body
    std::deque<std::string> done_;                           // oldest first
    std::size_t remembered_ = 0;                             // bytes
};

}  // namespace smtptls::engine

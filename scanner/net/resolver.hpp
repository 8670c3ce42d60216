// Names to addresses, behind an interface: getaddrinfo cannot be cancelled per call, so it runs on
// a thread of its own and is left behind when its time is up. Where no thread can be started the look-up fails.
#pragma once

#include "base/expected.hpp"
#include "base/failure.hpp"
#include "net/race.hpp"

#include <string>
#include <vector>

namespace smtptls::net {

class Resolver {
public:
    virtual ~Resolver() = default;

    /// The addresses of `host` as text, IPv6 and IPv4, in the system's order (RFC 6724) without
    /// repetition; at least one. Failure: stage resolve with not_found, timed_out, cancelled or
    /// local_error (the resolver itself is in trouble).
    virtual asio::awaitable<base::Expected<std::vector<std::string>, base::Failure>> resolve(std::string host,
                                                                                             Deadline deadline,
                                                                                             Stop& stop) = 0;

    /// The canonical name of `host`, as a list of one; failures as above.
    virtual asio::awaitable<base::Expected<std::vector<std::string>, base::Failure>> canonical_name(std::string host,
                                                                                                    Deadline deadline,
                                                                                                    Stop& stop) = 0;
};

/// The system's: /etc/hosts, DNS and whatever else nsswitch.conf names.
class SystemResolver : public Resolver {
public:
    asio::awaitable<base::Expected<std::vector<std::string>, base::Failure>> resolve(std::string host,
                                                                                     Deadline deadline,
                                                                                     Stop& stop) override;
    asio::awaitable<base::Expected<std::vector<std::string>, base::Failure>> canonical_name(std::string host,
                                                                                            Deadline deadline,
                                                                                            Stop& stop) override;
};

}  // namespace smtptls::net

// The name to greet servers with, if the user gives none.
#pragma once

#include "net/resolver.hpp"

#include <string>

namespace smtptls {

/// This machine's name if it has a dot, as it is or in its canonical form; else empty, since servers answer 501, 503 or
/// 550 to names that are none. Takes 5 s at most.
net::asio::awaitable<std::string> own_name(net::Resolver& resolver, net::Stop& stop);

}  // namespace smtptls

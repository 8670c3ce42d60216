// The scanner on a loop of yours, with Boost.Asio.
#pragma once

#include "api/scanner.hpp"

#include <boost/asio/awaitable.hpp>

namespace smtptls {

/// Scanner::stream() as a coroutine. What runs it must be one thread, or a strand. Cancellation is Scanner::stop(). The
/// scanner may be destroyed as soon as this has returned.
boost::asio::awaitable<model::ScanHead> async_scan(const Scanner& scanner, std::vector<model::Target> targets,
                                                   ScanEvents events);

}  // namespace smtptls

// One request of HTTP/1.1 over a connection, and its answer (RFC 9112), read by Boost.Beast within bounds. No redirect
// is followed and no connection is kept: whoever answers is hostile.
#pragma once

#include "base/bytes.hpp"
#include "base/expected.hpp"
#include "base/untrusted_text.hpp"
#include "net/connection.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace smtptls::net {

struct HttpRequest {
    std::string host;       ///< what the field Host says
    std::string target;     ///< path and query: no blank and no control character in it
    std::string body_type;  ///< media type of the body, which is sent by POST; empty: GET
    base::Bytes body = {};
};

/// What an answer may be.
struct HttpBounds {
    std::vector<std::string> types;  ///< media types, in lower case; an empty one allows an answer without any
    std::size_t most_bytes = 0;      ///< of the body
};

/// Of the status line and the fields.
inline constexpr std::size_t most_http_head = std::size_t{8} << 10U;

/// What is read beside the body: the head, and the lines around chunks.
inline constexpr std::size_t most_http_frame = std::size_t{64} << 10U;

/// The body, or a phrase about who did not send one.
using HttpBody = base::Expected<base::Bytes, base::UntrustedText>;

/// The body of an answer 200 of one of the types that is not empty and came whole before the deadline. The connection
/// is of no use afterwards.
asio::awaitable<HttpBody> ask_by_http(Connection& connection, HttpRequest request, HttpBounds bounds, Deadline deadline,
                                      Stop& stop);

}  // namespace smtptls::net

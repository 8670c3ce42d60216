// An answer of a web server, any bytes in any pieces: a body within its bound, or a phrase that can be shown.
#include "net/http.hpp"
#include "fuzz/promise.hpp"
#include "unit/net/recorded_connection.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace smtptls;
    if (size == 0) {
        return 0;
    }
    // The first byte says how long the pieces are.
    const std::size_t length = std::size_t{1} + data[0];
    std::vector<std::string> pieces;
    for (std::size_t at = 1; at < size; at += length) {
        pieces.emplace_back(reinterpret_cast<const char*>(data) + at, std::min(length, size - at));
    }
    net::RecordedConnection connection(pieces);
    net::Stop stop;
    constexpr std::size_t most = 4096;
    net::HttpBounds bounds{{"application/ocsp-response", ""}, most};
    net::HttpRequest request{"ca.example", "/", ""};
    const net::HttpBody body = net::ended(net::ask_by_http(connection, std::move(request), std::move(bounds),
                                                           net::Clock::now() + std::chrono::hours(1), stop));
    fuzz::promise(!body || (!body->empty() && body->size() <= most), "a body is within its bound");
    fuzz::promise(body || (!body.error().empty() && fuzz::is_harmless(body.error().escaped())), "else it is a phrase");
    fuzz::promise(connection.read <= most + net::most_http_frame, "no more is read");
    return 0;
}

// Any bytes as a server's answer to a hello: the exchange ends, its outcome does not depend on how the
// bytes were cut (but for an alert behind a complete flight), and whatever was decoded can be encoded and shown.
// Input: one byte that says how large the pieces are, then the answer.
#include "tls/hello_exchange.hpp"

#include "fuzz/promise.hpp"

#include <algorithm>

namespace {

using namespace smtptls;
using fuzz::promise;

tls::HelloExchange fed(base::ByteView answer, std::size_t piece)
{
    tls::HelloExchange exchange(tls::ClientHello{});
    exchange.written();
    while (!answer.empty() && exchange.want() == base::Want::read) {
        const std::size_t count = std::min(piece, answer.size());
        exchange.received(answer.first(count));
        answer = answer.subspan(count);
    }
    if (exchange.want() == base::Want::read) {
        exchange.peer_closed();
    }
    if (exchange.want() == base::Want::write) {
        promise(!exchange.output().empty(), "a farewell has bytes");
        exchange.written();
    }
    promise(exchange.want() == base::Want::nothing, "every exchange ends");
    return exchange;
}

// An alert behind a complete flight is heard if it has come by then; who waited for it would wait in vain elsewhere.
bool alert_came_later(const tls::HelloOutcome& whole, const tls::HelloOutcome& cut)
{
    const auto* broken = std::get_if<tls::BrokenFlight>(&whole);
    if (broken == nullptr || !std::holds_alternative<tls::Alert>(broken->end)) {
        return false;
    }
    const tls::ServerFlight& chosen = broken->begun;
    if (const auto* flight = std::get_if<tls::ServerFlight>(&cut)) {
        return *flight == chosen;
    }
    const auto* malformed = std::get_if<tls::BrokenFlight>(&cut);
    return tls::is_hello_retry_request(chosen.hello) && (std::holds_alternative<tls::HelloRetryRequest>(cut) ||
                                                         (malformed != nullptr && malformed->begun == chosen));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    // Past the limit the outcome may tell where in a piece the limit was.
    if (size == 0 || size > tls::HelloExchange::longest_flight) {
        return 0;
    }
    const base::ByteView answer(data + 1, size - 1);
    const tls::HelloExchange whole = fed(answer, size);
    const tls::HelloExchange cut = fed(answer, std::size_t{data[0]} + 1);
    promise(whole.outcome().has_value(), "an exchange that ended has an outcome");
    promise(whole.outcome() == cut.outcome() || alert_came_later(*whole.outcome(), *cut.outcome()),
            "the outcome does not depend on how the bytes were cut");
    promise(!tls::describe(*whole.outcome()).empty(), "an outcome can be told in words");
    promise(fuzz::is_harmless(tls::describe(*whole.outcome())), "an outcome can be shown on a terminal");
    if (const auto* flight = std::get_if<tls::ServerFlight>(&*whole.outcome())) {
        promise(!tls::encode(*flight).empty(), "a flight can be encoded");
    }
    return 0;
}

// Whatever way the network cuts the bytes, the outcome is the same; and bytes that end early are never
// an answer.
#include "catch.hpp"
#include "unit/tls/flight_vectors.hpp"

namespace smtptls::tls {
namespace {

using testing::FlightVector;
using testing::outcome_of;
using testing::waiting_exchange;

HelloOutcome fed_in_pieces(base::ByteView answer, std::size_t size)
{
    HelloExchange exchange = waiting_exchange();
    while (!answer.empty() && !exchange.outcome()) {
        const std::size_t count = std::min(size, answer.size());
        exchange.received(answer.first(count));
        answer = answer.subspan(count);
    }
    if (!exchange.outcome()) {
        exchange.peer_closed();
    }
    return exchange.outcome().value();
}

HelloOutcome fed_in_two(base::ByteView answer, std::size_t split)
{
    HelloExchange exchange = waiting_exchange();
    exchange.received(answer.first(split));
    exchange.received(answer.subspan(split));
    if (!exchange.outcome()) {
        exchange.peer_closed();
    }
    return exchange.outcome().value();
}

// Real answers, and some that are none.
std::vector<FlightVector> answers()
{
    std::vector<FlightVector> all = testing::flight_vectors();
    for (const std::string_view text : {"554 5.7.1 no TLS here\r\n250 ok\r\n", "no end of line", "\r\n.\r\n"}) {
        const base::ByteView bytes = base::bytes_of(text);
        all.push_back({"text", std::string(text), {}, {bytes.begin(), bytes.end()}, {}});
    }
    for (const std::string_view bytes :
         {"8003000001", "80030000", "1503030002017015030300020228", "15030300020170160303", "160303ffff00",
          "1703030002ffff", "1603030004000000001503030002012a", "00050200000100", "fffefdfc"}) {
        all.push_back({"bytes", std::string(bytes), {}, testing::unhex(bytes), {}});
    }
    return all;
}

TEST_CASE("an answer that comes byte by byte, or two or three at a time, has the same outcome", "[tls]")
{
    for (const FlightVector& vector : answers()) {
        CAPTURE(vector.server, vector.what);
        const HelloOutcome whole = outcome_of(vector.answer);
        for (const std::size_t size : {1U, 2U, 3U, 5U, 7U}) {
            CHECK(fed_in_pieces(vector.answer, size) == whole);
        }
    }
}

TEST_CASE("an answer that is split anywhere has the same outcome", "[tls]")
{
    for (const FlightVector& vector : answers()) {
        CAPTURE(vector.server, vector.what);
        const HelloOutcome whole = outcome_of(vector.answer);
        for (std::size_t split = 0; split <= vector.answer.size(); ++split) {
            if (fed_in_two(vector.answer, split) != whole) {
                FAIL_CHECK("split at " << split << ": " << describe(fed_in_two(vector.answer, split)));
            }
        }
    }
}

bool is_no_answer(const HelloOutcome& outcome)
{
    const auto* broken = std::get_if<BrokenFlight>(&outcome);
    return std::holds_alternative<Closed>(outcome) ||
           (broken != nullptr && std::holds_alternative<Closed>(broken->end));
}

TEST_CASE("an answer that is cut off at any byte is a close and never an answer", "[tls]")
{
    for (const FlightVector& vector : testing::flight_vectors()) {
        CAPTURE(vector.server, vector.what);
        HelloExchange exchange = waiting_exchange();
        for (std::size_t i = 0; i < vector.answer.size() && !exchange.outcome(); ++i) {
            HelloExchange cut = exchange;
            cut.peer_closed();
            if (!is_no_answer(cut.outcome().value()) || cut.want() != base::Want::nothing) {
                FAIL_CHECK("cut after " << i << " bytes: " << describe(*cut.outcome()));
            }
            exchange.received(base::ByteView(vector.answer).subspan(i, 1));
        }
        CHECK(exchange.outcome().has_value());
    }
}

TEST_CASE("an answer with any one byte changed ends, with the same outcome in one piece and in two", "[tls]")
{
    for (const FlightVector& vector : testing::flight_vectors()) {
        CAPTURE(vector.server, vector.what);
        for (std::size_t at = 0; at < vector.answer.size(); ++at) {
            base::Bytes changed = vector.answer;
            changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1U << (at % 8)));
            if (outcome_of(changed) != fed_in_two(changed, at)) {
                FAIL_CHECK("byte " << at << " changed: " << describe(outcome_of(changed)));
            }
        }
    }
}

}  // namespace
}  // namespace smtptls::tls

#include "model/trace.hpp"

#include "catch.hpp"

namespace smtptls::model {
namespace {

using Kind = WireEvent::Kind;

TEST_CASE("what comes before we speak again is one event with the reads it came in", "[model]")
{
    Wire wire;
    wire.received(base::bytes_of("220 "));
    wire.received(base::bytes_of("hello\r\n"));
    wire.sent(base::bytes_of("QUIT\r\n"));
    wire.ended(Kind::broke, base::Reason::reset);
    REQUIRE(wire.events.size() == 3);
    CHECK(base::text_of(wire.events[0].bytes) == "220 hello\r\n");
    CHECK(wire.events[0].pieces == std::vector<std::uint32_t>{4, 7});
    CHECK(wire.events[1].kind == Kind::sent);
    CHECK(wire.events[2].reason == base::Reason::reset);
    CHECK(wire.left_out == 0);
}

TEST_CASE("a wire keeps its limits however much comes, and counts the rest", "[model]")
{
    Wire wire;
    const base::Bytes block(16384, 'x');
    for (int i = 0; i < 100; ++i) {
        wire.received(block);
    }
    wire.sent(base::bytes_of("behind it"));
    wire.ended(Kind::closed);
    REQUIRE(wire.events.size() == 2);
    CHECK(wire.events[0].bytes.size() == Wire::most_bytes);
    CHECK(wire.left_out == 100 * block.size() - Wire::most_bytes + 9);
    CHECK(wire.events[1].kind == Kind::closed);
}

TEST_CASE("reads beyond the limit are kept as one piece", "[model]")
{
    Wire wire;
    for (std::size_t i = 0; i < Wire::most_pieces + 500; ++i) {
        wire.received(base::bytes_of("y"));
    }
    REQUIRE(wire.events.size() == 1);
    CHECK(wire.events[0].bytes.size() == Wire::most_pieces + 500);
    CHECK(wire.events[0].pieces.size() == Wire::most_pieces);
    CHECK(wire.events[0].pieces.back() == 501);
}

TEST_CASE("turns beyond the limit are left out", "[model]")
{
    Wire wire;
    for (std::size_t i = 0; i < Wire::most_events; ++i) {
        wire.sent(base::bytes_of("s"));
        wire.received(base::bytes_of("r"));
    }
    CHECK(wire.events.size() == Wire::most_events);
    CHECK(wire.left_out == Wire::most_events);
}

}  // namespace
}  // namespace smtptls::model

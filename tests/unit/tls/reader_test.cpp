// Reader and Writer: bounded, sticky, nothing left over, nothing too long.
#include "tls/reader.hpp"
#include "catch.hpp"
#include "tls/writer.hpp"

#include <stdexcept>

namespace smtptls::tls {
namespace {

using base::Bytes;

TEST_CASE("numbers are read in network byte order", "[tls]")
{
    const Bytes bytes = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06};
    Reader reader(bytes);
    CHECK(reader.u8("a") == 0x01);
    CHECK(reader.u16("b") == 0x0203);
    CHECK(reader.u24("c") == 0x040506);
    CHECK(reader.finish(7).value() == 7);
}

TEST_CASE("the first error stays and every later read gives nothing", "[tls]")
{
    const Bytes bytes = {0x05, 0x01, 0x02};
    Reader reader(bytes);
    CHECK(reader.opaque8("first").empty());
    CHECK(reader.u8("second") == 0);
    CHECK(reader.u24("third") == 0);
    CHECK(reader.left() == 0);
    reader.fail(DecodeErrorKind::illegal, 9, "fourth");
    CHECK(reader.finish(0).error() == DecodeError{DecodeErrorKind::truncated, 1, "first"});
}

TEST_CASE("bytes after the last field are an error", "[tls]")
{
    const Bytes bytes = {0x01, 0x02};
    Reader reader(bytes);
    reader.u8("only");
    CHECK(reader.finish(0).error() == DecodeError{DecodeErrorKind::leftover, 1, "end"});
}

TEST_CASE("an error inside a vector names the field and its place in the whole", "[tls]")
{
    const Bytes bytes = {0xaa, 0x00, 0x03, 0x01, 0x02, 0x03, 0xbb};
    Reader reader(bytes);
    reader.u8("before");
    std::vector<std::uint16_t> items;
    reader.each16("list", [&](Reader& item) { items.push_back(item.u16("item")); });
    CHECK(reader.u8("after") == 0);
    CHECK(reader.finish(0).error() == DecodeError{DecodeErrorKind::truncated, 5, "item"});
}

TEST_CASE("a vector longer than its bytes is never looked into", "[tls]")
{
    const Bytes bytes = {0x00, 0x05, 0x01, 0x02};
    Reader reader(bytes);
    int items = 0;
    reader.each16("list", [&](Reader& item) { items += item.u8("item"); });
    CHECK(items == 0);
    CHECK(reader.finish(0).error() == DecodeError{DecodeErrorKind::truncated, 2, "list"});
}

TEST_CASE("an item that reads nothing ends the vector with an error, not never", "[tls]")
{
    const Bytes bytes = {0x02, 0x01, 0x02};
    Reader reader(bytes);
    reader.each8("list", [](Reader&) {});
    CHECK(reader.finish(0).error() == DecodeError{DecodeErrorKind::illegal, 1, "list"});
}

TEST_CASE("an error prints its kind, its place and its field", "[tls]")
{
    CHECK(format(DecodeError{DecodeErrorKind::truncated, 38, "cipher_suite"}) == "truncated at byte 38: cipher_suite");
    CHECK(format(DecodeError{DecodeErrorKind::leftover, 4, "end"}) == "bytes left over at byte 4: end");
    CHECK(format(DecodeError{DecodeErrorKind::illegal, 0, "length"}) == "illegal value at byte 0: length");
    CHECK(format(DecodeError{DecodeErrorKind::too_long, 1, "length"}) == "too long at byte 1: length");
    CHECK(format(DecodeError{DecodeErrorKind::unexpected, 0, "MSG"}) == "unexpected at byte 0: MSG");
}

TEST_CASE("vectors are written with their length in front, also one inside another", "[tls]")
{
    Writer writer;
    writer.u8(std::uint8_t{1});
    writer.vector24([&] {
        writer.u24(0x0a0b0cU);
        writer.opaque16(Bytes{0xff});
        writer.opaque8({});
    });
    const Bytes written = std::move(writer).take();
    CHECK(written == Bytes{1, 0, 0, 7, 0x0a, 0x0b, 0x0c, 0, 1, 0xff, 0});
}

TEST_CASE("a vector longer than its length can say is a mistake of the caller", "[tls]")
{
    Writer fits;
    fits.opaque8(Bytes(255));
    CHECK(fits.size() == 256);
    Writer small;
    CHECK_THROWS_AS(small.opaque8(Bytes(256)), std::length_error);
    Writer large;
    CHECK_THROWS_AS(large.opaque16(Bytes(65536)), std::length_error);
}

}  // namespace
}  // namespace smtptls::tls

// The record layer: whole records and messages from any segmentation, and what it refuses.
#include "tls/record.hpp"
#include "catch.hpp"
#include "flight_vectors.hpp"

namespace smtptls::tls {
namespace {

using base::Bytes;
using testing::unhex;

TEST_CASE("a record is yielded when it is whole, and not before", "[tls]")
{
    const Record record{ContentType::alert, ProtocolVersion::tls1_2, {2, 40}};
    const Bytes bytes = encode(record);
    CHECK(base::format_hex(bytes) == "15030300020228");
    RecordBuffer buffer;
    for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
        buffer.append(base::ByteView(bytes).subspan(i, 1));
        CHECK_FALSE(buffer.next().value().has_value());
    }
    buffer.append(base::ByteView(bytes).last(1));
    CHECK(buffer.next().value() == record);
    CHECK_FALSE(buffer.next().value().has_value());
    CHECK(buffer.pending().empty());
    CHECK(buffer.total() == 7);
}

TEST_CASE("a record header that cannot be one is refused where it stands", "[tls]")
{
    struct Row {
        std::string_view name;
        std::string_view bytes;
        std::string_view expected;
    };
    const auto [name, bytes, expected] = GENERATE(values<Row>({
        {"a content type that is none", "1903030001", "illegal value at byte 7: ContentType"},
        {"a version that does not begin with 3", "1602000001", "illegal value at byte 8: legacy_record_version"},
        {"an empty handshake record", "1603030000", "illegal value at byte 10: length"},
        {"an empty alert record", "1503030000", "illegal value at byte 10: length"},
        {"a record over the limit", "1603034801", "too long at byte 10: length"},
    }));
    CAPTURE(name);
    RecordBuffer buffer;
    buffer.append(unhex("15030300020170"));
    CHECK(buffer.next().value().has_value());
    buffer.append(unhex(bytes));
    CHECK(format(buffer.next().error()) == expected);
    CHECK(format(buffer.next().error()) == expected);
}

TEST_CASE("an alert in a record of any version is read, if nothing else is in the record", "[tls]")
{
    const auto digits = GENERATE(values<std::string_view>({"15000000020246", "15feff00020128", "15030900020228"}));
    CAPTURE(digits);
    const Bytes bytes = unhex(digits);
    RecordBuffer buffer;
    buffer.append(bytes);
    const auto record = buffer.next();
    REQUIRE(record.has_value());
    REQUIRE(record->has_value());
    CHECK((*record)->type == ContentType::alert);
    CHECK((*record)->fragment == Bytes(bytes.begin() + 5, bytes.end()));
}

TEST_CASE("six bytes tell an alert in a record of its own", "[tls]")
{
    const Bytes whole = unhex("15000000020246");
    for (std::size_t i = 0; i < 6; ++i) {
        CHECK_FALSE(looks_like_alert(base::ByteView(whole).first(i)).has_value());
    }
    CHECK(looks_like_alert(whole) == true);
    CHECK(looks_like_alert(unhex("150000000303")) == false);
    CHECK(looks_like_alert(unhex("150000000203")) == false);
    CHECK(looks_like_alert(unhex("16")) == false);
}

TEST_CASE("a record of the longest size is read", "[tls]")
{
    Record record{ContentType::handshake, ProtocolVersion::ssl3, Bytes(longest_record)};
    RecordBuffer buffer;
    buffer.append(encode(record));
    CHECK(buffer.next().value() == record);
}

TEST_CASE("messages are cut from fragments as they come: two in one, one in three", "[tls]")
{
    MessageBuffer buffer;
    buffer.append(unhex("0e00000000000000"));
    CHECK(buffer.next().value() == HandshakeMessage{HandshakeType::server_hello_done, {}});
    CHECK(buffer.next().value() == HandshakeMessage{HandshakeType::hello_request, {}});
    CHECK_FALSE(buffer.next().value().has_value());
    buffer.append(unhex("0b0000"));
    CHECK_FALSE(buffer.next().value().has_value());
    buffer.append(unhex("03aabb"));
    CHECK_FALSE(buffer.next().value().has_value());
    buffer.append(unhex("cc"));
    CHECK(buffer.next().value() == HandshakeMessage{HandshakeType::certificate, {0xaa, 0xbb, 0xcc}});
}

TEST_CASE("a message over the limit is refused by its header", "[tls]")
{
    MessageBuffer buffer;
    buffer.append(unhex("0b040001"));
    CHECK(format(buffer.next().error()) == "too long at byte 1: length");
}

TEST_CASE("a message longer than a record is sent in several", "[tls]")
{
    const Bytes message(longest_fragment + 1, 0x55);
    RecordBuffer buffer;
    buffer.append(encode_records(ContentType::handshake, ProtocolVersion::tls1_0, message));
    CHECK(buffer.next().value().value().fragment.size() == longest_fragment);
    CHECK(buffer.next().value().value().fragment.size() == 1);
}

TEST_CASE("an alert is two bytes, no more and no less", "[tls]")
{
    CHECK(decode_alert(unhex("0228")).value() == Alert{AlertLevel::fatal, AlertDescription::handshake_failure});
    CHECK(decode_alert(unhex("07c9")).value() == Alert{AlertLevel{7}, AlertDescription{201}});
    CHECK_FALSE(decode_alert(unhex("02")).has_value());
    CHECK_FALSE(decode_alert(unhex("022800")).has_value());
    CHECK(base::format_hex(encode_alert({AlertLevel::warning, AlertDescription::user_canceled},
                                        ProtocolVersion::tls1_2)) == "1503030002015a");
}

TEST_CASE("types print by the RFC's name or their number", "[tls]")
{
    CHECK(format(ContentType::handshake) == "handshake");
    CHECK(format(ContentType{99}) == "content type 99");
    CHECK(format(HandshakeType::server_hello_done) == "server_hello_done");
    CHECK(format(HandshakeType{99}) == "handshake type 99");
}

}  // namespace
}  // namespace smtptls::tls

// Reads the structs of the TLS RFCs (RFC 8446 section 3) from bytes that nobody vouches for:
//
//     Reader reader(body);
//     hello.legacy_version = reader.u16<ProtocolVersion>("legacy_version");
//     reader.each16("cipher_suites", [&](Reader& item) { suites.push_back(item.u16<CipherSuite>("suite")); });
//     return reader.finish(hello);
//
// Bounded by its view, sticky on its first error (later reads give zeros and empty views), refuses leftovers.
#pragma once

#include "base/bytes.hpp"
#include "base/expected.hpp"

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace smtptls::tls {

/// `truncated`: the bytes end inside the field; `leftover`: bytes follow the last field; `illegal`: the
/// specification forbids the value; `too_long`: over a limit of ours; `unexpected`: a message out of turn.
enum class DecodeErrorKind { truncated, leftover, illegal, too_long, unexpected };

struct DecodeError {
    DecodeErrorKind kind = DecodeErrorKind::truncated;
    std::size_t offset = 0;       ///< of the field, in bytes from the start of what was decoded
    std::string_view field = {};  ///< the RFC's word; text of static lifetime

    bool operator==(const DecodeError&) const = default;
};

/// "truncated at byte 38: cipher_suite".
std::string format(const DecodeError& error);

/// A decoded value or why there is none.
template <typename Value>
using Decoded = base::Expected<Value, DecodeError>;

/// A code point (open enum) or an unsigned number.
template <typename Number>
concept WireNumber = std::unsigned_integral<Number> || std::is_enum_v<Number>;

class Reader {
public:
    /// The bytes must outlive the reader; `origin` is the offset of the first in error messages.
    explicit Reader(base::ByteView bytes, std::size_t origin = 0) : bytes_(bytes), origin_(origin) {}

    template <WireNumber Number = std::uint8_t>
    Number u8(std::string_view field)
    {
        return static_cast<Number>(number(1, field));
    }

    template <WireNumber Number = std::uint16_t>
    Number u16(std::string_view field)
    {
        return static_cast<Number>(number(2, field));
    }

    template <WireNumber Number = std::uint32_t>
    Number u24(std::string_view field)
    {
        return static_cast<Number>(number(3, field));
    }

    /// Exactly `count` bytes: opaque field[count].
    base::ByteView take(std::size_t count, std::string_view field);

    /// All bytes that are left.
    base::ByteView rest(std::string_view field) { return take(left(), field); }

    /// opaque field<0..2^8-1> and its longer forms.
    base::ByteView opaque8(std::string_view field) { return take(number(1, field), field); }
    base::ByteView opaque16(std::string_view field) { return take(number(2, field), field); }
    base::ByteView opaque24(std::string_view field) { return take(number(3, field), field); }

    /// Reads a vector's items until its bytes are used up; `item(Reader&)` reads one.
    template <typename Item>
    void each8(std::string_view field, Item item)
    {
        each(number(1, field), field, item);
    }

    template <typename Item>
    void each16(std::string_view field, Item item)
    {
        each(number(2, field), field, item);
    }

    template <typename Item>
    void each24(std::string_view field, Item item)
    {
        each(number(3, field), field, item);
    }

    /// Reads items until no bytes are left.
    template <typename Item>
    void each_left(std::string_view field, Item item)
    {
        each(left(), field, item);
    }

    std::size_t left() const { return error_ ? 0 : bytes_.size() - at_; }
    std::size_t offset() const { return origin_ + at_; }

    /// Notes an error at the offset given, unless there is one already.
    void fail(DecodeErrorKind kind, std::size_t offset, std::string_view field);

    const std::optional<DecodeError>& error() const { return error_; }

    /// The value, if all was read and nothing is left over.
    template <typename Value>
    Decoded<Value> finish(Value value)
    {
        if (left() > 0) {
            fail(DecodeErrorKind::leftover, offset(), "end");
        }
        if (error_) {
            return base::Unexpected<DecodeError>(*error_);
        }
        return value;
    }

private:
    std::uint32_t number(std::size_t width, std::string_view field);

    template <typename Item>
    void each(std::size_t size, std::string_view field, Item& item)
    {
        const std::size_t start = offset();
        Reader inner(take(size, field), start);
        while (inner.left() > 0) {
            const std::size_t before = inner.left();
            item(inner);
            if (inner.left() == before) {
                inner.fail(DecodeErrorKind::illegal, inner.offset(), field);
            }
        }
        if (inner.error_) {
            fail(inner.error_->kind, inner.error_->offset, inner.error_->field);
        }
    }

    base::ByteView bytes_;
    std::size_t at_ = 0;
    std::size_t origin_ = 0;
    std::optional<DecodeError> error_;
};

}  // namespace smtptls::tls

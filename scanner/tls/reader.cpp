#include "tls/reader.hpp"

namespace smtptls::tls {
namespace {

std::string_view format(DecodeErrorKind kind)
{
    switch (kind) {
        case DecodeErrorKind::truncated: return "truncated";
        case DecodeErrorKind::leftover: return "bytes left over";
        case DecodeErrorKind::illegal: return "illegal value";
        case DecodeErrorKind::too_long: return "too long";
        case DecodeErrorKind::unexpected: return "unexpected";
    }
    return "unknown";
}

}  // namespace

std::string format(const DecodeError& error)
{
    return std::string(format(error.kind)) + " at byte " + std::to_string(error.offset) + ": " +
           std::string(error.field);
}

base::ByteView Reader::take(std::size_t count, std::string_view field)
{
    if (error_) {
        return {};
    }
    if (count > left()) {
        fail(DecodeErrorKind::truncated, offset(), field);
        return {};
    }
    const base::ByteView taken = bytes_.subspan(at_, count);
    at_ += count;
    return taken;
}

void Reader::fail(DecodeErrorKind kind, std::size_t offset, std::string_view field)
{
    if (!error_) {
        error_ = DecodeError{kind, offset, field};
    }
}

// RFC 8446 section 3.3: numbers are big-endian.
std::uint32_t Reader::number(std::size_t width, std::string_view field)
{
    std::uint32_t value = 0;
    for (const std::uint8_t byte : take(width, field)) {
        value = (value << 8U) | byte;
    }
    return value;
}

}  // namespace smtptls::tls

// Writes the structs of the TLS RFCs (RFC 8446 section 3). The mirror of Reader:
//
//     Writer writer;
//     writer.u16(hello.legacy_version);
//     writer.vector16([&] { for (auto suite : suites) writer.u16(suite); });
//     return std::move(writer).take();
#pragma once

#include "base/bytes.hpp"
#include "tls/reader.hpp"

#include <cstddef>

namespace smtptls::tls {

class Writer {
public:
    /// The low bytes of a number or a code point.
    template <WireNumber Number>
    void u8(Number value)
    {
        number(static_cast<std::uint32_t>(value), 1);
    }

    template <WireNumber Number>
    void u16(Number value)
    {
        number(static_cast<std::uint32_t>(value), 2);
    }

    template <WireNumber Number>
    void u24(Number value)
    {
        number(static_cast<std::uint32_t>(value), 3);
    }

    void bytes(base::ByteView bytes);

    /// A vector: its length in one, two or three bytes, then what `body()` writes. Throws
    /// std::length_error if that is longer than the length can say: a mistake of the caller.
    template <typename Body>
    void vector8(Body body)
    {
        vector(1, body);
    }

    template <typename Body>
    void vector16(Body body)
    {
        vector(2, body);
    }

    template <typename Body>
    void vector24(Body body)
    {
        vector(3, body);
    }

    /// opaque field<0..2^8-1> and its longer forms.
    void opaque8(base::ByteView body)
    {
        vector8([&] { bytes(body); });
    }

    void opaque16(base::ByteView body)
    {
        vector16([&] { bytes(body); });
    }

    void opaque24(base::ByteView body)
    {
        vector24([&] { bytes(body); });
    }

    std::size_t size() const { return written_.size(); }
    base::Bytes take() && { return std::move(written_); }

private:
    template <typename Body>
    void vector(std::size_t width, Body& body)
    {
        number(0, width);
        const std::size_t start = written_.size();
        body();
        set_length(start, width);
    }

    void number(std::uint32_t value, std::size_t width);
    void set_length(std::size_t start, std::size_t width);

    base::Bytes written_;
};

}  // namespace smtptls::tls

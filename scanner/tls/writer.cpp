#include "tls/writer.hpp"

#include <stdexcept>

namespace smtptls::tls {

void Writer::bytes(base::ByteView bytes)
{
    written_.insert(written_.end(), bytes.begin(), bytes.end());
}

void Writer::number(std::uint32_t value, std::size_t width)
{
    for (std::size_t shift = 8 * width; shift > 0; shift -= 8) {
        written_.push_back(static_cast<std::uint8_t>(value >> (shift - 8)));
    }
}

void Writer::set_length(std::size_t start, std::size_t width)
{
    const std::size_t length = written_.size() - start;
    if (length >> (8 * width) != 0) {
        throw std::length_error("a TLS vector is longer than its length field can say");
    }
    for (std::size_t i = 0; i < width; ++i) {
        written_[start - 1 - i] = static_cast<std::uint8_t>(length >> (8 * i));
    }
}

}  // namespace smtptls::tls

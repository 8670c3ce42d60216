// Pieces of text that come in any order and are wanted in theirs: few in memory, many on the disk.
#pragma once

#include "base/sink.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace smtptls::base {

class Spool {
public:
    /// So many bytes are kept in memory before a file without a name takes them, in TMPDIR or /tmp.
    static constexpr std::size_t in_memory = std::size_t{1} << 20U;

    Spool() = default;
    ~Spool();
    Spool(Spool&& other) noexcept;
    Spool(const Spool&) = delete;
    Spool& operator=(const Spool&) = delete;
    Spool& operator=(Spool&&) = delete;

    /// Each place once, in any order and with gaps between them. Throws std::system_error if the disk takes it not.
    void add(std::size_t place, std::string_view piece);

    /// The piece of each place that has one and is not empty, in their order, the place first. Throws
    /// std::system_error.
    template <typename See>
    void each(See see) const
    {
        std::string piece;
        for (const auto& [place, extent] : extents_) {
            read(extent, piece);
            see(place, std::string_view(piece));
        }
    }

    /// The same without the places.
    void give(const Sink& sink) const
    {
        each([&sink](std::size_t, std::string_view piece) { sink(piece); });
    }

private:
    struct Extent {
        std::uint64_t begin = 0;
        std::uint64_t size = 0;
    };

    void flush();
    void read(const Extent& extent, std::string& piece) const;

    std::map<std::size_t, Extent> extents_;  // by place
    std::string pending_;                    // not in the file yet
    std::uint64_t written_ = 0;              // bytes of the file
    int descriptor_ = -1;
};

}  // namespace smtptls::base

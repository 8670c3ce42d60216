// Pieces of text that come in any order and are wanted in theirs: few in memory, many on the disk.
#pragma once

#include "base/sink.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace smtptls::base {

/// A file without a name, in TMPDIR or /tmp. All spools of the process share one; it goes with the last of them, and
/// nothing of it is left when the program ends, however it does.
class SpoolFile;

/// The file of all spools, made now, for who could make none later; null if it cannot be made, and then the first spool
/// that needs it tries again and says why.
std::shared_ptr<SpoolFile> open_spool_file();

class Spool {
public:
    /// So many bytes are kept in memory before the file takes them.
    static constexpr std::size_t in_memory = std::size_t{1} << 20U;

    Spool() = default;
    Spool(Spool&& other) = default;
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

    std::map<std::size_t, Extent> extents_;         // by place; where they begin in all that was added
    std::map<std::uint64_t, std::uint64_t> parts_;  // where what was added begins in the file, a part at a time
    std::string pending_;                           // not in the file yet
    std::uint64_t written_ = 0;                     // bytes of ours in the file
    std::shared_ptr<SpoolFile> file_;
};

}  // namespace smtptls::base

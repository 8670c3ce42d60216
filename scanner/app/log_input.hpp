// The bytes of a log file, of standard input, or of what gzip made of them. The only file that knows zlib.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace smtptls::app {

struct LogInput {
    /// A file begins; `changed`: when it was last written to (standard input: now), in seconds since 1970.
    std::function<void(std::int64_t changed)> begin;
    std::function<void(std::string_view bytes)> append;
};

/// Reads a file ("-": standard input) to its end, in pieces of at most 64 KiB. gzip is known by its first two
/// bytes, also several members behind each other; other compressions are named and refused. Returns why the
/// file was not read to its end; empty: it was.
std::string read_log(const std::string& name, const LogInput& input);

}  // namespace smtptls::app

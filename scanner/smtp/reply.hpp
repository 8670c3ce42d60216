// SMTP replies (RFC 5321 section 4.2) out of a stream of bytes in any segmentation. Knows the
// grammar and its limits; what a reply means is the session's business.
#pragma once

#include "base/bytes.hpp"
#include "base/expected.hpp"
#include "base/untrusted_text.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::smtp {

/// One reply: its code (200 to 599) and the text of each line without code, separator and line end.
struct Reply {
    int code = 0;
    std::vector<std::string> lines;  ///< raw; at least one, may be empty strings

    /// The whole reply as the server wrote it, lines joined by " / ", for people.
    base::UntrustedText text() const;
    bool operator==(const Reply&) const = default;
};

enum class ReplyError {
    line_too_long,   ///< more than `ReplyReader::line_limit` bytes without a line end
    reply_too_long,  ///< more than `ReplyReader::lines_limit` lines or `reply_limit` bytes in one reply
    not_a_reply,     ///< a line that does not begin with three digits and a space, a hyphen or its end
    code_changed,    ///< RFC 5321 section 4.2.1: the code of each line of a reply must be the same
};

std::string_view format(ReplyError error);

/// Collects bytes until a reply is whole. Sticky on its first error.
///
///     reader.append(bytes);
///     while (auto reply = reader.next()) ...
class ReplyReader {
public:
    /// RFC 5321 section 4.5.3.1.5 sets 512 octets with the line end; real servers write more.
    static constexpr std::size_t line_limit = 2048;
    static constexpr std::size_t lines_limit = 128;
    static constexpr std::size_t reply_limit = 16384;

    void append(base::ByteView bytes);

    /// The next whole reply or the first error; nothing while more bytes are needed.
    std::optional<base::Expected<Reply, ReplyError>> next();

    /// The bytes behind the last whole reply, and what of an unfinished one is here.
    std::string rest() const;

    /// The line the error was found in, or the unfinished one.
    base::UntrustedText current_line() const { return base::UntrustedText(current_line_); }

private:
    std::optional<ReplyError> take_line(std::string_view line);

    std::string buffer_;
    std::string current_line_;
    Reply partial_;
    std::size_t partial_size_ = 0;
    bool last_seen_ = false;
    std::optional<ReplyError> error_;
};

}  // namespace smtptls::smtp

#include "smtp/reply.hpp"

namespace smtptls::smtp {
namespace {

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// RFC 5321 section 4.2: a code begins with 2 to 5; any second and third digit is taken.
bool has_code(std::string_view line)
{
    return line.size() >= 3 && line[0] >= '2' && line[0] <= '5' && is_digit(line[1]) && is_digit(line[2]) &&
           (line.size() == 3 || line[3] == ' ' || line[3] == '-');
}

}  // namespace

base::UntrustedText Reply::text() const
{
    std::string joined = std::to_string(code);
    const char* separator = " ";
    for (const std::string& line : lines) {
        joined += separator;
        joined += line;
        separator = " / ";
    }
    return base::UntrustedText(joined);
}

std::string_view format(ReplyError error)
{
    switch (error) {
        case ReplyError::line_too_long: return "a reply line longer than the limit";
        case ReplyError::reply_too_long: return "a reply longer than the limit";
        case ReplyError::not_a_reply: return "not an SMTP reply";
        case ReplyError::code_changed: return "a reply whose code changes from line to line";
    }
    return "unknown";
}

void ReplyReader::append(base::ByteView bytes)
{
    buffer_ += base::text_of(bytes);
}

std::optional<base::Expected<Reply, ReplyError>> ReplyReader::next()
{
    while (!error_) {
        const std::size_t end = buffer_.find('\n');
        if (end == std::string::npos) {
            current_line_ = buffer_;
            // A CR at the end may be half of the line's end, which does not count.
            if (buffer_.size() <= line_limit + (buffer_.ends_with('\r') ? 1 : 0)) {
                return std::nullopt;
            }
            error_ = ReplyError::line_too_long;
            break;
        }
        // A bare LF ends a line too: some servers send one, and waiting for CR LF would hang.
        std::string line = buffer_.substr(0, end);
        buffer_.erase(0, end + 1);
        if (!line.empty() && line.back() == '\r') {
            line.pop_back();
        }
        current_line_ = line;
        error_ = take_line(line);
        if (!error_ && last_seen_) {
            last_seen_ = false;
            Reply whole = std::move(partial_);
            partial_ = Reply();
            partial_size_ = 0;
            current_line_.clear();
            return whole;
        }
    }
    return base::Unexpected<ReplyError>(*error_);
}

std::optional<ReplyError> ReplyReader::take_line(std::string_view line)
{
    if (line.size() > line_limit) {
        return ReplyError::line_too_long;
    }
    if (!has_code(line)) {
        return ReplyError::not_a_reply;
    }
    const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    if (!partial_.lines.empty() && code != partial_.code) {
        return ReplyError::code_changed;
    }
    partial_size_ += line.size();
    if (partial_.lines.size() == lines_limit || partial_size_ > reply_limit) {
        return ReplyError::reply_too_long;
    }
    partial_.code = code;
    partial_.lines.emplace_back(line.size() > 4 ? line.substr(4) : std::string_view());
    // RFC 5321 section 4.2.1: on the last line a space follows the code, or, as section 4.2 allows, the line's end.
    last_seen_ = line.size() == 3 || line[3] == ' ';
    return std::nullopt;
}

std::string ReplyReader::rest() const
{
    return buffer_;
}

}  // namespace smtptls::smtp

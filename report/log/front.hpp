// What stands in front of a log line, and is the same in all lines of a file: the name of a file or a number (grep), of
// a container (docker compose), a margin. It is found once and remembered, so that a line whose text a stranger chose
// cannot pose as one of another form, and most lines cost nothing.
#pragma once

#include "report/log/line.hpp"

#include <array>
#include <string>
#include <string_view>

namespace smtptls::log {

class Front {
public:
    /// How much may stand in front of the first time or tag.
    static constexpr std::size_t lead_limit = 160;

    /// A file begins, and its form is not known yet.
    void begin() { form_ = Form::unknown; }

    /// The line without its front; null if it has none of the forms, or another than the file's. It lives until the
    /// next call.
    const Line* read(std::string_view raw);

    /// Whether a line of JSON can be this file's, and that one was a mail server's.
    bool takes_json() const { return form_ == Form::unknown || form_ == Form::json; }
    void saw_json() { form_ = Form::json; }

    /// A line within the message of `outer`, whose program is no mail server: a container's log that went through
    /// syslog, or the journal. Null unless it is a mail server's; if `outer` names no program, any log line is one.
    const Line* inner(const Line& outer);

private:
    enum class Form { unknown, bare, led, json };
    using Signature = std::array<char, 2>;

    bool bare(std::string_view raw);
    bool led(std::string_view raw);
    bool led_at(std::string_view raw, std::size_t at);
    static Signature signature_of(std::string_view raw, std::size_t at);

    Form form_ = Form::unknown;
    Signature signature_{};  // of the lead: its last two bytes, where all letters and digits are alike
    std::size_t size_ = 0;   // of the last lead: most are as long
    Line line_;
    Line inner_;
    std::string plain_;  // the line with blanks for tabs
    std::string scratch_;
};

/// Takes colours (SGR, and the erasing that grep puts beside them) out of `raw`, into `plain`.
std::string_view without_colours(std::string_view raw, std::string& plain);

}  // namespace smtptls::log

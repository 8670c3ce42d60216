// Text that somebody else wrote: a server's reply, a name in a certificate, an argument. It is
// capped when it is taken and can only be shown escaped, so no control byte reaches a terminal,
// a log, HTML or JSON.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace smtptls::base {

class UntrustedText {
public:
    /// The most bytes that are kept; the rest is cut and the cut is shown.
    static constexpr std::size_t limit = 1024;

    UntrustedText() = default;

    /// Takes the first `limit` bytes of `raw`.
    explicit UntrustedText(std::string_view raw);

    /// Printable ASCII and well-formed UTF-8 outside the control ranges as they are; every other
    /// byte as \xNN, the backslash as \\, and "[...]" where the text was cut. Contains no byte
    /// below 0x20, no 0x7f, no C1 control, no bidirectional override and no character that is not seen.
    std::string escaped() const;

    /// The text whose `escaped()` is exactly `escaped`; nothing if there is none.
    static std::optional<UntrustedText> parse_escaped(std::string_view escaped);

    bool empty() const { return raw_.empty(); }
    bool operator==(const UntrustedText&) const = default;

private:
    std::string raw_;
    bool cut_ = false;
};

/// What `UntrustedText(text).escaped()` is.
std::string escaped(std::string_view text);

/// The bytes that an escaped text stands for; nothing if a backslash in it begins no escape. To be kept, not
/// to be shown.
std::optional<std::string> unescape(std::string_view text);

/// A sentence of ours that quotes escaped texts, made safe once more before it is shown: as `escaped()` shows it, but
/// whole and with its backslashes as they are. What is safe already stays the same.
std::string shown(std::string_view text);

/// Whether a text can be shown as it is: `shown(text)` is `text`.
bool is_safe(std::string_view text);

}  // namespace smtptls::base

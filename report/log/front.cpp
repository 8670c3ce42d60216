#include "report/log/front.hpp"

#include "report/log/event.hpp"
#include "report/log/words.hpp"

#include <algorithm>

namespace smtptls::log {
namespace {

constexpr std::size_t front_size = 256;  // where tabs are separators

char folded(char c)
{
    const char lower = static_cast<char>(c | 0x20);
    return is_digit(c) || (lower >= 'a' && lower <= 'z') ? 'a' : c;
}

bool ends_lead(char c)
{
    return std::string_view(" :-|]>)").find(c) != std::string_view::npos;
}

}  // namespace

Front::Signature Front::signature_of(std::string_view raw, std::size_t at)
{
    const char before = at < 2 ? '^' : folded(raw[at - 2]);
    // grep's context has "-" where its matches have ":".
    const char last = raw[at - 1] == '-' && before == 'a' ? ':' : raw[at - 1];
    return {before, last};
}

bool Front::led_at(std::string_view raw, std::size_t at)
{
    if (!ends_lead(raw[at - 1]) || (form_ == Form::led && signature_of(raw, at) != signature_)) {
        return false;
    }
    const std::string_view rest = raw.substr(at);
    return may_begin_line(rest) && split_line(rest, line_, scratch_);
}

bool Front::led(std::string_view raw)
{
    if (form_ == Form::led && size_ < raw.size() && led_at(raw, size_)) {
        return true;
    }
    for (std::size_t at = 1; at < std::min(raw.size(), lead_limit); ++at) {
        if (!led_at(raw, at)) {
            continue;
        }
        if (form_ == Form::unknown && is_mail_server(line_.program)) {
            form_ = Form::led;
            signature_ = signature_of(raw, at);
        }
        size_ = at;
        return true;
    }
    return false;
}

bool Front::bare(std::string_view raw)
{
    if (form_ == Form::led || !split_line(raw, line_, scratch_)) {
        return false;
    }
    if (form_ == Form::unknown && is_mail_server(line_.program)) {
        form_ = Form::bare;
    }
    return true;
}

const Line* Front::read(std::string_view raw)
{
    if (form_ == Form::json) {
        return nullptr;
    }
    bool found = bare(raw);
    if (found && !line_.program.empty()) {
        return &line_;
    }
    if (raw.substr(0, front_size).find('\t') != std::string_view::npos) {
        plain_ = raw;
        const auto end = static_cast<std::ptrdiff_t>(std::min(front_size, plain_.size()));
        std::replace(plain_.begin(), plain_.begin() + end, '\t', ' ');
        raw = plain_;
        found = bare(raw);
    }
    return found || (form_ != Form::bare && led(raw)) ? &line_ : nullptr;
}

const Line* Front::inner(const Line& outer)
{
    if (!may_begin_line(outer.message) || !split_line(outer.message, inner_, scratch_)) {
        return nullptr;
    }
    const bool other = outer.program.empty() && (!inner_.program.empty() || is_filler(inner_));
    if (!is_mail_server(inner_.program) && !other) {
        return nullptr;
    }
    if (inner_.stamp.empty() || (outer.zoned && !inner_.zoned)) {
        inner_.clock = outer.clock;
        inner_.stamp = outer.stamp;
        inner_.unix_seconds = outer.unix_seconds;
        inner_.zoned = outer.zoned;
    }
    return &inner_;
}

std::string_view without_colours(std::string_view raw, std::string& plain)
{
    plain.clear();
    while (!raw.empty()) {
        const std::size_t escape = raw.find('\x1b');
        plain += raw.substr(0, escape);
        if (escape == std::string_view::npos) {
            break;
        }
        raw.remove_prefix(escape);
        const std::size_t end = raw.size() > 2 && raw[1] == '[' ? raw.find_first_not_of("0123456789;:", 2) : 0;
        const bool colour = end != 0 && end != std::string_view::npos && (raw[end] == 'm' || raw[end] == 'K');
        plain += colour ? std::string_view() : raw.substr(0, 1);
        raw.remove_prefix(colour ? end + 1 : 1);
    }
    return plain;
}

}  // namespace smtptls::log

#include "report/log/tag.hpp"

#include "report/log/event.hpp"
#include "report/log/words.hpp"

#include <algorithm>
#include <array>

namespace smtptls::log {
namespace {

constexpr std::string_view::size_type npos = std::string_view::npos;
constexpr int words_before_tag = 6;
constexpr std::string_view host_letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:@/+<>[]-";

bool is_number(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// "program[123]".
bool has_process(std::string_view tag)
{
    const std::size_t bracket = tag.find('[');
    return bracket != npos && tag.ends_with(']') && is_number(tag.substr(bracket + 1, tag.size() - bracket - 2));
}

// The program of "postfix/smtpd[123]:", "postfix/smtpd[123]" or "[postfix/smtpd]"; empty if it is no mail server's.
std::string_view mail_program_of(std::string_view word)
{
    if (word.ends_with(':')) {
        word.remove_suffix(1);
    }
    if (word.starts_with('[') && word.ends_with(']')) {
        word = word.substr(1, word.size() - 2);
    }
    const std::size_t bracket = word.find('[');
    const std::string_view program = word.substr(0, bracket);
    const bool process = bracket == npos || has_process(word);
    return process && is_mail_server(program) ? program : std::string_view();
}

std::string_view without_blanks(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(' ');
    return begin == npos ? std::string_view() : text.substr(begin);
}

// The words between the time and the message: hosts, labels, and the tag that ends them.
class Words {
public:
    Words(std::string_view text, Line& line, std::string& scratch) : rest_(text), line_(line), scratch_(scratch) {}

    bool find()
    {
        for (int words = 0; words < words_before_tag; ++words) {
            const std::size_t blank = rest_.find(' ');
            word_ = rest_.substr(0, blank);
            behind_ = blank == npos ? std::string_view() : rest_.substr(blank + 1);
            if (!word_.empty() && (word_.back() == ':' ? take_tag() : take_other())) {
                return true;
            }
            if (blank == npos || stopped_) {
                return false;
            }
            rest_ = behind_;
        }
        return false;
    }

private:
    bool take_tag()
    {
        const std::string_view tag = word_.substr(0, word_.size() - 1);
        if (tag.empty() || (tag.find('[') == npos && (begins_with_tag(behind_) || is_label(tag)))) {
            // "mail.example.org: postfix/smtpd[123]: ", "INFO: postfix/smtpd[123]: ".
            skip();
            return false;
        }
        const std::string_view mail = hosts_ > 1 || word_[0] == '[' ? mail_program_of(word_) : std::string_view();
        if (mail.empty() && hosts_ > 1 && !has_process(tag)) {
            stopped_ = true;
            return false;
        }
        finish(mail.empty() ? tag.substr(0, tag.find('[')) : mail, tag, behind_);
        return true;
    }

    // A word without a colon: mostly the host.
    bool take_other()
    {
        const bool tag = word_.back() == ']' || hosts_ > 0;
        const std::string_view mail = tag ? mail_program_of(word_) : std::string_view();
        if (!mail.empty() && word_.back() == ']') {
            finish(mail, word_, behind_);
            return true;
        }
        if (mail.find('/') != npos) {
            take_fields(mail);
            return true;
        }
        skip();
        return false;
    }

    // RFC 5424's fields without its front: "postfix/smtpd 123 - - message"; or a program alone.
    void take_fields(std::string_view mail)
    {
        std::string_view text = behind_;
        const std::string_view process = cut(text, " ");
        if (process != "-" && !is_number(process)) {
            finish(mail, mail, behind_);
            return;
        }
        cut(text, " ");
        cut(text, text.starts_with('[') ? "] " : " ");
        finish(mail, {mail.data(), static_cast<std::size_t>(process.data() + process.size() - mail.data())}, text);
    }

    void skip()
    {
        if (is_label(word_)) {
            apart_ = apart_ || hosts_ > 0;
        } else {
            stopped_ = hosts_ > 0 && word_.find_first_not_of(host_letters) != npos;
            host_ = hosts_++ == 0 ? word_ : host_;
        }
    }

    // `tag` is in the line; a label between host and tag would make two processes of one.
    void finish(std::string_view program, std::string_view tag, std::string_view message)
    {
        line_.program = program;
        line_.message = message.starts_with(' ') ? without_blanks(message) : message;
        if (hosts_ == 0) {
            line_.origin = tag;
        } else if (!apart_) {
            line_.origin = {host_.data(), static_cast<std::size_t>(tag.data() + tag.size() - host_.data())};
        } else {
            scratch_.assign(host_).append(" ").append(tag);
            line_.origin = scratch_;
        }
    }

    std::string_view rest_;
    Line& line_;
    std::string& scratch_;
    std::string_view word_;
    std::string_view behind_;
    std::string_view host_;
    int hosts_ = 0;
    bool apart_ = false;
    bool stopped_ = false;
};

// Every line's host is asked whether it is a label; how a word ends tells of most that they are none.
bool may_be_label(std::string_view word)
{
    if (word.size() < 3) {
        return false;
    }
    const char before = static_cast<char>(word[word.size() - 2] | 0x20);
    switch (word.back() == '>' || word.back() == ']' ? '>' : word.back() | 0x20) {
        case '>': return true;
        case 'g': return before == 'r' || before == 'n' || before == 'u';
        case 't': return before == 'r' || before == 'i';
        case 'r': return before == 'r' || before == 'o';
        case 'e': return before == 'c' || before == 'n';
        case 'n': return before == 'r';
        case 'o': return before == 'f';
        case 'c': return before == 'i';
        case 'l': return before == 'a';
        default: return false;
    }
}

bool is_level(std::string_view word)
{
    constexpr std::array<std::string_view, 13> levels = {"emerg",   "alert", "crit",   "err",  "error",
                                                         "warning", "warn",  "notice", "info", "debug",
                                                         "panic",   "fatal", "none"};
    constexpr std::size_t longest = 7;
    if (word.size() < 3 || word.size() > longest) {
        return false;
    }
    return std::any_of(levels.begin(), levels.end(), [&](std::string_view level) {
        return level.size() == word.size() &&
               std::equal(level.begin(), level.end(), word.begin(), [](char a, char b) { return a == (b | 0x20); });
    });
}

bool is_facility(std::string_view word)
{
    constexpr std::array<std::string_view, 14> facilities = {"kern",     "user", "mail",     "daemon", "auth",
                                                             "syslog",   "lpr",  "news",     "uucp",   "cron",
                                                             "authpriv", "ftp",  "security", "console"};
    return std::find(facilities.begin(), facilities.end(), word) != facilities.end() ||
           (word.size() == 6 && word.starts_with("local") && is_digit(word[5]));
}

}  // namespace

bool begins_with_tag(std::string_view text)
{
    const std::string_view word = first_word(text);
    return word.ends_with("]:") && !word.starts_with('[') && !mail_program_of(word).empty();
}

bool split_tag(std::string_view text, Line& line, std::string& scratch)
{
    return Words(text, line, scratch).find();
}

bool split_usual(std::string_view text, Line& line)
{
    const std::size_t host = text.find(' ');
    const std::size_t tag = host == npos ? npos : text.find(' ', host + 1);
    if (tag == npos || tag < host + 5 || text[tag - 1] != ':' || text[tag - 2] != ']' ||
        text[host - (host > 0 ? 1 : 0)] == ':' || text[host + 1] == '[' ||
        (may_be_label(text.substr(0, host)) && is_label(text.substr(0, host)))) {
        return false;
    }
    const std::string_view word = text.substr(host + 1, tag - host - 1);
    const std::size_t bracket = word.find('[');
    if (bracket == npos || (tag + 1 < text.size() && text[tag + 1] == ' ')) {
        return false;
    }
    line.origin = text.substr(0, tag - 1);
    line.program = word.substr(0, bracket);
    line.message = text.substr(tag + 1);
    return true;
}

bool is_label(std::string_view word)
{
    const bool enclosed =
        word.size() > 2 && ((word[0] == '<' && word.back() == '>') || (word[0] == '[' && word.back() == ']'));
    if (enclosed) {
        word = word.substr(1, word.size() - 2);
        const std::size_t dot = word.find('.');
        if (is_number(word.substr(0, dot)) && (dot == npos || is_number(word.substr(dot + 1)))) {
            return true;
        }
    }
    const std::size_t dot = word.rfind('.');
    return dot == npos ? is_level(word) : is_level(word.substr(dot + 1)) && is_facility(word.substr(0, dot));
}

}  // namespace smtptls::log

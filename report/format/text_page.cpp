#include "report/format/text_page.hpp"

#include <algorithm>

namespace smtptls::report {
namespace {

// Below it a matrix of six versions does not fit; above it prose is hard to read.
constexpr std::size_t least_width = 48;
constexpr std::size_t most_width = 160;

// Words one behind the other, as many in a line as it has room for.
class Wrapping {
public:
    Wrapping(std::string label, std::size_t margin, std::size_t width)
        : margin_(std::string(margin, ' ')), width_(std::max(width, margin + 8)), row_(std::move(label))
    {
    }

    void word(std::string word)
    {
        if (!fresh_ && row_.size() + 1 + word.size() > width_) {
            end_line();
        }
        if (!fresh_) {
            row_ += ' ';
        }
        while (row_.size() + word.size() > width_) {
            const std::size_t room = cut(word, width_ - std::min(width_ - 1, row_.size()));
            row_ += word.substr(0, room);
            word.erase(0, room);
            end_line();
        }
        row_ += word;
        fresh_ = false;
    }

    std::string take()
    {
        end_line();
        return std::move(out_);
    }

private:
    // No letter of UTF-8 is cut in two.
    static std::size_t cut(const std::string& word, std::size_t room)
    {
        std::size_t at = room;
        while (at > 0 && (static_cast<unsigned char>(word[at]) & 0xc0U) == 0x80U) {
            --at;
        }
        return at == 0 ? room : at;
    }

    void end_line()
    {
        row_.erase(row_.find_last_not_of(' ') + 1);
        out_ += row_ + "\n";
        row_ = margin_;
        fresh_ = true;
    }

    std::string margin_;
    std::size_t width_;
    std::string row_;
    std::string out_;
    bool fresh_ = true;
};

void each_word(std::string_view text, Wrapping& wrapping)
{
    while (!text.empty()) {
        std::size_t end = std::min(text.find(' '), text.size());
        if (const std::string_view word = text.substr(0, end); word == "TLS" || word == "SSL" || word == "!") {
            // A version is not torn from its number, nor a mark from what it marks.
            end = std::min(text.find(' ', end + 1), text.size());
        }
        wrapping.word(std::string(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

std::size_t longest_word(std::string_view text)
{
    std::size_t longest = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        longest = std::max(longest, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return longest;
}

// Pieces of a list with colons between them, each but the last with a backslash behind it.
std::string continued_list(std::string_view line, std::size_t column, std::size_t width)
{
    std::string out;
    std::string row(column, ' ');
    const std::string margin(column + 4, ' ');
    while (!line.empty()) {
        const std::size_t end = std::min(line.find(':'), line.size() - 1) + 1;
        if (row.size() + end + 1 > width && row.find_first_not_of(' ') != std::string::npos) {
            out += row + "\\\n";
            row = margin;
        }
        row += line.substr(0, end);
        line.remove_prefix(end);
    }
    return out + row + "\n";
}

}  // namespace

std::string wrapped(const std::string& label, const std::string& value, std::size_t column, std::size_t width)
{
    std::string row = label;
    if (!label.empty() && label.size() >= column) {
        row += ' ';
    }
    row.resize(std::max(column, row.size()), ' ');
    Wrapping wrapping(row, column, width);
    each_word(value, wrapping);
    return wrapping.take();
}

std::string config_lines(const std::string& line, std::size_t column, std::size_t width)
{
    const std::string margin(column, ' ');
    if (column + line.size() <= width) {
        return margin + line + "\n";
    }
    if (line.starts_with("# ")) {
        Wrapping wrapping(margin, column, width - 2);
        each_word(std::string_view(line).substr(2), wrapping);
        std::string out;
        const std::string lines = wrapping.take();
        for (std::size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1) {
            out += margin + "# " + lines.substr(at + column, lines.find('\n', at) + 1 - at - column);
        }
        return out;
    }
    if (line.starts_with("tls_require_ciphers")) {
        return continued_list(line, column, width);
    }
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    if (line.starts_with("tls_") || longest_word(line) + column + indent + 4 > width) {
        return margin + line + "\n";  // what is copied must not be cut, nor continued where Exim does not go on reading
    }
    Wrapping wrapping(margin + std::string(indent, ' '), column + indent + 4, width);
    each_word(std::string_view(line).substr(indent), wrapping);
    return wrapping.take();
}

Page::Page(const Style& style) : style_(style)
{
    style_.width = std::clamp(style.width, least_width, most_width);
}

void Page::prose(const std::string& text, std::size_t indent)
{
    out_ += wrapped("", text, indent, width());
}

void Page::heading(const std::string& text)
{
    std::string lines = wrapped("", text, 0, width());
    lines.pop_back();
    line(bold(lines));
}

void Page::fact(const std::string& label, const std::string& value)
{
    out_ += wrapped("  " + label, value, label_width, width());
}

void Page::say(const Hints& hints)
{
    std::ranges::for_each(hints, [this](const Hint& hint) { fact(hint.first, hint.second); });
}

}  // namespace smtptls::report

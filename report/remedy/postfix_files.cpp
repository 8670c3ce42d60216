#include "report/remedy/postfix_files.hpp"

#include "report/remedy/config_lines.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

// More than any real file has.
constexpr std::size_t most_settings = 5000;
constexpr std::size_t most_services = 1000;
constexpr std::size_t most_options = 200;

// Continued values: a line break and the white space around it are one space.
std::string joined(std::string_view text)
{
    std::string out;
    bool broken = false;
    for (const char c : trimmed(text)) {
        const bool blank = is_blank(c);
        broken = blank && (broken || c == '\n');
        if (broken) {
            out.resize(trimmed(out).size());
        }
        out.push_back(blank ? ' ' : c);
    }
    return out;
}

struct Word {
    std::string text;  // without its braces
    std::size_t offset = 0;
    std::size_t end = 0;
    bool braces = false;
    bool open = false;  // the closing brace is missing
};

// The end of "{ ... }" that begins at `from`: behind the matching brace, or the end of the text.
std::size_t behind_brace(std::string_view text, std::size_t from)
{
    std::size_t depth = 0;
    for (std::size_t at = from; at < text.size(); ++at) {
        depth += text[at] == '{' ? 1U : 0U;
        if (text[at] == '}' && --depth == 0) {
            return at + 1;
        }
    }
    return std::string_view::npos;
}

std::vector<Word> split(std::string_view text)
{
    std::vector<Word> words;
    std::size_t at = 0;
    while (at < text.size()) {
        if (is_blank(text[at])) {
            ++at;
            continue;
        }
        if (text[at] == '{') {
            const std::size_t end = behind_brace(text, at);
            const bool open = end == std::string_view::npos;
            const std::string_view inner = text.substr(at + 1, open ? end : end - at - 2);
            words.push_back({joined(inner), at, open ? text.size() : end, true, open});
            at = words.back().end;
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && !is_blank(text[end])) {
            ++end;
        }
        words.push_back({std::string(text.substr(at, end - at)), at, end});
        at = end;
    }
    return words;
}

// Takes the arguments of one service.
class Arguments {
public:
    Arguments(MasterService& service, const LogicalLine& line) : service_(service), line_(line) {}

    void take(const std::vector<Word>& words, std::size_t first)
    {
        for (std::size_t i = first; i < words.size() && !ended_; ++i) {
            const Word& word = words[i];
            if (word.text == "-o" && !word.braces) {
                if (i + 1 == words.size()) {
                    problem(word, "-o is the last word: what should be set is missing");
                    return;
                }
                ++i;
                option(words[i], words[i].text, word.offset);
            } else if (!word.braces && word.text.rfind("-o", 0) == 0) {
                option(word, word.text.substr(2), word.offset);
            } else if (!word.braces && word.text.rfind('-', 0) == 0) {
                continue;  // -v, -D and the like
            } else {
                stray(word);
            }
        }
    }

private:
    ConfigPlace place(const Word& word) const { return {service_.place.file, line_.line_at(word.offset)}; }

    void problem(const Word& word, std::string sentence)
    {
        service_.problems.push_back({word.text, std::move(sentence), place(word)});
    }

    void option(const Word& word, const std::string& text, std::size_t begin)
    {
        const std::size_t equals = text.find('=');
        const std::string name = joined(text.substr(0, equals));
        if (service_.options.size() == most_options) {
            ended_ = true;
            problem(word, "the service has too many options; the rest was not read");
        } else if (word.open) {
            problem(word, "the closing brace is missing");
        } else if (equals == std::string::npos || !is_setting_name(name)) {
            problem(word, "-o takes name=value without spaces, or { name = value } from Postfix 3.0 on");
        } else {
            service_.options.push_back(
                {{name, joined(text.substr(equals + 1)), place(word), true}, word.braces, begin, word.end});
        }
    }

    // smtpd(8) takes no arguments besides its options, and options end at the first word that is none.
    void stray(const Word& word)
    {
        problem(word,
                "a word that belongs to no option, mostly the rest of a value with a space in it: the options behind "
                "it are not read, and smtpd(8) ends with \"unexpected command-line argument\"");
        ended_ = true;
    }

    MasterService& service_;
    const LogicalLine& line_;
    bool ended_ = false;
};

constexpr std::size_t service_fields = 8;  // name type private unpriv chroot wakeup maxproc command

// The comments within a service that would begin another.
std::vector<CommentedHeader> headers_in(const LogicalLine& line)
{
    std::vector<CommentedHeader> headers;
    for (const auto& [comment, number] : line.comments) {
        const std::vector<Word> words = split(comment);
        const bool begins = words.size() >= service_fields &&
                            (words[1].text == "inet" || words[1].text == "unix" || words[1].text == "pass");
        if (begins) {
            headers.push_back({words[0].text, number});
        }
    }
    return headers;
}

// What `postconf` prints to stderr and people save along with it.
bool is_postconf_warning(std::string_view text)
{
    return text.find("postconf: ") != std::string_view::npos && text.find("postconf: ") < text.find('=');
}

}  // namespace

MainCf parse_main(std::string_view text, const base::UntrustedText& file)
{
    MainCf main;
    for (const LogicalLine& line : parse_logical_lines(text.substr(0, config_limit))) {
        const std::size_t equals = line.text.find('=');
        const std::string_view name = trimmed(std::string_view(line.text).substr(0, equals));
        const ConfigPlace place{file, line.line_at(0)};
        if (main.settings.size() + main.problems.size() == most_settings) {
            main.problems.push_back({"", "the file has too many lines; the rest was not read", place});
            break;
        }
        if (is_postconf_warning(line.text)) {
            continue;
        }
        if (line.orphan) {
            main.problems.push_back({line.text, "begins with white space and continues nothing", place});
        } else if (equals == std::string::npos || !is_setting_name(name)) {
            main.problems.push_back({line.text, "is not name = value: Postfix does not start", place});
        } else {
            main.settings.push_back({std::string(name), joined(std::string_view(line.text).substr(equals + 1)), place});
        }
    }
    if (text.size() > config_limit) {
        main.problems.push_back({"", "the file is larger than 4 MiB; the rest was not read", {file, 0}});
    }
    return main;
}

MasterCf parse_master(std::string_view text, const base::UntrustedText& file)
{
    MasterCf master;
    for (const LogicalLine& line : parse_logical_lines(text.substr(0, config_limit))) {
        const std::vector<Word> words = split(line.text);
        const ConfigPlace place{file, line.line_at(0)};
        if (master.services.size() + master.problems.size() == most_services) {
            master.problems.push_back({"", "the file has too many lines; the rest was not read", place});
            break;
        }
        if (is_postconf_warning(line.text)) {
            continue;
        }
        if (line.orphan || words.size() < service_fields) {
            master.problems.push_back({line.text, "is no service: eight fields begin one", place});
            continue;
        }
        MasterService service{words[0].text, words[1].text, words[7].text, {}, place, {}, headers_in(line)};
        Arguments(service, line).take(words, service_fields);
        master.services.push_back(std::move(service));
    }
    if (text.size() > config_limit) {
        master.problems.push_back({"", "the file is larger than 4 MiB; the rest was not read", {file, 0}});
    }
    return master;
}

base::UntrustedText shown(const Setting& setting)
{
    const std::string text = setting.option ? "-o " + setting.name + "=" : setting.name + " = ";
    return base::UntrustedText(text + setting.value);
}

}  // namespace smtptls::remedy

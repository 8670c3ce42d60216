#include "app/help.hpp"

#include "api/version.hpp"
#include "app/option_table.hpp"
#include "app/sandbox.hpp"
#include "app/values.hpp"
#include "base/text_layout.hpp"
#include "openssl/library.hpp"
#include "report/policy/policies.hpp"

namespace smtptls::app {
namespace {

constexpr std::size_t page_width = 80;
constexpr std::size_t sentence_column = 28;

// Lines of words, each at most that wide, unless a word is wider.
std::vector<std::string> wrapped(const std::string& text, std::size_t width)
{
    std::vector<std::string> lines(1);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(' ', begin), text.size());
        const std::string word = text.substr(begin, end - begin);
        std::string& line = lines.back();
        if (!line.empty() && line.size() + 1 + word.size() > width) {
            lines.push_back(word);
        } else {
            line += (line.empty() ? "" : " ") + word;
        }
        begin = end + 1;
    }
    return lines;
}

std::string whole_sentence(const Option& option)
{
    const bool choices = option.takes == Takes::choice;
    return option.sentence + (choices ? ": " + alternatives(option.choices) : "") +
           (option.preset.empty() ? "" : " [" + option.preset + "]");
}

std::string option_rows(const Option& option)
{
    std::string row = "  " + option.names + (option.value.empty() ? "" : " " + option.value);
    if (row.size() + 2 > sentence_column) {
        row += "\n";
    } else {
        row = base::padded(row, sentence_column);
    }
    std::string rows;
    for (const std::string& line : wrapped(whole_sentence(option), page_width - sentence_column)) {
        const bool begun = !rows.empty() || row.ends_with('\n');
        rows += (rows.empty() ? row : "") + (begun ? std::string(sentence_column, ' ') : "") + line + "\n";
    }
    return rows;
}

}  // namespace

std::string help_text(const Command& command)
{
    std::string text = "Usage: " + command.usage + "\n\n" + command.description + "\n";
    std::string group;
    for (const Option& option : command.options) {
        if (option.group != group) {
            group = option.group;
            text += "\n" + group + ":\n";
        }
        text += option_rows(option);
    }
    return text + "\n" + command.footer + "\n";
}

std::string version_text()
{
    std::string text = "smtptls-scan " + std::string(version()) + "\n" + openssl::Library().version() + "\n";
    std::string policies = "Policies:";
    for (const std::string& name : policy::policy_names()) {
        if (const auto policy = policy::find_policy(name)) {
            policies += (policies.ends_with(':') ? " " : ", ") + name + " (" + policy->date + ")";
        }
    }
    for (const std::string& line : wrapped(policies, page_width)) {
        text += line + "\n";
    }
    text += "Sandbox: " + sandbox_words() + "\n";
    return text + "MIT licence. It comes without any warranty.\n";
}

Leave wrong_usage(std::string_view sentence, std::string_view command)
{
    std::string error = "smtptls-scan: ";
    error.append(sentence).append("\nRun ").append(command).append(" --help for how it is used.\n");
    return {2, "", error};
}

}  // namespace smtptls::app

// The completions of bash, zsh and fish. What is in the tables has no quotes and no backslashes in its names and
// choices; sentences may have anything.
#include "app/manual.hpp"
#include "app/option_table.hpp"
#include "base/text_layout.hpp"

namespace smtptls::app {
namespace {

std::string commands()
{
    std::string words;
    for (const Command& command : all_commands()) {
        words += (words.empty() || command.word.empty() ? "" : " ") + command.word;
    }
    return words;
}

std::string names_of(const Command& command)
{
    std::string words;
    for (const Option& option : command.options) {
        for (const std::string& name : option.all_names()) {
            words += (words.empty() ? "" : " ") + name;
        }
    }
    return words;
}

std::string choices_of(const Option& option)
{
    return base::joined(option.choices, " ");
}

// What stands behind a command in place of options: files, or words.
std::string operands_of(const Command& command)
{
    return command.word.empty()        ? commands()
           : command.word == "policy"  ? "list show"
           : command.word == "explain" ? "postfix exim"
                                       : "";
}

std::string replaced(std::string text, const std::string& what, const std::string& by)
{
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
    return text;
}

// For a shell's single quotes.
std::string quoted(const std::string& text)
{
    return "'" + replaced(text, "'", "'\\''") + "'";
}

// How bash completes the value of an option.
std::string bash_values(const Command& command, const Option& option)
{
    std::string patterns;
    for (const std::string& name : option.all_names()) {
        patterns += (patterns.empty() ? "" : "|") + quoted(command.word + " " + name);
    }
    std::string made;
    if (option.takes == Takes::file || option.name() == "--policy") {
        made += " $(compgen -f -- \"$word\")";
    }
    if (!option.choices.empty()) {
        made += " $(compgen -W " + quoted(choices_of(option)) + " -- \"$word\")";
    }
    return "        " + patterns + ") COMPREPLY=(" + (made.empty() ? "" : made.substr(1)) + "); return ;;\n";
}

std::string bash_words(const Command& command)
{
    return "        " + quoted(command.word) + ") options=" + quoted(names_of(command)) +
           "; words=" + quoted(operands_of(command)) + "; files=" + (command.files ? "yes" : "''") + " ;;\n";
}

// '(-V --version)--version[print the version]', for each name: what does not go with it, its sentence, its value.
std::string zsh_spec(const Option& option)
{
    const auto safe = [](std::string text) {
        for (const char* const letter : {"\\", ":", "[", "]"}) {
            text = replaced(std::move(text), letter, std::string("\\") + letter);
        }
        return text;
    };
    const std::vector<std::string> names = option.all_names();
    std::string value;
    if (!option.value.empty()) {
        const bool files = option.takes == Takes::file;
        const std::string action = files ? "_files" : option.choices.empty() ? " " : "(" + choices_of(option) + ")";
        value = ":" + option.value + ":" + action;
    }
    std::string specs;
    for (const std::string& name : names) {
        const std::string others = option.excludes.empty() ? "" : " " + option.excludes;
        const std::string once = option.repeats ? "*" : "(" + base::joined(names, " ") + others + ")";
        specs += " \\\n            " + quoted(once + name + "[" + safe(option.sentence) + "]" + value);
    }
    return specs;
}

std::string zsh_operands(const Command& command)
{
    const std::string words = operands_of(command);
    const std::string operand = command.operand;
    if (!words.empty()) {
        return " \\\n            " + quoted("1:" + operand + ":(" + words + ")") + " \\\n            " +
               quoted("*:" + operand + ":" + (command.files ? "_files" : "_hosts"));
    }
    return " \\\n            " + quoted("*:" + operand + ":" + (command.files ? "_files" : "_hosts"));
}

// The beginning of a line about a command: when it holds.
std::string fish_begin(const Command& command)
{
    return "complete -c smtptls-scan -n " + quoted(command.word.empty()
                                                       ? "not __fish_seen_subcommand_from " + commands()
                                                       : "__fish_seen_subcommand_from " + command.word);
}

std::string fish_operands(const Command& command)
{
    const std::string words = operands_of(command);
    if (command.word.empty()) {
        return "complete -c smtptls-scan -f\n"
               "complete -c smtptls-scan -n __fish_is_first_arg -a " +
               quoted(words) + "\n";
    }
    return fish_begin(command) + (command.files ? " -F" : "") + (words.empty() ? "" : " -a " + quoted(words)) + "\n";
}

std::string fish_line(const Command& command, const Option& option)
{
    std::string line = fish_begin(command);
    for (const std::string& name : option.all_names()) {
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    if (!option.value.empty()) {
        const bool files = option.takes == Takes::file || option.name() == "--policy";
        line += files ? " -r -F" : " -x";
        line += option.choices.empty() ? "" : " -a " + quoted(choices_of(option));
    }
    return line + " -d " + replaced(quoted(option.sentence), "'\\''", "\\'") + "\n";
}

}  // namespace

std::string bash_completion()
{
    std::string values;
    std::string words;
    for (const Command& command : all_commands()) {
        words += bash_words(command);
        for (const Option& option : command.options) {
            values += option.value.empty() ? "" : bash_values(command, option);
        }
    }
    return "# Made by smtptls-scan --generate complete-bash.\n"
           "_smtptls_scan()\n"
           "{\n"
           "    local word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD - 1]}\" command=''\n"
           "    local options words files IFS=$' \\t\\n'\n"
           "    if [ \"$COMP_CWORD\" -gt 1 ]; then\n"
           "        case \"${COMP_WORDS[1]}\" in " +
           replaced(commands(), " ", "|") +
           ") command=\"${COMP_WORDS[1]}\" ;; esac\n"
           "    fi\n"
           "    case \"$command $before\" in\n" +
           values +
           "    esac\n"
           "    case \"$command\" in\n" +
           words +
           "    esac\n"
           "    case \"$word\" in\n"
           "        -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
           "        *) COMPREPLY=($(compgen -W \"$words\" -- \"$word\") ${files:+$(compgen -f -- \"$word\")}) ;;\n"
           "    esac\n"
           "}\n"
           "complete -o filenames -F _smtptls_scan smtptls-scan\n";
}

std::string zsh_completion()
{
    std::string cases;
    std::string scan;
    for (const Command& command : all_commands()) {
        std::string specs;
        for (const Option& option : command.options) {
            specs += zsh_spec(option);
        }
        const std::string pattern = command.word.empty() ? "*" : command.word;
        const std::string made = "        " + pattern + ")\n            _arguments -s" + specs + zsh_operands(command) +
                                 "\n            ;;\n";
        // The pattern of a scan matches every first word.
        (command.word.empty() ? scan : cases) += made;
    }
    return "#compdef smtptls-scan\n"
           "# Made by smtptls-scan --generate complete-zsh.\n"
           "_smtptls_scan() {\n"
           "    local first=$words[2]\n"
           "    # Behind a command its own options count.\n"
           "    if (( CURRENT > 2 )) && [[ $first == (" +
           replaced(commands(), " ", "|") +
           ") ]]; then\n"
           "        shift words\n"
           "        (( CURRENT-- ))\n"
           "    else\n"
           "        first=''\n"
           "    fi\n"
           "    case $first in\n" +
           cases + scan +
           "    esac\n"
           "}\n"
           "_smtptls_scan \"$@\"\n";
}

std::string fish_completion()
{
    std::string text = "# Made by smtptls-scan --generate complete-fish.\n";
    for (const Command& command : all_commands()) {
        text += fish_operands(command);
        for (const Option& option : command.options) {
            text += fish_line(command, option);
        }
    }
    return text;
}

}  // namespace smtptls::app

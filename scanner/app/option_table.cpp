#include "app/option_table.hpp"

#include <algorithm>

namespace smtptls::app {

std::vector<std::string> Option::all_names() const
{
    std::vector<std::string> all;
    for (std::size_t begin = 0; begin < names.size();) {
        const std::size_t end = std::min(names.find(", ", begin), names.size());
        all.push_back(names.substr(begin, end - begin));
        begin = end + 2;
    }
    return all;
}

std::string Option::name() const
{
    return all_names().back();
}

std::string Command::name() const
{
    return word.empty() ? "smtptls-scan" : "smtptls-scan " + word;
}

const Option* Command::find(std::string_view option) const
{
    const auto found = std::ranges::find_if(options, [option](const Option& one) {
        const std::vector<std::string> names = one.all_names();
        return std::ranges::find(names, option) != names.end();
    });
    return found == options.end() ? nullptr : &*found;
}

const std::vector<Command>& all_commands()
{
    static const std::vector<Command> all = {scan_command(), explain_command(), log_command(), policy_command(),
                                             report_command()};
    return all;
}

const Command* find_command(std::string_view word)
{
    const auto found = std::ranges::find(all_commands(), word, &Command::word);
    return found == all_commands().end() ? nullptr : &*found;
}

}  // namespace smtptls::app

// A command line, parsed by the table of its command: each value is one that the table allows. The header does not know
// the parser.
#pragma once

#include "app/help.hpp"
#include "app/option_table.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace smtptls::app {

/// What a command line says. Options are called by their last names, "--output"; one that is not in the table of the
/// command is a mistake of the program (std::logic_error).
class Line {
public:
    /// An option as it stood there; `value` is empty for a flag, and a choice is spelt as in the table.
    struct Word {
        const Option* option = nullptr;
        std::string value;
    };

    Line(const Command& command, std::vector<Word> words, std::vector<std::string> operands);

    bool has(std::string_view name) const;

    /// The value, or the preset of the table, or nothing.
    std::string text(std::string_view name) const;
    /// The values in their order.
    std::vector<std::string> all(std::string_view name) const;
    std::uint32_t count(std::string_view name) const;
    /// Nothing where there is neither a value nor a preset.
    std::optional<std::chrono::milliseconds> time(std::string_view name) const;

    const std::vector<Word>& words() const { return words_; }
    const std::vector<std::string>& operands() const { return operands_; }
    const Command& command() const { return command_; }

private:
    const Option& known(std::string_view name) const;

    const Command& command_;
    std::vector<Word> words_;
    std::vector<std::string> operands_;
};

/// Or what to leave with: the help page, or a sentence for what is wrong and what would be right.
std::variant<Line, Leave> parse_line(const Command& command, int argc, const char* const* argv);

}  // namespace smtptls::app

// The values of options, held to what their table allows, and what to say of those that are not.
#pragma once

#include "app/option_table.hpp"
#include "base/expected.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smtptls::app {

/// The value as the table spells it. The error is a sentence that says what would be right.
base::Expected<std::string, std::string> checked_value(const Option& option, const std::string& value);

/// The number of a value that was checked.
double number_of(const std::string& value);

/// "auto, starttls or implicit"
std::string alternatives(const std::vector<std::string>& words);

/// The sentence for an option that the command does not have, with one that may be meant: a misspelt one, one of
/// another command, or the name of a format.
std::string unknown_option(const Command& command, const std::string& word);

/// The command that a first word is likely to be a misspelling of. Empty: it is more likely a host.
std::string_view misspelt_command(std::string_view word);

/// The sentence for a command that there is not.
std::string unknown_command(std::string_view word);

}  // namespace smtptls::app

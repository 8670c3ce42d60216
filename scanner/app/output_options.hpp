// --format, -o and --color, which every command that prints a report has.
#pragma once

#include "app/output.hpp"
#include "report/policy/inventory.hpp"

namespace smtptls::app {

class Line;

/// When text is coloured.
enum class Colour { automatic, always, never };

/// What a line asks for. The error is a sentence.
base::Expected<std::vector<Output>, std::string> outputs_of(const Line& line);

Colour colour_of(const Line& line);

/// --inventory
policy::Inventory inventory_of(const Line& line);

/// What it does not go with; empty: there is none of that.
std::string objection_to_inventory(const Line& line);

}  // namespace smtptls::app

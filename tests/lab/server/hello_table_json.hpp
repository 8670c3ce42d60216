// Reads a hello table from its JSON; the fields are told in README.md, and the example has them all.
#pragma once

#include "hello_table.hpp"

#include <string>
#include <string_view>

namespace smtptls::lab {

/// Throws std::runtime_error, with the place, for what is not a table: an unknown field or suite too.
HelloTable parse_hello_table(const std::string& text);

/// The file's table. Throws also if it cannot be read.
HelloTable read_hello_table(const std::string& path);

/// A table with every field, which parses.
std::string_view hello_table_example();

}  // namespace smtptls::lab

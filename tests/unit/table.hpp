// The tables of tests/data: a row a line, its columns between bars. Lines that begin with # are comments.
#pragma once

#include <string>
#include <vector>

namespace smtptls::test {

using Row = std::vector<std::string>;

/// The rows of tests/data/`file`, without the blanks around a column; "-" stands for an empty one. A row with other
/// than `columns` columns, or a table without a row, is a failure of the test.
std::vector<Row> read_table(const std::string& file, std::size_t columns);

/// The words of a column, by the blanks between them.
std::vector<std::string> words_of(const std::string& column);

}  // namespace smtptls::test

#include "unit/table.hpp"

#include "catch.hpp"

#include <fstream>
#include <sstream>

namespace smtptls::test {
namespace {

std::string without_blanks(const std::string& text)
{
    const std::size_t first = text.find_first_not_of(' ');
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

Row columns_of(const std::string& line)
{
    Row row;
    std::istringstream text(line);
    for (std::string column; std::getline(text, column, '|');) {
        column = without_blanks(column);
        row.push_back(column == "-" ? "" : column);
    }
    return row;
}

}  // namespace

std::vector<Row> read_table(const std::string& file, std::size_t columns)
{
    std::ifstream lines(SMTPTLS_TEST_DATA "/" + file);
    std::vector<Row> rows;
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        INFO(file << ": " << line);
        rows.push_back(columns_of(line));
        REQUIRE(rows.back().size() == columns);
    }
    INFO(file);
    REQUIRE_FALSE(rows.empty());
    return rows;
}

std::vector<std::string> words_of(const std::string& column)
{
    std::vector<std::string> words;
    std::istringstream text(column);
    for (std::string word; text >> word;) {
        words.push_back(word);
    }
    return words;
}

}  // namespace smtptls::test

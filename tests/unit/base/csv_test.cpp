// Cells of a table for spreadsheets: whatever a reader takes for the end of a cell, no formula begins there.
#include "base/csv.hpp"

#include "catch.hpp"

#include <random>
#include <vector>

namespace smtptls::base {
namespace {

// A reader of RFC 4180 with a separator of its own, as lenient as spreadsheets are.
std::vector<std::string> cells_of(std::string_view line, char separator)
{
    std::vector<std::string> cells(1);
    bool quoted = false;
    bool begins = true;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quoted && c == '"') {
            const bool twice = i + 1 < line.size() && line[i + 1] == '"';
            if (twice) {
                cells.back() += '"';
                ++i;
            }
            quoted = twice;
        } else if (!quoted && begins && c == '"') {
            quoted = true;
            begins = false;
        } else if (!quoted && (c == separator || c == '\n' || c == '\r')) {
            cells.emplace_back();
            begins = true;
        } else {
            cells.back() += c;
            begins = false;
        }
    }
    return cells;
}

TEST_CASE("no reader of a table finds a formula of somebody else in it, wherever it ends a cell", "[base]")
{
    std::mt19937 chance(20261130);  // NOLINT(cert-msc51-cpp): the same texts in each run
    const std::string letters = "=+-@;;;\t,\"\"'' \n\rab|!A0";
    std::uniform_int_distribution<std::size_t> letter(0, letters.size() - 1);
    std::uniform_int_distribution<std::size_t> length(0, 12);
    for (int i = 0; i < 20000; ++i) {
        std::string line = "mail.example.com";
        for (int cell = 0; cell < 3; ++cell) {
            std::string text;
            for (std::size_t size = length(chance); size > 0; --size) {
                text += letters[letter(chance)];
            }
            line += "," + (i % 2 == 0 ? csv_cell(text) : csv_quoted(text));
        }
        for (const char separator : {',', ';', '\t'}) {
            for (const std::string& cell : cells_of(line, separator)) {
                if (is_formula(cell)) {
                    FAIL(line << " has the cell " << cell << " where cells end at " << separator);
                }
            }
        }
    }
}

TEST_CASE("a text without a formula is itself to who ends cells at commas", "[base]")
{
    for (const char* const text : {"a;b", "a; b=c", "say \"hi\"", "x\ty", " blank ", "TLS 1.2, TLS 1.3"}) {
        CHECK(cells_of(csv_cell(text), ',') == std::vector<std::string>{text});
    }
    CHECK(csv_cell("x;=cmd") == "\"x;'=cmd\"");
}

}  // namespace
}  // namespace smtptls::base

#include "smtp/transcript.hpp"

#include <algorithm>

namespace smtptls::smtp {
namespace {

char to_upper(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

std::string keyword_of(const std::string& line)
{
    std::string word = line.substr(0, line.find_first_of(" \t"));
    std::transform(word.begin(), word.end(), word.begin(), to_upper);
    return word;
}

// Cisco's "fixup" leaves asterisks, blanks, and of the letters some that are 2 or 0.
bool is_masked(const std::string& greeting)
{
    const auto stars = std::count(greeting.begin(), greeting.end(), '*');
    return stars >= 8 && greeting.find_first_not_of("* 02") == std::string::npos;
}

}  // namespace

bool is_overwritten(const std::string& keyword)
{
    const bool stars = keyword.size() > 1 && keyword.find_first_not_of('*') == std::string::npos;
    const std::size_t crosses = std::min(keyword.find_first_not_of('X'), keyword.size());
    return stars || (crosses >= 6 && crosses + 1 >= keyword.size());
}

std::vector<std::string> Transcript::keywords() const
{
    std::vector<std::string> words;
    for (std::size_t i = 1; ehlo && i < ehlo->lines.size(); ++i) {
        words.push_back(keyword_of(ehlo->lines[i]));
    }
    return words;
}

bool Transcript::starttls_in_first_line() const
{
    return ehlo && !ehlo->lines.empty() && keyword_of(ehlo->lines.front()) == "STARTTLS";
}

std::vector<std::string> Transcript::overwritten() const
{
    std::vector<std::string> found;
    if (greeting && is_masked(greeting->lines.front())) {
        found.push_back(greeting->lines.front());
    }
    for (std::string& word : keywords()) {
        if (is_overwritten(word)) {
            found.push_back(std::move(word));
        }
    }
    return found;
}

}  // namespace smtptls::smtp

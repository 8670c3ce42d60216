#include "app/output_options.hpp"

#include "app/parser.hpp"

namespace smtptls::app {

base::Expected<std::vector<Output>, std::string> outputs_of(const Line& line)
{
    std::vector<OutputWord> words;
    for (const Line::Word& word : line.words()) {
        if (word.option->name() == "--format") {
            words.push_back({OutputWord::Kind::format, word.value});
        } else if (word.option->name() == "--output") {
            words.push_back({OutputWord::Kind::file, word.value});
        }
    }
    return parse_outputs(words);
}

Colour colour_of(const Line& line)
{
    const std::string word = line.text("--color");
    return word == "always" ? Colour::always : word == "never" ? Colour::never : Colour::automatic;
}

}  // namespace smtptls::app

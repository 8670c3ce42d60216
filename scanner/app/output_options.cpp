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

policy::Inventory inventory_of(const Line& line)
{
    const std::string word = line.text("--inventory");
    return word.empty()             ? policy::Inventory::none
           : word == "certificates" ? policy::Inventory::certificates
           : word == "cbom"         ? policy::Inventory::cbom
                                    : policy::Inventory::suites;
}

std::string objection_to_inventory(const Line& line)
{
    return line.has("--inventory") && (line.has("--format") || line.has("--output"))
               ? "--inventory prints on standard output, and goes with neither --format nor -o"
               : "";
}

}  // namespace smtptls::app

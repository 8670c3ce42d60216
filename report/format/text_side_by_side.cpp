#include "report/format/text_side_by_side.hpp"

#include "report/format/side_by_side_words.hpp"
#include "report/format/verdicts.hpp"
#include "report/format/words.hpp"

#include <algorithm>

namespace smtptls::report {
namespace {

constexpr std::size_t most_names = 10;
constexpr std::size_t most_alike = 4;
constexpr std::size_t most_of_name = 12;
constexpr std::size_t most_keys = 5;

void names_text(const model::SideBySide& all, Page& page)
{
    std::vector<std::string> alike;
    std::size_t told = 0;
    for (const model::ComparedName& name : all.names) {
        if (!is_to_be_told(name)) {
            alike.push_back(base::shown(name.name) + " (" + plural(name.endpoints.size(), "endpoint") + ")");
        } else if (told++ < most_names) {
            page.prose(base::shown(name.name) + ": " + compared_words(name), 2);
            Hints words = difference_words(name, all);
            const std::size_t more = words.size() - std::min(words.size(), most_of_name);
            words.resize(words.size() - more);
            page.say(words);
            if (more > 0) {
                page.fact("", "and " + std::to_string(more) + " more, in the JSON");
            }
        }
    }
    if (told > most_names) {
        page.prose("and " + plural(told - most_names, "more name") + " of which there is something to say", 2);
    }
    if (!alike.empty()) {
        page.fact("alike", joined(some_of(alike, most_alike)));
    }
}

}  // namespace

void side_by_side_text(const model::SideBySide& all, Page& page)
{
    if (all.empty()) {
        return;
    }
    page.line();
    page.heading("Side by side");
    names_text(all, page);
    for (std::size_t i = 0; i < std::min(all.keys.size(), most_keys); ++i) {
        page.fact("same key", key_use_words(all.keys[i], all));
    }
    if (all.keys.size() > most_keys) {
        page.fact("same key", "and " + plural(all.keys.size() - most_keys, "more key"));
    }
    for (std::size_t i = 0; i < std::min(all.shared_factors.size(), most_keys); ++i) {
        page.fact("RSA factor", factor_words(all.shared_factors[i], all));
    }
    if (all.shared_factors.size() > most_keys) {
        page.fact("RSA factor", "and " + plural(all.shared_factors.size() - most_keys, "more pair"));
    }
    for (const std::string& note : all.notes) {
        page.fact("not compared", base::shown(note));
    }
}

}  // namespace smtptls::report

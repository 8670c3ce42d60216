#include "app/output_options.hpp"

#include <CLI/CLI.hpp>

namespace smtptls::app {

void declare_outputs(CLI::App& cli, RawOutputs& raw)
{
    std::vector<std::string> names;
    for (const report::Format& format : report::all_formats()) {
        names.emplace_back(format.name);
    }
    cli.add_option("--format", raw.formats, "text, json, ndjson, csv, html, junit, sarif, nagios or prometheus [text]")
        ->check(CLI::IsMember(names))
        ->type_name("FORMAT")
        ->allow_extra_args(false);
    cli.add_option("-o,--output", raw.files, "write into FILE, in the format before it or that of its name; repeat")
        ->type_name("FILE")
        ->allow_extra_args(false);
}

base::Expected<std::vector<Output>, std::string> outputs_of(const CLI::App& cli, const RawOutputs& raw)
{
    std::vector<OutputWord> words;
    auto format = raw.formats.begin();
    auto file = raw.files.begin();
    for (const CLI::Option* const option : cli.parse_order()) {
        if (option->check_lname("format") && format != raw.formats.end()) {
            words.push_back({OutputWord::Kind::format, *format++});
        } else if (option->check_lname("output") && file != raw.files.end()) {
            words.push_back({OutputWord::Kind::file, *file++});
        }
    }
    return parse_outputs(words);
}

}  // namespace smtptls::app

// Writes a sample in a format to stdout: smtptls-golden FORMAT SAMPLE [WIDTH], or the samples' names with no
// arguments. golden.py compares with tests/golden/FORMAT/SAMPLE.*.
#include "golden/samples.hpp"
#include "report/format/format.hpp"

#include <iostream>
#include <string>
#include <string_view>

int main(int argc, char** argv)
{
    using namespace smtptls;
    for (const golden::Sample& sample : golden::all_samples()) {
        if (argc < 3) {
            std::cout << sample.name << '\n';
            continue;
        }
        // The colour of the text is a format of its own here.
        const std::string_view name(argv[1]);
        const bool colour = name == "text_colour";
        const report::Format* const format = report::find_format(colour ? "text" : name);
        if (format != nullptr && sample.name == argv[2]) {
            // JSON with all there can be in it.
            const bool whole = name == "json" || name == "ndjson";
            report::Style style{.colour = colour, .suites = whole || argc > 3, .exchanges = whole};
            style.width = argc > 3 ? std::stoul(argv[3]) : style.width;
            std::cout << format->write(sample.make(), style);
            return 0;
        }
    }
    return argc >= 3 ? 2 : 0;
}

#include "app/report_options.hpp"

#include "app/output_options.hpp"
#include "base/untrusted_text.hpp"

#include <CLI/CLI.hpp>

#include <vector>

namespace smtptls::app {
namespace {

constexpr const char* command = "smtptls-scan report";
constexpr const char* usage = "smtptls-scan report [OPTIONS] --from-evidence FILE";

constexpr const char* description =
    "Prints the result of a scan again, from the evidence that smtptls-scan --evidence wrote.\n"
    "\n"
    "No network is used. The questions are asked again of the evidence, and each answer must follow from\n"
    "the bytes that are recorded with it: what was changed, left out or added is an error with its line.";

constexpr const char* footer =
    "Exit codes: those of the scan: 0 every question has an answer, 3 something could not be tested; 3 also\n"
    "if the evidence cannot be read or does not hold; 2 wrong usage.\n"
    "\n"
    "Evidence holds the secrets of the scan's handshakes: who has it can read what was said in them.\n"
    "\n"
    "Example:\n"
    "  smtptls-scan mail.example.com --evidence mail.jsonl\n"
    "  smtptls-scan report --from-evidence mail.jsonl --format json";

// What CLI11 fills before it is checked.
struct Raw {
    std::string evidence;
    RawOutputs outputs;
    bool suites = false;
};

void declare(CLI::App& cli, Raw& raw)
{
    cli.add_option("--from-evidence", raw.evidence, "the file that --evidence wrote")->required()->type_name("FILE");
    cli.add_flag("--suites", raw.suites, "list the accepted suites, not only how many");
    declare_outputs(cli, raw.outputs);
}

}  // namespace

std::variant<ReportOptions, Leave> parse_report_options(int argc, const char* const* argv)
{
    CLI::App cli(description, command);
    Raw raw;
    declare(cli, raw);
    if (auto leave = parse_line(cli, argc, argv, {usage, description, footer})) {
        return std::move(*leave);
    }
    auto outputs = outputs_of(cli, raw.outputs);
    if (!outputs) {
        return wrong_usage(outputs.error(), command);
    }
    return ReportOptions{raw.evidence, raw.suites, std::move(*outputs)};
}

}  // namespace smtptls::app

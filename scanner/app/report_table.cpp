// The options of `smtptls-scan report`.
#include "app/option_table.hpp"

#include <algorithm>
#include <iterator>

namespace smtptls::app {
namespace {

constexpr const char* report_description =
    "Judges and prints scans again that smtptls-scan --format json saved, or one from\n"
    "the evidence that smtptls-scan --evidence wrote. Several scans become one\n"
    "report.\n"
    "\n"
    "No network is used. With evidence the questions are asked again of the evidence,\n"
    "and each answer must follow from the bytes that are recorded with it: what was\n"
    "changed, left out or added is an error with its line.";

constexpr const char* report_footer =
    "Exit codes:\n"
    "  0  every question that was asked has an answer, and no --policy is violated,\n"
    "     but as waived (--waivers) or, with --fail-on new, as in the baseline\n"
    "  1  a --policy is violated\n"
    "  2  wrong usage, or a file that cannot be written: nothing was read\n"
    "  3  something could not be tested; or a scan, the baseline or the evidence\n"
    "     cannot be read or does not hold; or an output is not written to its end\n"
    "\n"
    "Evidence holds the secrets of the scan's handshakes: who has it can read what\n"
    "was said in them.\n"
    "\n"
    "Examples:\n"
    "  smtptls-scan report monday.json --policy nist\n"
    "  smtptls-scan report today.json --policy pci --baseline monday.json\n"
    "  smtptls-scan report *.json --inventory certificates > certificates.csv\n"
    "  smtptls-scan mail.example.com --evidence mail.jsonl\n"
    "  smtptls-scan report --from-evidence mail.jsonl --format json";

constexpr const char* manual_before =
    ".B smtptls\\-scan report\n"
    ".IR SCAN.json ...\n"
    "judges and prints scans that\n"
    ".BR \"\\-\\-format json\" \" or \" \"\\-\\-format ndjson\"\n"
    "saved, without a network; several become one report, and of an endpoint that several have the last one counts.\n"
    "JSON of the schema versions 1 and 2 is read. Lines that were cut off are a scan that was interrupted. Where the\n"
    "suites that the program knows have changed since a scan was saved, it is refused. A file may have 1 GiB, a pipe\n"
    "256 MiB, a line of JSON lines 16 MiB, an endpoint a million values, and no object two members of the same name.\n"
    ".PP\n"
    ".B smtptls\\-scan report \\-\\-from\\-evidence\n"
    ".I FILE\n"
    "prints the result of a scan again, from its evidence and without a network, with the scan's exit code. Each "
    "answer\n"
    "must follow from the recorded bytes; what was changed, left out or added is an error with its line, and exit code "
    "3.\n"
    "A scan that was killed is rebuilt as far as its evidence goes, and marked as interrupted. Evidence of another\n"
    "version, or of other probes, is refused (exit code 3), and the release that rebuilds it is named.\n";

}  // namespace

Command report_command()
{
    Command command{.word = "report",
                    .usage =
                        "smtptls-scan report [OPTIONS] SCAN.json...\n"
                        "       smtptls-scan report [OPTIONS] --from-evidence FILE",
                    .description = report_description,
                    .footer = report_footer,
                    .operand = "SCAN.json",
                    .files = true,
                    .manual_title = "REPORTING AGAIN",
                    .manual_before = manual_before};
    command.options = {{.names = "--from-evidence",
                        .value = "FILE",
                        .group = "Input",
                        .takes = Takes::file,
                        .sentence = "the file that --evidence wrote"}};
    std::ranges::copy(judging_options(), std::back_inserter(command.options));
    std::ranges::copy(output_options(), std::back_inserter(command.options));
    command.options.push_back(inventory_option());
    command.options.push_back(
        {.names = "--suggest-waivers",
         .group = group::output,
         .takes = Takes::nothing,
         .sentence = "print a file of waivers for what is violated, to be filled in, in place of the report",
         .manual =
             "In place of the report, a file for `--waivers` with each violation that nobody has waived yet. Owner, "
             "reason and day are to be filled in: until then the file is refused."});
    for (Option option : {suites_option(), exchanges_option(), colour_option(), sandbox_option(), help_option()}) {
        command.options.push_back(std::move(option));
    }
    return command;
}

}  // namespace smtptls::app

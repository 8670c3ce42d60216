// The options that several commands have.
#include "app/option_table.hpp"
#include "model/target.hpp"
#include "report/format/format.hpp"
#include "report/policy/policies.hpp"

namespace smtptls::app {
namespace {

std::vector<std::string> policy_words()
{
    std::vector<std::string> words;
    for (const std::string& name : policy::policy_names()) {
        words.push_back(name);
        for (const std::string& alias : policy::aliases_of(name)) {
            words.push_back(alias);
        }
    }
    return words;
}

std::vector<std::string> role_words()
{
    std::vector<std::string> words = words_of(model::all_roles);
    words.insert(words.begin(), "auto");
    return words;
}

std::vector<std::string> format_words()
{
    std::vector<std::string> words;
    for (const report::Format& format : report::all_formats()) {
        words.emplace_back(format.name);
    }
    return words;
}

std::string extensions()
{
    std::string all;
    for (const report::Format& format : report::all_formats()) {
        for (const std::string_view extension : format.extensions) {
            all += (all.empty() ? "" : " ") + std::string(extension);
        }
    }
    return all;
}

std::string purposes()
{
    std::string all;
    for (const report::Format& format : report::all_formats()) {
        all += "`" + std::string(format.name) + "` for " + std::string(format.purpose);
        all += &format == &report::all_formats().back() ? "." : "; ";
    }
    return all;
}

}  // namespace

std::vector<Option> judging_options()
{
    return {
        {.names = "--policy",
         .value = "NAME",
         .group = group::judging,
         .sentence = "judge by this policy, or by a .json file of your own; may be repeated ('smtptls-scan policy "
                     "list' names them)",
         .manual = "Judge by this policy, or by a file of your own whose name ends with .json. May be repeated. See "
                   "`POLICIES`.",
         .choices = policy_words(),
         .repeats = true},
        {.names = "--role",
         .value = "ROLE",
         .group = group::judging,
         .takes = Takes::choice,
         .sentence = "what all ports are for",
         .manual = "What all ports of this run are for: `mx`, `mx-mandatory` (DANE or MTA-STS is published), "
                   "`submission` or `submissions`. `auto` goes by the port: 25 is mx, implicit TLS submissions, any "
                   "other port submission.",
         .choices = role_words(),
         .preset = "auto"},
        {.names = "--as-of",
         .value = "DATE",
         .group = group::judging,
         .sentence = "judge by what documents ask on that day, such as 2027-01-01; today if not given",
         .manual =
             "Judge by what the documents ask on that day, such as 2027-01-01; if it is not given, by what they ask "
             "today."},
        {.names = "--only-document",
         .group = group::judging,
         .takes = Takes::nothing,
         .sentence = "without the rules that a policy's document does not have",
         .manual =
             "Leave out rules that a policy's document does not have, such as those about passwords in the clear."},
        {.names = "--waivers",
         .value = "FILE",
         .group = group::judging,
         .takes = Takes::file,
         .sentence = "violations that somebody answers for, until a day",
         .manual = "A file of the violations that somebody answers for, until a day."},
        {.names = "--baseline",
         .value = "FILE",
         .group = group::judging,
         .takes = Takes::file,
         .sentence = "compare with the JSON of an earlier scan",
         .manual = "The JSON, or the lines of JSON, of an earlier scan of the same targets: what is new, unchanged, "
                   "fixed or no longer testable. Without a policy: which suites are accepted now and were not, or the "
                   "other way "
                   "round, and which certificates are others."},
        {.names = "--fail-on",
         .value = "WHICH",
         .group = group::judging,
         .takes = Takes::choice,
         .sentence = "exit with 1 for any violation, or only for new ones, which the baseline does not have",
         .manual = "Exit with 1 for `any` violation, or with a baseline only for those that are `new`.",
         .choices = {"any", "new"},
         .preset = "any"},
    };
}

std::vector<Option> output_options()
{
    return {
        {.names = "--format",
         .value = "FORMAT",
         .group = group::output,
         .takes = Takes::choice,
         .sentence = "format of the -o behind it, or else of standard output (text, if nothing else is asked for)",
         .manual = purposes() + " It is the format of the `-o` behind it, or else of standard output. Default: text on "
                                "standard output, if nothing else is asked for.",
         .choices = format_words(),
         .repeats = true},
        {.names = "-o, --output",
         .value = "FILE",
         .group = group::output,
         .takes = Takes::file,
         .sentence = "write into FILE, in the format before it or that of its name; may be repeated",
         .manual =
             "Write the report into *FILE*, in the format of the `--format` in front of it, or else of its name: " +
             extensions() +
             ". May be repeated; `-` is standard output. The file is written beside its place and moved there, "
             "so that a reader sees the old or the new one; its mode stays. A character device is written to, and "
             "so is a shell's `>(command)`; a symbolic link, a named pipe and another user's file are refused, with "
             "exit code 2, before the scan begins.",
         .repeats = true},
    };
}

Option colour_option()
{
    return {.names = "--color",
            .value = "WHEN",
            .group = group::output,
            .takes = Takes::choice,
            .sentence = "colour in text on standard output",
            .manual = "Colour in text on standard output. `auto` means on a terminal, unless `NO_COLOR` is set.",
            .choices = {"auto", "always", "never"},
            .preset = "auto"};
}

Option inventory_option()
{
    return {.names = "--inventory",
            .value = "WHICH",
            .group = group::output,
            .takes = Takes::choice,
            .sentence = "print an inventory (PCI DSS 4.2.1.1, 12.3.3) in place of the report: CSV, or CycloneDX",
            .manual =
                "In place of the report, CSV of the `certificates` (PCI DSS 4.2.1.1) or of the versions and "
                "`suites` that are accepted (12.3.3), or both as `cbom`, a cryptography bill of materials "
                "(CycloneDX 1.6, JSON).",
            .choices = {"certificates", "suites", "cbom"}};
}

Option suites_option()
{
    return {.names = "--suites",
            .group = group::output,
            .takes = Takes::nothing,
            .sentence = "list suites, not only their number: text lists the accepted ones, JSON all",
            .manual =
                "List suites, not only how many there are: in text the accepted ones, in JSON every suite of "
                "every version, the rejected ones too."};
}

Option exchanges_option()
{
    return {.names = "--exchanges",
            .group = group::output,
            .takes = Takes::nothing,
            .sentence = "list every connection in JSON: what it asked, and what came of it",
            .manual =
                "In JSON, list every connection: what it was for, which suites it offered, and what came of it. "
                "The numbers that JSON gives as evidence are theirs. Of a saved scan, the connections that are "
                "in it."};
}

Option sandbox_option()
{
    return {.names = "--no-sandbox",
            .group = group::other,
            .takes = Takes::nothing,
            .sentence = "keep the rights that the program gives up once its files are open",
            .manual =
                "Keep the rights that the program gives up, where the kernel can take them, once its options are "
                "read and its files are open: reading files that were not named (Landlock), and starting programs, "
                "looking into other processes, mounting and the like (seccomp). `--version` says what there is. "
                "For where names are looked up by a library in an unusual place."};
}

Option help_option()
{
    return {.names = "-h, --help",
            .group = group::other,
            .takes = Takes::nothing,
            .sentence = "print this and exit",
            .manual = "Print the options and exit."};
}

}  // namespace smtptls::app

// The options of `smtptls-scan policy`.
#include "app/option_table.hpp"

namespace smtptls::app {

Command policy_command()
{
    return {
        .word = "policy",
        .usage =
            "smtptls-scan policy list\n"
            "       smtptls-scan policy show NAME\n"
            "       smtptls-scan policy diff OLD NEW [SCAN.json]",
        .description =
            "Prints the policies that --policy judges by: all of them, the rules of one, or\n"
            "how two differ; with a saved scan, where on it they judge otherwise.\n"
            "\n"
            "NAME is a policy's full name, which means the same for ever; an alias, which may\n"
            "move to a newer policy; or a file of your own whose name ends with .json.",
        .footer =
            "Exit codes: 0 printed; 2 wrong usage, no such policy, or a mistake in it;\n"
            "3 the scan cannot be read.\n"
            "\n"
            "Examples:\n"
            "  smtptls-scan policy list\n"
            "  smtptls-scan policy show pci\n"
            "  smtptls-scan policy show ours.json\n"
            "  smtptls-scan policy diff rfc9325 bcp195-2026 night.json",
        .operand = "NAME",
        .manual_title = "POLICIES",
        .manual_before =
            "A policy is what a dated document asks, rule by rule with its source: PCI DSS, NIST SP 800\\-52, RFC "
            "8996, 8997 "
            "and 9325,\n"
            "Mozilla, BSI, NCSC\\-NL, ANSSI.\n"
            ".B smtptls\\-scan policy list\n"
            "names them with their aliases, and\n"
            ".B smtptls\\-scan policy show\n"
            ".I NAME\n"
            "prints the rules of one,\n"
            ".B smtptls\\-scan policy diff\n"
            ".I OLD NEW\n"
            "how two differ. In names of policies the case of letters does not count. A rule passes, fails, "
            "warns "
            "or\n"
            "advises; it is inconclusive where what it asks about could not be told, and not asked where no question "
            "of "
            "this\n"
            "scan tells. The PCI policy is a pre\\-check: an ASV decides.\n",
        .options = {help_option()},
    };
}

}  // namespace smtptls::app

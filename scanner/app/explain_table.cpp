// The options of `smtptls-scan explain`.
#include "app/option_table.hpp"

namespace smtptls::app {

Command explain_command()
{
    constexpr const char* input = "Input";
    constexpr const char* applying = "Applying the advice";
    return {
        .word = "explain",
        .usage =
            "smtptls-scan explain [OPTIONS] postfix DIR\n"
            "       smtptls-scan explain [OPTIONS] postfix --main FILE --master FILE\n"
            "       smtptls-scan explain --apply -o NEWDIR [OPTIONS] postfix DIR\n"
            "       smtptls-scan explain [OPTIONS] exim FILE",
        .description =
            "Explains what a mail server's configuration means for TLS: which lines count,\n"
            "which do nothing and why, which do harm, and what is missing; the versions\n"
            "clients get now; and the lines to write for TLS 1.2 and newer.\n"
            "\n"
            "DIR holds main.cf and master.cf, as /etc/postfix does. --main and --master also\n"
            "take what `postconf -n` and `postconf -Mf` print. Nothing is executed or\n"
            "changed, and no certificate is opened.\n"
            "\n"
            "--apply writes main.cf and master.cf with the advice applied into NEWDIR, for\n"
            "you to look at with diff; the files that were read are never changed.",
        .footer =
            "Exit codes: 0 explained, or applied, or there is nothing to change; 2 wrong\n"
            "usage; 3 a file could not be read or written, or the advice cannot be applied.\n"
            "\n"
            "Examples:\n"
            "  smtptls-scan explain postfix /etc/postfix\n"
            "  smtptls-scan explain postfix --main main.txt --master master.txt\n"
            "  smtptls-scan explain postfix /etc/postfix --postfix-version 3.1.0\n"
            "  smtptls-scan explain postfix /etc/postfix --scan scan.json\n"
            "  smtptls-scan explain postfix /etc/postfix --apply -o new\n"
            "  smtptls-scan explain exim /etc/exim4/exim4.conf",
        .operand = "PATH",
        .files = true,
        .manual_title = "EXPLAINING A CONFIGURATION",
        .manual_before =
            ".B smtptls\\-scan explain\n"
            "reads a mail server's configuration and says what it means for TLS: which parameters count, which lines "
            "do\n"
            "nothing and why, which do harm, what is missing, the versions clients get, and the lines to write for TLS "
            "1.2\n"
            "and newer. Nothing is executed or changed. The exit status is 3 if a file cannot be read or written,\n"
            "or if the advice cannot be applied.\n"
            ".TP\n"
            ".BI postfix \" DIR\"\n"
            "The folder with main.cf and master.cf.\n"
            ".TP\n"
            ".BI exim \" FILE\"\n"
            "Exim's configuration, explained for builds with OpenSSL and with GnuTLS.\n",
        .options =
            {
                {.names = "--main",
                 .value = "FILE",
                 .group = input,
                 .takes = Takes::file,
                 .sentence = "main.cf, or what `postconf -n` prints",
                 .manual = "In place of DIR: main.cf, or what `postconf -n` prints."},
                {.names = "--master",
                 .value = "FILE",
                 .group = input,
                 .takes = Takes::file,
                 .sentence = "master.cf, or what `postconf -Mf` prints",
                 .manual = "In place of DIR: master.cf, or what `postconf -Mf` prints."},
                {.names = "--postfix-version",
                 .value = "VERSION",
                 .group = input,
                 .sentence = "version of Postfix to explain for, such as 3.1.0",
                 .manual = "The version of Postfix to explain for, such as 3.1.0. Default: that of Debian 12."},
                {.names = "--openssl-version",
                 .value = "VERSION",
                 .group = input,
                 .sentence = "version of OpenSSL that the server uses, such as 1.0.2",
                 .manual = "The version of OpenSSL that the server uses. Default: the one that goes with the Postfix."},
                {.names = "--scan",
                 .value = "FILE",
                 .group = input,
                 .takes = Takes::file,
                 .sentence = "JSON of a scan of that server, to see where they disagree",
                 .manual = "The JSON of a scan of that server: where it and the configuration disagree."},
                {.names = "--apply",
                 .group = applying,
                 .takes = Takes::nothing,
                 .sentence = "write main.cf and master.cf with the advice applied into NEWDIR",
                 .manual =
                     "Write *main.cf* and *master.cf* with the advice applied into the folder of `-o`, and say what "
                     "was "
                     "done and how to look at it with diff. Only lines of the advice change: comments, order and "
                     "spacing stay. The files that were read are never changed, and no other file is written. If "
                     "there is nothing to change, nothing is written and the exit status is 0. It is 3, with a "
                     "sentence, where the advice cannot be proved: a line that could not be read, a value that cannot "
                     "be told, options below a service whose first line is a comment. For Postfix.",
                 .excludes = "--format"},
                {.names = "-o, --output",
                 .value = "NEWDIR",
                 .group = applying,
                 .takes = Takes::file,
                 .sentence = "with --apply: a folder that does not exist yet, or is empty",
                 .manual = "With `--apply`: the folder to write into. It is made, or exists and is empty; a symbolic "
                           "link is refused."},
                {.names = "--goal",
                 .value = "GOAL",
                 .group = applying,
                 .takes = Takes::choice,
                 .sentence = "with --apply: how far to go, each on top of the one before",
                 .manual = "With `--apply`: how far to go, each on top of the one before. `users`: TLS 1.2 and newer "
                           "where your users hand in mail, and lines that do what they say; `suites`: modern cipher "
                           "suites only there, as some rules demand; `world`: TLS 1.2 and newer on port 25 too.",
                 .choices = {"users", "suites", "world"},
                 .preset = "users"},
                {.names = "--format",
                 .value = "FORMAT",
                 .group = group::output,
                 .takes = Takes::choice,
                 .sentence = "for people or for programs",
                 .manual = "`text` for people, `json` for programs.",
                 .choices = {"text", "json"},
                 .preset = "text",
                 .excludes = "--apply"},
                help_option(),
            },
    };
}

}  // namespace smtptls::app

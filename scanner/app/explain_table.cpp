// The options of `smtptls-scan explain`.
#include "app/option_table.hpp"

namespace smtptls::app {

Command explain_command()
{
    constexpr const char* input = "Input";
    return {
        .word = "explain",
        .usage =
            "smtptls-scan explain [OPTIONS] postfix DIR\n"
            "       smtptls-scan explain [OPTIONS] postfix --main FILE --master FILE\n"
            "       smtptls-scan explain [OPTIONS] exim FILE",
        .description =
            "Explains what a mail server's configuration means for TLS: which lines count,\n"
            "which do nothing and why, which do harm, and what is missing; the versions\n"
            "clients get now; and the lines to write for TLS 1.2 and newer.\n"
            "\n"
            "DIR holds main.cf and master.cf, as /etc/postfix does. --main and --master also\n"
            "take what `postconf -n` and `postconf -Mf` print. Nothing is executed or\n"
            "changed, and certificates are read with --certificate-root only.",
        .footer =
            "Exit codes: 0 explained; 2 wrong usage; 3 a file could not be read.\n"
            "\n"
            "Examples:\n"
            "  smtptls-scan explain postfix /etc/postfix\n"
            "  smtptls-scan explain postfix --main main.txt --master master.txt\n"
            "  smtptls-scan explain postfix /etc/postfix --postfix-version 3.1.0\n"
            "  smtptls-scan explain postfix /etc/postfix --scan scan.json\n"
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
            "and newer. Nothing is executed or changed. The exit status is 3 if a file cannot be read.\n"
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
                {.names = "--certificate-root",
                 .value = "DIR",
                 .group = input,
                 .takes = Takes::file,
                 .sentence = "read the certificates the files name, below DIR (/ on the server)",
                 .manual = "Read the certificate files that the configuration names, below DIR: / on the server itself, "
                           "or a folder with copies. Only the kind of their keys is looked at."},
                {.names = "--scan",
                 .value = "FILE",
                 .group = input,
                 .takes = Takes::file,
                 .sentence = "JSON of a scan of that server, to see where they disagree",
                 .manual = "The JSON of a scan of that server: where it and the configuration disagree."},
                {.names = "--format",
                 .value = "FORMAT",
                 .group = group::output,
                 .takes = Takes::choice,
                 .sentence = "for people or for programs",
                 .manual = "`text` for people, `json` for programs.",
                 .choices = {"text", "json"},
                 .preset = "text"},
                help_option(),
            },
    };
}

}  // namespace smtptls::app

// The options of `smtptls-scan log`.
#include "app/option_table.hpp"

namespace smtptls::app {

Command log_command()
{
    return {
        .word = "log",
        .usage = "smtptls-scan log [OPTIONS] FILE...",
        .description =
            "Reads mail logs: who used which TLS version and suite with this server, and who\n"
            "could no longer if old versions went. Postfix since 2.3, Exim, Sendmail,\n"
            "OpenSMTPD, Dovecot's submission service.\n"
            "\n"
            "FILE is a log as syslog, journalctl, docker, Kubernetes, a collector's JSON or\n"
            "the mail server writes it, also out of grep, also compressed with gzip. - is\n"
            "standard input. What cannot be read is counted and said.\n"
            "Rotated files may come in any order, best oldest first.",
        .footer =
            "Exit codes: 0 every file was read; 2 wrong usage; 3 a file could not be read to\n"
            "its end.\n"
            "\n"
            "Lines of syslog's old form have no year: each is taken for the latest year in\n"
            "which it is not later than its file's last change (standard input: than now), or\n"
            "than --ends.\n"
            "\n"
            "Examples:\n"
            "  smtptls-scan log /var/log/mail.log /var/log/mail.log.*.gz\n"
            "  journalctl -o json -t postfix/smtpd | smtptls-scan log -\n"
            "  smtptls-scan log --since 2026-11-01 --below 1.3 --format csv mail.log > a.csv",
        .operand = "FILE",
        .files = true,
        .manual_title = "MAIL LOGS",
        .manual_before =
            ".B smtptls\\-scan log\n"
            "reads the logs of Postfix (since 2.3), Exim, Sendmail, OpenSMTPD and Dovecot's submission service, and "
            "connects to nothing. It prints which\n"
            "TLS versions and suites were spoken, inbound and outbound apart, by service, sender, login and HELO, and "
            "what\n"
            "it would cost to switch old versions off: who would lose TLS, who would then fall back to clear text and\n"
            "who would fail.\n"
            ".I FILE\n"
            "is a log as syslog, journalctl (its forms of one line, and \\fB\\-o json\\fR), docker, Kubernetes, a "
            "collector's\nJSON or the mail server writes it, also out of grep, also compressed with gzip;\n"
            "\\fB\\-\\fR is standard input.\n",
        .options =
            {
                {.names = "--below",
                 .value = "VERSION",
                 .group = group::questions,
                 .sentence = "show who would lose TLS if every version below this one went (1.0, 1.1, 1.2 or 1.3)",
                 .manual = "Show who would lose TLS if every version below this one went: 1.0, 1.1, 1.2 or 1.3.",
                 .choices = {"1.0", "1.1", "1.2", "1.3"},
                 .preset = "1.2"},
                {.names = "--since",
                 .value = "TIME",
                 .group = group::questions,
                 .sentence = "count only sessions since 2026-11-21 or 2026-11-21T19:43",
                 .manual = "Count only sessions that began at this time or later: a day such as 2026-11-21, or "
                           "2026-11-21T19:43, with a zone (Z, +01:00) or without. Without one it is the clock of the "
                           "log's lines; lines that name a zone are compared in UTC."},
                {.names = "--ends",
                 .value = "TIME",
                 .group = group::questions,
                 .sentence = "when the logs end, for lines without a year",
                 .manual =
                     "When the logs end. A line of syslog's old form has no year; it is taken for the latest year "
                     "in which it is not more than a day after this. Default: each file's last change; for "
                     "standard input, now."},
                {.names = "--ignore",
                 .value = "ADDRESS",
                 .group = group::questions,
                 .sentence = "leave out sessions with this address or network (192.0.2.0/24), such as a scanner's",
                 .manual = "Leave out sessions with this address or network, such as 192.0.2.7, 192.0.2.0/24 or "
                           "2001:db8::/32: a monitor's, or this program's own. How many they are is said. May be "
                           "repeated.",
                 .repeats = true},
                {.names = "--peers",
                 .value = "N",
                 .group = group::output,
                 .takes = Takes::count,
                 .sentence = "number of senders and of servers to list in text",
                 .least = 0,
                 .most = 100000,
                 .preset = "20"},
                {.names = "--format",
                 .value = "FORMAT",
                 .group = group::output,
                 .takes = Takes::choice,
                 .sentence = "for people, programs or spreadsheets",
                 .manual =
                     "`text` for people, `json` for programs, `csv` for spreadsheets, where no cell is a formula.",
                 .choices = {"text", "json", "csv"},
                 .preset = "text"},
                sandbox_option(),
                help_option(),
            },
    };
}

}  // namespace smtptls::app

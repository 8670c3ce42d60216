#include "app/manual.hpp"

#include "api/version.hpp"
#include "app/option_table.hpp"

#include <cctype>

namespace smtptls::app {
namespace {

constexpr const char* begin_of_page = R"(.SH NAME
smtptls\-scan \- find out which TLS versions and cipher suites an SMTP server accepts
.SH SYNOPSIS
.B smtptls\-scan
.RI [ OPTIONS ]
.IR TARGET ...
.br
.B smtptls\-scan explain
.RI [ OPTIONS ]
.BI postfix " DIR"
.br
.B smtptls\-scan explain
.RI [ OPTIONS ]
.BI exim " FILE"
.br
.B smtptls\-scan log
.RI [ OPTIONS ]
.IR FILE ...
.br
.B smtptls\-scan report
.RI [ OPTIONS ]
.IR SCAN.json ...
.br
.B smtptls\-scan report
.RI [ OPTIONS ]
.BI \-\-from\-evidence " FILE"
.br
.B smtptls\-scan policy list
.br
.B smtptls\-scan policy show
.I NAME
.SH DESCRIPTION
Connects to each target, speaks SMTP up to STARTTLS (or TLS at once on port 465), and asks about each
cipher suite, registered or a library's own, in each version from SSL 2 to TLS 1.3 by hellos of its own, many suites in
a hello and one hello in a connection. Some handshakes are completed to confirm what was found. It prints which are
accepted and which are rejected, and what could not be determined: silence is never taken for a refusal.
.PP
A target is
.IR host ,
.IR host : port ,
.IR address ,
or
.RI [ ipv6 ]: port .
Without a port 25, 465 and 587 are scanned, and all addresses of a name.
A name may have any letters (UTF\-8, whatever the locale): it becomes its ASCII form (IDNA2008), which begins with xn\-\-
and which is asked for and shown. In text and HTML the name stands behind it, unless it could be taken for another one.
Targets and options may stand in any order; an option takes one value, and
.B \-\-
ends the options.
.PP
Scan what is yours, or what you may scan. A scan makes about a hundred connections to a server with
default settings, each of which leaves one to four lines in its log.
)";

constexpr const char* end_of_page = R"(.SH EXIT STATUS
.TP
.B 0
Every question that was asked has an answer. A server without STARTTLS is one, and so is a closed port
that was not named on the command line beside an open one. No policy is violated, if one was named.
.TP
.B 1
A policy is violated, whatever else could not be tested.
.TP
.B 2
Wrong usage, a policy or waivers that are mistaken, a file that cannot be written or is not ours; nothing was
scanned.
.TP
.B 3
Something could not be tested: unreachable, throttled, interrupted, broken; a rule of a policy that cannot
be told, or evidence of the baseline that is lost; a log or a saved scan could not be read; or the output could not be
written.
.PP
A reader of standard output that goes away, as
.BR head (1)
does, is no error: nothing is said. The scan goes on if a file of
.B \-o
or
.B \-\-evidence
wants it, and the exit code is what it would have been. If nothing else wants the scan it ends there, as if it had been
interrupted (3).
.SH TERMINAL
Where standard error is a terminal that is not
.BR TERM=dumb ,
a line there says from the first second on how far the scan is: connections done of about how many, the version that is
asked about, whether the server asks to slow down; of many endpoints how many are done, how many a second, and the time
that is left. Nothing of it is left at the end.
Where no report goes to standard output the summary goes to that terminal.
.SH SIGNALS
SIGINT, SIGTERM or SIGHUP ends the scan and prints what is known, marked as interrupted. A second one ends the
program at once.
.SH ENVIRONMENT
.TP
.B COLUMNS
The width of the text, from 48 to 160. Default: that of the terminal, or 80 where the output is none.
.TP
.B NO_COLOR
If set and not empty, no colour is used where
.B \-\-color
is auto. There is none then either where the output is no terminal, or
.B TERM
is dumb or not set.
.PP
OPENSSL_CONF has no effect: no configuration of OpenSSL is read.
.SH EXAMPLES
.nf
smtptls\-scan mail.example.com
smtptls\-scan mail.example.com:587 \-\-format json > scan.json
smtptls\-scan mail.example.com \-o report.html \-o scan.json \-\-format text
jq \-r '.endpoints[] | [.host, .port, (.versions | join(", "))] | @tsv' scan.json
smtptls\-scan '[2001:db8::25]:2525' \-\-tls implicit
smtptls\-scan mail.example.com \-\-policy pci \-\-policy rfc8997
smtptls\-scan report today.json \-\-policy nist \-\-baseline monday.json \-\-fail\-on new
smtptls\-scan explain postfix /etc/postfix
smtptls\-scan log /var/log/mail.log /var/log/mail.log.*.gz
smtptls\-scan mail.example.com \-\-evidence mail.jsonl
smtptls\-scan report \-\-from\-evidence mail.jsonl \-\-format json
smtptls\-scan \-\-generate complete\-bash > /etc/bash_completion.d/smtptls\-scan
.fi
.SH FILES
No configuration is read and none is written. What does not fit into memory waits for the end in a file without a name
in \fBTMPDIR\fR or /tmp.
.TP
.I FILE.part
what \fB\-o\fR \fIFILE\fR is called while it is written; what a killed scan left of it holds the lines that were done
.TP
.I /usr/share/smtptls\-scan/schema
JSON Schemas of scans, policies and waivers
.TP
.I /usr/share/doc/smtptls\-scan/examples
a systemd service and timer for every night
.SH NOTES
Scan what is yours, or what you may scan. A scan sends EHLO, STARTTLS and QUIT, and never a recipient, a message or a
password; it makes about a hundred connections, which fail2ban may count: \fB\-\-dry\-run\fR says how many.
.PP
"Accepted" means that the server chose the suite and sent its whole flight; "rejected", that it refused it and proved to be
alive and listening. What is neither is inconclusive, and the exit code is 3.
.SH SEE ALSO
.BR jq (1),
.BR openssl\-s_client (1),
.BR postconf (5)
)";

// A word of roff: hyphens that are typed as such, no escape.
std::string literal(const std::string& text)
{
    std::string out;
    for (const char letter : text) {
        out += letter == '-' ? "\\-" : letter == '\\' ? "\\e" : std::string(1, letter);
    }
    return out;
}

// `bold` and *italic* of a table as roff, a sentence to a line.
std::string paragraph(const std::string& text)
{
    std::string out;
    char open = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char letter = text[i];
        if (letter == '`' || (letter == '*' && open != '`')) {
            out += open != 0 ? "\\fR" : letter == '`' ? "\\fB" : "\\fI";
            open = open != 0 ? '\0' : letter;
        } else if (letter == '-' && open == '`') {
            out += "\\-";
        } else if (letter == ' ' && i > 0 && text[i - 1] == '.' && i + 1 < text.size()) {
            // A control line begins with a dot or an apostrophe.
            out += text[i + 1] == '.' || text[i + 1] == '\'' ? "\n\\&" : "\n";
        } else {
            out += letter;
        }
    }
    return out + "\n";
}

std::string capitalised(std::string sentence)
{
    sentence.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(sentence.front())));
    return sentence + ".";
}

std::string entry(const Option& option)
{
    std::string names;
    for (const std::string& name : option.all_names()) {
        names += (names.empty() ? "\\fB" : ", \\fB") + literal(name) + "\\fR";
    }
    const std::string value = option.value.empty() ? "" : " \\fI" + option.value + "\\fR";
    std::string text = option.manual.empty() ? capitalised(option.sentence) : option.manual;
    if (!option.preset.empty()) {
        text += " Default: " + option.preset + ".";
    }
    return ".TP\n" + names + value + "\n" + paragraph(text);
}

bool is_of_a_scan(const Option& option)
{
    const Option* const other = find_command("")->find(option.name());
    return other != nullptr && other->manual == option.manual && other->sentence == option.sentence;
}

std::string section(const Command& command)
{
    std::string text = ".SH " + command.manual_title + "\n" + command.manual_before;
    std::string as_above;
    for (const Option& option : command.options) {
        if (command.word.empty() || !is_of_a_scan(option)) {
            text += entry(option);
        } else {
            as_above += (as_above.empty() ? "" : ", ") + ("\\fB" + literal(option.name()) + "\\fR");
        }
    }
    if (!as_above.empty()) {
        text += ".PP\n" + as_above + ": as for a scan.\n";
    }
    return text;
}

}  // namespace

std::string manual()
{
    std::string text =
        ".TH SMTPTLS\\-SCAN 1 \"\" \"smtptls\\-scan " + std::string(version()) + "\" \"User Commands\"\n";
    text += begin_of_page;
    for (const Command& command : all_commands()) {
        text += section(command);
    }
    return text + end_of_page;
}

std::string generated(std::string_view what)
{
    return what == "man"             ? manual()
           : what == "complete-bash" ? bash_completion()
           : what == "complete-zsh"  ? zsh_completion()
                                     : fish_completion();
}

}  // namespace smtptls::app

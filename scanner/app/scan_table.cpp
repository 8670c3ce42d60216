// The options of a scan.
#include "app/option_table.hpp"
#include "model/matrix.hpp"
#include "model/target.hpp"

#include <iterator>

namespace smtptls::app {
namespace {

constexpr const char* usage =
    "smtptls-scan [OPTIONS] TARGET...\n"
    "       smtptls-scan explain --help   what a server's configuration means for TLS\n"
    "       smtptls-scan log --help       who uses which TLS version in a mail log\n"
    "       smtptls-scan policy --help    the policies to judge by, rule by rule\n"
    "       smtptls-scan report --help    judge and print a saved scan again";

constexpr const char* description =
    "Finds out which TLS versions and cipher suites an SMTP server accepts, on ports\n"
    "25, 465 and 587.\n"
    "\n"
    "TARGET is host, host:port, address or [ipv6]:port. Without a port, 25, 465 and\n"
    "587 are scanned. Port 465 is scanned with implicit TLS, every other port with\n"
    "STARTTLS, unless --tls says otherwise.";

constexpr const char* footer =
    "Exit codes:\n"
    "  0  every question that was asked has an answer, and no --policy is violated,\n"
    "     but as waived (--waivers) or, with --fail-on new, as in the baseline\n"
    "  1  a --policy is violated\n"
    "  2  wrong usage, or a file that cannot be written: nothing was scanned\n"
    "  3  something could not be tested, or the baseline not read, or an output not\n"
    "     written to its end\n"
    "\n"
    "Scan what is yours, or what you may scan. A scan makes about a hundred\n"
    "connections to a server with default settings and leaves lines in its log.\n"
    "\n"
    "Examples:\n"
    "  smtptls-scan mail.example.com\n"
    "  smtptls-scan mail.example.com:587 --format json > scan.json\n"
    "  smtptls-scan mail.example.com --policy pci --policy rfc8997\n"
    "  smtptls-scan mail.example.com -o report.html -o scan.json --format text\n"
    "  smtptls-scan '[2001:db8::25]:2525' --tls implicit\n"
    "  smtptls-scan mail.example.com --evidence mail.jsonl\n"
    "  smtptls-scan report --from-evidence mail.jsonl   (the same result again)";

// Scans can be 0.1 s long in tests and a day long in a bad network.
constexpr double shortest = 0.1;
constexpr double day = 86400;

std::vector<Option> target_options()
{
    return {
        {.names = "-f, --file",
         .value = "FILE",
         .group = group::targets,
         .takes = Takes::file,
         .sentence = "read targets from FILE, one to a line; - is standard input",
         .manual = "Read targets from a file, or from standard input if it is `-`, one to a line; a # and what follows "
                   "is a comment. Behind a target may stand `--tls`, `--sni` and `--role`, for that target alone. "
                   "What is named twice is scanned once, as it was named first."},
        {.names = "--tls",
         .value = "WHEN",
         .group = group::targets,
         .takes = Takes::choice,
         .sentence = "when TLS begins",
         .manual = "When TLS begins: `starttls`, `implicit`, or `auto`, which is implicit on port 465 and STARTTLS "
                   "elsewhere.",
         .choices = words_of(model::all_tls_choices),
         .preset = "auto"},
        {.names = "-4",
         .group = group::targets,
         .takes = Takes::nothing,
         .sentence = "scan IPv4 addresses only",
         .excludes = "-6"},
        {.names = "-6",
         .group = group::targets,
         .takes = Takes::nothing,
         .sentence = "scan IPv6 addresses only",
         .excludes = "-4"},
        {.names = "--first-address",
         .group = group::targets,
         .takes = Takes::nothing,
         .sentence = "scan only the first address of a name"},
        {.names = "--addresses-per-name",
         .value = "N",
         .group = group::targets,
         .takes = Takes::count,
         .sentence = "maximum number of addresses of a name to scan",
         .manual = "Scan at most *N* addresses of a name: who owns the name says how many there are. What is left out "
                   "is reported, and the exit code is 3.",
         .least = 1,
         .most = 65536,
         .preset = "32"},
        {.names = "--exclude",
         .value = "FILE",
         .group = group::targets,
         .takes = Takes::file,
         .sentence = "never connect to the addresses and networks in FILE, one to a line",
         .manual =
             "Never connect to the addresses and networks in a file, one to a line (`192.0.2.7`, "
             "`2001:db8::/32`), whatever targets are named and wherever their names lead; a # and what follows is "
             "a comment. A target that has such an address is reported, and the exit code is 3."},
        {.names = "--sni",
         .value = "NAME",
         .group = group::targets,
         .sentence = "server name to ask for in TLS, if not the target's",
         .manual = "The server name to ask for in TLS, if not the target's. A target that is an address asks for none: "
                   "where the server wants one, or where no handshake could be completed, the text says so."},
        {.names = "--ca-file",
         .value = "FILE",
         .group = group::targets,
         .takes = Takes::file,
         .sentence = "trust the roots in FILE instead of this machine's",
         .manual = "Trust the roots in a file (PEM), in place of this machine's, when chains of certificates are "
                   "verified. Give the root of your own CA here; to trust others as well, name their folder with "
                   "`--ca-path`."},
        {.names = "--ca-path",
         .value = "FOLDER",
         .group = group::targets,
         .takes = Takes::file,
         .sentence = "trust the roots in the files of FOLDER instead",
         .manual = "Trust the roots in all files of a folder (PEM), in place of this machine's: `/etc/ssl/certs`, say. "
                   "With `--ca-file` both are trusted."},
        {.names = "--ehlo",
         .value = "NAME",
         .group = group::targets,
         .sentence = "name to greet the server with, if not this machine's",
         .manual = "The domain or address literal to greet the server with. Default: this machine's name, or if that "
                   "has no dot, the local address of the connection."},
        {.names = "--source-address",
         .value = "ADDRESS",
         .group = group::targets,
         .sentence = "local address to connect from",
         .manual = "The local address to connect from. Only addresses of its family are scanned."},
    };
}

std::vector<Option> manner_options()
{
    return {
        {.names = "--timeout",
         .value = "SECONDS",
         .group = group::manners,
         .takes = Takes::seconds,
         .sentence = "longest wait for one step of the server",
         .least = shortest,
         .most = day,
         .preset = "30"},
        {.names = "--max-time",
         .value = "SECONDS",
         .group = group::manners,
         .takes = Takes::seconds,
         .sentence = "end the whole scan after this time and print what is known",
         .least = shortest,
         .most = day},
        {.names = "--max-connections",
         .value = "N",
         .group = group::manners,
         .takes = Takes::count,
         .sentence = "maximum simultaneous connections per address",
         .manual = "Maximum simultaneous connections per address, 1 to 64.",
         .least = 1,
         .most = 64,
         .preset = "4"},
        {.names = "--max-addresses",
         .value = "N",
         .group = group::manners,
         .takes = Takes::count,
         .sentence = "maximum number of addresses to scan in parallel",
         .manual = "Maximum number of addresses to scan in parallel, 1 to 1024. An address that does not answer makes "
                   "room for the next after a quarter of a second.",
         .least = 1,
         .most = 1024,
         .preset = "16"},
        {.names = "--pace",
         .value = "SECONDS",
         .group = group::manners,
         .takes = Takes::seconds,
         .sentence = "minimum time between two connections to one address",
         .manual = "Minimum time between the starts of two connections to one address. A scan slows down by itself "
                   "when the server asks for it or hangs up; this keeps it slow from the start. Where connections were "
                   "turned away the text names a value that stays below the server's limit.",
         .least = 0.001,
         .most = 3600},
        {.names = "--polite",
         .group = group::manners,
         .takes = Takes::nothing,
         .sentence = "one connection at a time, and a second between two of them"},
        {.names = "--dry-run",
         .group = group::manners,
         .takes = Takes::nothing,
         .sentence = "say what the scan would cost and leave in logs; connect to nothing",
         .manual = "Say what a scan would cost and leave behind: connections, time, lines in the logs of Postfix and "
                   "Exim, and how many of them fail2ban would count. Names are looked up, to know how many addresses "
                   "there are; nothing is connected to. With `--format json` for machines. The exit code is 3 if a "
                   "name has no address.",
         .excludes = "--evidence"},
    };
}

std::vector<Option> question_options()
{
    return {
        {.names = "--confirm",
         .value = "WHICH",
         .group = group::questions,
         .takes = Takes::choice,
         .sentence = "which handshakes to complete",
         .manual = "The handshakes to complete, beside the hellos that found the suites: `family` for the fewest that "
                   "cover every key exchange, authentication and cipher family, `suite` for every suite the linked "
                   "OpenSSL can speak, `version` for one in each version, or `none`.",
         .choices = words_of(model::all_confirms),
         .preset = "family"},
        {.names = "--online",
         .group = group::questions,
         .takes = Takes::nothing,
         .sentence = "ask whether certificates are revoked (OCSP, CRL)",
         .manual =
             "Ask whom each certificate names whether it is revoked: its OCSP responders, and where none has an "
             "answer its revocation lists. They are asked by plain HTTP on the Internet, each URL once a scan: at "
             "most 16 for a port that is scanned, 10 seconds for each and 30 for a certificate, 64 KiB of an OCSP "
             "answer and 1 MiB of a list. No redirect is followed, no proxy is used, and no loopback, private or "
             "other special address is asked. Without it nobody but the server is asked, and rules about "
             "revocation say `not asked`."},
        {.names = "--online-private",
         .group = group::questions,
         .takes = Takes::nothing,
         .sentence = "with --online: at private and loopback addresses too",
         .manual = "With `--online`: ask at private, loopback and other special addresses too, for a CA of your own. "
                   "A certificate can then send the scan's questions to any web server that this machine reaches: use "
                   "it for servers that you trust."},
        {.names = "--double-check",
         .value = "N",
         .group = group::questions,
         .takes = Takes::count,
         .sentence = "number of cells of each address to ask for again, drawn at random",
         .manual = "When all is decided, ask again for *N* cells of each address (0 to 10000), drawn at random: a "
                   "rejected suite is offered alone, an accepted one is completed. The result says how many differ "
                   "from what was found before.",
         .least = 0,
         .most = 10000,
         .preset = "0"},
        {.names = "--verdict-only",
         .group = group::questions,
         .takes = Takes::nothing,
         .sentence = "ask only what the policies need: far fewer connections",
         .manual = "Ask only what the policies need: each suite that they forbid, until each rule is violated or "
                   "proved to be kept; a suite for each kind of certificate and the size of DHE groups where they ask "
                   "about those. A server that complies and goes by the client's order is asked in 6 to 13 "
                   "connections, and with DHE in a few more. Rules about orders, groups and what must be accepted say "
                   "`not asked`, and the matrix shows `+` and `.` for suites that were not asked about."},
    };
}

std::vector<Option> other_options()
{
    return {
        {.names = "--generate",
         .value = "WHAT",
         .group = group::other,
         .takes = Takes::choice,
         .sentence = "print the man page or a shell's completions and exit",
         .manual = "Print this page (`man`), or the completions for a shell, and exit.",
         .choices = {"man", "complete-bash", "complete-zsh", "complete-fish"}},
        {.names = "-V, --version",
         .group = group::other,
         .takes = Takes::nothing,
         .sentence = "print the version, OpenSSL's and the policies' dates, and exit",
         .manual = "Print the version of the program and of its OpenSSL, the policies with their dates, and the "
                   "licence, and exit."},
        sandbox_option(),
        help_option(),
    };
}

Option evidence_option()
{
    return {.names = "--evidence",
            .value = "FILE",
            .group = group::output,
            .takes = Takes::file,
            .sentence = "write every exchange, and the secrets of the handshakes, into a new file",
            .manual =
                "Write every exchange into a new file, a line of JSON for each, as the scan goes on: hellos, all "
                "bytes both ways, SMTP, certificates, times. The file also holds the secrets of the completed "
                "handshakes, so that others can check them; it is made with mode 0600, and a file that exists is "
                "not overwritten.",
            .excludes = "--dry-run"};
}

}  // namespace

Command scan_command()
{
    Command command{
        .usage = usage, .description = description, .footer = footer, .operand = "TARGET", .manual_title = "OPTIONS"};
    for (const std::vector<Option>& part :
         {target_options(), manner_options(), question_options(), judging_options(), output_options(),
          std::vector<Option>{suites_option(), exchanges_option(), evidence_option(), inventory_option(),
                              colour_option()},
          other_options()}) {
        std::copy(part.begin(), part.end(), std::back_inserter(command.options));
    }
    return command;
}

}  // namespace smtptls::app

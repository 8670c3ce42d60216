"""`smtptls-scan log` for the tests: its CSV as counts, and the same counts by awk.

The awk programs know nothing of the reader: they look for the words of a TLS line with regular expressions, and
for logins by the number of the process.
"""
import collections
import csv
import io
import subprocess

import jsonschema

# Each prints DIRECTION, PROTOCOL, SUITE for a session (Exim: a message), separated by tabs.
SESSIONS = {
    "postfix": r"""
        /\/(smtpd|smtp|lmtp|tlsproxy|postscreen)(\[[0-9]+\]:| [0-9]+ - -) ([A-Z][a-z]+ )?TLS connection established (from|to) / {
            way = $0 ~ /TLS connection established from / ? "inbound" : "outbound"
            line = $0
            sub(/ with cipher .*/, "", line); n = split(line, before, " ")
            line = $0
            sub(/.* with cipher /, "", line); split(line, behind, " ")
            print way "\t" before[n] "\t" behind[1]
        }""",
    "exim": r"""
        / (<=|=>) | no MAIL in SMTP connection from / && / X=/ {
            way = / => / ? "outbound" : "inbound"
            line = $0
            sub(/ (DN|T|SNI)=".*/, "", line)
            if (!match(line, / X=[^ ]+/)) next
            split(substr(line, RSTART + 3, RLENGTH - 3), part, ":")
            print way "\t" part[1] "\t" part[2]
        }""",
    "sendmail": r"""
        /STARTTLS=(server|client), relay=.*, version=/ {
            way = /STARTTLS=server/ ? "inbound" : "outbound"
            match($0, /version=[^,]+/); version = substr($0, RSTART + 8, RLENGTH - 8)
            match($0, /cipher=[^,]+/); cipher = substr($0, RSTART + 7, RLENGTH - 7)
            print way "\t" version "\t" cipher
        }""",
    "opensmtpd": r"""
        / (smtp|mta) tls ciphers=/ {
            way = / mta tls / ? "outbound" : "inbound"
            sub(/.*ciphers=/, ""); split($0, part, ":")
            print way "\t" part[1] "\t" part[2]
            next
        }
        /event=starttls|Started TLS on session/ {
            way = /smtp-out|mta event/ ? "outbound" : "inbound"
            sub(/.*version=/, ""); split($0, part, /, cipher=|, bits/)
            print way "\t" part[1] "\t" part[2]
        }""",
}

# Postfix: ADDRESS, LOGIN, PROTOCOL for each inbound session with TLS.
LOGINS = r"""
    function over(p) { if (proto[p]) print addr[p] "\t" login[p] "\t" proto[p]; delete proto[p]; delete login[p] }
    !/\/smtpd\[[0-9]+\]:/ { next }
    { match($0, /smtpd\[[0-9]+\]/); p = substr($0, 1, RSTART + RLENGTH); sub(/.* /, "", p) }
    / connect from / { over(p) }
    / TLS connection established from / {
        line = $0; sub(/.*established from [^[]*\[/, "", line); a = line; sub(/\].*/, "", a); addr[p] = a
        sub(/ with cipher .*/, "", line); sub(/.* /, "", line); proto[p] = line
    }
    /: client=.*, sasl_username=/ { line = $0; sub(/.*, sasl_username=/, "", line); sub(/, sasl_sender=.*/, "", line); login[p] = line }
    / disconnect from / { over(p) }
    END { for (p in proto) over(p) }"""


def awk(program, *files):
    """{tuple of the printed fields: how often}."""
    done = subprocess.run(["awk", program, *[str(file) for file in files]], capture_output=True, text=True,
                          errors="replace", check=True)
    return collections.Counter(tuple(line.split("\t")) for line in done.stdout.splitlines())


def rows(text):
    """The lines of a CSV as dicts."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def counted(text, *columns):
    """{tuple of these columns: sessions with TLS} of a CSV."""
    counts = collections.Counter()
    for row in rows(text):
        if row["what"] == "tls":
            counts[tuple(row[column] for column in columns)] += int(row["count"])
    return counts


def problems(schema, document):
    """What is wrong with a JSON document, and with its sums."""
    found = [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(document)]
    for direction in ("inbound", "outbound"):
        named = sum(sum(peer["sessions"].values()) for peer in document["peers"] if peer["direction"] == direction)
        all_of_them = sum(document["impact"][direction]["sessions"].values())
        if named + document["not_kept"][direction]["sessions"] != all_of_them:
            found.append("%s: %d sessions of peers, %d of services" % (direction, named, all_of_them))
    return found

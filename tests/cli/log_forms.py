"""Large mail logs in the forms in which logs arrive, and their TLS sessions counted as grep would.

The counts know nothing of forms, programs or processes: they look for the words of a TLS line anywhere in a line.
"""
import collections
import functools
import json
import random
import re

SESSIONS = 2000
SUITES = [("TLSv1.3", "TLS_AES_256_GCM_SHA384"), ("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384"),
          ("TLSv1.1", "AES128-SHA"), ("TLSv1", "ECDHE-RSA-AES256-SHA")]
OTHERS = [("sshd", "Connection closed by authenticating user root 192.0.2.77 port 4711 [preauth]"),
          ("postfix/qmgr", "4XyZ: from=<a@example.net>, size=1234, nrcpt=1 (queue active)"),
          ("postfix/cleanup", "4XyZ: message-id=<1@mail.example.net>"),
          ("dovecot", "imap-login: Login: user=<u>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1, mpid=1, TLS"),
          ("systemd", "Started Daily apt download activities.")]


def postfix(chance, number):
    """The lines of a session: [(program, process, message)]."""
    peer = "mail%d.example.net[192.0.%d.%d]" % (number % 400, number % 3, number % 250)
    version, suite = chance.choice(SUITES)
    if chance.random() < 0.3:
        return [("postfix/smtp", 700 + number % 7, "Trusted TLS connection established to %s:25: %s with cipher %s"
                 " (256/256 bits)" % (peer, version, suite))]
    program = chance.choice(["postfix/smtpd", "postfix/submission/smtpd"])
    lines = ["connect from " + peer]
    tls = chance.random() < 0.8
    if tls:
        lines.append("Anonymous TLS connection established from %s: %s with cipher %s (256/256 bits)"
                     % (peer, version, suite))
    login = ", sasl_method=PLAIN, sasl_username=u%d" % (number % 90) if "submission" in program else ""
    lines += ["4Xy%dZ: client=%s%s" % (number, peer, login),
              "disconnect from %s ehlo=1%s quit=1" % (peer, " starttls=1" if tls else "")]
    return [(program, 1000 + number, line) for line in lines]


def exim(chance, number):
    """Arrivals, deliveries, rejected recipients and others."""
    version, suite = chance.choice(SUITES)
    cipher = " X=%s:%s:256 CV=no" % (version.replace("TLSv1", "TLS1"), suite) if chance.random() < 0.8 else ""
    host = "H=mail%d.example.net [192.0.2.%d]:4%d" % (number % 400, number % 250, number)
    mail = "1tAb%02d-%011d-1234" % (number % 100, number)
    line = chance.choice([
        "%s <= a@example.net %s P=esmtps%s S=%d id=1@x" % (mail, host, cipher, number),
        "%s => b@example.org R=dnslookup T=remote_smtp %s%s C=\"250 OK\"" % (mail, host, cipher),
        "%s%s F=<a@example.net> rejected RCPT <b@example.org>: relay not permitted" % (host, cipher),
        "%s Completed" % mail])
    return [("exim", 50 + number, line)]


def sendmail(chance, number):
    """A session that came, or one that went out."""
    version, suite = chance.choice(SUITES)
    way = chance.choice(["server", "client"])
    return [("sm-mta", 9000 + number, "STARTTLS=%s, relay=mail%d.example.net [192.0.2.%d], version=%s, verify=NO,"
             " cipher=%s, bits=256/256" % (way, number % 400, number % 250, version, suite))]


def opensmtpd(chance, number):
    """A session of its own id."""
    version, suite = chance.choice(SUITES)
    front = "%016x smtp " % (0xabcdef0000000000 + number)
    return [("smtpd", 12, front + "connected address=192.0.2.%d host=mail%d.example.net" % (number % 250, number % 400)),
            ("smtpd", 12, front + "tls ciphers=%s:%s:256" % (version, suite)),
            ("smtpd", 12, front + "disconnected reason=quit")]


def dovecot(chance, number):
    """A login at the submission service."""
    version, suite = chance.choice(SUITES)
    return [("dovecot", None, "submission-login: Login: user=<u%d>, method=PLAIN, rip=192.0.2.%d, lip=192.0.2.1, mpid=%d,"
             " %s with cipher %s (256/256 bits), session=<x>" % (number % 90, number % 250, number, version, suite))]


def tag(program, process):
    return program + (":" if process is None else "[%d]:" % process)


def syslog(program, process, message, host="mail"):
    return "Nov 24 10:00:00 %s %s %s" % (host, tag(program, process), message)


def rfc3339(program, process, message):
    return "2026-11-24T10:00:00.123456+01:00 mail %s %s" % (tag(program, process), message)


def journal(program, process, message):
    return json.dumps({"__REALTIME_TIMESTAMP": "1795514400123456", "_HOSTNAME": "mail", "SYSLOG_IDENTIFIER": program,
                       "_PID": str(process), "MESSAGE": message})


# {name: (a mail server, a line of it)}; "%d" in a lead is the line's number.
LOGS = {
    "syslog": (postfix, syslog),
    "RFC 3339": (postfix, rfc3339),
    "RFC 5424": (postfix, lambda p, n, m: "<22>1 2026-11-24T10:00:00Z mail %s %s - - %s" % (p, n or "-", m)),
    "Solaris": (postfix, lambda p, n, m: syslog(p, n, "[ID 197553 mail.info] " + m)),
    "FreeBSD -v": (postfix, lambda p, n, m: "Nov 24 10:00:00 <mail.info> mail %s %s" % (tag(p, n), m)),
    "host:": (postfix, lambda p, n, m: syslog(p, n, m, "mail.example.org:")),
    "docker logs -t": (postfix, lambda p, n, m: "2026-11-24T09:00:00.123456789Z " + syslog(p, n, m)),
    "docker compose": (postfix, lambda p, n, m: "mail-1  | " + syslog(p, n, m)),
    "json-file": (postfix, lambda p, n, m: json.dumps({"log": syslog(p, n, m) + "\n", "stream": "stdout",
                                                       "time": "2026-11-24T09:00:00Z"})),
    "Kubernetes": (postfix, lambda p, n, m: "2026-11-24T09:00:00.123456789Z stdout F " + syslog(p, n, m)),
    "journal": (postfix, journal),
    "short-full": (postfix, lambda p, n, m: "Tue 2026-11-24 10:00:00 CET mail %s %s" % (tag(p, n), m)),
    "grep -n": (postfix, lambda p, n, m: "/var/log/mail.log:%d:" + syslog(p, n, m)),
    "colours": (postfix, lambda p, n, m: "\x1b[32m" + syslog(p, n, m).replace("TLS", "\x1b[01;31m\x1b[KTLS\x1b[m\x1b[K")),
    "Exim": (exim, lambda p, n, m: "2026-11-24 10:00:00 " + m if p == "exim" else syslog(p, n, m)),
    "Exim, compose": (exim, lambda p, n, m: "exim-1  | 2026-11-24 10:00:00 " + m if p == "exim" else "exim-1  | x"),
    "Sendmail": (sendmail, syslog),
    "Sendmail, Solaris": (sendmail, lambda p, n, m: syslog(p, n, "[ID 801593 mail.info] " + m)),
    "OpenSMTPD": (opensmtpd, lambda p, n, m: m if p == "smtpd" else syslog(p, n, m)),
    "Dovecot": (dovecot, syslog),
}


@functools.lru_cache(maxsize=None)
def generate(name, seed):
    """The text of a log: sessions whose lines interleave, with lines of other programs."""
    chance = random.Random(seed)
    mailer, form = LOGS[name]
    running, lines = [], []
    for number in range(1, SESSIONS + 1):
        running.append(mailer(chance, number))
        if chance.random() < 0.5:
            running.append([(program, None if program == "dovecot" else 5, words)
                            for program, words in [chance.choice(OTHERS)]])
        while len(running) > 40 or (number == SESSIONS and running):
            session = chance.choice(running)
            lines.append(form(*session.pop(0)))
            if not session:
                running.remove(session)
    return "".join((line.replace("%d", str(at), 1) if "%d" in line else line) + "\n" for at, line in enumerate(lines, 1))


PATTERNS = {
    postfix: re.compile(r"TLS connection established (from|to) [^ ]+: ([^ ]+) with cipher ([^ ]+) "),
    exim: re.compile(r"(<=|=>| \[)(?=.* X=).* X=([^: ]+):([^: ]+):"),
    sendmail: re.compile(r"STARTTLS=(server|client), relay=.* version=([^,]+), .*cipher=([^,]+),"),
    opensmtpd: re.compile(r"(smtp) tls ciphers=([^:]+):([^:]+):"),
    dovecot: re.compile(r"(submission-login): Login: .* ([^ ]+) with cipher ([^ ]+) "),
}
OUTBOUND = ("to", "=>", "client")


def counted(name, text):
    """{(direction, protocol, suite): sessions} of the lines."""
    found = collections.Counter()
    for line in re.sub("\x1b\\[[0-9;]*[mK]", "", text).splitlines():
        match = PATTERNS[LOGS[name][0]].search(line)
        if match:
            found["outbound" if match[1] in OUTBOUND else "inbound", match[2], match[3]] += 1
    return found


def logins(text):
    """{login: messages that came with it} of Postfix's lines."""
    return collections.Counter(re.findall(r"sasl_username=(u[0-9]+)", text))

"""The table: what a server does, and what must be reported of it (README.md here says how to read a row).

`truth` is what the server accepts, by version; everything else it does not accept. `opens` is what must be left open:
{} nothing; {version: [patterns of suites] or "all"} these and no others; "rest" everything but what is accepted; "all"
everything; "perhaps" whatever, as long as no cell is wrong.
"""
import dataclasses

BOTH = ("starttls", "implicit")

# The server of most rows: real TLS, three cells.
GCM, CBC = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"
AES13, CHACHA13 = "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"
REAL = {"TLS 1.3": [AES13], "TLS 1.2": [GCM, CBC]}
REAL_LAB = ("--min-version", "TLSv1.2", "--ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-SHA",
            "--ciphersuites", AES13)

# And of the others: a table, without cryptography, so that nothing can be confirmed.
RSA, ECDHE, DHE = ("TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                   "TLS_DHE_RSA_WITH_AES_256_CBC_SHA")
ANON, DSS = "TLS_DH_anon_WITH_AES_128_CBC_SHA", "TLS_DHE_DSS_WITH_AES_256_CBC_SHA"
CHACHA, IDEA, SRP = ("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_RSA_WITH_IDEA_CBC_SHA",
                     "TLS_SRP_SHA_WITH_AES_128_CBC_SHA")
LAST = "SSL_RSA_FIPS_WITH_DES_CBC_SHA_2"  # the highest code of TLS
# Where the client's order decides, as with most servers: an order of their own costs questions that are not the point here.
TABLE = {"versions": {"TLS 1.0": {"suites": [RSA, DHE], "order": "client"},
                      "TLS 1.2": {"suites": [ECDHE, RSA, DHE], "order": "client"}}}
TLS12 = {"versions": {"TLS 1.2": {"suites": [ECDHE, RSA, DHE], "order": "client"}}}
UNCONFIRMED = ("--confirm", "none")
ONE_AT_A_TIME = ("--timeout", "30", "--max-connections", "1", *UNCONFIRMED)  # where the order of the questions matters

# A server of TLS 1.2 that accepted nothing: nothing shows that its refusal of TLS 1.3 by alert 40 meant TLS 1.3.
NOTHING_SHOWN = {"TLS 1.2": "all", "TLS 1.3": "all"}


@dataclasses.dataclass
class Row:
    """One server in one mode."""

    name: str
    mode: str
    lab: tuple
    truth: dict
    table: dict = None
    scan: tuple = ("--timeout", "30")
    status: str = "scanned"
    failure: tuple = None      # stage, reason (several joined by |)
    opens: object = dataclasses.field(default_factory=dict)
    sees: dict = dataclasses.field(default_factory=dict)  # observation: pattern, or None for none
    words: tuple = ()          # of the text format
    connections: int = 40      # at most
    seconds: float = 90        # at most, on a busy machine
    speaks_first: bool = False  # on this server our hello is out of turn
    long: bool = False


ROWS = []


def real(name, *behaviours, modes=BOTH, options=(), **expected):
    """A row of the server with real TLS, for each mode."""
    lab = REAL_LAB + tuple(options)
    for behaviour in behaviours:
        lab += ("--behaviour", behaviour)
    for mode in modes:
        ROWS.append(Row(name, mode, lab, **{"truth": REAL, **expected}))


def table(name, fields, *behaviours, base=TABLE, modes=BOTH, **expected):
    """A row of a server that is a table; its truth is what the table accepts, if the row does not say."""
    whole = {**base, **fields}
    truth = expected.pop("truth", {version: rules["suites"] for version, rules in whole["versions"].items()})
    scan = expected.pop("scan", ("--timeout", "30", *UNCONFIRMED))
    lab = tuple(part for behaviour in behaviours for part in ("--behaviour", behaviour))
    for mode in modes:
        ROWS.append(Row(name, mode, lab, truth, whole, scan, **expected))


def fails(name, *behaviours, stage, reason, modes=("starttls",), **expected):
    """A row whose scan does not get as far as TLS."""
    # Where a timeout must be waited for it is short.
    timeout = "1" if reason == "timed_out" else "30"
    expected = {"connections": 2, "truth": {}, "opens": "all", "scan": ("--timeout", timeout), **expected}
    real(name, *behaviours, modes=modes, status="failed", failure=(stage, reason), **expected)


# --- Misbehaviour in SMTP ---------------------------------------------------------------------------------

real("no misbehaviour")
table("no misbehaviour, a table", {})
table("no misbehaviour, an order of its own", {"versions": {"TLS 1.2": {"suites": [ECDHE, RSA, DHE], "order": "server"}}},
      connections=100)

# A greeting may take 20 s and longer: --timeout is 30 s by default. Here both are shorter.
real("greeting after 1.5 s", "slow-greeting=1.5", sees={"smtp.greeting": "220 mail.lab.example ESMTP smtptls-lab"})
fails("greeting after 3 s, patience of 1 s", "slow-greeting=3", stage="greeting", reason="timed_out",
      words=("no answer in time at the greeting",), seconds=20)
real("greeting after 12 s, patience of 4 s", "slow-greeting=12", modes=("implicit",), scan=("--timeout", "4"),
     sees={"smtp.greeting": None})
real("a byte at a time", "drip=0.004", modes=("starttls",), sees={"smtp.greeting": "220 mail.lab.example ESMTP smtptls-lab"})
fails("a byte at a time, too slowly", "drip=0.2", stage="greeting", reason="timed_out", seconds=20)
real("a teaser, as postscreen sends it", "teaser=1.2",
     sees={"smtp.greeting": "220 mail.lab.example ESMTP / mail.lab.example ESMTP smtptls-lab"})
real("a greeting of several lines", "multiline-greeting", sees={"smtp.greeting": "wait for the next line / "})
fails("greeting 554", "greeting-554", stage="greeting", reason="rejected", connections=1,
      words=("the server refused at the greeting (554 5.7.1 ",))
real("greeting 554", "greeting-554", modes=("implicit",), sees={"smtp.greeting": "554 5.7.1 "})
fails("greeting 421", "greeting-421", stage="greeting", reason="throttled", seconds=60,
      words=("asks to come back later",))
real("greeting 421", "greeting-421", modes=("implicit",), sees={"smtp.greeting": "421 4.7.0 "})
fails("greeting 421, of several lines", "greeting-421-multiline", stage="greeting", reason="throttled", seconds=60,
      words=("from your address / 4",))
fails("a greeting line without end", "endless-line", stage="greeting", reason="protocol_error",
      words=("a reply line longer than the limit",))
real("a greeting line without end", "endless-line", modes=("implicit",), sees={"smtp.greeting": None})
fails("a greeting line without end, slowly", "endless-line", "drip=0.05", stage="greeting", reason="timed_out",
      seconds=20)
fails("an EHLO reply without end", "endless-reply", stage="ehlo", reason="protocol_error",
      words=("a reply longer than the limit",))
real("an EHLO reply without end", "endless-reply", modes=("implicit",), sees={"smtp.keywords_inside_tls": None})
fails("a reply to STARTTLS without end", "endless-starttls-reply", stage="starttls", reason="protocol_error",
      words=("a reply longer than the limit",))
real("bare LF", "bare-lf", sees={"smtp.greeting": 'smtptls-lab"$'})
real("NUL, 8-bit and escapes in the greeting", "control-bytes",
     sees={"smtp.greeting": r"x1b\[31m.*x07.*x9b.*x00.*xff"})
real("NUL, 8-bit and escapes in EHLO and STARTTLS", "control-bytes-in-ehlo",
     sees={"smtp.keywords_inside_tls": r"x1b\[2J"})
real("STARTTLS in the first line", "starttls-first-line", modes=("starttls",),
     sees={"smtp.starttls_in_first_line": "true"}, words=("most clients do not find it",))
real("starttls in lower case", "starttls-lower-case", modes=("starttls",),
     sees={"smtp.keywords_before_tls": '"STARTTLS"'})
real("STARTTLS with parameters", "starttls-parameters", modes=("starttls",),
     sees={"smtp.keywords_before_tls": '"STARTTLS"'})
fails("XXXXXXXA", "stripped", stage="starttls", reason="stripped", connections=1, sees={"smtp.overwritten": "XXXXXXXA"},
      words=("STARTTLS was overwritten on the way", "MIDDLEBOX something on the way"))
fails("****", "stripped-stars", stage="starttls", reason="stripped", connections=1,
      sees={"smtp.overwritten": r'\*{20}.*"\*\*\*\*"'}, words=("STARTTLS was overwritten on the way",))
real("no STARTTLS", "no-starttls", modes=("starttls",), truth={}, status="no_starttls", opens="all", connections=3,
     failure=("starttls", "not_offered"), words=("does not offer STARTTLS",))
fails("EHLO refused", "ehlo-5xx", stage="ehlo", reason="rejected", connections=1, words=("550 5.7.1 Access denied",))
fails("EHLO refused, HELO accepted", "helo-only", stage="ehlo", reason="rejected", connections=1,
      words=("the server refused at EHLO (502", "HELO is not tried"))
real("EHLO refused, HELO accepted", "helo-only", modes=("implicit",), sees={"smtp.keywords_inside_tls": None})
fails("454 to STARTTLS", "starttls-454", stage="starttls", reason="unavailable", seconds=60,
      words=("TLS is broken or limited there",))
for code in (501, 502, 503, 530, 554):
    fails("%d to STARTTLS" % code, "starttls-5xx=%d" % code, stage="starttls", reason="rejected", connections=1,
          words=("the server refused at STARTTLS (%d " % code,))
real("220 to STARTTLS in three segments", "starttls-in-pieces=0.15", modes=("starttls",),
     sees={"smtp.plaintext_after_starttls": None})
real("plaintext after the 220", "inject", modes=("starttls",),
     sees={"smtp.plaintext_after_starttls": "250-injected.example"}, words=("INJECTION bytes in the clear",))
fails("TLS at once on a STARTTLS port", "tls-at-once", stage="greeting", reason="timed_out", seconds=20,
      words=("if the server speaks TLS at once on this port, use --tls implicit; or it may wait for a PROXY header",))
fails("SMTP on an implicit port", "smtp-on-implicit", stage="hello", reason="protocol_error", modes=("implicit",),
      connections=8, speaks_first=True, words=("(220 mail.lab.example ESMTP", "use --tls starttls"))

real("replies of 14 KB each", "long-replies", sees={"smtp.greeting": "220 x{134} / x"})

# Before a word is said, and where TLS is due.
fails("silence", "silent", stage="greeting", reason="timed_out", seconds=20)
fails("silence", "silent", stage="hello", reason="timed_out", modes=("implicit",), connections=8, seconds=60)
fails("RST at once", "reset-on-connect", stage="greeting|connect", reason="reset|closed")
# Whether the reset overtakes the connection or its hello is chance; after sixteen it is given up either way.
fails("RST at once", "reset-on-connect", stage="hello|connect", reason="reset|closed", modes=("implicit",), connections=16)
fails("FIN at once", "close-on-connect", stage="greeting", reason="closed|reset")
fails("FIN at once", "close-on-connect", stage="hello", reason="closed|reset", modes=("implicit",), connections=9)
fails("bytes that are no TLS", "garbage-tls", stage="hello", reason="protocol_error", modes=BOTH, connections=8,
      words=("is not TLS as it should be",))
fails("FIN in the place of TLS", "close-after-starttls", stage="hello", reason="closed|reset", modes=BOTH, connections=9)
fails("RST in the place of TLS", "reset-after-starttls", stage="hello|starttls", reason="reset|closed",
      connections=12)
fails("silence in the place of TLS", "silent-after-starttls", stage="hello", reason="timed_out", modes=BOTH,
      connections=8, seconds=60)
fails("FIN for the hello", "close-on-hello", stage="hello", reason="closed|reset", modes=BOTH, connections=9)
real("FIN after the handshake", "no-inner-ehlo", sees={"smtp.keywords_inside_tls": None, "smtp.silent_inside_tls": "closed"},
     words=("the server hangs up as soon as TLS stands",))

# --- Misbehaviour in TLS ----------------------------------------------------------------------------------

table("a flight over many records", {"fragment": 100})
table("a flight in records of a byte", {"fragment": 1})
table("a flight of single bytes", {}, "drip-tls=0.0001", base={"versions": {"TLS 1.2": {"suites": [RSA]}}}, seconds=60,
      connections=80)
real("TLS of single bytes", "drip-tls=0.0005", long=True)
table("a warning first", {"warning_alert_first": True})
table("a certificate asked for", {"certificate_request": True}, sees={"client_certificate": "requested"},
      words=("client cert requested in TLS 1.0, TLS 1.2",))
real("a certificate asked for", options=("--request-client-certificate",), sees={"client_certificate": "requested"})
real("a certificate demanded", options=("--require-client-certificate",), sees={"client_certificate": "required"},
     words=("client cert required in TLS 1.2, TLS 1.3", "3 by the server's flight"))
table("a chain of 40 KiB", {"chain_bytes": 40000})

# Flights with which no client could go on.
OLD = "TLS 1.1"


def flawed(name, flaw, accepted, open_suites, suites):
    """A version whose flights have this flaw, beside one that is sound."""
    rules = {"suites": suites, "order": "client", "flaw": flaw}
    table(name, {"versions": {**TLS12["versions"], OLD: rules}}, truth={"TLS 1.2": [ECDHE, RSA, DHE], OLD: accepted},
          status="incomplete", opens={OLD: open_suites}, connections=80)


PSK, RSA_PSK, DHE_PSK = ("TLS_PSK_WITH_AES_128_CBC_SHA", "TLS_RSA_PSK_WITH_AES_128_CBC_SHA",
                         "TLS_DHE_PSK_WITH_AES_128_CBC_SHA")
flawed("flights without a certificate", "no certificate", [ANON, PSK, DHE_PSK], [RSA, DHE, RSA_PSK],
       [RSA, DHE, RSA_PSK, ANON, PSK, DHE_PSK])
flawed("flights without a key exchange", "no key exchange", [RSA, PSK], [DHE, ANON, DHE_PSK], [RSA, DHE, ANON, PSK, DHE_PSK])
flawed("compression that was not offered", "compression", [], "all", [RSA, DHE])

# SSL 2.
RC4_40, RC4_128 = "SSL_CK_RC4_128_EXPORT40_WITH_MD5", "SSL_CK_RC4_128_WITH_MD5"
table("SSL 2 without a certificate",
      {"versions": {**TABLE["versions"], "SSL 2": {"suites": [RC4_40, RC4_128], "flaw": "no certificate"}}},
      truth={version: rules["suites"] for version, rules in TABLE["versions"].items()},
      sees={"ssl2.without_certificate": "true"}, words=("nobody can complete such a handshake",))
for manner in ("reset", "close"):
    table("SSL 2 alone, TLS is met by a %s" % manner,
          {"versions": {"SSL 2": {"suites": [RC4_40, RC4_128]}}, "absent": manner}, connections=40, seconds=180,
          sees={"limits.probably_banned": None})

table("an alert in a record without a version",
      {"versions": {"TLS 1.2": {"suites": [ECDHE, RSA], "order": "server"}}, "absent": "alert 70",
       "alert_record_version": 0}, connections=100)
table("a HelloRetryRequest, and then an alert to every share",
      {"versions": {"TLS 1.3": {"suites": [AES13], "order": "client"}, "TLS 1.2": {"suites": [RSA], "order": "client"}},
       "share_refusal": "alert 80"}, truth={}, status="incomplete", opens={"TLS 1.3": [AES13], "TLS 1.2": [RSA]},
      scan=("--timeout", "30"), connections=60)

LIED_ABOUT = ("SSL 3", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3")
ANY = {"suites": ["TLS_*"], "poison": {"after_hello": ["TLS_*"]}}
table("a ServerHello for anything, then an alert",
      {"versions": {version: ANY for version in LIED_ABOUT}, "reads_supported_versions": True}, truth={},
      status="incomplete", opens={version: "all" for version in LIED_ABOUT}, connections=250)
table("a HelloRetryRequest for anything, and again",
      {"versions": {"TLS 1.3": {"suites": ["TLS_*"]}, "TLS 1.2": {"suites": [RSA]}}, "hrr_loop": True}, truth={},
      status="incomplete", opens={"TLS 1.3": "all", "TLS 1.2": [RSA]}, scan=("--timeout", "30"), connections=100)
table("a newer version than asked for", {"wrong_version": {"TLS 1.0": "TLS 1.2"}}, truth={"TLS 1.2": [ECDHE, RSA, DHE]},
      status="incomplete", opens={"TLS 1.0": "all", "TLS 1.1": "all"}, connections=120)
# It does answer in SSL 3, and in nothing else.
table("an older version than asked for", {"wrong_version": {"TLS 1.2": "SSL 3"}}, base=TLS12,
      truth={"SSL 3": [ECDHE, RSA, DHE]}, status="incomplete", opens="perhaps", connections=160)
# In the client's order nothing is refused, and so the wrong suite is never met; in the server's own it is.
table("a suite that was not offered", {"unoffered": "0xfafa"}, connections=120)
table("a suite that was not offered, own order", {"unoffered": "0xfafa"}, status="incomplete", opens="perhaps",
      base={"versions": {"TLS 1.2": {"suites": [ECDHE, RSA, DHE], "order": "server"}}}, connections=120)
table("two ServerHellos", {"second_server_hello": True}, base=TLS12, truth={}, status="incomplete", opens=NOTHING_SHOWN)
table("HelloRetryRequests in a loop", {"hrr_loop": True}, scan=("--timeout", "30"), truth={},
      base={"versions": {"TLS 1.3": {"suites": [AES13]}}}, status="incomplete", opens={"TLS 1.3": [AES13]})
table("two connections, and the third is dropped", {}, "at-most=2", connections=120, seconds=60)
table("each third connection is dropped", {"every": [{"each": 3, "stage": "hello", "act": "reset"}]},
      base=TLS12, scan=("--timeout", "30", "--max-connections", "2", *UNCONFIRMED), connections=90)
# In records so small that the ServerHello has come by then.
table("each third connection stops in mid-flight", {"fragment": 128, "every": [{"each": 3, "stage": "flight", "act": "close"}]},
      connections=90)
table("each fifth connection gets a 421", {"every": [{"each": 5, "stage": "greeting", "act": "421"}]},
      connections=60, seconds=60, speaks_first=True)
# So many for one list that it is throttled more often than a question bears without a good answer between.
MANY = ["TLS_%s_WITH_%s" % (kind, cipher) for kind in ("RSA", "DHE_RSA", "ECDHE_RSA", "ECDHE_ECDSA")
        for cipher in ("AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "AES_128_CBC_SHA", "AES_256_CBC_SHA",
                       "CAMELLIA_128_GCM_SHA256", "CAMELLIA_256_GCM_SHA384", "ARIA_128_GCM_SHA256")]
table("each third connection gets a 421", {"versions": {"TLS 1.2": {"suites": MANY, "order": "server"}},
                                           "every": [{"each": 3, "stage": "greeting", "act": "421"}]},
      modes=("starttls",), connections=140, seconds=300, speaks_first=True,
      scan=("--timeout", "30", "--max-connections", "1", *UNCONFIRMED), words=("were turned away, and later ones were not",))
table("each third connection gets a 454", {"every": [{"each": 3, "stage": "starttls", "act": "454"}]}, base=TLS12,
      modes=("starttls",), connections=60, seconds=120, words=("were turned away, and later ones were not",))
# A limit on connections, as most firewalls have it. What fails before TLS says nothing of what was asked.
table("five connections in ten seconds, the others are reset", {}, "window=10", connections=90, seconds=240,
      sees={"limits.probably_banned": None, "limits.turned_away": "^[0-9]+$"}, modes=("starttls",),
      words=("to stay below the server's limit, use --pace",))
table("five connections in twenty seconds, the others are reset", {}, "window=20", base=TLS12, connections=90, seconds=300,
      sees={"limits.probably_banned": None}, modes=("starttls",), words=("to stay below the server's limit, use --pace",))
# One member of a cluster has no certificate.
table("each third EHLO reply lacks STARTTLS", {}, "without-starttls=3", modes=("starttls",), connections=80,
      sees={"smtp.starttls_missing": "^[0-9]+$", "smtp.starttls_withdrawn": None, "limits.probably_banned": None},
      words=("about one mail in 3 would go out in the clear",))
table("the first EHLO replies lack STARTTLS", {"every": []}, "without-starttls=1", modes=("starttls",), truth={},
      status="no_starttls", failure=("starttls", "not_offered"), opens="all", connections=3)
real("STARTTLS is withdrawn after one connection", "withdraw-starttls=1", modes=("starttls",), status="incomplete",
     opens="perhaps", connections=24, sees={"smtp.starttls_withdrawn": "^1[0-9]$", "limits.probably_banned": None},
     words=("was offered to 1 connection and to none of the",))
# One time-out, though each handshake by itself would wait for one.
real("silence inside TLS", "mute-in-tunnel", scan=("--timeout", "20", "--max-connections", "1"), seconds=39, connections=40,
     sees={"smtp.silent_inside_tls": "timed_out"}, words=("perhaps this is no mail server",))
# With TLS 1.3, which must not be called absent because all after the second connection is reset.
table("two connections, and then none", {"versions": {**TABLE["versions"], "TLS 1.3": {"suites": [AES13]}},
                                         "every": [{"from": 3, "stage": "greeting", "act": "reset"}]},
      status="incomplete", opens="perhaps", connections=90, seconds=180, sees={"limits.probably_banned": "^2$"})
table("refusal by FIN", {"refusal": "close", "absent": "lower, else close"}, connections=80, scan=ONE_AT_A_TIME)
table("refusal by RST", {"refusal": "reset", "absent": "lower, else reset"}, connections=80)
table("refusal by silence", {"refusal": "silence", "absent": "lower, else silence"}, base=TLS12, status="incomplete",
      opens="rest", connections=80, seconds=60, scan=("--timeout", "1", *UNCONFIRMED))
OWN = {"suites": [ECDHE, RSA, DHE], "order": "server"}
# TLS 1.0 shows a client's order, so that TLS 1.2 is not sieved until its own is seen.
table("another order in each version", {"versions": {**TABLE["versions"], "TLS 1.2": OWN}}, connections=100,
      sees={"suites.server_order": '^."%s", "%s", "%s".$' % (ECDHE, RSA, DHE)})
# Two servers behind one name, of which one follows the client. One connection at a time: who answers what is then certain.
table("two orders behind one name", {"versions": {"TLS 1.2": {"suites": [ECDHE, GCM, RSA, DHE], "order": "by_turns"}}},
      sees={"suites.order": "server", "suites.server_order": None}, connections=80,
      scan=ONE_AT_A_TIME)
# The last suite of all stands right before what was chosen first: its choice proves the client's order, and the third
# answer disproves it.
table("three orders behind one name", {"versions": {"TLS 1.2": {"suites": [LAST, GCM, ECDHE, RSA], "order": "by_three"}}},
      sees={"suites.order": "server"}, connections=80, scan=ONE_AT_A_TIME)
table("ChaCha20 is moved up", {"versions": {"TLS 1.2": {"suites": [ECDHE, CHACHA, RSA, DHE],
                                                        "order": "chacha_first_if_client"}}}, connections=100,
      sees={"suites.server_order": '^."%s", "%s", "%s", "%s".$' % (ECDHE, CHACHA, RSA, DHE)})
# In a list that begins with it the server's order is not seen.
table("ChaCha20 is moved up, behind a trap",
      {"versions": {"TLS 1.2": {"suites": [DSS, RSA, DHE, CHACHA], "credential_trap": [DSS], "order": "chacha_first_if_client"}}},
      truth={"TLS 1.2": [RSA, DHE, CHACHA]}, connections=220, scan=ONE_AT_A_TIME,
      sees={"suites.server_order": '^."%s", "%s", "%s".$' % (RSA, DHE, CHACHA)})
# It picks what it has no credentials for, and refuses the whole list: what ranks below is hidden.
table("a suite that hides others", {"versions": {"TLS 1.2": {"suites": [ECDHE, DSS, RSA, DHE], "credential_trap": [DSS]}}},
      truth={"TLS 1.2": [ECDHE, RSA, DHE]}, connections=150)
table("two kinds that hide others together",
      {"versions": {"TLS 1.2": {"suites": [CHACHA, "TLS_*_CAMELLIA_128_CBC_SHA", "TLS_*PSK_*", IDEA, SRP],
                                "poison": {"bare": ["TLS_*_CAMELLIA_128_CBC_SHA", "TLS_*PSK_*"]}}}},
      truth={"TLS 1.2": [CHACHA, IDEA, SRP]}, connections=250)
# The versions below show what credentials it has.
ECDSA = "TLS_ECDHE_ECDSA_WITH_AES_*"
table("a version hidden by what it cannot serve",
      {"versions": {"TLS 1.2": {"suites": [ECDSA, RSA], "credential_trap": [ECDSA]},
                    "TLS 1.0": {"suites": [RSA, DHE], "order": "server"}}},
      truth={"TLS 1.2": [RSA], "TLS 1.0": [RSA, DHE]}, connections=300, scan=ONE_AT_A_TIME)
# Whoever refuses by alert and hangs up on one thing has not refused it.
table("SSL 3 is hung up on, and the rest refused by alert",
      {"versions": {**TLS12["versions"], "TLS 1.0": OWN}, "absent": {"SSL 3": "close", "otherwise": "lower, else alert 70"}},
      status="incomplete", opens={"SSL 3": "all"}, connections=80)
table("a suite that is picked and hung up on",
      {"versions": {"TLS 1.2": {"suites": [ECDHE, RSA, DHE, ANON], "order": "client",
                                "poison": {"bare": [ANON], "manner": "close"}}}},
      truth={"TLS 1.2": [ECDHE, RSA, DHE]}, status="incomplete", opens={"TLS 1.2": ["TLS_*DH_anon_*"]}, connections=200)
table("a long hello is hung up on", {"intolerant": [{"of": "bytes", "from": 400, "manner": "close"}]}, connections=450,
      sees={"intolerance.long_hello": "true"})
# Five times the same list; and in TLS 1.1 the first hello in each of its shapes.
PATIENT = ("--timeout", "1", "--max-connections", "1", *UNCONFIRMED)
table("a few are dropped one after the other", {"every": [{"from": 2, "to": 6, "stage": "hello", "act": "silence"}]},
      scan=PATIENT, connections=100)
table("each shape of a hello is dropped", {"every": [{"from": 6, "to": 10, "stage": "hello", "act": "silence"}]},
      scan=PATIENT, connections=100)
table("a chain of 100 KiB", {"chain_bytes": 100000}, truth={}, status="incomplete",
      opens={"TLS 1.0": "all", "TLS 1.2": "all", "TLS 1.3": "all"})
table("a flight without end", {"endless": "messages"}, base=TLS12, truth={}, status="incomplete", opens=NOTHING_SHOWN)
table("long replies, then a flight without end", {"endless": "messages"}, "long-replies", base=TLS12, truth={},
      modes=("starttls",), status="incomplete", opens=NOTHING_SHOWN)
table("a certificate without end", {"endless": "certificate"}, base=TLS12, truth={}, status="incomplete",
      opens=NOTHING_SHOWN)
table("warnings without end", {"endless": "alerts"}, base=TLS12, truth={}, status="incomplete", opens=NOTHING_SHOWN,
      words=("malformed alert",))

# --- What one answer would hide ----------------------------------------------------------------------------

# It has no parameters for finite fields, picks them for whoever prefers them, and can only hang up. In TLS 1.3 it shows
# the client's order, so that the close alone has the other version sieved.
table("no parameters for DHE",
      {"versions": {"TLS 1.3": {"suites": [AES13, CHACHA13], "order": "client"},
                    "TLS 1.2": {"suites": [ECDHE, GCM, DHE], "order": "client", "poison": {"bare": [DHE], "manner": "close"}}},
       "refusal": "close", "absent": "close"},
      truth={"TLS 1.3": [AES13, CHACHA13], "TLS 1.2": [ECDHE, GCM]}, connections=450, sees={"limits.probably_banned": None})
table("refusal by close_notify", {"refusal": "alert 0", "absent": "lower, else alert 0"}, connections=120)
table("closes in long rows, in an order of its own",
      {"versions": {"TLS 1.2": OWN, "TLS 1.0": {"suites": [RSA, DHE], "order": "server"}}, "refusal": "close", "absent": "close"},
      connections=250, sees={"limits.probably_banned": None})
# Its TLS library picks a suite in TLS 1.0 and fails, as one does whose policy forbids the signatures of that version.
FAILS = {"suites": [RSA, DHE, ECDHE], "poison": {"bare": [RSA, DHE, ECDHE], "manner": "alert 80"}}
for order in ("client", "server"):
    table("a library that fails in TLS 1.0, %s's order" % order,
          {"versions": {"TLS 1.2": {"suites": [ECDHE, RSA, DHE], "order": order}, "TLS 1.0": {**FAILS, "order": order}}},
          truth={"TLS 1.2": [ECDHE, RSA, DHE]}, connections=160, sees={"tls.internal_error": "^true$"})
table("internal_error to everything", {"refusal": "alert 80", "absent": "alert 80", "versions": {"TLS 1.2": {"suites": []}}},
      truth={}, status="incomplete", opens="rest", connections=60, sees={"tls.internal_error": None})
table("hangs on hellos over 255 bytes",
      {"intolerant": [{"of": "bytes", "from": 256, "manner": "silence"}],
       "absent": {"TLS 1.1": "alert 40", "otherwise": "lower, else alert 70"}},
      connections=520, scan=("--timeout", "3", *UNCONFIRMED), sees={"intolerance.long_hello": "^true$"})
table("two servers behind one address",
      {"versions": {"TLS 1.2": {"suites": [RSA, DHE], "order": "client"}, "TLS 1.0": {"suites": [RSA, DHE], "order": "client"}},
       "members": [{"versions": {"TLS 1.3": {"suites": [AES13]}, "TLS 1.2": {"suites": [ECDHE, RSA], "order": "client"}}}]},
      truth={"TLS 1.3": [AES13], "TLS 1.2": [ECDHE, RSA, DHE], "TLS 1.0": [RSA, DHE]}, status="incomplete",
      opens={"SSL 2": "all"}, connections=700, scan=ONE_AT_A_TIME, sees={"server.contradicts": "^true$"})
# One that has versions and suites of its own, and answers each fourth connection.
table("a quarter of the connections goes to another server",
      {"versions": {"TLS 1.2": {"suites": [ECDHE, RSA], "order": "client"}},
       "members": [{"versions": {"TLS 1.2": {"suites": [ECDHE, RSA], "order": "client"}}},
                   {"versions": {"TLS 1.2": {"suites": [ECDHE, RSA], "order": "client"}}},
                   {"versions": {"TLS 1.2": {"suites": [RSA, DHE], "order": "client"},
                                 "TLS 1.0": {"suites": [RSA, DHE], "order": "client"}}}]},
      truth={"TLS 1.2": [ECDHE, RSA, DHE], "TLS 1.0": [RSA, DHE]}, status="incomplete",
      opens="perhaps", connections=900, scan=ONE_AT_A_TIME, sees={"server.contradicts": "^true$"})

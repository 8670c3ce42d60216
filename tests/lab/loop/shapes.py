"""Configurations of Postfix as people have them, for test_closed_loop.py: main.cf and master.cf, put together from kinds of
installation (a distribution, a mail suite in a container, a panel, a filter) and ways in which owners set TLS.

All of it is written for this test. Certificates: /lab/mail.pem (RSA, with its key), /lab/ec.pem (ECDSA).
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Shape:
    """One configuration."""
    name: str
    main: str
    master: str


SENDERS = """\
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
tlsmgr    unix  -       -       n       1000?   1       tlsmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
proxymap  unix  -       -       n       -       -       proxymap
smtp      unix  -       -       n       -       -       smtp
relay     unix  -       -       n       -       -       smtp
        -o syslog_name=postfix/$service_name
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
"""

# How TLS is set in main.cf: the lines that people copy, by what they are known for.
MANNERS = {
    "plain": "",
    "both_lists": """\
smtpd_tls_protocols = !SSLv2, !SSLv3, !TLSv1, !TLSv1.1
smtpd_tls_mandatory_protocols = !SSLv2, !SSLv3, !TLSv1, !TLSv1.1
smtp_tls_protocols = !SSLv2, !SSLv3
smtpd_tls_loglevel = 1
""",
    "mandatory_only": """\
# PCI scan of last summer
smtpd_tls_mandatory_protocols=!SSLv2,!SSLv3,!TLSv1,!TLSv1.1
smtpd_tls_mandatory_ciphers=high
""",
    "generator": """\
smtpd_tls_mandatory_protocols = !SSLv2, !SSLv3, !TLSv1, !TLSv1.1
smtpd_tls_protocols = !SSLv2, !SSLv3, !TLSv1, !TLSv1.1
smtpd_tls_mandatory_ciphers = medium
tls_medium_cipherlist = ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384
tls_preempt_cipherlist = no
""",
    "ranges": """\
smtpd_tls_protocols = >=TLSv1.2
smtpd_tls_mandatory_protocols = >=TLSv1.2
""",
    "exclusions": """\
smtpd_tls_ciphers = high
smtpd_tls_mandatory_ciphers = high
smtpd_tls_exclude_ciphers = aNULL, eNULL, EXPORT, DES, RC4, MD5, PSK, aECDH, EDH-DSS-DES-CBC3-SHA, EDH-RSA-DES-CBC3-SHA
smtpd_tls_mandatory_protocols = !SSLv2, !SSLv3
""",
    "own_list": """\
smtpd_tls_mandatory_ciphers = high
tls_high_cipherlist = EECDH+AESGCM:EDH+AESGCM:!aNULL
tls_preempt_cipherlist = yes
smtpd_tls_eecdh_grade = auto
""",
    "switches": """\
smtpd_use_tls = yes
smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache
smtpd_tls_session_cache_timeout = 3600s
smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache
tls_random_source = dev:/dev/urandom
""",
    "old_minimum": """\
smtpd_tls_protocols = !SSLv2,!SSLv3,!TLSv1
smtpd_tls_mandatory_protocols = $smtpd_tls_protocols
smtpd_tls_dh1024_param_file = /lab/dh.pem
""",
    "client_too": """\
smtp_tls_security_level = may
smtp_tls_loglevel = 1
smtp_tls_note_starttls_offer = yes
smtp_tls_mandatory_protocols = !SSLv2,!SSLv3
smtpd_tls_received_header = yes
smtpd_tls_loglevel = 1
""",
    "by_name": """\
smtpd_tls_mandatory_protocols = TLSv1.2, TLSv1.3
smtpd_tls_protocols = TLSv1.2, TLSv1.3
smtpd_tls_mandatory_exclude_ciphers = aNULL, kRSA, SHA1
""",
}


def header(comment, level="may", certificate="/lab/mail.pem", extra=""):
    """The beginning of main.cf."""
    return f"""\
# {comment}
smtpd_banner = $myhostname ESMTP $mail_name
biff = no
append_dot_mydomain = no
myhostname = mail.example.org
mydestination = localhost
smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination

# TLS parameters
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {certificate}
{f"smtpd_tls_security_level = {level}" if level else "#smtpd_tls_security_level = may"}
{extra}"""


def inet(name, *options, command="smtpd", count="-"):
    """A service that listens, with a -o line for each option."""
    return "".join([f"{name:<9} inet  n       -       n       -       {count:<7} {command}\n",
                    *(f"  -o {option}\n" for option in options)])


SASL = "smtpd_sasl_auth_enable=yes"
DOVECOT = ("smtpd_sasl_type=dovecot", "smtpd_sasl_path=private/auth")
RESTRICT = ("smtpd_client_restrictions=permit_sasl_authenticated,reject", "milter_macro_daemon_name=ORIGINATING")
WRAPPED = "smtpd_tls_wrappermode=yes"
DEMANDED = "smtpd_tls_security_level=encrypt"
FILTERED = ("content_filter=", "smtpd_delay_reject=no", "smtpd_client_restrictions=permit_mynetworks,reject",
            "smtpd_recipient_restrictions=permit_mynetworks,reject", "mynetworks=127.0.0.0/8",
            "receive_override_options=no_header_body_checks,no_unknown_recipient_checks")
SCREENED = (inet("smtp", command="postscreen", count="1")
            + "smtpd     pass  -       -       n       -       -       smtpd\n"
              "dnsblog   unix  -       -       n       -       0       dnsblog\n"
              "tlsproxy  unix  -       -       n       -       0       tlsproxy\n")


def distribution():
    """As packages leave it, and with the submission services of its comments taken in."""
    commented = ("#submission inet n       -       n       -       -       smtpd\n"
                 "#  -o syslog_name=postfix/submission\n#  -o smtpd_tls_security_level=encrypt\n")
    yield "debian", header("See /usr/share/postfix/main.cf.dist for a commented version"), inet("smtp") + commented
    yield "debian_submission", header("Debian", extra="recipient_delimiter = +\n"), (
        inet("smtp") + inet("submission", "syslog_name=postfix/submission", DEMANDED, SASL, "smtpd_tls_auth_only=yes",
                            "smtpd_reject_unlisted_recipient=no", *RESTRICT)
        + inet("smtps", "syslog_name=postfix/smtps", WRAPPED, SASL, *RESTRICT))
    yield "ubuntu", header("Ubuntu, upgraded since 2014", level="", extra="smtpd_use_tls=yes\n"), (
        inet("smtp") + inet("submission", SASL, *RESTRICT))
    yield "enterprise", header("Enterprise Linux", extra="smtp_tls_CApath = /etc/pki/tls/certs\n"
                               "smtp_tls_security_level = may\nmeta_directory = /etc/postfix\n"), (
        inet("smtp") + inet("submission", DEMANDED, SASL))
    yield "ports", header("from ports", extra="unknown_local_recipient_reject_code = 550\nhtml_directory = no\n"), (
        inet("smtp") + inet("587", "smtpd_enforce_tls=yes", SASL) + inet("465", WRAPPED, SASL))


def suites():
    """Mail suites in containers or by a script."""
    yield "docker", header("in a container", extra="smtpd_tls_auth_only = yes\nsmtp_tls_security_level = may\n"
                           "smtpd_sasl_auth_enable = no\nmessage_size_limit = 10240000\n"), (
        SCREENED + inet("submission", "syslog_name=postfix/submission", DEMANDED, SASL, *DOVECOT, *RESTRICT)
        + inet("submissions", "syslog_name=postfix/submissions", WRAPPED, SASL, *DOVECOT, *RESTRICT)
        + inet("127.0.0.1:10025", *FILTERED))
    yield "groupware", header("groupware", extra="smtpd_sasl_type = dovecot\nsmtpd_sasl_path = private/auth\n"
                              "smtpd_tls_auth_only = yes\nsmtp_tls_security_level = dane\nsmtp_dns_support_level = dnssec\n"), (
        SCREENED + inet("smtps", WRAPPED, SASL, "smtpd_client_restrictions=permit_mynetworks,permit_sasl_authenticated,reject")
        + inet("submission", "smtpd_enforce_tls=yes", DEMANDED, SASL) + inet("588", SASL, "smtpd_tls_auth_only=no")
        + inet("590", "smtpd_client_restrictions=permit_mynetworks,reject", "smtpd_tls_auth_only=no"))
    yield "script", header("by an installer", extra="smtpd_tls_auth_only = yes\nsmtpd_sasl_auth_enable = yes\n"
                           "broken_sasl_auth_clients = yes\nvirtual_transport = lmtp:unix:private/dovecot-lmtp\n"), (
        inet("smtp") + inet("submission", "syslog_name=postfix/submission", DEMANDED, SASL,
                            "smtpd_client_restrictions=permit_sasl_authenticated,reject", "content_filter=smtp-amavis:[127.0.0.1]:10026")
        + inet("127.0.0.1:10025", *FILTERED) + inet("127.0.0.1:10028", *FILTERED)
        + "smtp-amavis unix -    -       n       -       4       smtp\n  -o smtp_data_done_timeout=1200\n"
          "  -o smtp_send_xforward_command=yes\n")
    yield "box", header("a box for the home", extra="smtpd_sasl_auth_enable = no\nsmtpd_tls_auth_only=yes\n"
                        "smtpd_tls_dh1024_param_file=/lab/dh.pem\nsmtpd_tls_received_header=yes\n"), (
        inet("smtp") + inet("submission", "smtpd_sasl_auth_enable=yes", "syslog_name=postfix/submission",
                            DEMANDED, "cleanup_service_name=authclean")
        + inet("smtps", WRAPPED, "smtpd_sasl_auth_enable=yes", "syslog_name=postfix/submission")
        + "authclean unix  n       -       n       -       0       cleanup\n")
    yield "front", header("behind a proxy that does TLS", level="", extra="smtpd_sasl_auth_enable = no\n"
                          "smtp_tls_security_level = may\n"), (
        inet("smtp") + inet("127.0.0.1:10025", SASL, "smtpd_client_restrictions=permit_mynetworks,reject"))


def panels():
    """Hosting panels, and what they leave to their owners."""
    yield "panel", header("panel", level="$my_level", extra="my_level = may\nsmtpd_sasl_auth_enable = yes\n"
                          "smtpd_sasl_local_domain = $myhostname\n"), (
        inet("smtp") + inet("submission", "smtpd_etrn_restrictions=reject", SASL, *RESTRICT))
    yield "panel_all", header("hosting panel", extra="smtpd_sasl_auth_enable = yes\nsmtpd_tls_auth_only = no\n"), (
        inet("smtp") + inet("submission", DEMANDED) + inet("smtps", WRAPPED)
        + "dovecot   unix  -       n       n       -       -       pipe\n  flags=DRhu user=mail argv=/bin/cat\n")
    yield "virtual", header("virtual domains", extra="smtpd_sasl_auth_enable = yes\nsmtpd_tls_auth_only = yes\n"
                            "virtual_mailbox_base = /var/mail\nsmtpd_helo_required = yes\n"), (
        inet("smtp") + inet("587", "smtpd_tls_security_level=encrypt", SASL,
                            "smtpd_sender_restrictions=reject_sender_login_mismatch"))
    yield "gateway", header("a gateway in front of another server", extra="relay_domains = example.net\n"
                            "smtpd_tls_received_header = yes\nmynetworks = 127.0.0.0/8\n"), (
        SCREENED + inet("26", "syslog_name=postfix/inside", "mynetworks=192.0.2.0/24")
        + inet("127.0.0.1:10025", *FILTERED))


def filters():
    """Content filters, and ports for programs of the same machine."""
    yield "amavis", header("with amavis", extra="content_filter = smtp-amavis:[127.0.0.1]:10024\n"), (
        inet("smtp") + inet("submission", DEMANDED, SASL) + inet("127.0.0.1:10025", "smtpd_tls_security_level=none", *FILTERED)
        + "smtp-amavis unix -    -       n       -       2       smtp\n  -o smtp_tls_security_level=none\n")
    yield "before_queue", header("a proxy before the queue"), (
        inet("smtp", "smtpd_proxy_filter=127.0.0.1:10024", "smtpd_client_connection_count_limit=10")
        + inet("127.0.0.1:10026", "smtpd_authorized_xforward_hosts=127.0.0.0/8", *FILTERED))
    yield "milters", header("milters", extra="smtpd_milters = inet:localhost:11332\nnon_smtpd_milters = $smtpd_milters\n"
                            "milter_protocol = 6\nmilter_default_action = accept\n"), (
        inet("smtp") + inet("submission", DEMANDED, SASL, "smtpd_milters=inet:localhost:8891,inet:localhost:11332"))
    yield "encrypted_filter", header("encrypt for all", level="encrypt"), (
        inet("25") + inet("submission", SASL) + inet("127.0.0.1:10025", *FILTERED))


def submissions():
    """Several ports for users, weak and strict beside each other."""
    yield "three_ports", header("three ports for programs", extra="smtpd_sasl_auth_enable = yes\n"), (
        inet("smtp", "smtpd_sasl_auth_enable=no") + inet("587", DEMANDED) + inet("2525", "smtpd_tls_auth_only=yes")
        + inet("465", WRAPPED))
    yield "may_at_587", header("may everywhere"), inet("smtp") + inet("587", "smtpd_tls_security_level=may", SASL)
    yield "old_in_465", header("465 was forgotten"), (
        inet("smtp") + inet("587", DEMANDED, SASL, "smtpd_tls_mandatory_protocols=!SSLv2,!SSLv3,!TLSv1,!TLSv1.1")
        + inet("465", WRAPPED, SASL, "smtpd_tls_mandatory_protocols=!SSLv2,!SSLv3"))
    yield "own_certificates", header("one more certificate for users"), (
        inet("smtp") + inet("submission", DEMANDED, SASL, "smtpd_tls_eccert_file=/lab/ec.pem", "smtpd_tls_eckey_file=/lab/ec.pem")
        + inet("submissions", WRAPPED, SASL))
    yield "swapped", header("the ports are swapped"), (
        inet("smtp") + inet("587", WRAPPED, SASL) + inet("465", DEMANDED, SASL))


def odd():
    """Certificates of another kind, machines that only send, and TLS that is not on."""
    both = header("two keys").replace("smtpd_tls_key_file = /lab/mail.pem\n",
                                      "smtpd_tls_key_file = /lab/mail.pem\nsmtpd_tls_eccert_file = /lab/ec.pem\n"
                                      "smtpd_tls_eckey_file = /lab/ec.pem\n")
    only = both.replace("smtpd_tls_cert_file = /lab/mail.pem\nsmtpd_tls_key_file = /lab/mail.pem\n", "")
    yield "two_keys", both, inet("smtp") + inet("submission", DEMANDED, SASL)
    yield "only_ecdsa", only, inet("smtp") + inet("submission", DEMANDED, SASL) + inet("smtps", WRAPPED, SASL)
    yield "relay_only", header("sends only", extra="relayhost = [relay.example.net]:587\nsmtp_tls_security_level = encrypt\n"
                               "smtp_sasl_auth_enable = yes\nsmtp_sasl_password_maps = static:user:word\n"), inet("127.0.0.1:25")
    yield "no_tls", header("inside the office", level="none"), inet("smtp") + inet("2525", SASL)
    yield "asks", header("asks for certificates", extra="smtpd_tls_ask_ccert = yes\nsmtpd_tls_fingerprint_digest = sha256\n"), (
        inet("smtp") + inet("submission", DEMANDED, "smtpd_relay_restrictions=permit_tls_clientcerts,reject"))
    yield "braces", header("with braces", extra="# spaces in values\n"), (
        inet("smtp") + inet("submission", "{ smtpd_tls_security_level = encrypt }", SASL,
                            "{ smtpd_tls_mandatory_protocols = !SSLv2, !SSLv3, !TLSv1 }",
                            "{ smtpd_tls_exclude_ciphers = aNULL, MD5, 3DES }"))


# Which installations are set in which manners. A shape is one of each, and each pair is one that somebody could have.
PAIRS = {
    "debian": "plain both_lists mandatory_only generator",
    "debian_submission": "plain mandatory_only own_list old_minimum",
    "ubuntu": "plain exclusions old_minimum",
    "enterprise": "plain client_too ranges",
    "ports": "plain exclusions by_name",
    "docker": "both_lists own_list mandatory_only",
    "groupware": "mandatory_only exclusions",
    "script": "plain both_lists mandatory_only",
    "box": "generator own_list exclusions",
    "front": "plain client_too",
    "panel": "plain switches exclusions",
    "panel_all": "old_minimum both_lists",
    "virtual": "plain client_too generator",
    "gateway": "plain both_lists ranges",
    "amavis": "plain mandatory_only",
    "before_queue": "plain both_lists",
    "milters": "old_minimum by_name",
    "encrypted_filter": "plain mandatory_only",
    "three_ports": "plain exclusions ranges",
    "may_at_587": "plain mandatory_only",
    "old_in_465": "plain both_lists",
    "own_certificates": "plain own_list exclusions",
    "swapped": "plain both_lists",
    "two_keys": "generator exclusions by_name",
    "only_ecdsa": "plain generator",
    "relay_only": "plain client_too",
    "no_tls": "plain mandatory_only",
    "asks": "plain both_lists",
    "braces": "plain client_too",
}

# Those that ./test runs: one of each sort.
FEW = ("debian.plain", "ubuntu.old_minimum", "docker.mandatory_only", "script.plain", "panel.exclusions", "amavis.plain",
       "three_ports.plain", "swapped.plain", "two_keys.by_name", "relay_only.client_too")


def all_shapes():
    """Each once, in a fixed order."""
    kinds = {name: (main, master) for source in (distribution, suites, panels, filters, submissions, odd)
             for name, main, master in source()}
    return [Shape(f"{name}.{manner}", kinds[name][0] + MANNERS[manner], kinds[name][1] + SENDERS)
            for name, manners in PAIRS.items() for manner in manners.split()]

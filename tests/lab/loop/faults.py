"""Lines that do harm or nothing, of the kinds that people write, planted into a configuration: explain must speak of each."""

import dataclasses
import re


@dataclasses.dataclass(frozen=True)
class Planted:
    """A configuration with one line too many; `file` and `line` say where it stands."""
    fault: str
    main: str
    master: str
    file: str
    line: int


# At the end of main.cf, where they win over what stands above.
IN_MAIN = {
    "demanded of the world": "smtpd_tls_security_level = encrypt",
    "a level that is none": "smtpd_tls_security_level = mandatory",
    "a bare version as a minimum": "smtpd_tls_protocols = TLSv1",
    "a version that Postfix does not know": "smtpd_tls_mandatory_protocols = !SSLv2, !SSLv3, TLSv1.0",
    "no version": "smtpd_tls_protocols =",
    "a bare name among exclusions": "smtpd_tls_mandatory_protocols = !SSLv2, !SSLv3, !TLSv1, TLSv1.2",
    "wrapper mode for all": "smtpd_tls_wrappermode = yes",
    "a misspelt name": "smtpd_tls_chiphers = high",
    "a misspelt name for sending": "smtp_tls_log_level = 1",
    "a comment behind a value": "smtpd_tls_loglevel = 1 # for the statistics",
    "quotation marks": "smtpd_tls_security_level = \"may\"",
    "neither yes nor no": "smtpd_tls_auth_only = enabled",
    "a grade that is none": "smtpd_tls_mandatory_ciphers = strong",
    "signs in an exclusion list": "smtpd_tls_mandatory_exclude_ciphers = !aNULL, !MD5",
    "no ECDSA": "smtpd_tls_exclude_ciphers = aNULL, ECDSA",
    "encrypt for sending": "smtp_tls_security_level = encrypt",
    "wrapper mode for sending": "smtp_tls_wrappermode = yes",
    "old versions off for sending": "smtp_tls_protocols = !SSLv2, !SSLv3, !TLSv1, !TLSv1.1",
}

# Below the first smtpd service that listens.
BELOW_SERVICE = {
    "for sending, below smtpd": "  -o smtp_tls_mandatory_protocols=TLSv1",
    "blanks around the sign": "  -o smtpd_tls_security_level = encrypt",
    "a blank in a list": "  -o smtpd_tls_mandatory_protocols=!SSLv2, !SSLv3",
    "a level that is none, below a service": "  -o smtpd_tls_security_level=required",
}

# Right where all mail goes to one server that was chosen.
OF_THE_WORLD = {"encrypt for sending", "old versions off for sending"}


def planted(shape):
    """A Planted for each fault that the shape can have."""
    for fault, line in IN_MAIN.items():
        if fault not in OF_THE_WORLD or "relayhost" not in shape.main:
            main = shape.main + line + "\n"
            yield Planted(fault, main, shape.master, "main.cf", main.count("\n"))
    match = re.search(r"^\S+ +(?:inet|pass) .* smtpd\n", shape.master, re.M)
    for fault, line in BELOW_SERVICE.items():
        master = shape.master[:match.end()] + line + "\n" + shape.master[match.end():]
        yield Planted(fault, shape.main, master, "master.cf", shape.master[:match.end()].count("\n") + 1)

"""Scans Debian's Postfix, with default and with hardened TLS parameters, on what stands for 25, 587 and 465, and saves
the results as tests/data/scans/*.json: addresses, ports and times made the same for every run, without the exchanges, and
with every suite named, so that a later registry can read them too.

    sudo python3 tests/verdicts/save_scans.py SMTPTLS_SCAN
"""
import json
import pathlib
import re
import subprocess
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests/lab"))
from postfix import HARDENED, Postfix, Service  # noqa: E402

SCANS = REPOSITORY / "tests/data/scans"
SEEN_AT = re.compile(r"[\d.]+( to [\d.]+)? s after the start")
MX_HARDENED = {"smtpd_tls_protocols": ">=TLSv1.2", "smtpd_tls_exclude_ciphers": "aNULL"}
SERVERS = {
    "debian12_default": {25: Service("mx"), 587: Service("msa"), 465: Service("msa-implicit", wrappermode=True)},
    "debian12_hardened": {
        25: Service("hard-mx", parameters=MX_HARDENED),
        587: Service("hard-msa", parameters={"smtpd_tls_security_level": "encrypt", **HARDENED}),
        465: Service("hard-msa-implicit", wrappermode=True, parameters=HARDENED)},
}


def scanned(program, port, service):
    """The endpoint of one service, as the scanner saw it, and the document it came in."""
    run = subprocess.run([program, "127.0.0.1:%d" % service.port, "--tls", service.tls, "--format", "json",
                          "--suites", "--ehlo", "scanner.example"], capture_output=True, text=True, timeout=1200)
    if run.returncode != 0:
        sys.exit("port %d: exit code %d: %s" % (port, run.returncode, run.stderr))
    document = json.loads(SEEN_AT.sub("0.0 s after the start", run.stdout))
    return document["endpoints"][0], document


def normalised(endpoint, port):
    """Nothing in it that differs from run to run, but the certificate."""
    endpoint.update(host="mail.lab.example", address="192.0.2.25", port=port, source_address="198.51.100.7", duration_ms=0)
    return endpoint


def main():
    program = sys.argv[1]
    services = [service for server in SERVERS.values() for service in server.values()]
    with Postfix(services):
        for name, server in SERVERS.items():
            endpoints = []
            for port, service in server.items():
                endpoint, document = scanned(program, port, service)
                endpoints.append(normalised(endpoint, port))
            document.update(started="2026-11-25T12:00:00Z", finished="2026-11-25T12:00:00Z", duration_ms=0,
                            targets=["mail.lab.example"], endpoints=endpoints)
            (SCANS / (name + ".json")).write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()

"""`smtptls-scan explain` against Debian's Postfix: the versions it predicts are those the scanner finds.

    sudo python3 tests/lab/test_explain.py --scanner build/dev/smtptls-scan [unittest arguments]

SMTPTLS_LAB_RELEASE=trixie runs Debian 13's Postfix. The table of configurations is explain/master.cf, with explain/main.cf; Postfix runs exactly these lines.
"""

import json
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

import differential
import postfix
from differential import scan_document
from lab import LabServer, Port, free_ports, make_certificate, skip_unless_available

FOLDER = Path(__file__).resolve().parent / "explain"
RELEASE = os.environ.get("SMTPTLS_LAB_RELEASE", "")  # the Debian to run Postfix on; "": this system
PATIENCE = 300
MISSING = {"none": {"no_starttls"}, "broken": {"failed", "incomplete"}, "dead": {"failed"}}
lab = {}  # server, ports {name: port}, folder with the configuration as it runs


def run(*arguments):
    """What one run of the scanner prints, whatever its exit code."""
    done = subprocess.run([differential.scanner, *arguments], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=PATIENCE)
    if not done.stdout:
        raise AssertionError(f"exit code {done.returncode}: {done.stderr}")
    return done.stdout


def configurations():
    """{name: its lines in master.cf}"""
    text = (FOLDER / "master.cf").read_text()
    return {match[1]: match[0] for match in re.finditer(r"^([a-z0-9.-]+) +inet(?:.*\n)(?:[ #\n].*\n?|\n)*", text, re.M)}


def specify(master):
    """What LabServer is to run: the harness's Postfix with other main.cf and services."""
    spec = postfix.server_spec([], {})
    texts = {"/etc/postfix/main.cf": (FOLDER / "main.cf").read_text(), "/etc/postfix/lab.cf": master}
    for file in spec.files:
        file["text"] = texts.get(file["path"], file["text"])
    spec.setup.append(["sh", "-c", "postconf -h -d mail_version >/lab/version; cp /etc/postfix/*.cf /lab/;"
                                   " postconf -n >/lab/postconf-n 2>/dev/null; postconf -Mf >/lab/postconf-Mf;"
                                   " dpkg-query -W -f='${Version}\\n' 'libssl3*' | grep . | head -n 1 >/lab/openssl"])
    spec.release = RELEASE
    return spec


def start():
    """Starts the server; fills `lab`."""
    names = configurations()
    ports = dict(zip(names, free_ports(len(names))))
    master = re.sub(r"^([a-z0-9.-]+)(?= +inet)", lambda match: f"127.0.0.1:{ports[match[1]]}",
                    (FOLDER / "master.cf").read_text(), flags=re.M)
    server = LabServer(specify(master))
    unittest.enterModuleContext(server)
    make_certificate(server.share)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-subj", "/CN=mail.lab.example", "-keyout", server.share / "ec-key.pem",
                    "-out", server.share / "ec-cert.pem"], check=True, capture_output=True)
    server.start([Port(ports[name], "wrappermode=yes" in lines) for name, lines in names.items()
                  if "dead" not in name])
    lab.update(server=server, ports=ports)


def setUpModule():
    differential.require_scanner()
    skip_unless_available(start)


def explained(*arguments):
    """{port: explanation of the service}"""
    openssl, version = ((lab["server"].share / name).read_text().strip() for name in ("openssl", "version"))
    text = run("explain", "postfix", *arguments, "--postfix-version", version, "--openssl-version", openssl,
               "--format", "json")
    return {service["port"]: service for service in json.loads(text)["services"]}


def scanned(mode, ports):
    """{port: endpoint} of one scan."""
    targets = [f"127.0.0.1:{port}" for port in ports]
    text = run("--tls", mode, "--confirm", "none", "--ehlo", "scanner.example", "--timeout", "10",
               *scan_document.WHOLE, *targets)
    return {endpoint["port"]: endpoint for endpoint in scan_document.load(text)["endpoints"]}


def accepted(endpoint):
    """The versions of which a suite was accepted."""
    return {version for version, _ in scan_document.accepted(endpoint)}


class ExplainTest(unittest.TestCase):
    def test_there_are_at_least_thirty_configurations(self):
        self.assertGreaterEqual(len(configurations()), 30)

    def test_the_versions_predicted_are_those_that_a_scan_finds(self):
        services = explained(str(lab["server"].share))
        implicit = [port for name, port in lab["ports"].items() if services[port]["now"]["offer"] == "implicit"]
        starttls = [port for port in lab["ports"].values() if port not in implicit]
        endpoints = {**scanned("starttls", starttls), **scanned("implicit", implicit)}
        for name, port in lab["ports"].items():
            now, endpoint = services[port]["now"], endpoints[port]
            found = accepted(endpoint)
            print(f"  {name:20} predicted {now['offer']:9} {' '.join(sorted(now['versions'])) or '-':32}"
                  f" found {endpoint['status']:12} {' '.join(sorted(found)) or '-'}", file=sys.stderr)
            with self.subTest(name):
                self.assertTrue(now["certain"])
                self.assertEqual(set(now["versions"]), found)
                if now["offer"] in MISSING:
                    self.assertIn(endpoint["status"], MISSING[now["offer"]])

    def test_the_suites_predicted_are_those_that_a_scan_finds(self):
        services = explained(str(lab["server"].share))
        for name in ("level-may", "high-aead", "exclusion-both", "own-list", "ecdsa", "certificate-none"):
            port = lab["ports"][name]
            endpoint = scanned("starttls", [port])[port]
            found = {suite for version, suite in scan_document.accepted(endpoint) if version != "TLS 1.3"}
            with self.subTest(name):
                self.assertEqual(set(services[port]["now"]["suites"]), found)

    def test_the_output_of_postconf_is_explained_like_the_files(self):
        share = lab["server"].share
        files = explained(str(share))
        printed = explained("--main", str(share / "postconf-n"), "--master", str(share / "postconf-Mf"))
        for name, port in lab["ports"].items():
            if name == "attached":  # postconf -M (3.7) takes "-oname=value" for a row of one-letter options
                continue
            with self.subTest(name):
                self.assertEqual(printed[port]["now"], files[port]["now"])
                self.assertEqual([finding["rule"] for finding in printed[port]["findings"]],
                                 [finding["rule"] for finding in files[port]["findings"]])


if __name__ == "__main__":
    differential.main()

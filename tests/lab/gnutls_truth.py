"""What a server accepts, found by one `gnutls-cli` handshake per version and suite.

    python3 tests/lab/gnutls_truth.py starttls|implicit PORT     both clients: cells, disagreements, time

GnuTLS speaks what Debian's OpenSSL does not: RC4, 3DES, NULL without a TLS 1.2 MAC, Camellia-GCM.
`both` is the union of this and truth.py. A cell is accepted only if the hello offered this one suite,
the handshake completed in this version, and the server answered QUIT inside the tunnel; refused only
by an alert that says so before any ServerHello; *failed* if the server chose the suite and then ended
the handshake. Anything else is trouble: tried again, and in the end an error, never a refusal.
"""

import argparse
import collections
import concurrent.futures
import functools
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import truth
from lab import unpacked_tool
from truth import Outcome, Trouble

SUITE_TABLE = Path(__file__).resolve().parents[2] / "scanner" / "tls" / "cipher_suites.def"
PATH = os.environ.get("PATH", "/usr/bin:/bin")
HANDSHAKE_SECONDS = 120
# GnuTLS's word for the key exchange in a suite's name, and in a priority string. Without those that
# need a password, a shared key or a GOST certificate.
KEY_EXCHANGES = {"RSA": "RSA", "DHE_RSA": "DHE-RSA", "DHE_DSS": "DHE-DSS", "ECDHE_RSA": "ECDHE-RSA",
                 "ECDHE_ECDSA": "ECDHE-ECDSA", "DH_ANON": "ANON-DH", "ECDH_ANON": "ANON-ECDH"}
SUITE_LINE = re.compile(r"^(TLS_\w+)\s+0x(\w\w), 0x(\w\w)\s+TLS(1\.\d)$", re.M)

Suite = collections.namedtuple("Suite", "code iana gnutls priority lowest")  # lowest: "TLS 1.0" ...
Found = collections.namedtuple("Found", "accepted failed asked")  # each {version: set of IANA names}


@functools.cache
def client():
    """(program, environment) of gnutls-cli; where it is not installed, from the lab's own cache.

    Raises LabUnavailable.
    """
    environment = {"PATH": PATH, "LC_ALL": "C", "GNUTLS_SYSTEM_PRIORITY_FILE": "/dev/null"}
    program = shutil.which("gnutls-cli", path=PATH)
    if program is None:
        root = unpacked_tool("gnutls-bin")
        program = str(root / "usr/bin/gnutls-cli")
        environment["LD_LIBRARY_PATH"] = ":".join(str(path) for path in (root / "usr/lib").glob("*-linux-gnu*"))
    return program, environment


def run(arguments, text=""):
    """Runs gnutls-cli and returns what it printed on both streams."""
    program, environment = client()
    return subprocess.run([program, *arguments], env=environment, input=text, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", timeout=HANDSHAKE_SECONDS).stdout


def iana_names():
    """{code point: IANA name} from the scanner's table, which has a test of its own."""
    lines = re.findall(r"^SUITE\((0x[0-9a-f]{4}), (\w+),", SUITE_TABLE.read_text(), re.M)
    return {int(code, 16): name for code, name in lines}


def priority(name):
    """The algorithms of a suite as a priority string, from its GnuTLS name; None: not for us.

    "TLS_DHE_RSA_3DES_EDE_CBC_SHA1" is "+3DES-CBC:+SHA1:+DHE-RSA".
    """
    match = re.fullmatch(rf"TLS_(?:({'|'.join(KEY_EXCHANGES)})_)?((?:AES|CAMELLIA|CHACHA20|3DES|ARCFOUR|NULL)\w*)",
                         name)
    if match is None:
        return None
    exchange, rest = match.groups()
    if re.search("GCM|CCM|POLY1305", rest):
        cipher, mac = re.sub(r"_SHA\d+$", "", rest), "AEAD"
    else:
        cipher, mac = rest.rsplit("_", 1)
    words = [cipher.replace("_EDE", "").replace("_", "-"), mac, *([KEY_EXCHANGES[exchange]] if exchange else [])]
    return ":".join(f"+{word}" for word in words)


@functools.cache
def suites():
    """The suites this gnutls-cli can offer."""
    names, found = iana_names(), []
    for name, high, low, lowest in SUITE_LINE.findall(run(["--list"])):
        code = int(high + low, 16)
        if code in names and priority(name):
            found.append(Suite(code, names[code], name, priority(name), f"TLS {lowest}"))
    return found


def speakable(version):
    """The suites that this gnutls-cli offers in a version."""
    if version == "TLS 1.3":
        return [suite for suite in suites() if suite.lowest == "TLS 1.3"]
    return [suite for suite in suites() if suite.lowest <= version]


def classify(output, version, suite):
    """What one run of `gnutls-cli -d 4` says about a cell."""
    offered = re.findall(r"Keeping ciphersuite (\w\w)\.(\w\w) ", output)
    if [int(high + low, 16) for high, low in offered] != [suite.code]:
        return Outcome("trouble", f"offered {offered}, not {suite.iana}: {output[-300:]}")
    spoken = re.search(r"^- Description: \(TLS(1\.\d)\D", output, re.M)
    if spoken and "- Handshake was completed" in output:
        if f"TLS {spoken[1]}" != version:
            return Outcome("trouble", f"asked for {version}, got TLS {spoken[1]}")
        return Outcome("accepted", "") if re.search(r"^221 ", output, re.M) else Outcome(
            "trouble", f"the tunnel does not speak SMTP: {output[-300:]}")
    alert = re.search(r"^\*\*\* Received alert \[(\d+)\]", output, re.M)
    if "Selected cipher suite: " in output:
        ended = alert or "non-properly terminated" in output
        return Outcome("failed" if ended else "trouble", f"chosen, then: {output[-300:]}")
    if alert and int(alert[1]) in truth.ALERTS_OF_REFUSAL:
        return Outcome("refused", f"alert {alert[1]}")
    return Outcome("trouble", output[-300:].strip() or "gnutls-cli said nothing")


def handshake(port, starttls, version, suite):
    """One attempt at one cell."""
    wanted = f"NONE:+VERS-{version.replace(' ', '')}:{suite.priority}:+SIGN-ALL:+GROUP-ALL:+COMP-NULL:+CTYPE-ALL"
    arguments = ["-d", "4", "--insecure", "--sni-hostname", "mail.lab.example", "--port", str(port),
                 "--priority", wanted, *(["--starttls-proto=smtp"] if starttls else []), "127.0.0.1"]
    try:
        return classify(run(arguments, "quit\r\n"), version, suite)
    except subprocess.TimeoutExpired:
        return Outcome("trouble", "timed out")


def cell(port, starttls, version, suite):
    """The settled Outcome of one cell."""
    return truth.settled(lambda: handshake(port, starttls, version, suite))


def outcomes(port, starttls):
    """{(version, IANA name): Outcome} of every cell that can be asked. Raises Trouble."""
    cells = [(version, suite) for version in truth.VERSIONS for suite in speakable(version)]
    with concurrent.futures.ThreadPoolExecutor(truth.WORKERS) as pool:
        found = list(pool.map(lambda one: cell(port, starttls, *one), cells))
    found = {(version, suite.iana): outcome for (version, suite), outcome in zip(cells, found)}
    trouble = [f"{version} {suite}: {outcome.reason}"
               for (version, suite), outcome in found.items() if outcome.state == "trouble"]
    if trouble:
        raise Trouble("\n".join(trouble))
    return found


def summary(by_client):
    """The Found of what several clients' `outcomes` say together: accepted by one is accepted."""
    found = Found(*({version: set() for version in truth.VERSIONS} for _ in Found._fields))
    for results in by_client:
        for version in truth.VERSIONS:
            found.asked[version].update(suite for spoken, suite in results if spoken == version)
            found.accepted[version].update(truth.in_state(results, "accepted")[version])
            found.failed[version].update(truth.in_state(results, "failed")[version])
    for version in truth.VERSIONS:
        found.failed[version].difference_update(found.accepted[version])
    return found


def disagreements(gnutls, openssl):
    """One line per cell that both clients asked and found in different states."""
    return [f"{version} {suite}: gnutls-cli {gnutls[version, suite].state},"
            f" openssl s_client {openssl[version, suite].state}"
            for version, suite in sorted(gnutls.keys() & openssl.keys())
            if gnutls[version, suite].state != openssl[version, suite].state]


def both(port, starttls):
    """(Found by either client, disagreements). Raises Trouble."""
    gnutls, openssl = outcomes(port, starttls), truth.outcomes(port, starttls)
    return summary([gnutls, openssl]), disagreements(gnutls, openssl)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tls", choices=["starttls", "implicit"])
    parser.add_argument("port", type=int)
    options = parser.parse_args()
    started = time.monotonic()
    found, differing = both(options.port, options.tls == "starttls")
    for version, accepted in found.accepted.items():
        print(f"{version}: {len(accepted)} of {len(found.asked[version])}", *sorted(accepted), sep="\n  ")
        print(*(f"  {suite} (chosen, then failed)" for suite in sorted(found.failed[version])), sep="\n")
    print("disagreements:", *(differing or ["none"]), sep="\n  ")
    print(f"{time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()

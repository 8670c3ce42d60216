"""What a server accepts, found by one `openssl s_client` per version and suite.

    python3 tests/lab/truth.py starttls|implicit PORT        prints the cells and the time

A cell is accepted only if the handshake completed with exactly that version and suite and the
server then answered a QUIT inside the tunnel. It is refused only by an alert that says so before
any ServerHello, and failed if the server chose the suite and then, each time, broke the handshake off.
Anything else is trouble: tried again, and in the end an error, never a refusal.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import os
import re
import subprocess
import tempfile
import threading
import time

VERSIONS = {"TLS 1.0": "tls1", "TLS 1.1": "tls1_1", "TLS 1.2": "tls1_2", "TLS 1.3": "tls1_3"}
TLS13_SUITES = ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
                "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256")
ENVIRONMENT = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "OPENSSL_CONF": "/dev/null", "LC_ALL": "C"}
ALERTS_OF_REFUSAL = {40, 47, 70, 71}  # handshake_failure, illegal_parameter, protocol_version, insufficient_security
HANDSHAKE_SECONDS = 120
REPLY = re.compile(r"[245]\d\d[ -]")  # how a line of an SMTP reply begins
PAUSES = (0.0, 0.5, 1.0, 2.0)  # seconds before an attempt after trouble: a server with too many clients needs time
WORKERS = 4
NAME = "mail.lab.example"

Suite = collections.namedtuple("Suite", "iana openssl")
Outcome = collections.namedtuple("Outcome", "state reason")  # accepted | refused | failed | trouble


class Trouble(Exception):
    """Some handshakes neither completed nor were refused, in every attempt."""


def _openssl(*arguments):
    return subprocess.run(["openssl", *arguments], env=ENVIRONMENT, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=HANDSHAKE_SECONDS)


def providers():
    """Options that add the legacy provider (SEED) where this OpenSSL has it."""
    options = ["-provider", "default", "-provider", "legacy"]
    return options if _openssl("ciphers", *options).returncode == 0 else []


def speakable(version, provider_options):
    """The suites this OpenSSL can speak in a version, without those that need PSK or SRP."""
    arguments = ["ciphers", *provider_options, "-s", "-stdname", f"-{VERSIONS[version]}"]
    if version == "TLS 1.3":
        arguments += ["-ciphersuites", ":".join(TLS13_SUITES)]
    done = _openssl(*arguments, "ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    done.check_returncode()
    suites = [Suite(*re.split(r"\s+-\s+|\s+", line, maxsplit=2)[:2]) for line in done.stdout.splitlines()]
    return [suite for suite in suites if "PSK" not in suite.iana and "SRP" not in suite.iana]


def classify(stdout, stderr, version, suite):
    """What one run of `s_client -brief -msg` says about a cell. The texts decide, not the exit code."""
    spoken = re.search(r"^Protocol version: (\S+)\s*^Ciphersuite: (\S+)", stderr, re.M)
    alert = re.search(r"SSL alert number (\d+)", stderr)
    if spoken:
        expected = (version.replace("TLS 1.0", "TLS 1").replace("TLS ", "TLSv"), suite.openssl)
        if spoken.groups() != expected:
            return Outcome("trouble", f"asked for {expected}, got {spoken.groups()}")
        if not re.search(r"^221 ", stdout, re.M):
            return Outcome("trouble", f"the tunnel does not speak SMTP: {stderr[-300:]}")
        return Outcome("accepted", "")
    if re.search(r"^<<< .*, ServerHello$", stdout, re.M):
        broken_off = alert or "unexpected eof while reading" in stderr
        return Outcome("failed" if broken_off else "trouble", f"chosen, then: {stderr[-300:]}")
    if alert and int(alert[1]) in ALERTS_OF_REFUSAL:
        return Outcome("refused", f"alert {alert[1]}")
    return Outcome("trouble", stderr.strip()[-300:] or "s_client said nothing")


def s_client(port, starttls, version, suites, provider_options, name=NAME):
    """Runs `s_client -brief -msg`, which offers these suites in this order and says QUIT inside the tunnel.

    `name` is sent as SNI, if there is one.

    Raises subprocess.TimeoutExpired.
    """
    sni = ["-servername", name] if name else ["-noservername"]
    names = ":".join(suite.openssl for suite in suites)
    ciphers = (["-ciphersuites", names, "-cipher", "DEFAULT:@SECLEVEL=0"] if version == "TLS 1.3"
               else ["-cipher", f"{names}:@SECLEVEL=0"])
    command = ["openssl", "s_client", *provider_options, "-connect", f"127.0.0.1:{port}", f"-{VERSIONS[version]}",
               *ciphers, "-legacy_server_connect", *sni, "-brief", "-msg", "-ign_eof",
               *(["-starttls", "smtp"] if starttls else [])]
    return converse(command, greeted=not starttls)


def converse(command, greeted):
    """Runs a client that is to say QUIT: at once, or when it is `greeted`. Some servers punish who speaks before that.

    Raises subprocess.TimeoutExpired.
    """
    with tempfile.TemporaryFile("w+", errors="replace") as errors, subprocess.Popen(
            command, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
            errors="replace") as client:
        late = threading.Timer(HANDSHAKE_SECONDS, client.kill)
        late.daemon = True
        late.start()
        lines = []
        while greeted and not (lines and REPLY.match(lines[-1])):
            if not (line := client.stdout.readline()):
                break
            lines.append(line)
        with contextlib.suppress(BrokenPipeError):
            client.stdin.write("quit\r\n")
            client.stdin.close()
        lines.append(client.stdout.read())
        client.wait()
        timed_out = late.finished.is_set()
        late.cancel()
        if timed_out:
            raise subprocess.TimeoutExpired(command, HANDSHAKE_SECONDS)
        errors.seek(0)
        return subprocess.CompletedProcess(command, client.returncode, "".join(lines), errors.read())


def handshake(port, starttls, version, suite, provider_options, name=NAME):
    """One attempt at one cell."""
    try:
        done = s_client(port, starttls, version, [suite], provider_options, name)
    except subprocess.TimeoutExpired:
        return Outcome("trouble", "timed out")
    return classify(done.stdout, done.stderr, version, suite)


def settled(attempt):
    """The Outcome of attempt(), which is called again while it is neither accepted nor refused."""
    outcome = Outcome("trouble", "not tried")
    for pause in PAUSES:
        time.sleep(pause if outcome.state == "trouble" else 0)
        outcome = attempt()
        if outcome.state in ("accepted", "refused"):
            break
    return outcome


def cell(port, starttls, version, suite, provider_options, name=NAME):
    """The settled Outcome of one cell."""
    return settled(lambda: handshake(port, starttls, version, suite, provider_options, name))


def outcomes(port, starttls):
    """{(version, IANA name): Outcome} of every cell that can be asked. Raises Trouble."""
    options = providers()
    cells = [(version, suite) for version in VERSIONS for suite in speakable(version, options)]
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        found = list(pool.map(lambda one: cell(port, starttls, *one, options), cells))
    found = {(version, suite.iana): outcome for (version, suite), outcome in zip(cells, found)}
    trouble = [f"{version} {suite}: {outcome.reason}"
               for (version, suite), outcome in found.items() if outcome.state == "trouble"]
    if trouble:
        raise Trouble("\n".join(trouble))
    return found


def in_state(found, state):
    """{version: set of IANA names} of the cells of `outcomes` in a state."""
    return {version: {suite for (spoken, suite), outcome in found.items()
                      if spoken == version and outcome.state == state} for version in VERSIONS}


def truth(port, starttls):
    """{version: set of IANA names} accepted on a port of 127.0.0.1. Raises Trouble."""
    return in_state(outcomes(port, starttls), "accepted")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tls", choices=["starttls", "implicit"])
    parser.add_argument("port", type=int)
    options = parser.parse_args()
    started = time.monotonic()
    for version, suites in truth(options.port, options.tls == "starttls").items():
        print(version, len(suites), *sorted(suites), sep="\n  ")
    print(f"{time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()

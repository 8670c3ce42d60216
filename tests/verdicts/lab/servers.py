"""Lab servers as data: versions, suites, groups, certificates, manners; played, scanned and judged.

A server whose suites OpenSSL speaks in just those versions is played with real handshakes, every other one as a hello
table, whose flights show the same leaves, and no issuers. Scans trust the lab's roots only; behind a table the
intermediates too, which is how a client knows them that are not sent.
"""
import concurrent.futures
import dataclasses
import functools
import json
import os
import pathlib
import subprocess
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(REPOSITORY / "tests/lab/server"))
from certificates import HOST, PATIENCE, Certificates, Leaf, openssl  # noqa: E402
from lab_server import Lab  # noqa: E402

# Rules and lists of suites have dates: the day that verdicts are of, whatever day it is.
DAY = "2026-11-30"
VERSIONS = ("SSL 2", "SSL 3", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3")
OPTION = {"TLS 1.0": "TLSv1", "TLS 1.1": "TLSv1.1", "TLS 1.2": "TLSv1.2", "TLS 1.3": "TLSv1.3"}
DH_GROUPS = {1536: "modp_1536", 2048: "ffdhe2048", 3072: "ffdhe3072"}
ROOTLESS = {**os.environ, "SSL_CERT_FILE": "/nonexistent", "SSL_CERT_DIR": "/nonexistent"}
TABLE_ONLY = frozenset(("SSL 2", "SSL 3"))


@dataclasses.dataclass(frozen=True)
class Server:
    """`versions`: by version what is accepted, best first."""

    versions: tuple  # of (version, (suite, ...))
    leaves: tuple = (Leaf(), Leaf(key="rsa2048"))
    groups: tuple = ("x25519", "secp256r1")
    order: str = "server"
    dh_bits: int = 2048
    signatures: str = ""  # what signs key exchanges, in OpenSSL's words
    behaviour: str = ""
    refuses: str = ""  # clients that send an unknown name, none, or both

    def but(self, **fields):
        return dataclasses.replace(self, **fields)

    def plays(self, version, *suites):
        """With these suites of the version, and no others."""
        rest = {**dict(self.versions), version: suites}
        return self.but(versions=tuple((one, rest[one]) for one in VERSIONS if rest.get(one)))

    def accepts(self, version, *suites):
        return self.plays(version, *dict(self.versions).get(version, ()), *suites)

    def without(self, version):
        return self.plays(version)

    def leaf(self, **fields):
        """With these facts in each of its certificates."""
        return self.but(leaves=tuple(dict.fromkeys(dataclasses.replace(one, **fields) for one in self.leaves)))

    def issuer(self, **fields):
        """With these facts in what is sent behind each of its certificates."""
        return self.but(leaves=tuple(dataclasses.replace(one, issuer=dataclasses.replace(one.issuer, **fields))
                                     for one in self.leaves))

    def key(self, key):
        """With this key instead of the one of its kind."""
        kind = Leaf(key=key).kind
        return self.but(leaves=tuple(dataclasses.replace(one, key=key) if one.kind == kind else one
                                     for one in self.leaves))

    @property
    def below_tls13(self):
        """All suites of TLS 1.2 and below, best first."""
        return list(dict.fromkeys(suite for version, suites in reversed(self.versions) for suite in suites
                                  if version != "TLS 1.3"))

    def is_verifiable(self):
        return all(leaf.is_verifiable() for leaf in self.leaves)

    def speaks(self):
        """Whether OpenSSL can be this server: with it a suite is there in each version that can have it."""
        spoken, versions = openssl_suites(), dict(self.versions)
        if set(versions) & TABLE_ONLY or any(suite not in spoken for suite in self.below_tls13):
            return False
        if "TLS 1.3" in versions and not any(leaf.signs_tls13() for leaf in self.leaves):
            return False
        if any("mldsa" in leaf.key for leaf in self.leaves) or any("MLKEM" in group for group in self.groups):
            return False
        if self.dh_bits not in DH_GROUPS and any("_DHE_" in suite for suite in self.below_tls13):
            return False
        return all([one for one in self.below_tls13 if VERSIONS.index(spoken[one][1]) <= VERSIONS.index(version)]
                   == list(suites) for version, suites in self.versions if version != "TLS 1.3")

    def table(self, certificates):
        return {"versions": {version: {"suites": suites, "order": self.order} for version, suites in self.versions},
                "groups": self.groups, "dh_bits": self.dh_bits,
                "certificates": {leaf.kind: certificates.make(leaf)[2].hex() for leaf in self.leaves}}

    def options(self, certificates):
        """Of a lab server with real handshakes."""
        versions = [version for version, _ in self.versions]
        options = ["--min-version", OPTION[versions[0]], "--max-version", OPTION[versions[-1]],
                   "--groups", ":".join(self.groups), "--dh-group", DH_GROUPS.get(self.dh_bits, "ffdhe2048"),
                   "--ciphersuites", ":".join(dict(self.versions).get("TLS 1.3", ()))]
        if self.below_tls13:
            options += ["--ciphers", ":".join(openssl_suites()[suite][0] for suite in self.below_tls13)]
        for version in VERSIONS[VERSIONS.index(versions[0]):VERSIONS.index(versions[-1])]:
            options += [] if version in versions else ["--without-version", OPTION[version]]
        options += ["--server-order"] if self.order == "server" else []
        options += ["--signature-algorithms", self.signatures] if self.signatures else []
        for leaf in self.leaves:
            certificate, key, _ = certificates.make(leaf)
            options += ["--cert", certificate, "--key", key, "--staple", certificates.stapled(leaf)]
        options += ["--refuse-names", self.refuses] if self.refuses else []
        return options


@functools.lru_cache(None)
def openssl_suites():
    """By IANA's name: OpenSSL's, and the lowest version that has it."""
    lowest = {"SSLv3": "SSL 3", "TLSv1": "TLS 1.0", "TLSv1.2": "TLS 1.2"}
    rows = (line.split() for line in openssl("ciphers", "-s", "-tls1_2", "-V", "-stdname",
                                             "ALL:COMPLEMENTOFALL:@SECLEVEL=0").decode().splitlines())
    return {row[2]: (row[4], lowest[row[5]]) for row in rows if row[5] in lowest}


class Judge:
    """Scans each server once for each mode, judged in the first role; in the others the saved scan is judged.

    `judgements`: by server, policy and role; `runs`: exit code, verdicts of the endpoint and the arguments of each run.
    """

    program = "smtptls-scan"

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.certificates = Certificates(folder)
        self.judgements = {}
        self.runs = []

    def run(self, server, role, policies, *arguments):
        """Keeps the judgements; what the program printed. It knows no roots but those in its arguments."""
        by = [word for policy in policies for word in ("--policy", policy)]
        arguments = (*arguments, "--role", role, "--as-of", DAY, *by, "--format", "json")
        done = subprocess.run([self.program, *arguments], capture_output=True, text=True, timeout=PATIENCE,
                              stdin=subprocess.DEVNULL, env=ROOTLESS)
        if not done.stdout:
            raise RuntimeError("%s: code %d: %s" % (arguments, done.returncode, done.stderr))
        judgements = json.loads(done.stdout)["judgements"]
        self.judgements.update(((server, one["policy"], role), one) for one in judgements)
        self.runs.append((done.returncode, [one["verdict"] for one in judgements], arguments))
        return done.stdout

    def scan(self, server, mode, path, role, policies):
        if server.speaks():
            options, confirm = server.options(self.certificates), "family"
        else:
            table = path.with_suffix(".table")
            table.write_text(json.dumps(server.table(self.certificates)))
            # No handshake behind a table's hello can be completed, and what the hello shows is enough.
            options, confirm = ["--hello-table", str(table)], "none"
        options += ["--behaviour", server.behaviour] if server.behaviour else []
        with Lab(*options, listen=(mode,), keys=()) as lab:
            path.write_text(self.run(server, role, policies, "127.0.0.1:%d" % lab.ports[mode], "--tls", mode, "--ehlo",
                                     "scanner.example", "--sni", HOST, "--confirm", confirm, *self.roots(server)))

    def roots(self, server):
        """What is to be trusted; without roots a scan says nothing of trust."""
        if not server.is_verifiable():
            return ()
        return "--ca-file", self.certificates.trusted(server.leaves, sent=server.speaks())

    def judge(self, number, server, wanted):
        """`wanted`: (policy, role) pairs."""
        for mode in ("starttls", "implicit"):
            roles = {}
            for policy, role in sorted(wanted):
                if (role == "submissions") == (mode == "implicit"):
                    roles.setdefault(role, []).append(policy)
            path = self.folder / ("%d-%s.json" % (number, mode))
            for role, policies in roles.items():
                if path.exists():
                    self.run(server, role, policies, "report", str(path))
                else:
                    self.scan(server, mode, path, role, policies)

    def judge_all(self, wanted, jobs=2):
        """`wanted`: by server the (policy, role) pairs."""
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            for done in [pool.submit(self.judge, number, server, pairs)
                         for number, (server, pairs) in enumerate(wanted.items())]:
                done.result()

"""Who is measured: how each scanner is told to list every accepted suite of every version.

A contestant is data: `command(job)` returns the words to run, `cells(job)` reads the answer, of
which both `job.stdout` and files below `job.folder` may be a part. A peer that cannot be had raises
unpack.Unavailable.
"""

import dataclasses
import functools
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import parsers
import unpack


@dataclasses.dataclass
class Job:
    """One run against 127.0.0.1:port; `folder` is its own and empty at first."""
    port: int
    starttls: bool
    folder: Path
    stdout: str = ""


@dataclasses.dataclass
class Contestant:
    """A scanner with its options, ready to run."""
    name: str
    version: str
    options: str                                      # for people
    command: Callable
    cells: Callable                                   # of a Job; raises parsers.Unreadable
    environment: dict | None = None                   # None: ours
    claimed: Callable = lambda job: None              # of a Job: how many connections it says it made


def first_line(command, environment, pattern):
    """What a program says of its version: the first match of a pattern in what it prints."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    match = re.search(pattern, done.stdout + done.stderr)
    return match[1] if match else "unknown"


def us(program, connections=None):
    """Our scanner; with `connections` at a time if given, else as many as it makes by itself."""
    words = [] if connections is None else ["--max-connections", str(connections)]

    def command(job):
        tls = "starttls" if job.starttls else "implicit"
        return [str(program), "--format", "json", "--suites", *words, "--tls", tls, f"127.0.0.1:{job.port}"]

    return Contestant(
        name="smtptls-scan" + (f" at {connections}" if connections else ""),
        version=first_line([str(program), "--version"], None, r"(.+)"),
        options=" ".join(words) or "default (4 at once)", command=command,
        cells=lambda job: parsers.ours(job.stdout)[0], claimed=lambda job: parsers.ours(job.stdout)[1])


SUITES_ONLY = ("--no-check-certificate", "--no-compression", "--no-fallback", "--no-groups", "--no-heartbleed",
               "--no-renegotiation")


def sslscan(extra):
    """Debian's sslscan, with all its checks or with those for suites only."""
    tree = unpack.package_tree("sslscan")

    def command(job):
        starttls = ["--starttls-smtp"] if job.starttls else []
        return ["sslscan", "--xml=-", "--no-colour", *extra, *starttls, f"127.0.0.1:{job.port}"]

    return Contestant(
        name="sslscan, suites only" if extra else "sslscan", version=unpack.package_version("sslscan", tree),
        options=" ".join(extra) or "default", command=command,
        cells=lambda job: parsers.sslscan(job.stdout), environment=unpack.environment(tree))


def nmap():
    """Debian's nmap. It speaks STARTTLS where the port's service is called smtp: we call it so."""
    tree = unpack.package_tree("nmap")
    environment = unpack.environment(tree, {"NMAPDIR": f"{tree}/usr/share/nmap"})

    def command(job):
        # --servicedb would do, were it not to imply -F, which excludes -p.
        service = "smtp" if job.starttls else "smtps"
        (job.folder / "nmap-services").write_text(f"{service}\t{job.port}/tcp\t0.9\n")
        return ["nmap", "-n", "-Pn", "-sT", "--datadir", str(job.folder), "-p", str(job.port), "--script",
                "ssl-enum-ciphers", "-oX", "-", "127.0.0.1"]

    return Contestant(name="nmap", version=unpack.package_version("nmap", tree), options="--script ssl-enum-ciphers",
                      command=command, cells=lambda job: parsers.nmap(job.stdout), environment=environment)


def testssl():
    """Debian's testssl.sh: every cipher per protocol, no name servers."""
    tree = unpack.package_tree("testssl.sh")
    environment = unpack.environment(tree, {"TESTSSL_INSTALL_DIR": f"{tree}/etc/testssl", "TERM": "dumb"})

    def command(job):
        starttls = ["--starttls", "smtp"] if job.starttls else []
        return ["testssl", *starttls, "--cipher-per-proto", "-n", "none", "--warnings", "batch", "--color", "0",
                "--jsonfile", str(job.folder / "testssl.json"), f"127.0.0.1:{job.port}"]

    return Contestant(name="testssl.sh", version=unpack.package_version("testssl.sh", tree),
                      options="--cipher-per-proto -n none", command=command,
                      cells=lambda job: parsers.testssl((job.folder / "testssl.json").read_text()),
                      environment=environment)


PEERS = {
    "sslscan": functools.partial(sslscan, ()),
    "sslscan-suites": functools.partial(sslscan, SUITES_ONLY),
    "nmap": nmap,
    "testssl": testssl,
}

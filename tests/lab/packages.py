"""Debian packages for the lab: found with apt, downloaded into a cache, never installed.

`fetch(["postfix"], cache)` returns the .deb files that have to be unpacked over this system so
that the packages run. Only files below `cache` are written: if the system's package lists are
missing or stale, a private copy of them is used. The second call for the same system reads a
manifest and starts no apt at all.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import subprocess
from pathlib import Path

SYSTEM_STATUS = Path("/var/lib/dpkg/status")
SYSTEM_LISTS = Path("/var/lib/apt/lists")
MIRROR = "http://deb.debian.org/debian"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
APT_SECONDS = 300
INST_LINE = re.compile(r"^Inst (?P<name>\S+)(?: \[\S+\])? \((?P<version>\S+) [^)]*\[(?P<arch>\S+)\]\)", re.M)


class PackagesUnavailable(Exception):
    """The packages cannot be had here: no apt, no network, or no such package."""


@contextlib.contextmanager
def locked(folder):
    """Holds the lock of a folder, waiting for it; tests may run side by side."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _apt(arguments, options=(), cwd=None):
    """Runs apt-get without questions and returns its output; raises PackagesUnavailable."""
    command = ["apt-get", "-q", "-y", "-o", "APT::Sandbox::User=root", *options, *arguments]
    environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=APT_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PackagesUnavailable(f"{' '.join(command)}: {error}") from error
    if done.returncode != 0:
        raise PackagesUnavailable(f"{' '.join(command)}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def _missing(names, options):
    """The packages apt would install or upgrade for `names`, as NAME:ARCH=VERSION."""
    output = _apt(["-s", "--no-install-recommends", "install", *names], options)
    found = []
    for match in INST_LINE.finditer(output):
        name = match["name"].split(":")[0]
        arch = "" if match["arch"] == "all" else f":{match['arch']}"
        found.append(f"{name}{arch}={match['version']}")
    return found


def _private_lists(cache, status, release=None):
    """apt options for package lists of our own below `cache`, freshly updated.

    Without a `release` the sources are the system's.
    """
    home = cache / (f"apt-{release}" if release else "apt")
    for folder in ("lists/partial", "archives/partial"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    options = ["-o", f"Dir::State::lists={home}/lists", "-o", f"Dir::Cache={home}",
               "-o", f"Dir::State::status={status}"]
    if release:
        (home / "sources.list").write_text(f"deb [signed-by={KEYRING}] {MIRROR} {release} main\n")
        options += ["-o", f"Dir::Etc::sourcelist={home}/sources.list", "-o", "Dir::Etc::sourceparts=-",
                    "-o", "Dir::Etc::preferences=-", "-o", "Dir::Etc::preferencesparts=-"]
    _apt(["update"], options)
    return options


def _download(names, cache, options):
    """Resolves and downloads; returns the .deb files. Raises PackagesUnavailable."""
    debs = []
    for wanted in _missing(names, options):
        folder = cache / "debs" / re.sub(r"[^A-Za-z0-9.+~=-]", "_", wanted)
        folder.mkdir(parents=True, exist_ok=True)
        if not list(folder.glob("*.deb")):
            _apt(["download", wanted], options, cwd=folder)
        debs += folder.glob("*.deb")
    return debs


def _manifest(names, cache, status):
    """The file that remembers the answer for exactly this system and these names."""
    stamps = [str(path.stat().st_mtime_ns) if path.exists() else "-" for path in (status, SYSTEM_LISTS)]
    key = hashlib.sha256(json.dumps([sorted(names), str(status), stamps]).encode()).hexdigest()[:16]
    return cache / "debs" / f"{key}.json"


def fetch(names, cache, status=SYSTEM_STATUS, release=None):
    """The .deb files (absolute paths) that `names` need on top of a system.

    `status` is the dpkg status file of the system they are unpacked over; `release` names the Debian
    they come from ("trixie"), if it is not this system's.
    Raises PackagesUnavailable.
    """
    cache, status = Path(cache).resolve(), Path(status).resolve()
    (cache / "debs").mkdir(parents=True, exist_ok=True)
    with locked(cache / "debs"):
        return _fetch(names, cache, status, release)


def _fetch(names, cache, status, release):
    manifest = _manifest(names, cache, status)
    if manifest.exists():
        debs = [Path(name) for name in json.loads(manifest.read_text())]
        if all(deb.exists() for deb in debs):
            return debs
    if release:
        debs = _download(names, cache, _private_lists(cache, status, release))
    else:
        try:
            debs = _download(names, cache, ["-o", f"Dir::State::status={status}"])
        except PackagesUnavailable:
            debs = _download(names, cache, _private_lists(cache, status))
    unfinished = manifest.with_suffix(".part")
    unfinished.write_text(json.dumps([str(deb) for deb in debs]))
    unfinished.replace(manifest)
    return debs

"""Debian's own scanners, unpacked into a folder of this clone and run from there; never installed."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lab"))
import packages  # noqa: E402
from lab import CACHE  # noqa: E402

TREES = CACHE / "peers"


class Unavailable(Exception):
    """A peer cannot be had here; the text says why."""


def _unpack(debs, folder):
    """Unpacks packages into a folder that exists only if all were unpacked."""
    if folder.is_dir():
        return
    TREES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=TREES) as unfinished:
        tree = Path(unfinished) / "tree"
        for deb in debs:
            subprocess.run(["dpkg-deb", "--extract", deb, tree], check=True)
        tree.rename(folder)


def package_tree(package):
    """The folder with a package and what it needs beyond this system, as a root; / if it is installed.

    Raises Unavailable.
    """
    for tool in ("apt-get", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise Unavailable(f"no `{tool}` here")
    try:
        debs = packages.fetch([package], CACHE)
        key = hashlib.sha256("\n".join(sorted(deb.name for deb in debs)).encode()).hexdigest()[:12]
        folder = TREES / f"{package}-{key}"
        if debs:
            _unpack(debs, folder)
    except (packages.PackagesUnavailable, subprocess.CalledProcessError, OSError) as error:
        raise Unavailable(str(error).splitlines()[-1]) from error
    return folder if debs else Path("/")


def package_version(package, tree):
    """The version of the Debian package."""
    if tree == Path("/"):
        command = ["dpkg-query", "-W", "-f", "${Version}", package]
    else:
        deb = next(deb for deb in packages.fetch([package], CACHE) if deb.name.startswith(f"{package}_"))
        command = ["dpkg-deb", "-f", str(deb), "Version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def environment(tree, extra=None):
    """The environment that makes programs of a tree find their libraries, helpers and data."""
    values = {"PATH": f"{tree}/usr/bin:{os.environ.get('PATH', '/usr/bin:/bin')}", "LC_ALL": "C",
              "HOME": os.environ.get("HOME", "/root"), **(extra or {})}
    if tree != Path("/"):
        triplets = sorted({str(path.parent) for path in (tree / "usr/lib").rglob("*.so*")
                           if path.parent.parent == tree / "usr/lib"})
        values["LD_LIBRARY_PATH"] = ":".join(triplets)
    return {name: value for name, value in values.items() if value}

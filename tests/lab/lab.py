"""Runs a real mail server for a test, in a private root, and ends it without a trace.

    with LabServer(spec) as server:
        server.start([Port(2525, implicit=False)])
        ... server.share / "maillog" ...

A server is a `ServerSpec`: data, written by one short file per product (postfix.py). How the root
is made: root.py. What is missing here (root rights, overlays, packages) raises LabUnavailable;
`run_tests` turns that into a loud skip, or into a failure where CI=true.
"""

import dataclasses
import fcntl
import json
import os
import platform
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import packages
from root import EXIT_REFUSED

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("SMTPTLS_LAB_CACHE", HERE.parents[1] / "build" / "lab"))
UNSHARE = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc"]
SKIPPED = 77  # the exit code that ctest knows as "skipped"
START_SECONDS = 300
STOP_SECONDS = 60
RETRY_SECONDS = 0.02


class LabUnavailable(Exception):
    """This machine cannot run the lab; the text says why."""


class ServerDied(Exception):
    """The server ended or did not become ready; the text ends with its console and log."""


@dataclasses.dataclass
class ServerSpec:
    """What to run. Paths are those inside the root; /lab there is `LabServer.share` here."""
    name: str
    packages: list           # Debian package names
    command: list            # the server, in the foreground
    users: list = dataclasses.field(default_factory=list)   # {name, home}: with a group of the same name
    groups: list = dataclasses.field(default_factory=list)  # names
    files: list = dataclasses.field(default_factory=list)   # {path, text, mode}
    setup: list = dataclasses.field(default_factory=list)   # commands to run before the server
    release: str = ""        # the Debian to run it on ("trixie"); "": this system


@dataclasses.dataclass
class Port:
    """A TCP port of 127.0.0.1; `implicit`: TLS from the first byte, so no greeting to wait for."""
    number: int
    implicit: bool


def require_lab():
    """Raises LabUnavailable unless this is a Debian-like Linux and we are root."""
    if os.geteuid() != 0:
        raise LabUnavailable("the lab needs root (private mounts, privileged servers); run as root")
    for tool in ("unshare", "mount", "chroot", "dpkg-deb", "apt-get", "openssl"):
        if shutil.which(tool, path="/usr/sbin:/usr/bin:/sbin:/bin") is None:
            raise LabUnavailable(f"the lab needs `{tool}`, which is not installed")
    tried = subprocess.run([*UNSHARE, "true"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if tried.returncode != 0:
        raise LabUnavailable(f"no namespaces can be made here: {tried.stderr.strip()}")


def free_ports(count):
    """`count` different TCP ports free on 127.0.0.1 at this moment."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def is_taken(port):
    """Whether somebody listens on a port of 127.0.0.1."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
        return False
    except OSError:
        return True


def try_lock(folder):
    """Locks a folder and returns the descriptor that holds the lock; None if another holds it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return descriptor
    except BlockingIOError:
        os.close(descriptor)
        return None


def sweep(cache):
    """Removes the folders of tests that were killed."""
    for folder in cache.glob("run-*"):
        descriptor = try_lock(folder)
        if descriptor is not None:
            shutil.rmtree(folder)
            os.close(descriptor)


def make_certificate(folder, name="mail.lab.example"):
    """Writes a self-signed RSA-2048 certificate for `name`: folder/cert.pem and folder/key.pem."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-sha256", "-days", "365",
                    "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
                    "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
                   env={**os.environ, "OPENSSL_CONF": "/dev/null"}, check=True, capture_output=True)


def minbase(cache, release=""):
    """A tarball of a minimal Debian and its dpkg status file, made by debootstrap once.

    `release`: its code name; "" is this system's.
    """
    with packages.locked(cache):
        return _minbase(cache, release)


def _minbase(cache, release):
    name = f"minbase-{release}" if release else "minbase"
    tarball, status = cache / f"{name}.tar", cache / f"{name}.status"
    if tarball.exists() and status.exists():
        return tarball, status
    if shutil.which("debootstrap") is None:
        reason = f"this is not Debian {release}" if release else "overlay mounts are refused here"
        raise LabUnavailable(f"{reason} and `debootstrap` is not installed")
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        root = Path(folder) / "root"
        try:
            suite = release or platform.freedesktop_os_release()["VERSION_CODENAME"]
            subprocess.run(["debootstrap", "--variant=minbase", suite, root, *([packages.MIRROR] if release else [])],
                           check=True, capture_output=True, text=True)
        except (subprocess.CalledProcessError, KeyError, OSError) as error:
            raise LabUnavailable(f"debootstrap: {error} {getattr(error, 'stdout', '')[-500:]}") from error
        shutil.copy(root / "var/lib/dpkg/status", status)
        subprocess.run(["tar", "-c", "-f", f"{tarball}.part", "--exclude=./var/cache/apt/*",
                        "--exclude=./dev/*", "--exclude=./proc/*", "-C", root, "."], check=True)
    os.replace(f"{tarball}.part", tarball)
    return tarball, status


def unpacked_tool(package, status=packages.SYSTEM_STATUS, release=""):
    """A folder below the cache with a package, and what it needs, unpacked. Raises LabUnavailable.

    With a `release` it is from that Debian, and what it needs goes down to the C library.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    if release:
        status = CACHE / "nothing.status"
        status.touch()
    try:
        debs = packages.fetch([package], CACHE, status, release or None)
    except packages.PackagesUnavailable as error:
        raise LabUnavailable(f"{package}: {error}") from error
    folder = CACHE / "tools" / (f"{package}-{release}" if release else package)
    with packages.locked(CACHE / "debs"):
        if not folder.exists():
            folder.parent.mkdir(exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
                for deb in debs:
                    subprocess.run(["dpkg-deb", "-x", deb, f"{unfinished}/root"], check=True)
                os.replace(f"{unfinished}/root", folder)
    return folder


class LabServer:
    """One running server; a context manager. `share` is the folder that the server sees as /lab."""

    def __init__(self, spec):
        self.spec = spec
        self.process = None
        self.share = None
        self._lock = None  # held while the folder is in use: see sweep

    def __enter__(self):
        require_lab()
        CACHE.mkdir(parents=True, exist_ok=True)
        (CACHE / "mnt").mkdir(exist_ok=True)
        with packages.locked(CACHE):
            sweep(CACHE)
            self.share = Path(tempfile.mkdtemp(prefix="run-", dir=CACHE))
            self._lock = try_lock(self.share)
        self.share.chmod(0o755)
        return self

    def __exit__(self, *_):
        self.stop()
        if self.share is not None:
            shutil.rmtree(self.share)
            os.close(self._lock)
            self.share = None

    def start(self, ports):
        """Starts the server and waits until every Port serves. Raises LabUnavailable, ServerDied."""
        if not self.spec.release and os.environ.get("SMTPTLS_LAB_ROOT") != "debootstrap":
            self._launch(None, packages.SYSTEM_STATUS)
            if self._serves(ports):
                return
        self._launch(*minbase(CACHE, self.spec.release))
        if not self._serves(ports):
            raise LabUnavailable(f"no private root can be made here: {self.console()}")

    def stop(self):
        """Ends the server and everything that it has started; safe to call twice."""
        if self.process is None:
            return
        self.process.stdin.close()  # process 1 of the namespace waits for this
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()     # and `unshare --kill-child` takes process 1 along
            self.process.wait()
        self.process = None

    def console(self):
        """What the server and its setup printed so far."""
        return (self.share / "console").read_text(errors="replace")

    def _launch(self, tarball, status):
        try:
            debs = packages.fetch(self.spec.packages, CACHE, status, self.spec.release)
        except packages.PackagesUnavailable as error:
            raise LabUnavailable(f"{self.spec.name}: {error}") from error
        spec = {**dataclasses.asdict(self.spec), "debs": [str(deb) for deb in debs], "share": str(self.share),
                "mount_point": str(CACHE / "mnt"), "tarball": tarball and str(tarball)}
        (self.share / "spec.json").write_text(json.dumps(spec))
        with open(self.share / "console", "wb") as console:
            self.process = subprocess.Popen(
                [*UNSHARE, sys.executable, "-I", HERE / "root.py", self.share / "spec.json"], cwd="/",
                stdin=subprocess.PIPE, stdout=console, stderr=console, start_new_session=True)

    def _serves(self, ports):
        """True when all ports serve, False if no root could be made; raises ServerDied."""
        deadline = time.monotonic() + START_SECONDS
        ended = os.pidfd_open(self.process.pid)
        try:
            for port in ports:
                while not serves(port, deadline):
                    if select.select([ended], [], [], RETRY_SECONDS)[0] or time.monotonic() > deadline:
                        return self._refused_or_died(port)
            # A stranger may have taken a port and answered in the server's place.
            return True if self.process.poll() is None else self._refused_or_died(ports[-1])
        finally:
            os.close(ended)

    def _refused_or_died(self, port):
        code = self.process.poll()
        self.stop()
        if code == EXIT_REFUSED:
            return False
        logs = "\n".join(path.read_text(errors="replace")[-3000:] for path in
                         (self.share / "console", self.share / "maillog") if path.exists())
        raise ServerDied(f"{self.spec.name}: port {port.number} does not serve (exit code {code})\n{logs}")


def serves(port, deadline):
    """Whether a connection to the port succeeds and, without implicit TLS, a greeting comes."""
    try:
        with socket.create_connection(("127.0.0.1", port.number), timeout=START_SECONDS) as connection:
            if port.implicit:
                return True
            connection.settimeout(max(deadline - time.monotonic(), 0.001))
            return connection.recv(4).startswith(b"220")
    except OSError:
        return False


def namespace_of(server):
    """A number naming the PID namespace of a running LabServer, for processes_in."""
    return os.stat(f"/proc/{server.process.pid}/ns/pid_for_children").st_ino


def processes_in(namespace):
    """The pids of the processes alive in a PID namespace."""
    found = []
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            if os.stat(f"{entry.path}/ns/pid").st_ino == namespace:
                found.append(int(entry.name))
        except OSError:
            continue  # it has ended meanwhile
    return found


class _Result(unittest.TextTestResult):
    """Prints a skip so that nobody overlooks it."""

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.stream.writeln(f"\n*** SKIPPED: {test}: {reason}")


def skip_unless_available(start):
    """Calls start() and returns what it returns; LabUnavailable becomes a skip."""
    try:
        return start()
    except LabUnavailable as error:
        raise unittest.SkipTest(str(error)) from error


def run_tests(arguments):
    """unittest.main with exit codes for ctest: 0, 1, or 77 if something was skipped.

    With CI=true a skip is a failure: a machine that is to run the lab must be able to.
    """
    runner = unittest.TextTestRunner(verbosity=2, resultclass=_Result)
    result = unittest.main(module="__main__", argv=arguments, testRunner=runner, exit=False).result
    if not result.wasSuccessful():
        sys.exit(1)
    if result.skipped:
        in_ci = os.environ.get("CI") == "true"
        print("*** skipped tests fail where CI=true" if in_ci else "*** SKIPPED", file=sys.stderr)
        sys.exit(1 if in_ci else SKIPPED)
    sys.exit(0)

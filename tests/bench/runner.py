"""One run of one contestant: behind a proxy of its own, its cost measured, its cells judged."""

import dataclasses
import json
import os
import signal
import subprocess
import tempfile
from pathlib import Path

import parsers
from contestants import Job

RUN_SECONDS = 900  # testssl.sh on a busy machine needs minutes


class BenchError(Exception):
    """The bench itself is broken: a missing program, a proxy that cannot reach the server."""


@dataclasses.dataclass
class Server:
    """What is scanned."""
    name: str
    host: str
    port: int
    starttls: bool


@dataclasses.dataclass
class Tools:
    """The bench's own programs."""
    proxy: Path
    measure: Path

    @classmethod
    def of(cls, build):
        """Those of a build folder; raises BenchError."""
        tools = cls(build / "smtptls-bench-proxy", build / "smtptls-bench-measure")
        for program in dataclasses.astuple(tools):
            if not program.is_file():
                raise BenchError(f"{program} is not built: ninja -C {build} {program.name}")
        return tools


@dataclasses.dataclass
class Run:
    """What one run cost and found. `trouble` is empty if the scanner ended by itself, readably."""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    max_rss_kib: int = 0
    exit_code: int = 0
    connections: int = 0        # accepted by the proxy
    most_at_once: int = 0
    proxy_cpu_seconds: float = 0.0
    claimed: int | None = None  # connections, in the scanner's own words
    right: int = 0
    missing: list = dataclasses.field(default_factory=list)  # accepted in truth, not in the answer
    extra: list = dataclasses.field(default_factory=list)    # accepted in the answer, not in truth
    trouble: str = ""

    @property
    def exact(self):
        return not (self.trouble or self.missing or self.extra)


class Proxy:
    """A running smtptls-bench-proxy; a context manager. After it, `counts` is what it has seen."""

    def __init__(self, tools, server, round_trip_ms):
        self.command = [tools.proxy, server.host, str(server.port), str(round_trip_ms)]
        self.process, self.port, self.counts = None, 0, {}

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise BenchError(f"the proxy did not start: {' '.join(map(str, self.command))}")
        self.port = int(line)
        return self

    def __exit__(self, *_):
        output, _ = self.process.communicate(timeout=RUN_SECONDS)
        self.counts = json.loads(output or "{}")


def measured(tools, command, environment, folder):
    """Runs a command to its end; returns (its standard output, its cost) or raises TimeoutExpired."""
    cost = folder / "cost.json"
    with open(folder / "stdout", "w+b") as stdout, open(folder / "stderr", "wb") as stderr:
        process = subprocess.Popen([tools.measure, cost, *command], env=environment, cwd=folder,
                                   stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, start_new_session=True)
        try:
            process.wait(RUN_SECONDS)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)  # it leads a group of its own
            process.wait()
            raise
        stdout.seek(0)
        return stdout.read().decode(errors="replace"), json.loads(cost.read_text())


def judge(run, cells, truth):
    """Fills in what is right, missing and extra in `cells`."""
    found = {(version, suite) for version, suites in cells.items() for suite in suites}
    true = {(version, suite) for version, suites in truth.items() for suite in suites}
    run.right = len(found & true)
    run.missing = sorted(" ".join(cell) for cell in true - found)
    run.extra = sorted(" ".join(cell) for cell in found - true)


def run_once(tools, contestant, server, round_trip_ms, truth):
    """One Run. Raises BenchError if the server could not be reached."""
    run = Run()
    with tempfile.TemporaryDirectory(prefix="smtptls-bench-") as name:
        proxy = Proxy(tools, server, round_trip_ms)
        with proxy:
            job = Job(proxy.port, server.starttls, Path(name))
            try:
                job.stdout, cost = measured(tools, contestant.command(job), contestant.environment, job.folder)
                run = dataclasses.replace(run, **cost)
                run.claimed = contestant.claimed(job)
                judge(run, contestant.cells(job), truth)
            except subprocess.TimeoutExpired:
                run.trouble = f"did not end in {RUN_SECONDS} s"
            except (parsers.Unreadable, OSError) as error:
                run.trouble = f"{error}; {(job.folder / 'stderr').read_text(errors='replace').strip()[-300:]}"
    if proxy.counts["unreachable"]:
        raise BenchError(f"the proxy could not reach {server.host}:{server.port}"
                         f" {proxy.counts['unreachable']} times")
    run.connections, run.most_at_once = proxy.counts["connections"], proxy.counts["most_at_once"]
    run.proxy_cpu_seconds = proxy.counts["cpu_seconds"]
    return run

"""What a person sees: a terminal of 24 lines and some columns, the report in it, and the line that says how far it is."""
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import tempfile
import termios
import time

import scanner
from scanner import EHLO, Lab, Run, Scan

CLEAR = "\r\x1b[K"


class Terminal:
    """Runs the scanner at a pseudo-terminal of so many columns, whose other side is read as it comes."""

    def __init__(self, columns, *arguments, stdout=None):
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
        environment["TERM"] = "xterm"
        self.begun = time.monotonic()
        process = subprocess.Popen([Scan.program, *EHLO, *arguments], stdin=theirs, stdout=stdout or theirs, stderr=theirs,
                                   env=environment)
        os.close(theirs)
        self.raw, self.first = "", None
        deadline = self.begun + scanner.PATIENCE
        while time.monotonic() < deadline:
            try:
                if not select.select([ours], [], [], 1)[0]:
                    continue
                bytes_ = os.read(ours, 65536)
            except OSError:  # the other side is closed
                break
            if not bytes_:
                break
            self.first = self.first or time.monotonic() - self.begun
            self.raw += bytes_.decode()
        os.close(ours)
        self.code = process.wait(scanner.PATIENCE)

    def progress(self):
        """Every state of the line; what comes behind the last one is the report."""
        return [state for state in self.raw.split(CLEAR)[1:-1] if state]

    def lines(self):
        """What is left on the screen, without colours."""
        plain = re.sub(r"\x1b\[[0-9;]*m", "", self.raw.replace("\r\n", "\n"))
        return [line.split(CLEAR)[-1] for line in plain.split("\n")]


class TerminalTest(Scan):
    def test_no_line_is_longer_than_the_terminal_is_wide(self):
        with Lab() as lab:
            target = "127.0.0.1:%d" % lab.ports["starttls"]
            for columns in (60, 80, 120):
                for more in ((), ("--policy", "pci", "--policy", "ncsc-nl"), ("--suites",)):
                    seen = Terminal(columns, target, *more)
                    long = [line for line in seen.lines() if len(line) > columns]
                    self.assertEqual(long, [], (columns, more))

    def test_what_is_piped_is_eighty_columns_wide_and_has_no_colours(self):
        with Lab() as lab:
            run = Run("127.0.0.1:%d" % lab.ports["starttls"], "--policy", "pci", *EHLO, env={"COLUMNS": ""})
        self.assertEqual([line for line in run.out.splitlines() if len(line) > 80], [])
        self.assertNotIn("\x1b", run.out + run.err)

    def test_the_last_twelve_lines_of_a_screen_hold_the_verdict_and_the_exit_code(self):
        with Lab() as lab:
            seen = Terminal(80, "127.0.0.1:%d" % lab.ports["starttls"], "--policy", "pci")
        last = "\n".join(seen.lines()[-12:])
        self.assertRegex(last, r"FAIL +pci-dss-4\.0\.1: \d+ of \d+ rules")
        self.assertRegex(last, r"exit code +1: a policy is violated")
        self.assertRegex(last, r"not asked +pci-dss-4\.0\.1: ")

    def test_a_slow_scan_says_how_far_it_is_and_leaves_nothing_of_that_behind(self):
        with Lab("--behaviour", "slow-greeting=1.5", listen=("starttls",)) as lab:
            target = "127.0.0.1:%d" % lab.ports["starttls"]
            seen = Terminal(80, target, "--policy", "rfc8996", "--verdict-only", "--confirm", "none")
        self.assertLess(seen.first, 2 if os.environ.get("CI") != "true" else scanner.SOON)
        self.assertRegex(seen.progress()[0], r"^%s  0 of about \d+ connections, 0:0\d$" % re.escape(target))
        self.assertRegex(seen.progress()[-1], r"connections, (TLS|SSL) [\d.]+, \d:\d\d$")
        self.assertEqual([line for line in seen.lines() if "of about" in line], [])

    def test_a_server_that_asks_for_time_is_named_while_it_is_waited_for_and_in_the_report(self):
        with Lab("--behaviour", "421-after=5", listen=("starttls",)) as lab:
            seen = Terminal(120, "127.0.0.1:%d" % lab.ports["starttls"], "--max-time", "8")
        said = [state for state in seen.progress() if re.search(r"asks us to slow down \(421 since \d\d:\d\d\)", state)]
        self.assertNotEqual(said, [], seen.progress())
        self.assertRegex(" ".join(seen.lines()), r"the server said 421 or the like \d+ times")
        self.assertEqual(seen.code, 3)

    def test_many_endpoints_are_counted(self):
        with Lab("--behaviour", "slow-greeting=1.5", "--address", "0.0.0.0", listen=("starttls",)) as lab:
            targets = ["127.0.1.%d:%d" % (i, lab.ports["starttls"]) for i in range(1, 6)]
            seen = Terminal(80, *targets, "--policy", "rfc8996", "--verdict-only", "--confirm", "none")
        self.assertRegex(seen.progress()[0], r"^0 of 5 endpoints, \d+ connections, 0:0\d")
        self.assertLess(max(map(len, seen.progress())), 80)

    def test_a_report_in_files_alone_leaves_its_summary_and_their_names_on_the_terminal(self):
        with Lab() as lab, tempfile.TemporaryDirectory() as folder:
            page = os.path.join(folder, "r.html")
            seen = Terminal(200, "127.0.0.1:%d" % lab.ports["starttls"], "--policy", "pci", "-o", page)
        last = "\n".join(seen.lines())
        self.assertIn(page, last)
        self.assertRegex(last, r"FAIL +pci-dss-4\.0\.1")

    def test_without_a_terminal_there_is_no_progress(self):
        with Lab("--behaviour", "slow-greeting=1.5", listen=("starttls",)) as lab:
            run = Run("127.0.0.1:%d" % lab.ports["starttls"], "--verdict-only", "--policy", "rfc8996", "--confirm", "none",
                      *EHLO, env={"TERM": "xterm"})
        self.assertEqual(run.err, "")


if __name__ == "__main__":
    scanner.main()

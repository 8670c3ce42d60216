"""The files that the command line names: which kinds are written to, and what is refused before anything is scanned."""
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import unittest

from scanner import EHLO, Lab, PATIENCE, REPOSITORY, Run, Scan, main, wait_for

CLOSED = "localhost:1"  # nobody listens: a scan is over at once
OTHER_USER = 12345


class Files(Scan):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def make(self, kind):
        """A file of a kind, and words of the sentence that refuses it; None: it is written to."""
        path = self.folder / (kind.replace(" ", "_") + ".json")
        if kind == "named pipe":
            os.mkfifo(path, 0o666)
            return path, "it is a named pipe"
        if kind == "link to a named pipe":
            os.mkfifo(self.folder / "pipe")
            path.symlink_to("pipe")
            return path, "it is a symbolic link"
        if kind == "link to a file":
            (self.folder / "real").write_text("old")
            path.symlink_to("real")
            return path, "it is a symbolic link"
        if kind == "dangling link":
            path.symlink_to("nowhere")
            return path, "it is a symbolic link"
        if kind == "socket":
            with socket.socket(socket.AF_UNIX) as made:
                made.bind(str(path))
            return path, "neither a file nor a character device"
        if kind == "folder":
            path.mkdir()
            return path, "Is a directory"
        if kind == "in no folder":
            return self.folder / "no" / "a.json", "No such file or directory"
        if kind == "another user's file":
            path.write_text("theirs")
            os.chown(path, OTHER_USER, OTHER_USER)
            return path, "it belongs to another user"
        if kind == "device":
            return pathlib.Path("/dev/null"), None
        assert kind == "new file"
        return path, None

    KINDS = ("named pipe", "link to a named pipe", "link to a file", "dangling link", "socket", "folder", "in no folder",
             "device", "new file") + (("another user's file",) if os.geteuid() == 0 else ())

    def test_what_is_written_to_is_ours_and_regular_or_a_character_device(self):
        scan = self.folder / "scan.json"
        self.assertEqual(Run(CLOSED, *EHLO, "-o", str(scan)).code, 3)
        for kind in self.KINDS:
            path, refusal = self.make(kind)
            before = sorted(os.listdir(self.folder))
            for command in ([CLOSED, "--format", "json", "-o"], [CLOSED, "--evidence"],
                            ["report", str(scan), "--format", "json", "-o"]):
                with self.subTest(kind=kind, command=command):
                    run = Run(*command, str(path))
                    if refusal is None:
                        self.assertEqual(run.code, 3, run.err)  # the port is closed
                        path.unlink() if kind == "new file" else None
                        continue
                    self.assertEqual(run.code, 2)
                    self.assertEqual(run.out, "")
                    self.assertIn(refusal, run.err)
                    self.assertEqual(sorted(os.listdir(self.folder)), before)

    def test_what_a_killed_scan_left_can_be_made_into_the_report_that_it_was_of(self):
        lines = (REPOSITORY / "tests/golden/ndjson/default_server.ndjson").read_text().splitlines()
        part = self.folder / "night.ndjson.part"
        part.write_text("\n".join(lines[:-1]) + "\n")
        alone = Run("report", str(part), "--format", "ndjson")
        self.assertTrue(alone.out, alone.err)
        run = Run("report", str(part), "-o", str(self.folder / "night.ndjson"))
        self.assertEqual(run.code, alone.code, run.err)
        self.assertEqual((self.folder / "night.ndjson").read_text(), alone.out)

    def test_evidence_is_never_written_over_a_file_and_is_for_its_owner_alone(self):
        path = self.folder / "e.jsonl"
        path.write_text("older")
        run = Run(CLOSED, "--evidence", str(path))
        self.assertEqual((run.code, path.read_text()), (2, "older"))
        self.assertIn("File exists", run.err)
        path.unlink()
        old = os.umask(0)
        try:
            self.assertEqual(Run(CLOSED, "--evidence", str(path)).code, 3)
        finally:
            os.umask(old)
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)

    def test_a_shells_process_substitution_is_written_to(self):
        command = "'%s' %s --format json -o >(cat > '%s/out')" % (Scan.program, CLOSED, self.folder)
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=PATIENCE)
        wait_for(lambda: (self.folder / "out").read_text().endswith("}\n"), "the reader of the pipe is done")
        self.assertEqual(done.stderr, "")

    def test_no_kind_of_file_that_is_read_makes_it_hang_or_grow(self):
        """A pipe is read to its end, a device without an end to the limit of such files."""
        (self.folder / "empty").write_text("")
        for option in (["report"], ["report", "--from-evidence"], [CLOSED, "-f"], [CLOSED, "--exclude"],
                       [CLOSED, "--policy"], [CLOSED, "--policy", "pci", "--waivers"],
                       [CLOSED, "--policy", "pci", "--baseline"], ["log"], ["explain", "postfix"], ["explain", "exim"]):
            for path in ("/dev/null", "/dev/zero", str(self.folder), str(self.folder / "empty"), str(self.folder / "none")):
                if option == ["log"] and path == "/dev/zero":
                    continue  # a log may be of any size
                with self.subTest(option=option, path=path):
                    begun = subprocess.Popen([Scan.program, *option, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                             stdin=subprocess.DEVNULL, text=True)
                    out, err = begun.communicate(timeout=PATIENCE)
                    self.assertIn(begun.returncode, (0, 2, 3), out[-300:] + err)
                    self.assertNotIn("not enough memory", err)


class UnderWay(Scan):
    """A scan in the middle of its work, as another process sees it."""

    def lab(self):
        return Lab("--behaviour", "slow-greeting=0.5")

    def target(self, lab):
        return "127.0.0.1:%d" % lab.ports["starttls"]

    def test_who_was_told_to_ignore_the_end_of_the_terminal_goes_on(self):
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does; children keep it
        try:
            with self.lab() as lab:
                scan = self.begin(lab, self.target(lab))
                scan.send_signal(signal.SIGHUP)
                seen = len(lab.transcripts())
                wait_for(lambda: len(lab.transcripts()) > seen + 4, "more connections of a scan that goes on")
                scan.terminate()
                scan.communicate(timeout=PATIENCE)
        finally:
            signal.signal(signal.SIGHUP, before)

    def status(self, *arguments):
        """What the kernel says of a scan that is under way: {"Seccomp": "2", ...}"""
        with self.lab() as lab:
            scan = self.begin(lab, self.target(lab), *arguments)
            lines = pathlib.Path("/proc/%d/status" % scan.pid).read_text().splitlines()
            scan.terminate()
            scan.communicate(timeout=PATIENCE)
        return dict(line.split(":\t", 1) for line in lines if ":\t" in line)

    def test_a_scan_is_confined_unless_it_is_told_not_to(self):
        if "seccomp" not in Run("--version").out:
            self.skipTest("this build has no sandbox")
        confined = self.status()
        self.assertEqual((confined["Seccomp"], confined["NoNewPrivs"]), ("2", "1"))
        free = self.status("--no-sandbox")
        self.assertEqual((free["Seccomp"], free["NoNewPrivs"]), ("0", "0"))


if __name__ == "__main__":
    main()

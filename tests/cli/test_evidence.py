"""`--evidence` and `report --from-evidence`: the same result without a network, byte for byte, for every lab
server; and whatever was done to the file is an error that names the line.
"""
import concurrent.futures
import base64
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile

import scanner
import wire
from scanner import EHLO, REPOSITORY, WHOLE, Lab, Run, Scan, scan_document, wait_for

TABLES = sorted((REPOSITORY / "tests/lab/server/tables").glob("*.json"))
# With a parameter where the behaviour wants one.
PARAMETERS = {"421-after": "5", "421-rest": "0.3", "slow-greeting": "0.05", "slow-hello": "0.05",
              "drip": "0.0002", "drip-tls": "0.0001", "starttls-5xx": "501"}

# What is about STARTTLS itself changes nothing where TLS comes first.
NOT_IMPLICIT = ["stripped", "starttls-454", "starttls-5xx", "no-starttls", "inject", "helo-only", "multiline-greeting"]


def behaviours():
    """Every behaviour of the lab server, as an argument."""
    listed = subprocess.run([Lab.program, "--list-behaviours"], capture_output=True, text=True, check=True).stdout
    names = [line.split()[0].split("=")[0] for line in listed.splitlines()]
    return [name + ("=" + PARAMETERS[name] if name in PARAMETERS else "") for name in names]


class Evidence(Scan):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name) / "evidence.jsonl"

    def tearDown(self):
        self.folder.cleanup()

    def scanned(self, *arguments, path=None):
        """A run with evidence; it prints JSON."""
        return Run(*WHOLE, "--evidence", str(path or self.path), *EHLO, *arguments)

    def rebuilt(self, path=None, *arguments):
        return Run("report", *WHOLE, "--from-evidence", str(path or self.path), *arguments)

    def same(self, *arguments, path=None):
        """Scans and rebuilds; both end and print alike. The document."""
        scan = self.scanned(*arguments, path=path)
        again = self.rebuilt(path)
        self.assertEqual((again.err, again.code), (scan.err, scan.code))
        self.assertEqual(again.out, scan.out)
        return json.loads(again.out)

    def lines(self):
        return self.path.read_text().splitlines(keepends=True)

    def events(self, kind):
        return [event for event in map(json.loads, self.lines()) if event["event"] == kind]

    def refused(self, content, words):
        """The rebuild of a changed file names the file and says these words; nothing is printed."""
        path = self.path.with_name("changed")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        run = self.rebuilt(path)
        self.assertEqual((run.code, run.out), (3, ""), run.err)
        self.assertRegex(run.err, r"^smtptls-scan: \S*changed(:\d+)?: [ -~]+\n$")
        self.assertIn(words, run.err)
        return int((re.search(r"changed:(\d+)", run.err) or [0, 0])[1])


class Rebuilding(Evidence):
    def play(self, name, kind, *arguments):
        """One lab server, scanned and rebuilt."""
        with Lab(*arguments, listen=[kind]) as lab:
            mode = ["--tls", "implicit"] if kind == "implicit" else []
            path = self.path.with_name("%s-%s" % (name.split("=")[0], kind))
            # What comes to no end by itself is ended; what is plain is whole, however slow the machine.
            end = [] if name == "plain" else ["--timeout", "1", "--max-time", "2.5"]
            return self.same("127.0.0.1:%d" % lab.ports[kind], *mode, *end, path=path)

    def test_every_lab_server_is_rebuilt_byte_for_byte(self):
        cases = [(name, kind, "--behaviour", name) for name in behaviours() for kind in ("starttls", "implicit")
                 if kind == "starttls" or name.split("=")[0] not in NOT_IMPLICIT]
        cases += [(table.stem, "starttls", "--hello-table", str(table)) for table in TABLES]
        cases += [("plain", kind) for kind in ("starttls", "implicit")]
        cases += [("version_hole", "implicit", "--hello-table", str(TABLES[-1]))]
        self.assertGreater(len(cases), 55)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            runs = {case: pool.submit(self.play, *case) for case in cases}
        statuses = set()
        for case, run in runs.items():
            with self.subTest(str(case[:2])):
                statuses.add(run.result()["endpoints"][0]["status"])
        self.assertEqual(statuses, {"scanned", "incomplete", "no_starttls", "failed"})

    def test_options_that_change_the_questions_are_in_the_evidence(self):
        with Lab("--min-version", "TLSv1.2") as lab:
            target = "localhost:%d" % lab.ports["starttls"]
            for number, options in enumerate((["--confirm", "none"], ["--confirm", "suite"],
                                              ["--confirm", "version"],
                                              ["--max-connections", "1", "--sni", "other.example"])):
                with self.subTest(" ".join(options)):
                    self.same(target, "-4", *options, path=self.path.with_name("options%d" % number))

    def test_several_endpoints_share_one_file(self):
        closed = socket.socket()
        closed.bind(("127.0.0.1", 0))
        with closed, Lab() as lab, Lab("--behaviour", "drip=0.0002") as slow:
            names = ["127.0.0.1:%d" % lab.ports["starttls"], "localhost:%d" % slow.ports["starttls"], "[::1]:1",
                     "127.0.0.1:%d" % closed.getsockname()[1]]
            document = self.same(*names, "-4")
        self.assertEqual([one["target"] for one in document["target_failures"]], ["[::1]:1"])
        self.assertEqual([one["status"] for one in document["endpoints"]], ["scanned", "scanned", "failed"])

    def test_an_early_end_is_rebuilt_too(self):
        with Lab("--behaviour", "slow-greeting=1") as lab:
            names = ["127.0.0.1:%d" % lab.ports["starttls"], "127.0.0.1:%d" % lab.ports["implicit"]]
            process = self.begin(lab, *names, "--evidence", str(self.path))
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=scanner.PATIENCE)
        again = self.rebuilt()
        self.assertEqual((again.code, again.err, again.out), (process.returncode, err, out))
        document = json.loads(out)
        self.assertEqual(document["interruption"], "signal")
        self.assertEqual(document["endpoints"][0]["status"], "incomplete")
        self.assertEqual(document["endpoints"][1]["failure"]["reason"], "cancelled")

    def test_text_is_rebuilt_with_its_options(self):
        with Lab() as lab:
            run = Run("--evidence", str(self.path), *EHLO, "--suites", "127.0.0.1:%d" % lab.ports["starttls"])
        self.assertEqual((run.code, run.err), (0, ""))
        again = Run("report", "--from-evidence", str(self.path), "--suites")
        self.assertEqual((again.code, again.err, again.out), (0, "", run.out))
        self.assertNotEqual(Run("report", "--from-evidence", str(self.path)).out, run.out)

    def test_a_killed_scan_leaves_whole_lines(self):
        with Lab("--behaviour", "slow-greeting=1") as lab:
            process = subprocess.Popen([self.program, "--evidence", str(self.path), *EHLO,
                                        "127.0.0.1:%d" % lab.ports["starttls"]], stdout=subprocess.DEVNULL)
            wait_for(lambda: self.path.exists() and b'"exchange"' in self.path.read_bytes(), "an exchange in the evidence")
            process.send_signal(signal.SIGKILL)
            process.wait(scanner.PATIENCE)
        # The kernel may stop a write in the middle; then that line is cut, and said to be left out.
        cut = not self.path.read_bytes().endswith(b"\n")
        run = self.rebuilt()
        self.assertEqual((run.code, run.err.count("\n")), (3, 2 if cut else 1), run.err)
        self.assertIn("the scan did not end", run.err)
        document = self.valid(run.out)
        self.assertEqual((document["interruption"], document["complete"]), ("signal", False))
        whole = [json.loads(line) for line in self.lines() if line.endswith("\n")]
        exchanges = [event for event in whole if event["event"] == "exchange"]
        self.assertEqual(len(document["endpoints"][0]["exchanges"]), len(exchanges))


class Tampering(Evidence):
    def setUp(self):
        super().setUp()
        with Lab() as lab:
            run = self.scanned("127.0.0.1:%d" % lab.ports["starttls"], "--max-connections", "2")
        self.assertEqual(run.code, 0, run.err)

    def test_a_changed_byte_is_noticed_wherever_it_is(self):
        content = self.path.read_bytes()
        chance = random.Random(5)
        for position in chance.sample(range(len(content) - 1), 25):
            with self.subTest(position):
                other = chance.choice([byte for byte in b"0A,\" \\" if byte != content[position]])
                self.refused(content[:position] + bytes([other]) + content[position + 1:], "")

    def test_a_changed_answer_is_named_by_its_line(self):
        lines = self.lines()
        numbers = [number for number, line in enumerate(lines) if '"question":"hello"' in line and '"got":' in line]
        for number in numbers[::5]:
            event = json.loads(lines[number])
            flight = next(one for one in event["tls"] if "got" in one)
            raw = bytearray(base64.b64decode(flight["got"]))
            place = 6 if raw[0] == 21 else 5 + 4 + 2 + 32 + 1 + raw[43] + 1
            raw[place] ^= 1
            flight["got"] = base64.b64encode(raw).decode()
            changed = lines[:number] + [json.dumps(event, separators=(",", ":")) + "\n"] + lines[number + 1:]
            with self.subTest(event["purpose"]):
                self.assertEqual(self.refused("".join(changed), "exchange %d: the bytes say" % event["id"]), number + 1)

    def changed_event(self, kind, change, choose=lambda event: True):
        """The file with one event changed, and its line."""
        lines = self.lines()
        for number, line in enumerate(lines):
            event = json.loads(line)
            if event["event"] == kind and choose(event):
                change(event)
                lines[number] = json.dumps(event, separators=(",", ":")) + "\n"
                return "".join(lines), number + 1
        raise AssertionError("no such event")

    def test_each_part_is_held_to_the_others(self):
        def handshake(event):
            return event.get("facts") is not None and event["version"] == "TLS 1.2"

        def tls13(event):
            return event.get("facts") is not None and event["version"] == "TLS 1.3"

        def first_sent(event, part):
            return next(one for one in event[part] if "sent" in one or "sent_text" in one)

        def other_reply(event):
            event["before_tls"][0]["got_text"] = "421 go away\r\n"

        def other_command(event):
            first_sent(event, "before_tls")["sent_text"] = "EHLO another.example\r\n"

        def other_hello(event):
            raw = bytearray(base64.b64decode(first_sent(event, "tls")["sent"]))
            raw[-1] ^= 1
            first_sent(event, "tls")["sent"] = base64.b64encode(raw).decode()

        def other_offer(event):
            raw = bytearray(base64.b64decode(first_sent(event, "tls")["sent"]))
            raw[46 + raw[43]] ^= 1
            first_sent(event, "tls")["sent"] = base64.b64encode(raw).decode()

        def shorter_chain(event):
            event["chain"] = []

        rows = [
            ("exchange", other_reply, lambda event: True, "SMTP before TLS: more is recorded than would have happened"),
            ("exchange", other_command, lambda event: True, "SMTP before TLS: other bytes would have been sent"),
            ("exchange", other_hello, lambda event: event["question"] == "hello", "TLS: other bytes would have been"),
            ("exchange", other_offer, handshake, "offers other suites than the question"),
            ("exchange", shorter_chain, handshake, "the bytes in the clear show another choice"),
            ("exchange", lambda event: event["facts"]["choice"].update(suite=0x1304), tls13, "show another choice"),
            ("exchange", lambda event: event["inside_tls"].pop(), tls13, "less is recorded than would have happened"),
            ("exchange", lambda event: event["tls"].append({"end": "reset"}), lambda event: event["question"] == "hello",
             "more is recorded than would have happened"),
            ("exchange", lambda event: event["tls"].pop(), lambda event: event["question"] == "hello",
             "less is recorded than would have happened"),
            ("exchange", lambda event: event.update(id=999), lambda event: True, "question 999, which was not asked"),
            ("exchange", lambda event: event.update(offered="1301"), lambda event: True, "another question is recorded"),
            ("exchange", lambda event: event.update(purpose="fun"), lambda event: True, "another question is recorded"),
            ("exchange", lambda event: event.update(outcome="fine"), lambda event: True, 'the record "fine"'),
            ("exchange", lambda event: event.update(endpoint=2), lambda event: True, "endpoint: is the number of none"),
            ("ask", lambda event: event.update(ids=event["ids"] + [9999]), lambda event: True, "the probes ask"),
            ("ask", lambda event: event.update(room=0), lambda event: True, "room: is not from 1 to 1000"),
            ("endpoint_end", lambda event: event.update(accepted=1), lambda event: True, "the result is another one"),
            ("scan", lambda event: event.update(confirm="x"), lambda event: True, "is no way to confirm"),
            ("scan", lambda event: event.update(probes=["suites"]), lambda event: True, "with the probes suites; this"),
            ("scan", lambda event: event.pop("probes"), lambda event: True, 'has no "probes"'),
            ("scan", lambda event: event.update(format="x"), lambda event: True, "not the beginning of a scan's evidence"),
            ("scan", lambda event: event.update(more=1), lambda event: True, "has an unknown key more"),
            ("end", lambda event: event.update(finished="1999-01-01T00:00:00Z"), lambda event: True, "sha256"),
        ]
        for kind, change, choose, words in rows:
            with self.subTest(words):
                content, number = self.changed_event(kind, change, choose)
                self.assertEqual(self.refused(content, words), number)

    def test_a_line_that_is_missing_doubled_or_elsewhere_is_noticed(self):
        lines = self.lines()
        for number in range(0, len(lines) - 1, 7):
            with self.subTest(number):
                self.refused("".join(lines[:number] + lines[number + 1:]), "")
                self.refused("".join(lines[:number + 1] + lines[number:]), "")
        exchange = next(number for number, line in enumerate(lines) if '"exchange"' in line)
        self.refused("".join(lines[:exchange] + [lines[-1]]), "the scan ends before an endpoint does")
        self.refused("".join(lines + lines[-1:]), "something comes behind the scan's end")

    def test_a_file_that_breaks_off_is_rebuilt_as_far_as_it_goes(self):
        content = self.path.read_bytes()
        path = self.path.with_name("part")
        for size in [line_end for line_end in range(1, len(content), len(content) // 12)]:
            path.write_bytes(content[:size])
            whole = content[:size].count(b"\n")
            run = self.rebuilt(path)
            with self.subTest(size):
                self.assertEqual(run.code, 3)
                if whole == 0:
                    self.assertEqual(run.out, "")
                    self.assertIn("there is no evidence in it", run.err)
                    continue
                self.assertIn("part:%d: the last line is not whole, and is left out" % (whole + 1), run.err)
                self.assertEqual(self.valid(run.out)["interruption"], "signal")

    def test_a_certificates_dates_are_held_to_the_time_of_the_scan(self):
        """The file in part, so that its digest does not speak up first."""
        path = self.path.with_name("later")
        for at, outside in ((None, False), (4102444800, True)):
            events = [json.loads(line) for line in self.lines()[:-1]]
            for event in events:
                event.update({"at": at} if at and "at" in event else {})
            path.write_text("".join(json.dumps(event, separators=(",", ":")) + "\n" for event in events))
            [endpoint] = scan_document.load(self.rebuilt(path).out)["endpoints"]
            said = scan_document.values(endpoint, "certificate.outside_its_dates")
            self.assertEqual(list(said.values()), [outside])

    def test_what_is_no_evidence_is_refused(self):
        beginning = self.lines()[0]
        for content, words in [("", "there is no evidence in it"), ("\n", "is not JSON"), ("{}\n", "not the beginning"),
                               ("[" * 100000 + "\n", "deep within each other"), (b"\xff\x00\x1b[2J\n", "is not JSON"),
                               ('{"format": "smtptls-scan"}\n', "not the beginning"), ("null\n", "not the beginning"),
                               (beginning + '{"event":"\x7f"}\n', "control character"),
                               (beginning + '{"event":"\\u001b[2J"}\n', "control character"),
                               (beginning + '{"event":"party"}\n', "party is no event"),
                               (beginning + '{"event":"ask","endpoint":-1}\n', "endpoint: is not a whole number"),
                               (beginning + "7\n", "event: is not a text"),
                               (beginning + beginning, "a second scan begins"),
                               ("x" * (5 << 20) + "\n", "longer than any line of evidence")]:
            with self.subTest(str(content[:40])):
                self.refused(content, words)
        run = self.rebuilt(self.path.with_name("e\x1b[2Jvil"))
        self.assertEqual((run.code, run.out), (3, ""))
        self.assertIn("e\\x1b[2Jvil: No such file", run.err)
        self.assertEqual(self.rebuilt(self.path.parent).code, 3)


class Files(Evidence):
    def test_only_the_owner_may_read_it(self):
        with Lab() as lab:
            old = os.umask(0)
            try:
                self.scanned("127.0.0.1:%d" % lab.ports["starttls"])
            finally:
                os.umask(old)
        self.assertEqual(stat.S_IMODE(self.path.stat().st_mode), 0o600)

    def test_a_path_that_cannot_be_written_is_an_error_before_the_first_connection(self):
        self.path.write_text("earlier evidence")
        link = self.path.with_name("link")
        link.symlink_to(self.path.with_name("nowhere"))
        with Lab() as lab:
            for path, words in [(self.path, "File exists"), (link, "symbolic link"), (self.path.parent, "directory"),
                                (self.path.with_name("no") / "such", "No such file"), (str(self.path) + "\x1b", "\\x1b")]:
                if "\x1b" in str(path):
                    pathlib.Path(path).write_text("")
                run = self.scanned("127.0.0.1:%d" % lab.ports["starttls"], path=path)
                self.assertEqual((run.code, run.out), (2, ""), run.err)
                self.assertIn(words, run.err)
            lab.end()
            self.assertEqual(lab.transcripts(), [])
        self.assertEqual(self.path.read_text(), "earlier evidence")

    def test_a_full_disk_is_an_error_and_the_result_is_not_lost(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full here")
        with Lab() as lab:
            run = self.scanned("127.0.0.1:%d" % lab.ports["starttls"], path="/dev/full")
        self.assertEqual(run.code, 3)
        self.assertIn("the evidence in /dev/full is not whole: No space left", run.err)
        self.assertTrue(self.valid(run.out)["complete"])

    def test_wrong_usage_is_2(self):
        for arguments in ([], ["--from-evidence"], ["--from-evidence", "x", "--format", "yaml"],
                          ["--from-evidence", "x", "more"]):
            run = Run("report", *arguments)
            self.assertEqual((run.code, run.out), (2, ""))
            self.assertIn("smtptls-scan report --help", run.err)

    def test_help_names_each_option_of_the_man_page(self):
        run = Run("report", "--help")
        self.assertEqual((run.code, run.err), (0, ""))
        manual = (REPOSITORY / "docs/man/smtptls-scan.1").read_text().replace("\\-", "-")
        for option in re.findall(r"--[a-z-]+", run.out):
            self.assertIn(option, manual)
        self.assertIn("smtptls-scan report", Run("--help").out)


class Secrets(Evidence):
    def setUp(self):
        super().setUp()
        with Lab() as lab:
            self.target = "127.0.0.1:%d" % lab.ports["starttls"]
            self.assertEqual(self.scanned(self.target).code, 0)
        self.handshakes = [event for event in self.events("exchange")
                           if event["question"] == "handshake" and event["facts"]["kind"] == "completed"]

    def test_each_handshake_has_the_key_log_of_its_hello(self):
        self.assertGreater(len(self.handshakes), 5)
        for event in self.handshakes:
            hello = base64.b64decode(next(one["sent"] for one in event["tls"] if "sent" in one))
            labels = set()
            for line in event["key_log"]:
                label, client_random, secret = re.fullmatch(r"([A-Z_0-9]+) ([0-9a-f]{64}) ([0-9a-f]{64,96})", line).groups()
                self.assertEqual(client_random, hello[11:43].hex())
                labels.add(label)
            wanted = "SERVER_TRAFFIC_SECRET_0" if event["version"] == "TLS 1.3" else "CLIENT_RANDOM"
            self.assertIn(wanted, labels)

    def test_tshark_reads_what_was_said_inside(self):
        if not shutil.which("tshark"):
            self.skipTest("no tshark here")
        capture, keys = self.path.with_name("scan.pcap"), self.path.with_name("keys")
        capture.write_bytes(wire.capture(self.events("exchange"), int(self.target.split(":")[1])))
        keys.write_text("".join(line + "\n" for event in self.handshakes for line in event["key_log"]))
        done = subprocess.run(["tshark", "-r", capture, "-o", "tls.keylog_file:%s" % keys, "-d",
                               "tcp.port==%s,smtp" % self.target.split(":")[1], "-Y", "tls and smtp.req.command",
                               "-T", "fields", "-e", "tcp.stream", "-e", "smtp.req.command"],
                              capture_output=True, text=True, timeout=scanner.PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr)
        said = {}
        for line in done.stdout.splitlines():
            stream, commands = line.split("\t")
            said.setdefault(stream, []).append(commands)
        self.assertEqual(len(said), len(self.handshakes), done.stdout)
        self.assertTrue(all("QUIT" in commands for commands in said.values()), said)

    def test_each_command_of_the_documentation_works(self):
        """In a folder of its own; the host is the lab server, and its port stands for 587."""
        if not shutil.which("tshark") or not shutil.which("jq"):
            self.skipTest("no tshark or no jq here")
        page = (REPOSITORY / "docs/evidence.md").read_text()
        blocks = re.findall(r"^```\n(.*?)^```$", page, re.M | re.S)
        self.assertEqual(len(blocks), 3)
        folder = self.path.parent
        program = folder / "smtptls-scan"
        program.write_text('#!/bin/sh\nexec "%s" "$@"\n' % Scan.program)
        program.chmod(0o755)
        (folder / "tests").symlink_to(REPOSITORY / "tests")
        with Lab() as lab:
            port = str(lab.ports["starttls"])
            for block in blocks:
                script = block.replace("mail.example.com", "--ehlo scanner.example 127.0.0.1:" + port).replace("587", port)
                done = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], cwd=folder, capture_output=True,
                                      text=True, timeout=scanner.PATIENCE, stdin=subprocess.DEVNULL,
                                      env={**os.environ, "PATH": "%s:%s" % (folder, os.environ["PATH"])})
                with self.subTest(block):
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertNotEqual(done.stdout, "")


if __name__ == "__main__":
    scanner.main()

"""A scan of many targets is a stream: each result is there as soon as its endpoint is done, who does not answer holds up
nobody, and a scan that is killed leaves what it knew.
"""
import json
import os
import pathlib
import resource
import socket
import subprocess
import tempfile

import scanner
from scanner import EHLO, Lab, Run, Scan, wait_for

MANY = 300
# Behind the endpoints: the one key of all these targets, and its certificate (docs/side-by-side.md).
TOGETHER = ["side_by_side"] * 2
QUICK = ["--policy", "rfc8996", "--verdict-only", "--confirm", "none", *EHLO]


TABLE = {"versions": {"TLS 1.2": {"suites": ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"], "order": "client"}},
         "refusal": "alert 40", "absent": "lower, else alert 70"}


def anywhere():
    """A lab server at every address of the loopback network, of which each target is one. It costs little: it answers by
    a table."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as table:
        table.write(json.dumps(TABLE))
        table.flush()
        return Lab("--address", "0.0.0.0", "--hello-table", table.name, listen=("starttls",))


def targets(port, count, network=1):
    return ["127.%d.%d.%d:%d" % (network, i // 250, i % 250 + 1, port) for i in range(count)]


class Silent:
    """Takes connections at every address of the loopback network and says nothing."""

    def __enter__(self):
        self.socket = socket.create_server(("0.0.0.0", 0), backlog=1024)
        self.port = self.socket.getsockname()[1]
        return self

    def __exit__(self, *_):
        self.socket.close()


class Stream(Scan):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def listed(self, lines):
        path = self.path / "targets"
        path.write_text("".join(line + "\n" for line in lines))
        return str(path)

    def begin(self, *arguments):
        return subprocess.Popen([self.program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                stdin=subprocess.DEVNULL, text=True)

    def test_three_hundred_targets_of_a_file_are_scanned_and_the_first_line_comes_long_before_the_last(self):
        with anywhere() as lab:
            wanted = targets(lab.ports["starttls"], MANY)
            process = self.begin("-f", self.listed(wanted), *QUICK, "--format", "ndjson")
            first = json.loads(process.stdout.readline())
            begun_by_then = len(lab.transcripts())
            rest, error = process.communicate()
            lines = [first, *map(json.loads, rest.splitlines())]
        self.assertEqual((process.returncode, error), (0, ""))
        self.assertEqual([line["line"] for line in lines], ["endpoint"] * MANY + TOGETHER + ["end"])
        ends = lines[:MANY]
        self.assertEqual({line["endpoint"]["status"] for line in ends}, {"scanned"})
        self.assertEqual(sorted("%s:%d" % (line["endpoint"]["host"], line["endpoint"]["port"]) for line in ends),
                         sorted(wanted))
        self.assertTrue(lines[-1]["complete"])
        self.assertEqual(lines[-1]["targets"], wanted)
        self.assertLess(begun_by_then, sum(line["endpoint"]["connections"] for line in ends) / 2)

    def test_other_formats_have_the_targets_in_the_order_in_which_they_were_named(self):
        with anywhere() as lab:
            wanted = targets(lab.ports["starttls"], 40)
            run = Run("-f", self.listed(wanted), *QUICK, "--format", "json", "-o", str(self.path / "a.json"),
                      "--format", "csv")
            document = json.loads((self.path / "a.json").read_text())
        self.assertEqual(run.code, 0, run.err)
        self.assertEqual(["%s:%d" % (one["host"], one["port"]) for one in document["endpoints"]], wanted)
        self.assertEqual([one["endpoint"] for one in document["judgements"]], list(range(40)))
        hosts = list(dict.fromkeys(line.split(",")[0] for line in run.out.splitlines()[1:]))
        self.assertEqual(hosts, [target.split(":")[0] for target in wanted])

    def test_a_scan_that_is_killed_leaves_whole_lines_which_can_be_read_again(self):
        with anywhere() as lab:
            wanted = targets(lab.ports["starttls"], MANY)
            output = self.path / "scan.ndjson"
            part = self.path / "scan.ndjson.part"
            process = self.begin("-f", self.listed(wanted), *QUICK, "-o", str(output))
            wait_for(lambda: part.exists() and part.read_bytes().count(b"\n") >= 20, "twenty lines")
            process.kill()
            process.communicate()
        self.assertFalse(output.exists())
        whole = part.read_bytes().rpartition(b"\n")[0].splitlines()
        self.assertGreaterEqual(len(whole), 20)
        for line in whole:
            self.assertEqual(json.loads(line)["endpoint"]["status"], "scanned")
        part.write_bytes(b"\n".join(whole) + b"\n")
        again = Run("report", str(part), "--policy", "rfc8996", "--format", "json")
        self.assertEqual(again.code, 3, again.err)
        self.assertEqual(len(json.loads(again.out)["endpoints"]), len(whole))
        with anywhere() as lab:
            once_more = Run(targets(lab.ports["starttls"], 1)[0], *QUICK, "-o", str(output))
        self.assertEqual(once_more.code, 0, once_more.err)
        self.assertEqual(output.read_bytes().count(b"\n"), 2)
        self.assertFalse(part.exists())

    def test_hosts_that_never_answer_do_not_hold_up_the_one_behind_them(self):
        with Silent() as silent, anywhere() as lab:
            lines = [*targets(silent.port, 64, network=2), *targets(lab.ports["starttls"], 1)]
            process = self.begin("-f", self.listed(lines), *QUICK, "--timeout", "5", "--format", "ndjson")
            first = json.loads(process.stdout.readline())
            rest, error = process.communicate()
        self.assertEqual((process.returncode, error), (3, ""))
        self.assertEqual(first["endpoint"]["status"], "scanned")
        statuses = [json.loads(line).get("endpoint", {}).get("status") for line in rest.splitlines()]
        self.assertEqual(statuses, ["failed"] * 64 + [None])

    def test_servers_whose_handshakes_cost_much_do_not_starve_the_one_beside_them(self):
        costly = Lab("--address", "0.0.0.0", "--max-version", "TLSv1.2", "--dh-group", "ffdhe8192", "--ciphers",
                     "kDHE:@SECLEVEL=0", listen=("starttls",), keys=("rsa2048",))
        with costly, Lab("--max-version", "TLSv1.2", listen=("starttls",), keys=("rsa2048",)) as honest:
            lines = [*targets(costly.ports["starttls"], 15, network=2), "127.0.0.1:%d" % honest.ports["starttls"]]
            process = self.begin("-f", self.listed(lines), *EHLO, "--format", "ndjson")
            first = json.loads(process.stdout.readline())
            process.terminate()
            rest, error = process.communicate()
        self.assertEqual((process.returncode, error), (3, ""))
        self.assertEqual((first["endpoint"]["host"], first["endpoint"]["status"]), ("127.0.0.1", "scanned"))
        self.assertEqual(len(rest.splitlines()), 16 + len(TOGETHER))

    def test_a_scan_that_is_ended_names_what_was_not_begun(self):
        with Silent() as silent:
            wanted = targets(silent.port, 600, network=2)
            run = Run("-f", self.listed(wanted), *QUICK, "--max-time", "1", "--format", "ndjson")
        lines = [json.loads(line) for line in run.out.splitlines()]
        self.assertEqual(run.code, 3)
        self.assertEqual(len(lines), 601)
        self.assertEqual({line["endpoint"]["failure"]["reason"] for line in lines[:-1]}, {"cancelled"})
        self.assertEqual(lines[-1]["interruption"], "max_time")

    def left(self, count, *arguments):
        """The exit code, last words and connections of a scan of so many targets whose reader takes one line."""
        with anywhere() as lab:
            process = self.begin("-f", self.listed(targets(lab.ports["starttls"], count)), *QUICK, *arguments,
                                 "--format", "ndjson")
            process.stdout.readline()
            process.stdout.close()
            error = process.stderr.read()
            process.stderr.close()
            return process.wait(scanner.PATIENCE), error, len(lab.transcripts())

    def test_a_scan_whose_reader_has_gone_away_ends(self):
        code, error, connections = self.left(MANY)
        self.assertEqual((code, error), (3, ""))
        # One to a target would be the least for all of them.
        self.assertLess(connections, MANY)

    def test_a_scan_whose_reader_has_gone_away_goes_on_while_a_file_wants_it(self):
        whole = self.path / "whole.ndjson"
        for more in (["-o", str(whole)], ["--evidence", str(self.path / "evidence")]):
            code, error, connections = self.left(50, *more)
            self.assertEqual((code, error), (0, ""), more)
            self.assertGreaterEqual(connections, 50)
        self.assertEqual(len(whole.read_text().splitlines()), 51 + len(TOGETHER))

    def test_a_scan_whose_results_cannot_be_kept_ends_at_once_and_says_so(self):
        with Silent() as silent, anywhere() as lab:
            # More than stays in memory, and some that would be waited for.
            lines = [*targets(1, 3000, network=4), *targets(silent.port, 20, network=2),
                     *targets(lab.ports["starttls"], 1)]
            # Who waited for the silent ones would wait for an hour.
            run = Run("-f", self.listed(lines), *QUICK, "--timeout", "3600", "--format", "html",
                      "-o", str(self.path / "a.html"), env={"TMPDIR": str(self.path / "none")})
        self.assertEqual(run.code, 3)
        self.assertIn("No such file or directory", run.err)

    def test_what_a_line_says_of_its_target_holds_for_that_one_alone(self):
        with anywhere() as lab:
            one, other = targets(lab.ports["starttls"], 2)
            listed = self.listed(["# ours", one + " --role mx --sni mx.example.net", "", other])
            run = Run("-f", listed, *QUICK, "--format", "json")
            again_path = self.path / "again.json"
            again_path.write_text(run.out)
            again = Run("report", str(again_path), "--policy", "rfc8996", "--format", "json")
        document = json.loads(run.out)
        self.assertEqual([(one.get("sni"), one.get("role")) for one in document["endpoints"]],
                         [("mx.example.net", "mx"), (None, None)])
        self.assertEqual([one["role"] for one in document["judgements"]], ["mx", "submission"])
        said = [[(one["role"], one["verdict"]) for one in judged["judgements"]] for judged in (document, json.loads(again.out))]
        self.assertEqual(said[0], said[1])

    def test_a_line_that_says_otherwise_of_a_port_that_was_named_before_is_said_to_be_left_out(self):
        listed = self.listed(["127.0.0.1:587", "", "127.0.0.1:587 --sni other.example"])
        run = Run("-f", listed, "--dry-run")
        self.assertEqual(run.err, f"smtptls-scan: {listed}:3: port 587 of 127.0.0.1 is scanned once, as line 1 says:"
                                  " what this line says of it is left out\n")

    def test_the_targets_can_come_from_standard_input(self):
        with anywhere() as lab:
            done = subprocess.run([self.program, "-f", "-", *QUICK, "--format", "ndjson"], capture_output=True, text=True,
                                  input="\n".join(targets(lab.ports["starttls"], 3)) + "\n", timeout=scanner.PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(done.stdout.splitlines()), 4 + len(TOGETHER))

    def limited(self, files, *arguments):
        """With no more than so many open files. UBSan opens a pipe to look at an object, and calls it broken if it gets
        none: not for its builds.
        """
        if b"__ubsan_handle" in pathlib.Path(self.program).read_bytes():
            self.skipTest("UBSan needs files itself")
        return subprocess.run([self.program, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              timeout=scanner.PATIENCE,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)))

    def test_too_few_files_to_begin_with_are_said_in_a_sentence(self):
        done = self.limited(6, "127.0.0.1:9", *EHLO)
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stderr, "smtptls-scan: too many files are open already (ulimit -n says how many a program "
                                      "may have)\n")

    def test_too_few_files_for_all_connections_cost_no_result(self):
        with anywhere() as lab:
            done = self.limited(10, *targets(lab.ports["starttls"], 20), *QUICK, "--format", "ndjson")
        self.assertEqual(done.stderr, "")
        states = [json.loads(line)["endpoint"]["status"] for line in done.stdout.splitlines() if "endpoint" in json.loads(line)]
        self.assertEqual(len(states), 20)

    def test_eight_thousand_targets_are_found_in_little_time(self):
        lines = targets(25, 8000, network=3)
        before = os.times()
        run = Run("-f", self.listed(lines), "--dry-run", "--format", "json")
        after = os.times()
        self.assertEqual(run.code, 0, run.err)
        self.assertEqual(len(json.loads(run.out)["endpoints"]), 8000)
        spent = after.children_user + after.children_system - before.children_user - before.children_system
        # 24 s when each was compared with all others; 0.2 s are measured, the sanitizers make it more.
        self.assertLess(spent, 8)


if __name__ == "__main__":
    scanner.main()

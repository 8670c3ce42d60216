"""The binary against the lab server: what it says, what it costs, how it ends."""
import os
import signal
import socket
import subprocess
import time

import scanner
from scanner import EHLO, SOON, WHOLE, Lab, Run, Scan, scan_document

# Behaviour, listener, stage, reason, words of the text, most connections.
TROUBLES = [
    ("silent", "starttls", "greeting", "timed_out", "no answer in time at the greeting", 2),
    ("stripped", "starttls", "starttls", "stripped", "STARTTLS was overwritten on the way", 1),
    ("starttls-454", "starttls", "starttls", "unavailable", "TLS is broken or limited there", 2),
    ("greeting-421", "starttls", "greeting", "throttled", "asks to come back later", 2),
    ("greeting-554", "starttls", "greeting", "rejected", "the server refused at the greeting", 1),
    ("ehlo-5xx", "starttls", "ehlo", "rejected", "the server refused at EHLO", 1),
    ("starttls-5xx", "starttls", "starttls", "rejected", "the server refused at STARTTLS", 1),
    ("endless-line", "starttls", "greeting", "protocol_error", "is not SMTP as it should be", 2),
    ("endless-reply", "starttls", "ehlo", "protocol_error", "is not SMTP as it should be", 2),
    ("reset-on-connect", "starttls", None, None, "reset", 2),
    ("garbage-tls", "starttls", "hello", "protocol_error", "is not TLS as it should be", 8),
    ("garbage-tls", "implicit", "hello", "protocol_error", "is not TLS as it should be", 8),
    ("close-after-starttls", "starttls", "hello", None, "closed the connection", 9),
    ("silent-after-starttls", "starttls", "hello", "timed_out", "no answer in time", 8),
    ("smtp-on-implicit", "implicit", "hello", "protocol_error", "is not TLS as it should be", 8),
]


def target(lab, kind="starttls"):
    return "127.0.0.1:%d" % lab.ports[kind]


def options(kind, reason=""):
    """How to scan it; a short timeout only where one must be waited for."""
    return ["--timeout", "1" if reason == "timed_out" else "30"] + (["--tls", "implicit"] if kind == "implicit" else [])


class Servers(Scan):
    def test_a_whole_scan_is_complete_and_counts_its_connections(self):
        for kind in ("starttls", "implicit"):
            with self.subTest(kind), Lab() as lab:
                document = self.json(target(lab, kind), *options(kind), code=0)
                endpoint = document["endpoints"][0]
                self.assertEqual((endpoint["status"], endpoint["tls"]), ("scanned", kind))
                self.assertGreater(endpoint["coverage"]["accepted"], 10)
                lab.end()
                self.assertEqual(len(lab.transcripts()), endpoint["connections"])
                self.assertFalse(any(seen["early"] for seen in lab.transcripts()))

    def test_each_trouble_has_a_clear_line_a_stage_a_reason_and_an_end(self):
        for behaviour, kind, stage, reason, words, most in TROUBLES:
            with self.subTest(behaviour + " " + kind), Lab("--behaviour", behaviour) as lab:
                run = Run(*WHOLE, *EHLO, target(lab, kind), *options(kind, reason))
                self.assertEqual((run.code, run.err), (3, ""))
                self.assertLess(run.seconds, SOON)
                endpoint = self.valid(run.out)["endpoints"][0]
                self.assertEqual(endpoint["status"], "failed")
                self.assertEqual(endpoint["failure"]["stage"], stage or endpoint["failure"]["stage"])
                self.assertEqual(endpoint["failure"]["reason"], reason or endpoint["failure"]["reason"])
                self.assertEqual([cell for cell in endpoint["cells"] if cell["state"] in ("accepted", "rejected")], [])
                text = Run(*EHLO, target(lab, kind), *options(kind, reason))
                self.assertEqual((text.code, text.err), (3, ""))
                self.assertIn(words, " ".join(text.out.split()))
                lab.end()
                self.assertLessEqual(len(lab.transcripts()), 2 * most)

    def test_no_starttls_is_a_complete_answer(self):
        with Lab("--behaviour", "no-starttls") as lab:
            document = self.json(target(lab), code=0)
            self.assertEqual(document["endpoints"][0]["status"], "no_starttls")
            run = Run(*EHLO, target(lab))
            self.assertEqual((run.code, run.err), (0, ""))
            self.assertIn("does not offer STARTTLS", run.out)

    def test_a_port_that_nobody_asked_for_and_is_closed_is_not_offered(self):
        address = "127.0.0.77"
        try:
            with socket.socket() as probe:
                probe.bind((address, 587))
        except OSError:
            self.skipTest("cannot listen on port 587 here")
        for port in (25, 465):
            with socket.socket() as probe:
                if probe.connect_ex((address, port)) == 0:
                    self.skipTest("somebody listens on %s:%d" % (address, port))
        with Lab("--address", address, "--listen", "starttls:587", listen=["implicit"]):
            document = self.json(address, code=0)
            states = {endpoint["port"]: endpoint["status"] for endpoint in document["endpoints"]}
            self.assertEqual(states, {25: "not_offered", 465: "not_offered", 587: "scanned"})
        self.json(address, code=3)

    def test_certificates_are_named_and_sorted_by_their_sha256(self):
        with Lab(keys=("rsa2048", "ecdsa-p256")) as lab:
            [endpoint] = self.json(target(lab), code=0)["endpoints"]
        named = scan_document.values(endpoint, "certificate.sha256")
        self.assertEqual(len(named), 2)
        self.assertEqual(list(named), sorted(named.values()))

    def test_two_endpoints_are_two_results(self):
        with Lab() as lab:
            document = self.json(target(lab), "localhost:%d" % lab.ports["starttls"], "-4", code=0)
            self.assertEqual([endpoint["host"] for endpoint in document["endpoints"]], ["127.0.0.1", "localhost"])

    def test_ipv6_is_scanned(self):
        try:
            with socket.socket(socket.AF_INET6) as probe:
                probe.bind(("::1", 0))
        except OSError:
            self.skipTest("no IPv6 here")
        with Lab("--address", "::1", listen=["starttls"]) as lab:
            port = int(lab.lines[0].split()[-1])
            endpoint = self.json("[::1]:%d" % port, code=0)["endpoints"][0]
            self.assertEqual((endpoint["address"], endpoint["source_address"]), ("::1", "::1"))

    def test_family_and_first_address_choose_the_endpoints(self):
        with Lab() as lab:
            name = "localhost:%d" % lab.ports["starttls"]
            for flags in (["-4"], ["-4", "--first-address"]):
                document = self.json(name, *flags, code=0)
                self.assertEqual([one["address"] for one in document["endpoints"]], ["127.0.0.1"])

    def test_the_server_sees_the_names_we_chose(self):
        with Lab() as lab:
            self.json(target(lab), "--sni", "Mail.Example.com", code=0)
            lab.end()
            seen = lab.transcripts()
            # And once a name that nobody has, to see which certificate others get.
            self.assertEqual({one["sni"] for one in seen if one["sni"]}, {"mail.example.com", "smtptls-scan.invalid"})
            said = {command for one in seen for command in one["commands"]}
            self.assertEqual(said, {"EHLO scanner.example", "STARTTLS", "QUIT"})

    def test_a_hostile_banner_reaches_no_terminal(self):
        with Lab("--behaviour", "control-bytes") as lab:
            run = Run(*EHLO, target(lab))
            self.assertEqual(run.code, 0, run.err)
            self.assertEqual([c for c in run.out if ord(c) < 0x20 and c != "\n"], [])
            self.json(target(lab), code=0)

    def test_injected_plaintext_is_shown(self):
        with Lab("--behaviour", "inject") as lab:
            run = Run(*EHLO, target(lab))
            self.assertIn("250-injected.example", run.out)

    def test_no_colour_where_there_is_no_terminal(self):
        with Lab() as lab:
            for env in ({}, {"NO_COLOR": "1"}, {"TERM": "xterm-256color", "CLICOLOR_FORCE": "1"}):
                self.assertNotIn("\x1b", Run(*EHLO, target(lab), env=env).out)

    def test_colour_on_a_terminal_unless_NO_COLOR_is_set(self):
        with Lab() as lab:
            for env, coloured in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
                self.assertEqual(b"\x1b[1m" in self.on_terminal(target(lab), env), coloured, env)

    def on_terminal(self, where, env):
        """What a run prints to a terminal."""
        ours, theirs = os.openpty()
        plain = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
        process = subprocess.Popen([self.program, *EHLO, where], stdout=theirs, stdin=subprocess.DEVNULL,
                                   env={**plain, "TERM": "xterm", **env})
        os.close(theirs)
        printed = b""
        while True:
            try:
                more = os.read(ours, 65536)
            except OSError:  # EIO: the other side is closed
                break
            if not more:
                break
            printed += more
        os.close(ours)
        self.assertEqual(process.wait(scanner.PATIENCE), 0)
        return printed


class Endings(Scan):
    def test_a_signal_in_mid_scan_leaves_valid_json(self):
        for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(kind.name), Lab("--behaviour", "slow-greeting=1") as lab:
                process = self.begin(lab, target(lab))
                process.send_signal(kind)
                begun = time.monotonic()
                out, err = process.communicate(timeout=scanner.PATIENCE)
                self.assertLess(time.monotonic() - begun, SOON)
                self.assertEqual((process.returncode, err), (3, ""))
                document = self.valid(out)
                self.assertEqual((document["interruption"], document["complete"]), ("signal", False))

    def test_a_second_signal_ends_at_once(self):
        with Lab("--behaviour", "slow-greeting=1") as lab:
            process = self.begin(lab, target(lab))
            for _ in range(200):
                if process.poll() is None:
                    process.send_signal(signal.SIGINT)
                    time.sleep(0.001)  # one more signal, not the same again before it was seen
            process.communicate(timeout=scanner.PATIENCE)
            self.assertIn(process.returncode, (-signal.SIGINT, 3))

    def test_max_time_ends_the_scan(self):
        with Lab("--behaviour", "slow-greeting=0.3") as lab:
            begun = time.monotonic()
            document = self.json(target(lab), "--max-time", "1", code=3)
            self.assertLess(time.monotonic() - begun, 1 + SOON)
            self.assertEqual(document["interruption"], "max_time")
            self.assertGreater(document["endpoints"][0]["coverage"]["not_tested"], 0)

    def left(self, *arguments):
        """The exit code and the last words of a scan whose reader goes away before it says anything."""
        process = subprocess.Popen([self.program, *EHLO, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.close()
        err = process.stderr.read()
        process.stderr.close()
        return process.wait(scanner.PATIENCE), err

    def test_a_reader_that_goes_away_is_no_error(self):
        with Lab() as lab:
            for arguments in (["--format", "json", target(lab)], [target(lab)], ["--dry-run", target(lab)], ["--help"]):
                self.assertEqual(self.left(*arguments), (0, b""), arguments)
            # The exit code is the verdict's.
            self.assertEqual(self.left("--policy", "mozilla-modern", "--verdict-only", target(lab)), (1, b""))

    def test_an_address_that_is_not_of_this_machine_is_said_before_anything_is_scanned(self):
        run = Run("--source-address", "192.0.2.77", "127.0.0.1:1")
        self.assertEqual((run.code, run.out), (2, ""))
        self.assertTrue(run.err.startswith("smtptls-scan: --source-address: 192.0.2.77 is no address of this machine\n"))
        self.assertEqual(Run("--source-address", "127.0.0.9", "127.0.0.1:1").code, 3)

    def test_a_full_disk_is_an_error(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full here")
        with Lab() as lab, open("/dev/full", "w") as full:
            done = subprocess.run([self.program, *EHLO, target(lab)], stdout=full, stderr=subprocess.PIPE, text=True)
            self.assertEqual(done.returncode, 3)
            self.assertIn("could not be written", done.stderr)


if __name__ == "__main__":
    scanner.main()

"""The lab server is what it says it is: usage  test_lab_server.py SMTPTLS_LAB [unittest arguments].

Needs the openssl program for the handshakes; everything else is plain sockets on loopback.
"""
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

from lab_server import EHLO, Client, Lab, s_client
from waiting import PATIENCE, wait_for

if len(sys.argv) > 1:
    Lab.program = sys.argv.pop(1)


class Dialogue(unittest.TestCase):
    def test_the_listening_lines(self):
        with Lab(listen=("starttls", "implicit", "starttls")) as lab:
            for line, kind in zip(lab.lines, ("starttls", "implicit", "starttls")):
                self.assertRegex(line, r"^listening %s 127\.0\.0\.1 [0-9]+\n$" % kind)

    def test_a_polite_server(self):
        cases = [
            (b"NOOP\r\n", b"250 2.0.0 Ok\r\n"),
            (b"HELO client.test\r\n", b"250 mail.lab.example\r\n"),
            (b"MAIL FROM:<>\r\n", b"530 5.7.0 Must issue a STARTTLS command first\r\n"),
            (b"VRFY x\r\n", b"502 5.5.2 Error: command not recognized\r\n"),
            (b"starttls now\r\n", b"501 5.5.4 Syntax: STARTTLS\r\n"),
            (b"QUIT\r\n", b"221 2.0.0 Bye\r\n"),
        ]
        with Lab() as lab, Client(lab) as client:
            self.assertEqual(client.reply(), b"220 mail.lab.example ESMTP smtptls-lab\r\n")
            listed = client.say(EHLO)
            self.assertTrue(listed.startswith(b"250-mail.lab.example\r\n"))
            self.assertIn(b"250-STARTTLS\r\n", listed)
            for command, expected in cases:
                self.assertEqual(client.say(command), expected)
            self.assertEqual(client.read(), b"")
            client.socket.close()
            seen = lab.transcript()
            self.assertEqual(seen["commands"][:3], ["EHLO client.test", "NOOP", "HELO client.test"])
            self.assertEqual((seen["n"], seen["handshake"], seen["ended"], seen["early"]), (1, "none", "quit", False))

    def test_starttls_is_not_listed_inside_tls(self):
        with Lab() as lab:
            printed = s_client(lab, "starttls", "-tls1_2", text="EHLO inner.test\nSTARTTLS\nQUIT\n")
            inner = printed[printed.rindex("---"):]
            self.assertIn("250-AUTH PLAIN LOGIN", inner)
            self.assertNotIn("250-STARTTLS", inner)
            self.assertEqual(lab.transcript()["commands"][-3:], ["EHLO inner.test", "STARTTLS", "QUIT"])

    def test_how_a_client_left_is_told(self):
        with Lab() as lab:
            with Client(lab) as client:
                client.reply()
                client.socket.shutdown(socket.SHUT_WR)
                self.assertEqual(client.read(), b"")
            self.assertEqual(lab.transcript()["ended"], "fin")
            with Client(lab) as client:
                client.reply()
                client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.assertEqual(lab.transcript()["ended"], "rst")
        with Lab("--idle", "0.3") as lab, Client(lab):
            self.assertEqual(lab.transcript()["ended"], "timeout")

    def test_an_idle_client_is_sent_away_wherever_it_waits(self):
        example = subprocess.run([Lab.program, "--print-table-example"], capture_output=True, text=True, check=True).stdout
        with tempfile.NamedTemporaryFile("w", suffix=".json") as table:
            table.write(example)
            table.flush()
            for options in ((), ("--hello-table", table.name)):
                with self.subTest(options), Lab("--idle", "0.3", *options) as lab:
                    with Client(lab) as before_starttls, Client(lab) as before_the_hello, Client(lab, "implicit") as at_once:
                        before_starttls.reply()
                        self.assertEqual(before_the_hello.start_tls()[:3], b"220")
                        for client in (before_starttls, before_the_hello, at_once):
                            self.assertEqual(client.read(), b"")
                    self.assertEqual([lab.transcript()["ended"] for _ in range(3)], ["timeout"] * 3)

    def test_an_early_talker_is_told(self):
        with Lab("--behaviour", "slow-greeting=2") as lab, Client(lab) as client:
            client.socket.sendall(EHLO)
            client.reply()
            client.say(b"QUIT\r\n")
            client.socket.close()
            self.assertTrue(lab.transcript()["early"])

    def test_a_line_without_end_is_refused(self):
        with Lab() as lab, Client(lab) as client:
            client.reply()
            self.assertEqual(client.say(b"x" * 5000), b"500 5.5.2 Error: line too long\r\n")
            self.assertIn(client.read(), (b"", "rst"))

    def test_commands_without_end_are_refused_and_not_all_kept(self):
        with Lab() as lab, Client(lab) as client:
            client.reply()
            client.socket.sendall(b"NOOP\r\n" * 1000)
            everything = b""
            while b"421 " not in everything:
                everything += client.socket.recv(65536)
            client.socket.close()
            self.assertLessEqual(len(lab.transcript()["commands"]), 64)

    def test_a_client_certificate(self):
        for option, works in (("--request-client-certificate", True), ("--require-client-certificate", False)):
            with self.subTest(option), Lab(option) as lab:
                s_client(lab, "implicit", "-tls1_2")
                seen = lab.transcript()["handshake"]
                self.assertRegex(seen, "^ok " if works else "peer did not return a certificate")

    def test_an_alert_is_told(self):
        with Lab() as lab:
            s_client(lab, "starttls", "-tls1_2", "-verify_return_error")
            self.assertEqual(lab.transcript()["alerts"], ["fatal unknown CA"])

    def test_a_signal_ends_it_cleanly_with_connections_open(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            with Lab("--behaviour", "slow-greeting=30") as lab, Client(lab), Client(lab, "implicit"):
                wait_for(lambda: lab.sockets() == 4, "two listeners and two connections")
                self.assertEqual(lab.end(how), 0)
                self.assertEqual([t["ended"] for t in lab.transcripts()], ["shutdown", "shutdown"])

    def test_it_ends_after_the_last_connection(self):
        with Lab("--max-connections", "2") as lab:
            for _ in range(2):
                with Client(lab) as client:
                    client.reply()
            self.assertEqual(lab.process.wait(PATIENCE), 0)
            self.assertEqual([t["n"] for t in lab.transcripts()], [1, 2])

    def test_wrong_usage(self):
        for arguments in ([], ["--listen", "smtp:0"], ["--listen", "starttls:x"], ["--listen", "starttls:70000"],
                          ["--story", "--behaviour", "nonsense"], ["--story", "--behaviour", "drip=x"],
                          ["--story", "--behaviour", "silent=1"], ["--story", "--min-version", "SSLv3"],
                          ["--story", "--ciphers", "NONE-SUCH"], ["--story", "--dh-group", "x"], ["--story", "--cert", "/nonexistent"]):
            with self.subTest(arguments=arguments):
                done = subprocess.run([Lab.program] + arguments, capture_output=True, timeout=PATIENCE)
                self.assertEqual(done.returncode, 2)
                self.assertTrue(done.stderr)


class Behaviours(unittest.TestCase):
    """One test per row of --list-behaviours; the last test compares the lists."""

    def after_starttls(self, name):
        """The reply to STARTTLS and a client that has just read it."""
        client = self.client_of(name)
        return client.start_tls(), client

    def client_of(self, name, kind="starttls"):
        lab = Lab("--behaviour", name)
        self.addCleanup(lab.end)
        client = Client(lab, kind)
        self.addCleanup(client.socket.close)
        return client

    def on_implicit(self, name):
        return self.client_of(name, "implicit")

    def greeting(self, name):
        client = self.client_of(name)
        return client.reply(), client

    def test_silent(self):
        with Lab("--behaviour", "silent") as lab:
            for kind in ("starttls", "implicit"):
                with Client(lab, kind) as client:
                    self.assertEqual(client.waits(), "nothing")

    def test_reset_on_connect(self):
        with Lab("--behaviour", "reset-on-connect") as lab:
            for kind in ("starttls", "implicit"):
                try:
                    with Client(lab, kind) as client:
                        self.assertEqual(client.read(), "rst")
                except ConnectionResetError:
                    pass

    def test_close_on_connect(self):
        with Lab("--behaviour", "close-on-connect") as lab:
            for kind in ("starttls", "implicit"):
                with Client(lab, kind) as client:
                    self.assertEqual(client.read(), b"")

    def test_421_after(self):
        with Lab("--behaviour", "421-after=2") as lab:
            codes = []
            for _ in range(4):
                with Client(lab) as client:
                    codes.append(client.reply()[:3])
            self.assertEqual(codes, [b"220", b"220", b"421", b"421"])

    def test_at_most(self):
        with Lab("--behaviour", "at-most=2") as lab:
            first, second = Client(lab), Client(lab)
            self.assertEqual(first.reply()[:3] + second.reply()[:3], b"220220")
            with self.assertRaises(ConnectionResetError), Client(lab) as third:
                third.socket.recv(1)
            first.socket.close()
            lab.transcript()
            self.assertEqual(Client(lab).reply()[:3], b"220")
            second.socket.close()

    def test_teaser(self):
        with Lab("--behaviour", "teaser=2") as lab, Client(lab) as client:
            self.assertEqual(client.read(), b"220-mail.lab.example ESMTP\r\n")
            self.assertEqual(client.waits(), "nothing")
            self.assertTrue(client.reply().startswith(b"220 mail.lab.example "))

    def test_greeting_421_multiline(self):
        reply, client = self.greeting("greeting-421-multiline")
        self.assertEqual(([line[:4] for line in reply.splitlines()], client.read()), ([b"421-", b"421-", b"421 "], b""))

    def test_bare_lf(self):
        greeting, client = self.greeting("bare-lf")
        said = greeting + client.say(EHLO) + client.say(b"STARTTLS\r\n")
        self.assertEqual((said.count(b"\n"), said.count(b"\r")), (10, 0))

    def test_421_rest(self):
        with Lab("--behaviour", "421-rest=2") as lab:
            codes = [Client(lab).reply()[:3] for _ in range(4)]
            begun = time.monotonic()
            codes += [Client(lab).reply()[:3] for _ in range(3)]
            self.assertEqual(codes, [b"220"] * 5 + [b"421"] * 2)
            wait_for(lambda: Client(lab).reply()[:3] == b"220", "the end of its rest")
            self.assertGreater(time.monotonic() - begun, 2)

    def test_window(self):
        with Lab("--behaviour", "window=2") as lab:
            def first():
                try:
                    with Client(lab) as client:
                        return client.read()[:3]
                except ConnectionResetError:
                    return "rst"
            begun = time.monotonic()
            seen = [first() for _ in range(7)]
            if time.monotonic() - begun < 2:
                self.assertEqual(seen, [b"220"] * 5 + ["rst"] * 2)
            wait_for(lambda: first() == b"220", "the next window")

    def test_slow_greeting(self):
        with Lab("--behaviour", "slow-greeting=0.6") as lab:
            begun = time.monotonic()
            with Client(lab) as client:
                self.assertTrue(client.reply().startswith(b"220 "))
            self.assertGreater(time.monotonic() - begun, 0.6)

    def test_drip(self):
        with Lab("--behaviour", "drip=0.01") as lab:
            begun = time.monotonic()
            with Client(lab) as client:
                greeting = client.reply()
            self.assertTrue(greeting.startswith(b"220 mail.l"))
            self.assertGreater(time.monotonic() - begun, 0.01 * (len(greeting) - 1))

    def test_drip_tls(self):
        with Lab("--behaviour", "drip-tls=0.0005") as lab:
            self.assertIn("221 2.0.0 Bye", s_client(lab, "implicit", "-tls1_3"))

    def test_greeting_421(self):
        reply, client = self.greeting("greeting-421")
        self.assertTrue(reply.startswith(b"421 4.7.0 "))
        self.assertEqual(client.read(), b"")

    def test_greeting_554(self):
        reply, client = self.greeting("greeting-554")
        self.assertTrue(reply.startswith(b"554 5.7.1 "))
        self.assertEqual(client.say(EHLO)[:3], b"503")
        self.assertEqual(client.say(b"QUIT\r\n")[:3], b"221")

    def test_multiline_greeting(self):
        reply, _ = self.greeting("multiline-greeting")
        self.assertEqual([line[:4] for line in reply.splitlines()], [b"220-", b"220-", b"220 "])

    def test_control_bytes(self):
        reply, client = self.greeting("control-bytes")
        for byte in (b"\x1b[31m", b"\x07", b"\0", b"\x9b2J", b"\xff"):
            self.assertIn(byte, reply)
        self.assertEqual(client.say(EHLO)[:3], b"250")

    def test_control_bytes_in_ehlo(self):
        _, client = self.greeting("control-bytes-in-ehlo")
        for reply in (client.say(EHLO), client.say(b"STARTTLS\r\n")):
            self.assertTrue(all(byte in reply for byte in (b"\x1b[", b"\0", b"\xff")), reply)

    def test_endless_starttls_reply(self):
        _, client = self.greeting("endless-starttls-reply")
        client.say(EHLO)
        client.socket.sendall(b"STARTTLS\r\n")
        self.assertNotIn(b"220 ", b"".join(client.socket.recv(1 << 16) for _ in range(20)))

    def test_long_replies(self):
        greeting, client = self.greeting("long-replies")
        replies = [greeting, client.say(EHLO), client.say(b"STARTTLS\r\n")]
        self.assertTrue(all(len(reply) > 14000 and reply.count(b"\n") < 120 for reply in replies))

    def test_endless_line(self):
        with Lab("--behaviour", "endless-line") as lab, Client(lab) as client:
            self.assertNotIn(b"\n", client.socket.recv(1 << 20) + client.socket.recv(1 << 20))

    def test_endless_reply(self):
        with Lab("--behaviour", "endless-reply") as lab, Client(lab) as client:
            client.reply()
            client.socket.sendall(EHLO)
            received = b"".join(client.socket.recv(1 << 16) for _ in range(20))
            self.assertGreater(len(received), 8192 * 2)
            self.assertNotIn(b"250 ", received)

    def test_ehlo_5xx(self):
        _, client = self.greeting("ehlo-5xx")
        self.assertEqual((client.say(EHLO)[:3], client.say(b"HELO x.test\r\n")[:3]), (b"550", b"550"))

    def test_helo_only(self):
        _, client = self.greeting("helo-only")
        self.assertEqual((client.say(EHLO)[:3], client.say(b"HELO x.test\r\n")[:3]), (b"502", b"250"))

    def test_no_starttls(self):
        _, client = self.greeting("no-starttls")
        self.assertNotIn(b"STARTTLS", client.say(EHLO))
        self.assertEqual(client.say(b"STARTTLS\r\n")[:3], b"502")

    def test_without_starttls(self):
        with Lab("--behaviour", "without-starttls=2") as lab:
            for offered in (True, False, True, False):
                with self.subTest(offered), Client(lab) as client:
                    client.reply()
                    self.assertEqual(b"STARTTLS" in client.say(EHLO), offered)
                    self.assertEqual(client.say(b"STARTTLS\r\n")[:3], b"220" if offered else b"502")

    def test_withdraw_starttls(self):
        with Lab("--behaviour", "withdraw-starttls=2") as lab:
            for offered in (True, True, False, False):
                with self.subTest(offered), Client(lab) as client:
                    client.reply()
                    self.assertEqual(b"STARTTLS" in client.say(EHLO), offered)

    def test_mute_in_tunnel(self):
        with Lab("--behaviour", "mute-in-tunnel", "--idle", "0.5") as lab:
            for kind in ("implicit", "starttls"):
                self.assertNotIn("221 2.0.0", s_client(lab, kind, "-tls1_2", text="EHLO inner.test\nQUIT\n"))
                self.assertRegex(lab.transcript()["handshake"], "^ok TLSv1.2 ")

    def test_stripped(self):
        _, client = self.greeting("stripped")
        listed = client.say(EHLO)
        self.assertIn(b"250-XXXXXXXA\r\n", listed)
        self.assertNotIn(b"STARTTLS", listed)
        self.assertEqual(client.say(b"STARTTLS\r\n")[:3], b"500")

    def test_stripped_stars(self):
        reply, client = self.greeting("stripped-stars")
        self.assertRegex(reply, rb"^220 \*+\r\n$")
        self.assertIn(b"250-****\r\n", client.say(EHLO))

    def test_starttls_first_line(self):
        _, client = self.greeting("starttls-first-line")
        self.assertTrue(client.say(EHLO).startswith(b"250-STARTTLS\r\n250-mail.lab.example\r\n"))
        self.assertEqual(client.say(b"STARTTLS\r\n")[:3], b"220")

    def test_starttls_lower_case(self):
        self.assertIn(b"\r\n250-starttls\r\n", self.greeting("starttls-lower-case")[1].say(EHLO))

    def test_starttls_parameters(self):
        self.assertIn(b"\r\n250-STARTTLS REQUIRED ", self.greeting("starttls-parameters")[1].say(EHLO))

    def test_starttls_in_pieces(self):
        _, client = self.greeting("starttls-in-pieces=1")
        client.say(EHLO)
        client.socket.sendall(b"STARTTLS\r\n")
        self.assertEqual([client.read() for _ in range(3)], [b"220-2.0.0 Ready\r\n22", b"0 to start TLS", b"\r\n"])

    def test_auth_before_tls(self):
        self.assertIn(b"\r\n250-AUTH PLAIN LOGIN\r\n", self.greeting("auth-before-tls")[1].say(EHLO))
        self.assertNotIn(b"AUTH", self.greeting("long-replies")[1].say(EHLO))

    def test_starttls_454(self):
        reply, client = self.after_starttls("starttls-454")
        self.assertEqual(reply[:3], b"454")
        self.assertEqual(client.say(b"QUIT\r\n")[:3], b"221")

    def test_starttls_5xx(self):
        self.assertEqual(self.after_starttls("starttls-5xx")[0][:3], b"554")
        self.assertEqual(self.after_starttls("starttls-5xx=502")[0][:3], b"502")

    def test_inject(self):
        reply, client = self.after_starttls("inject")
        self.assertEqual(reply.splitlines()[0], b"220 2.0.0 Ready to start TLS")
        self.assertIn(b"250-injected.example\r\n", reply)
        self.assertEqual(client.waits(), "nothing")

    def test_garbage_tls(self):
        reply, client = self.after_starttls("garbage-tls")
        self.assertEqual(reply, b"220 2.0.0 Ready to start TLS\r\n")
        self.assertEqual(client.waits(), "nothing")
        client.socket.sendall(b"\x16\x03\x01\x00\x01\x01")
        self.assertTrue(client.read().startswith(b"\xde\xad\xbe\xef"))
        self.assertTrue(self.on_implicit("garbage-tls").read().startswith(b"\xde\xad\xbe\xef"))

    def test_close_after_starttls(self):
        reply, client = self.after_starttls("close-after-starttls")
        self.assertEqual((reply[:3], client.read()), (b"220", b""))
        self.assertEqual(self.on_implicit("close-after-starttls").read(), b"")

    def test_reset_after_starttls(self):
        lab = Lab("--behaviour", "reset-after-starttls")
        self.addCleanup(lab.end)
        with Client(lab) as client:
            client.reply()
            client.say(EHLO)
            client.socket.sendall(b"STARTTLS\r\n")
            # The RST may overtake the 220 in the client's kernel.
            reply = client.read()
            self.assertEqual(reply if reply == "rst" else client.read(), "rst")

    def test_silent_after_starttls(self):
        reply, client = self.after_starttls("silent-after-starttls")
        client.socket.sendall(b"\x16\x03\x01\x00\x01\x01")
        self.assertEqual((reply[:3], client.waits()), (b"220", "nothing"))
        self.assertEqual(self.on_implicit("silent-after-starttls").waits(), "nothing")

    def test_slow_hello(self):
        for kind in ("starttls", "implicit"):
            with self.subTest(kind), Lab("--behaviour", "slow-hello=1", "--idle", "0.5") as lab:
                begun = time.monotonic()
                self.assertIn("221 2.0.0 Bye", s_client(lab, kind, "-tls1_2"))
                self.assertGreaterEqual(time.monotonic() - begun, 1)
                with Client(lab, kind) as client:  # who says no hello is idle
                    if kind == "starttls":
                        self.assertEqual(client.start_tls()[:3], b"220")
                    self.assertEqual(client.read(), b"")

    def test_close_on_hello(self):
        reply, client = self.after_starttls("close-on-hello")
        self.assertEqual((reply[:3], client.waits()), (b"220", "nothing"))
        client.socket.sendall(b"\x16\x03\x01\x00\x01\x01")
        self.assertEqual(client.read(), b"")

    def test_smtp_on_implicit(self):
        client = self.on_implicit("smtp-on-implicit")
        self.assertTrue(client.reply().startswith(b"220 "))
        self.assertIn(b"STARTTLS", client.say(EHLO))

    def test_tls_at_once(self):
        with Lab("--behaviour", "tls-at-once") as lab:
            with Client(lab) as client:
                self.assertEqual(client.waits(), "nothing")
            lab.ports["implicit"] = lab.ports["starttls"]
            self.assertIn("221 2.0.0 Bye", s_client(lab, "implicit", "-tls1_2"))

    def test_no_inner_ehlo(self):
        for kind in ("starttls", "implicit"):
            with Lab("--behaviour", "no-inner-ehlo") as lab:
                printed = s_client(lab, kind, "-tls1_2", text="")
                self.assertRegex(printed, r"Cipher is [A-Z]")
                seen = lab.transcript()
                self.assertTrue(seen["handshake"].startswith("ok TLSv1.2 "))
                self.assertEqual(seen["ended"], "closed")

    def test_two_at_once(self):
        with Lab("--behaviour", "multiline-greeting", "--behaviour", "no-starttls") as lab, Client(lab) as client:
            self.assertTrue(client.reply().startswith(b"220-"))
            self.assertNotIn(b"STARTTLS", client.say(EHLO))

    def test_every_row_has_its_test(self):
        printed = subprocess.run([Lab.program, "--list-behaviours"], capture_output=True, text=True, check=True).stdout
        names = {re.split("[ =]", line)[0].replace("-", "_") for line in printed.splitlines()}
        tests = {name[len("test_"):] for name in dir(self) if name.startswith("test_")}
        self.assertEqual(names - tests, set())


if __name__ == "__main__":
    unittest.main()

"""--dry-run: what a scan would cost, without a connection."""
import json

import jsonschema

import scanner
from scanner import EHLO, REPOSITORY, Lab, Run, Scan

SCHEMA = jsonschema.Draft7Validator(json.loads((REPOSITORY / "report/schema/dry_run.schema.json").read_text()))


class DryRun(Scan):
    def told(self, *arguments, code=0):
        run = Run("--dry-run", "--format", "json", *EHLO, *arguments)
        self.assertEqual((run.code, run.err), (code, ""))
        document = json.loads(run.out)
        self.assertEqual([error.message for error in SCHEMA.iter_errors(document)], [])
        return document

    def test_whom_certificates_name_is_counted_with_online_alone(self):
        self.assertEqual(self.told("192.0.2.1")["online"], {"most": 0})
        self.assertEqual(self.told("192.0.2.1", "--online")["online"], {"most": 16})
        self.assertNotIn("--online", Run("--dry-run", "192.0.2.1").out)
        self.assertIn("at most 16 for each endpoint", " ".join(Run("--dry-run", "--online", "192.0.2.1").out.split()))

    def counts(self, *arguments):
        return {line["line"]: line["count"] for line in self.told(*arguments)["log_lines"]}

    def test_nothing_is_connected_to(self):
        with Lab() as lab:
            where = ["127.0.0.1:%d" % lab.ports["starttls"], "localhost:%d" % lab.ports["starttls"]]
            document = self.told(*where, "-4")
            text = Run("--dry-run", *where, "-4")
            lab.end()
            self.assertEqual(lab.transcripts(), [])
        self.assertEqual([one["host"] for one in document["endpoints"]], ["127.0.0.1", "localhost"])
        self.assertEqual(document["looked_up"], 1)
        self.assertIn("no connection was made, and 1 name was looked up", text.out)

    def test_a_real_scan_stays_within_what_was_told(self):
        with Lab("--max-version", "TLSv1.2") as lab:
            where = "127.0.0.1:%d" % lab.ports["starttls"]
            most = self.told(where)["connections"]["most"]
            endpoint = self.json(where, code=0)["endpoints"][0]
        handshakes = sum(one["purpose"].startswith("confirm") for one in endpoint["exchanges"])
        self.assertLessEqual(endpoint["connections"] - handshakes, most["hellos"])
        self.assertLessEqual(handshakes, most["handshakes"])

    def test_lines_are_those_of_every_port(self):
        one, three = self.counts("192.0.2.1:25"), self.counts("192.0.2.1")
        self.assertEqual(three["connect from"], 3 * one["connect from"])
        self.assertEqual(three["lost connection after STARTTLS from"], 2 * one["lost connection after STARTTLS from"])
        self.assertEqual(three["lost connection after CONNECT from"], one["lost connection after STARTTLS from"])

    def test_options_count(self):
        plain = self.told("192.0.2.1:25")
        typical = plain["connections"]["each"][plain["connections"]["typical"]]
        paced = self.told("192.0.2.1:25", "--pace", "10", "--max-time", "60")
        self.assertEqual(paced["seconds"]["usual"], 10 * (typical["connections"] - 1))
        self.assertEqual((plain["seconds"]["limit"], paced["seconds"]["limit"]), (None, 60))
        self.assertEqual(plain["seconds"]["longest"], typical["connections"] * 5 * 30)
        self.assertEqual(self.told("192.0.2.1:25", "--polite")["at_once"], 1)
        none = self.told("192.0.2.1:25", "--confirm", "none")["connections"]
        self.assertEqual({one["handshakes"] for one in [*none["each"], none["most"]]}, {0})

    def test_a_name_without_an_address_is_told(self):
        document = self.told("no-such-host.invalid", "192.0.2.1:25", "--timeout", "5", code=3)
        self.assertEqual([one["target"] for one in document["target_failures"]], ["no-such-host.invalid"])
        self.assertEqual(len(document["endpoints"]), 1)

    def test_roots_that_cannot_be_read_are_said_as_a_scan_says_it(self):
        wrong = ["--ca-file", "/nonexistent/roots.pem", "192.0.2.1:25"]
        scan, dry = Run(*wrong), Run("--dry-run", *wrong)
        self.assertEqual((dry.code, dry.out, dry.err),
                         (2, "", "smtptls-scan: /nonexistent/roots.pem cannot be read\n"))
        self.assertEqual((scan.code, scan.out, scan.err), (dry.code, dry.out, dry.err))

    def test_a_name_in_unicode_is_told_by_its_ascii_form(self):
        document = self.told("b\u00fccher.invalid", "--timeout", "5", code=3)
        self.assertEqual([one["target"] for one in document["target_failures"]], ["b\u00fccher.invalid"])
        text = Run("--dry-run", "b\u00fccher.invalid", "--timeout", "5", env={"LC_ALL": "C"})
        self.assertIn("xn--bcher-kva.invalid (b\u00fccher.invalid): ", text.out)

    def test_it_leaves_no_evidence(self):
        run = Run("--dry-run", "--evidence", "/dev/null", "192.0.2.1")
        self.assertEqual((run.code, run.out), (2, ""))


if __name__ == "__main__":
    scanner.main()

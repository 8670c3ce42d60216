"""The remedy that is printed for a certificate, done to Debian's Postfix and Exim: what failed passes.

    sudo SMTPTLS_SCAN=build/dev/smtptls-scan python3 tests/lab/test_certificate_loop.py [unittest arguments]

A certificate authority of the tests' own stands for one that clients know; its files lie where certbot puts them.
"""
import os
import pathlib
import re
import sys
import tempfile
import unittest

import exim
import postfix
from lab import HERE, run_tests, skip_unless_available
from mta import Mta, Service

sys.path[:0] = [str(HERE / "server"), str(HERE.parent / "chains")]
import shown  # noqa: E402
from issued import Chains  # noqa: E402
from rows import HOST, ISSUER, LEAF, ROOTS  # noqa: E402

LIVE = f"/etc/letsencrypt/live/{HOST}"
VIOLATED, FULFILLED = 1, 0
RULES = ("certificate-trusted", "certificate-name")
INSTALL = ["sh", "-c", f"cd {LIVE} && install -m 640 -g Debian-exim cert.pem fullchain.pem privkey.pem /etc/exim4/"]


def files_of_certbot(chains):
    """What certbot leaves of a certificate, as files of a ServerSpec."""
    texts = {"cert": chains.certificate(LEAF), "fullchain": chains.bundle((LEAF, ISSUER)), "privkey": chains.key_of(LEAF)}
    return [{"path": f"{LIVE}/{name}.pem", "text": pathlib.Path(path).read_text()} for name, path in texts.items()]


def settings(remedy):
    """{name: value} of the lines for main.cf or the main section; those of a service are another remedy's."""
    return dict(re.fullmatch(r"(\w+) = (.*)", line).groups() for line in remedy if re.match(r"\w+ = ", line))


def deploy_hook(remedy):
    """What certbot is told to run after a renewal."""
    text = " ".join(line.removeprefix("#").strip().removesuffix("\\").strip() for line in remedy)
    return re.search(r"--deploy-hook '([^']+)'", text).group(1)


class CertificateLoop:
    """The tests of both; a subclass says how its server is made of settings: `specify`."""

    @classmethod
    def setUpClass(cls):
        cls.chains = Chains(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.files = files_of_certbot(cls.chains)

    def judged(self, lines, further=()):
        """(verdicts of RULES, remedy) of a server with these settings, which runs further commands before it starts."""
        with skip_unless_available(Mta([Service("port")], self.specify(lines, further)).__enter__) as mta:
            document = shown.scan("--policy", "pci", "--role", "submission", "--sni", HOST, "--tls", "starttls",
                                  "--ca-file", self.chains.bundle(ROOTS), f"127.0.0.1:{mta.services[0].port}",
                                  codes=(FULFILLED, VIOLATED))
        [judgement] = document["judgements"]
        verdicts = {finding["rule"]: finding["verdict"] for finding in judgement["findings"]}
        return tuple(verdicts[rule] for rule in RULES), judgement.get("remedy", [])

    def test_a_server_that_shows_no_issuer_is_trusted_after_the_lines_of_the_remedy(self):
        verdicts, remedy = self.judged(self.without_issuer, self.by_hand)
        self.assertEqual(verdicts, ("fail", "pass"))
        self.assertIn("the whole chain", " ".join(remedy))
        self.assertEqual(self.judged(settings(remedy), self.by_hand)[0], ("pass", "pass"))

    def test_a_self_signed_one_is_replaced_by_what_certbot_makes_with_the_printed_command(self):
        verdicts, remedy = self.judged({})
        self.assertEqual(verdicts[0], "fail")
        self.assertIn(f"# certbot certonly --standalone -d {HOST} \\", remedy)
        self.assertEqual(self.judged(settings(remedy), self.hooked(deploy_hook(remedy)))[0], ("pass", "pass"))


class Postfix(CertificateLoop, unittest.TestCase):
    without_issuer = {"smtpd_tls_chain_files": f"{LIVE}/privkey.pem, {LIVE}/cert.pem"}
    by_hand = ()

    def specify(self, lines, further):
        def spec(services):
            made = postfix.server_spec([postfix.Service(one.name, port=one.port) for one in services], lines)
            made.files += self.files
            made.setup += further
            return made
        return spec

    def hooked(self, hook):
        self.assertEqual(hook, "postfix reload")  # of one that runs; this one is started with the new lines
        return ()


class Exim(CertificateLoop, unittest.TestCase):
    without_issuer = {"tls_certificate": "/etc/exim4/cert.pem", "tls_privatekey": "/etc/exim4/privkey.pem"}
    by_hand = (INSTALL,)

    def specify(self, lines, further):
        def spec(services):
            made = exim.server_spec(services, None)
            [configuration] = made.files
            for name, value in lines.items():
                configuration["text"] = re.sub(rf"(?m)^{name} = .*$", f"{name} = {value}", configuration["text"])
            made.files += self.files
            made.setup += further
            return made
        return spec

    def hooked(self, hook):
        self.assertIn("systemctl reload exim4", hook)  # there is no systemd in there
        return (["sh", "-c", f"RENEWED_LINEAGE={LIVE}; " + hook.replace("systemctl reload exim4", "true")],)


if __name__ == "__main__":
    shown.SCANNER = os.environ.get("SMTPTLS_SCAN", "")
    run_tests(sys.argv)

"""The remedy for a certificate, followed to the letter on Debian's Postfix and Exim: the next scan has nothing against it.

    sudo python3 tests/lab/test_certificate_loop.py --scanner build/dev/smtptls-scan [unittest arguments]

The command printed for certbot is run in the server's own root, where a stand-in for certbot puts what the lab's CA has
issued into certbot's folder and runs the deploy hook; the printed lines go into the configuration.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "server"), str(HERE.parent / "chains")]

import differential  # noqa: E402
import exim  # noqa: E402
import lab  # noqa: E402
import postfix  # noqa: E402
from authority import run_openssl  # noqa: E402
from issued import Chains, Issued  # noqa: E402
from mta import Mta, Service  # noqa: E402
from rows import HOST, ISSUER, LEAF, ROOT, SERVER  # noqa: E402
from waiting import wait_for  # noqa: E402

SELF_SIGNED = Issued(HOST, says=SERVER)
RULES = ("certificate-trusted", "certificate-name")
LIVE = f"/etc/letsencrypt/live/{HOST}"
PATIENCE = 300
made = None  # Chains: the lab's CA
# What certbot does of its command line here; its folder is for root alone, as certbot's is.
CERTBOT = """\
#!/bin/sh -e
while [ $# -gt 0 ]; do
  case $1 in -d) name=$2;; --deploy-hook) hook=$2;; esac
  shift
done
export RENEWED_LINEAGE=/etc/letsencrypt/live/$name
mkdir -p -m 700 /etc/letsencrypt/live
cp -r /lab/issued "$RENEWED_LINEAGE"
sh -c "$hook"
"""
# `systemctl reload exim4` and `restart`: what Debian's unit does to the daemon.
SYSTEMCTL = """\
#!/bin/sh
case "$*" in "reload exim4") signal=HUP;; "restart exim4") signal=TERM;; esac
until kill -$signal "$(cat /run/exim4/exim.pid)"; do :; done  # one that begins writes it anew
"""


def setUpModule():
    global made
    differential.require_scanner()
    made = Chains(unittest.enterModuleContext(tempfile.TemporaryDirectory()))


class Mended(Mta):
    """A server that shows `shown`, and for which certbot has a chain of the lab's CA; what a product needs is below."""

    def __init__(self, shown):
        super().__init__([Service("starttls")], self.specify)
        self._shown = shown

    def specify(self, services):
        """The ServerSpec, with the stand-ins."""
        spec = self.product(services)
        spec.files += [{"path": f"/usr/local/bin/{name}", "text": text, "mode": "755"}
                       for name, text in {"certbot": CERTBOT, "systemctl": SYSTEMCTL}.items()]
        return spec

    def prepare(self, share):
        shutil.copy(made.certificate(self._shown), share / "cert.pem")
        shutil.copy(made.key_of(self._shown), share / "key.pem")
        (share / "issued").mkdir()
        shutil.copy(made.bundle((LEAF, ISSUER)), share / "issued/fullchain.pem")
        shutil.copy(made.key_of(LEAF), share / "issued/privkey.pem")

    def inside(self, script):
        """Runs a shell script in the server's root; raises with what it printed if it fails."""
        unshare = self.server.process.pid
        first = Path(f"/proc/{unshare}/task/{unshare}/children").read_text().split()[0]
        done = subprocess.run(["nsenter", "--target", first, "--mount", "--pid", "chroot", lab.CACHE / "mnt/root",
                               "/bin/sh", "-ec", script], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=PATIENCE, env={"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"})
        if done.returncode != 0:
            raise AssertionError(f"{script}\nexit code {done.returncode}: {done.stdout}{done.stderr}")

    def judged(self):
        """({rule: verdict} of RULES, lines about the certificate) of a scan that knows the lab's root."""
        done = subprocess.run([differential.scanner, "--policy", "pci", "--verdict-only", "--format", "json", "--tls",
                               "starttls", "--sni", HOST, "--ca-file", made.certificate(ROOT),
                               f"127.0.0.1:{self.services[0].port}"], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=PATIENCE)
        [judgement] = json.loads(done.stdout)["judgements"]
        lines = judgement.get("remedy", [])
        start = lines.index("# The certificate:") if "# The certificate:" in lines else len(lines)
        return {one["rule"]: one["verdict"] for one in judgement["findings"] if one["rule"] in RULES}, lines[start:]

    def is_trusted(self):
        """Whether another client, which knows the lab's root, is content."""
        return run_openssl("s_client", "-connect", f"127.0.0.1:{self.services[0].port}", "-starttls", "smtp", "-servername",
                           HOST, "-verify_hostname", HOST, "-verify_return_error", "-no-CApath", "-no-CAstore", "-CAfile",
                           made.certificate(ROOT), stdin=b"")[0] == 0


class MendedPostfix(Mended):
    again = "postfix reload"
    words = "Then: postfix reload."

    def product(self, services):
        return postfix.server_spec([postfix.Service(one.name, port=one.port) for one in services], {})

    def place_files(self):
        """For who has had certbot's files all the time: where the lines look for them."""
        self.inside(f"certbot certonly -d {HOST}")

    def write(self, settings):
        self.inside("".join(f"echo '{line}' >>/etc/postfix/main.cf\n" for line in settings))


class MendedExim(Mended):
    again = "systemctl restart exim4"
    words = "Then restart it."

    def product(self, services):
        spec = exim.server_spec(services, None)
        spec.setup.append(["mkdir", "/run/exim4"])
        spec.command = ["sh", "-c", "while exim4 -bdf || [ $? = 143 ]; do :; done"]  # 143: SIGTERM
        return spec

    def place_files(self):
        self.inside(f"certbot certonly -d {HOST}\ncd {LIVE}\n"
                    "install -m 640 -g Debian-exim fullchain.pem privkey.pem /etc/exim4/")

    def write(self, settings):
        """In the place of the lines that are there: Exim wants each setting once."""
        self.inside("".join(f"sed -i 's|^{line.split(' ')[0]} = .*|{line}|' /etc/exim4/exim4.conf\n"
                            for line in settings))


def command_for_certbot(lines):
    """What is printed to be copied, without the comment's marks; "" if certbot is not to be called."""
    said = "\n".join(line.removeprefix("# ") for line in lines)
    found = re.search(r"^certbot (?:.*\\\n)*.*$", said, re.M)
    return found[0] if found else ""


class CertificateLoopTest(unittest.TestCase):
    def follow(self, server):
        """What the remedy says is done, and nothing else; the printed command for certbot, or ""."""
        lab.skip_unless_available(lambda: self.enterContext(server))
        self.assertFalse(server.is_trusted())
        verdicts, lines = server.judged()
        self.assertEqual(verdicts["certificate-trusted"], "fail")
        self.assertIn(server.words, "\n".join(lines))
        command = command_for_certbot(lines)
        if command:
            server.inside(command)
        else:
            server.place_files()
        settings = [line for line in lines if not line.startswith("#")]
        self.assertNotEqual(settings, [])
        server.write(settings)
        server.inside(server.again)
        wait_for(server.is_trusted, "openssl s_client trusts what the server shows")
        self.assertEqual(server.judged(), (dict.fromkeys(RULES, "pass"), []))
        return command

    def test_postfix_that_shows_only_its_leaf_is_trusted_with_the_file_that_the_remedy_names(self):
        self.assertEqual(self.follow(MendedPostfix(LEAF)), "")

    def test_exim_that_shows_only_its_leaf_is_trusted_with_the_files_that_the_remedy_names(self):
        self.assertEqual(self.follow(MendedExim(LEAF)), "")

    def test_postfix_with_a_self_signed_certificate_is_trusted_after_the_printed_command(self):
        self.assertIn("--deploy-hook 'postfix reload'", self.follow(MendedPostfix(SELF_SIGNED)))

    def test_exim_with_a_self_signed_certificate_is_trusted_after_the_printed_command(self):
        self.assertIn("systemctl reload exim4'", self.follow(MendedExim(SELF_SIGNED)))


if __name__ == "__main__":
    differential.main()

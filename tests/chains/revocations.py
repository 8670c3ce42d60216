"""OCSP answers and revocation lists, good ones and others; and what the openssl program says of them.

`openssl ocsp` writes answers that begin now: other dates are put in, and the answer is signed again.
"""
import dataclasses
import datetime
import pathlib
import re
import ssl

from asn1 import BIT_STRING, OCTET_STRING, SEQUENCE, element, elements
from authority import moment, openssl, run_openssl
from issued import DAY, Chains, Issued
from truth import NO_OTHER_ROOTS, text_of

CONTEXT_0 = 0xa0
TIME = re.compile(rb"\x18\x0f(\d{14}Z)")  # GeneralizedTime
REASON = "keyCompromise"
REVOKED = -3 * DAY  # hours from now
WEEK = (-1, 7 * DAY)


@dataclasses.dataclass(frozen=True)
class Word:
    """What somebody says of a certificate: of its own, or of another one in its place."""

    leaf: Issued
    state: str = "good"  # good, revoked or unknown
    signer: "Issued | None" = None  # None: the issuer
    hours: tuple = WEEK  # thisUpdate and nextUpdate from now
    about: "Issued | None" = None  # the certificate that it is of, if not the leaf
    of_authorities: bool = False  # a list for certificates of CAs and no others: RFC 5280 section 5.2.5

    @property
    def of(self):
        return self.about or self.leaf


class Revocations(Chains):
    def index(self, words, path):
        """The database of a CA, of which openssl reads who is revoked."""
        state = {"good": "V\t%s\t\t", "revoked": "R\t%s\t" + moment(self.after(REVOKED))[2:] + "," + REASON + "\t"}
        serial = re.search(r"serial=(\w+)", text_of(self.certificate(words.of), "-serial"))[1]
        line = "" if words.state == "unknown" else state[words.state] % moment(self.after(90 * DAY))[2:]
        pathlib.Path(path).write_text(line and line + serial + "\tunknown\t/CN=" + words.of.subject + "\n")
        return path

    def after(self, hours):
        return self.now + datetime.timedelta(hours=hours)

    def answer(self, word):
        """The path of an OCSP answer, DER: RFC 6960 section 4.2."""
        return self.once(word, lambda path: self._answer(word, path))

    def request_of(self, issued):
        """The path of what is sent to a responder, DER: RFC 6960 section 4.1."""
        return self.once(("request", issued), lambda path: openssl(
            "ocsp", "-issuer", self.certificate(issued.by), "-cert", self.certificate(issued), "-no_nonce",
            "-reqout", path))

    def _answer(self, word, path):
        signer = word.signer or word.leaf.by
        issuer = self.certificate(word.of.by)
        openssl("ocsp", "-index", self.index(word, path + ".index"), "-CA", issuer, "-rsigner",
                self.certificate(signer), "-rkey", self.key_of(signer), "-reqin", self.request_of(word.of), "-respout",
                path, "-ndays", 7)
        dated = self.dated(pathlib.Path(path).read_bytes(), word.hours, self.key_of(signer), path + ".signed")
        pathlib.Path(path).write_bytes(dated)

    def dated(self, answer, hours, key, path):
        """The answer with these dates, and a signature of them with this key."""
        status, [outer] = elements(answer)[0], elements(elements(answer)[1])
        kind, octets = elements(outer)
        [basic] = elements(octets)
        body, algorithm, _, *certificates = elements(basic)
        times = [found.start(1) for found in TIME.finditer(body)]
        for at, hour in ((times[0], hours[0]), (times[-2], hours[0]), (times[-1], hours[1])):
            body = body[:at] + moment(self.after(hour)).encode() + body[at + 15:]
        pathlib.Path(path).write_bytes(body)
        signature = element(BIT_STRING, b"\0" + openssl("dgst", "-sha256", "-sign", key, path))
        basic = element(SEQUENCE, body + algorithm + signature + b"".join(certificates))
        return element(SEQUENCE, status + element(CONTEXT_0, element(SEQUENCE, kind + element(OCTET_STRING, basic))))

    def crl(self, word):
        """The path of a revocation list, DER: RFC 5280 section 5."""
        return self.once(("list", word), lambda path: self._crl(word, path))

    def _crl(self, word, path):
        signer = word.signer or word.leaf.by
        self.index(word, path + ".index")
        scope = "issuingDistributionPoint=critical,@scope\n[scope]\nonlyCA=TRUE\n" if word.of_authorities else ""
        pathlib.Path(path + ".cnf").write_text("[ca]\ndefault_ca=lab\n[lab]\ndatabase=%s.index\ncrl_extensions=list\n"
                                               "[list]\nauthorityKeyIdentifier=keyid\n%s" % (path, scope))
        openssl("ca", "-gencrl", "-config", path + ".cnf", "-md", "sha256", "-keyfile", self.key_of(signer), "-cert",
                self.certificate(signer), "-crl_lastupdate", moment(self.after(word.hours[0])), "-crl_nextupdate",
                moment(self.after(word.hours[1])), "-out", path + ".pem")
        openssl("crl", "-in", path + ".pem", "-outform", "DER", "-out", path)

    # What the openssl program says of them: good, revoked, unknown or unusable.

    def said_by_answer(self, path, leaf, roots):
        code, printed = run_openssl("ocsp", "-respin", path, "-issuer", self.certificate(leaf.by), "-cert",
                                    self.certificate(leaf), "-CAfile", self.bundle(roots), *NO_OTHER_ROOTS, "-no_nonce")
        state = re.search(r"^\S+: (good|revoked|unknown)$", printed, re.M)
        if code != 0 or "Response verify OK" not in printed or "WARNING" in printed or state is None:
            return "unusable"
        return state[1]

    def said_by_crl(self, path, leaf, roots):
        der = pathlib.Path(path).read_bytes()
        pem = ssl.DER_cert_to_PEM_cert(der).replace("CERTIFICATE", "X509 CRL")
        pathlib.Path(path + ".asked.pem").write_text(pem)
        _, printed = run_openssl("verify", "-purpose", "sslserver", *NO_OTHER_ROOTS, "-CAfile", self.bundle(roots),
                                 "-untrusted", self.certificate(leaf.by), "-crl_check", "-CRLfile",
                                 path + ".asked.pem", self.certificate(leaf))
        # The program goes on after some errors, to show more: what a verification ends with is the first. A list that has
        # expired (12) says nothing, whom it names or not.
        if re.findall(r"error (\d+) at 0 ", printed)[:1] == ["23"]:
            return "revoked"
        return "good" if printed.endswith(": OK\n") else "unusable"

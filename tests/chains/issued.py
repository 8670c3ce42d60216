"""Certificates as data: what one says and who signed it; and what makes them, each once."""
import dataclasses
import datetime
import pathlib
import ssl

from authority import NAMED_BY_ALGORITHM, Authority

DAY = 24
YEAR = 365 * DAY
# How many days are left is the same at the beginning of a test and at its end.
MARGIN = datetime.timedelta(minutes=30)


@dataclasses.dataclass(frozen=True)
class Issued:
    """`says`: extensions, a line of OpenSSL's configuration each. Certificates with one subject have one key, unless
    their labels differ.
    """

    subject: str  # the common name
    by: "Issued | None" = None  # None: signed with its own key
    says: tuple = ()
    key: str = "secp256r1"
    label: str = ""  # of the key, instead of the subject
    signed: str = "sha256"  # the hash; "pss-sha256": RSASSA-PSS with it
    hours: tuple = (-DAY, 90 * DAY)  # its first and its last moment, from now
    falsified: bool = False  # a bit of the signature is another

    def but(self, *says, **fields):
        """With these lines instead of those of the same name; a line without a value takes that away."""
        names = {line.partition("=")[0] for line in says}
        kept = tuple(line for line in self.says if line.partition("=")[0] not in names)
        return dataclasses.replace(self, says=kept + tuple(line for line in says if not line.endswith("=")), **fields)

    @property
    def keys(self):
        """Of certificates that are found by the key: RFC 5280 sections 4.2.1.1 and 4.2.1.2."""
        return ("subjectKeyIdentifier=hash",) + (("authorityKeyIdentifier=keyid",) if self.by else ())


def falsify(path):
    """Another last bit in the signature, which is the last byte of a certificate."""
    certificate = ssl.PEM_cert_to_DER_cert(pathlib.Path(path).read_text())
    pathlib.Path(path).write_text(ssl.DER_cert_to_PEM_cert(certificate[:-1] + bytes([certificate[-1] ^ 1])))


class Chains(Authority):
    def key_of(self, issued):
        return self.key(issued.key, issued.label or issued.subject)

    def certificate(self, issued):
        """The path of it alone, PEM."""
        return self.once(issued, lambda path: self._make(issued, path))

    def bundle(self, several):
        """The path of several in this order, PEM."""
        return self.once(("bundle", *several), lambda path: pathlib.Path(path).write_text("".join(
            pathlib.Path(self.certificate(one)).read_text() for one in several)))

    def _make(self, issued, path):
        signer = issued.by or issued
        padding, _, digest = issued.signed.rpartition("-")
        request = self.request(self.key_of(issued), "/CN=" + issued.subject)
        digest = "default" if signer.key.startswith(NAMED_BY_ALGORITHM) else digest
        self.sign(path, request, (self.key_of(signer), issued.by and self.certificate(issued.by)),
                  [self.now + MARGIN + datetime.timedelta(hours=hours) for hours in issued.hours], digest,
                  "\n".join(issued.says + issued.keys) + "\n",
                  ["-sigopt", "rsa_padding_mode:" + padding] if padding else [])
        if issued.falsified:
            falsify(path)

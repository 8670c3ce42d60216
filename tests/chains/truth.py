"""What the openssl program says of a chain and of a certificate."""
import base64
import datetime
import functools
import hashlib
import re
from typing import NamedTuple

from authority import run_openssl

# `openssl verify` would take the roots of this machine too.
NO_OTHER_ROOTS = ("-no-CApath", "-no-CAstore")
USAGES = {"Digital Signature": "digitalSignature", "Non Repudiation": "nonRepudiation",
          "Key Encipherment": "keyEncipherment", "Data Encipherment": "dataEncipherment",
          "Key Agreement": "keyAgreement", "Certificate Sign": "keyCertSign", "CRL Sign": "cRLSign",
          "Encipher Only": "encipherOnly", "Decipher Only": "decipherOnly"}
EXTENDED_USAGES = {"TLS Web Server Authentication": "serverAuth", "TLS Web Client Authentication": "clientAuth",
                   "Code Signing": "codeSigning", "E-mail Protection": "emailProtection",
                   "Time Stamping": "timeStamping", "OCSP Signing": "OCSPSigning",
                   "Any Extended Key Usage": "anyExtendedKeyUsage"}

NO_COLONS = str.maketrans("", "", ": \n")


class Verified(NamedTuple):
    trusted: bool
    fault: str   # the first error in OpenSSL's words; empty: none
    about: str   # the common name of the certificate that it is about
    anchor: str  # the common name of the root; empty: none


def verify(leaf, sent, roots, *more):
    """`openssl verify` of PEM files, as of a server."""
    code, printed = run_openssl("verify", "-purpose", "sslserver", *NO_OTHER_ROOTS, "-CAfile", roots, "-untrusted",
                                sent, "-show_chain", *more, leaf)
    found = re.search(r"^(.*)\nerror \d+ at \d+ depth lookup: (.*)$", printed, re.M)
    chain = re.findall(r"^depth=\d+: (.*?)(?: \(untrusted\))?$", printed, re.M)
    return Verified(code == 0, found[2] if found else "", common_name(found[1]) if found else "",
                    common_name(chain[-1]) if code == 0 else "")


def common_name(text):
    return re.search(r"CN ?= ?(.*)$", text)[1]


def section(text, heading):
    """(critical, the lines) of an extension in what `openssl x509 -text` prints; nothing if it is not there."""
    found = re.search(r"^( *)%s: *(critical)?\n((?:\1 +.*\n|\n)*)" % re.escape(heading), text, re.M)
    return found and (found[2] is not None, [line.strip() for line in found[3].splitlines()])


def listed(text, heading, names):
    found = section(text, heading)
    return [names.get(name, name) for name in found[1][0].split(", ")] if found else None


def urls(text, heading, kind):
    found = section(text, heading)
    return [line.removeprefix(kind) for line in found[1] if line.startswith(kind)] if found else []


def time_of(text, which):
    return datetime.datetime.fromisoformat(re.search(which + r"=(.*)Z$", text, re.M)[1] + "+00:00")


def iso(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


@functools.lru_cache(None)
def text_of(certificate, *options):
    """What is printed of a certificate. Newer releases fail where a name is not in it, and print all the same."""
    _, text = run_openssl("x509", "-in", certificate, "-noout", "-text", "-nameopt", "RFC2253", *options)
    if "Certificate:" not in text or "Signature Value:" not in text:
        raise RuntimeError("openssl x509 -in %s: %s" % (certificate, text))
    return text


def facts(certificate, host, now):
    """What a certificate says of itself, by the ids of observations, `certificate.` left out; None: it says nothing."""
    check = "-checkip" if re.fullmatch(r"[0-9.]+", host) else "-checkhost"
    text = text_of(certificate, check, host, "-startdate", "-enddate", "-dateopt", "iso_8601", "-serial",
                   "-fingerprint", "-sha256", "-pubkey")
    usages = section(text, "X509v3 Key Usage")
    usage_names = listed(text, "X509v3 Key Usage", USAGES)
    extended = listed(text, "X509v3 Extended Key Usage", EXTENDED_USAGES)
    feature = section(text, "TLS Feature")
    ocsp = urls(text, "Authority Information Access", "OCSP - URI:")
    lists = urls(text, "X509v3 CRL Distribution Points", "URI:")
    begins, ends = time_of(text, "notBefore"), time_of(text, "notAfter")
    exponent = re.search(r"Exponent: (\d+) ", text)
    key = "".join(re.search(r"BEGIN PUBLIC KEY-+\n([^-]*)", text)[1].split())
    return {
        "names_host": "does match certificate" in text,
        "not_before": iso(begins), "not_after": iso(ends),
        "outside_its_dates": not begins <= now <= ends, "days_left": (ends - now) // datetime.timedelta(days=1),
        "sha256": re.search(r"Fingerprint=(.*)", text)[1].replace(":", "").lower(),
        "spki_sha256": hashlib.sha256(base64.b64decode(key)).hexdigest(),
        "signature_algorithm": re.search(r"Signature Algorithm: (\S+)", text)[1],
        "rsa_exponent": exponent and exponent[1],
        "rsa_modulus": exponent and re.search(r"Modulus:\n([0-9a-f:\s]+)", text)[1].translate(NO_COLONS).lstrip("0"),
        "key_usages": usage_names, "key_usage": bool(usages and usages[0]),
        "key_signs": usage_names and "digitalSignature" in usage_names,
        "extended_usages": extended, "server_usage": "serverAuth" in (extended or []),
        "any_usage": "anyExtendedKeyUsage" in (extended or []),
        "must_staple": bool(feature and "status_request" in feature[1][0]),
        "scts": text.count("Signed Certificate Timestamp:"),
        "ocsp_urls": ocsp, "crl_urls": lists,
        "issuer_urls": urls(text, "Authority Information Access", "CA Issuers - URI:"),
        "ocsp_named": bool(ocsp), "revocation_named": bool(ocsp or lists),
    }


def issuers(certificates):
    """The same of what was sent behind the leaf and did not sign itself: one answer for all; None without any."""
    texts = [text_of(one) for one in certificates]
    texts = [text for text in texts if re.search("Issuer: (.*)", text)[1] != re.search("Subject: (.*)", text)[1]]
    usages = [section(text, "X509v3 Key Usage") for text in texts]
    constraints = [section(text, "X509v3 Basic Constraints") for text in texts]
    return {
        "issuer_usage": all(one and one[0] for one in usages) if texts else None,
        "issuer_revocation": all("CRL Distribution Points" in text or "OCSP - URI" in text
                                 for text in texts) if texts else None,
        "ca_constraints": all(one and one[0] and re.match(r"CA:TRUE, pathlen:\d+$", one[1][0])
                              for one in constraints) if texts else None,
    }

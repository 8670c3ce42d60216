"""The table: for each policy the servers that just pass, and for each rule those that break it.

Written by hand from docs/policies and the documents behind them: what a server is made to break is not asked of the
program under test. Only bounds that a rule states as numbers or versions are read from its JSON (breaks.py).

`along` names the rules that fall too, and must be exactly those: they cannot be kept by a server that breaks the rule.
"""
import dataclasses

import office_rows as office
from breaks import (A128, A256, ANONYMOUS, CCM, CHACHA, DHE_SHA1, EC_128, EC_CBC, EC_CHACHA, EC_NULL, EC_TRIPLE_DES,
                    NULL, OLD_RSA, RSA_128, RSA_256, RSA_CHACHA, RSA_RC4, SHARED_SECRET, SSL2, STATIC_DH, STATIC_ECDH,
                    TRANSPORT, TRIPLE_DES, Break, leaves, modern, newer_key, row, tls, with_dh, with_old)
from certificates import Issuer, Leaf
from servers import Server


def mozilla_old(edges, **breaks):
    """Of 5.7 and of 5.8."""
    base = MOZILLA_OLD
    ec = base.but(leaves=(*base.leaves, dataclasses.replace(base.leaves[0], key="secp256r1")))
    return row(
        base, (base.leaf(days=90), *edges), (newer_key(base),),
        groups=[base.but(groups=("secp521r1",))],
        certificate_key=[base.key("rsa2047"), ec.plays("TLS 1.2", EC_128, *dict(base.versions)["TLS 1.2"])],
        certificate_signature=[base.leaf(signed="rsa-sha384"), base.leaf(signed="ecdsa-sha256")],
        certificate_validity=[Break(base.leaf(days=367), ("certificate-validity-90",), "367 days are more than 90")],
        **breaks)


OLD = (tls("ECDHE_RSA.AES_128_CBC_SHA"), OLD_RSA, TRIPLE_DES)
MOZILLA_OLD = Server((("TLS 1.0", OLD), ("TLS 1.1", OLD), ("TLS 1.2", (RSA_128, *OLD)),
                      ("TLS 1.3", (A128, A256, CHACHA))), leaves=(Leaf("rsa2048", "rsa-sha256"),))


def mozilla_57():
    dhe = with_dh(MOZILLA_OLD, 1024)
    return mozilla_old((dhe,), dh_size=[dhe.but(dh_bits=768)],
                       suites=[MOZILLA_OLD.accepts("TLS 1.2", DHE_SHA1), MOZILLA_OLD.accepts("TLS 1.3", CCM)])


def mozilla_58():
    return mozilla_old((), dh_size=[Break(with_dh(MOZILLA_OLD, 1536), ("suites",), "no DHE suite is listed")],
                       suites=[with_dh(MOZILLA_OLD, 2048), MOZILLA_OLD.accepts("TLS 1.3", CCM)])


def mozilla_intermediate():
    base = modern(EC_128, RSA_256, RSA_CHACHA, order="client")
    return row(
        base, (base.key("secp384r1").leaf(signed="ecdsa-sha512"), base.leaf(signed="rsa-sha256")), (newer_key(base),),
        suites=[base.accepts("TLS 1.2", EC_CBC), base.accepts("TLS 1.3", CCM)],
        groups=[base.but(groups=("secp521r1",))],
        dh_size=[Break(with_dh(base, 1536), ("suites",), "no DHE suite is listed")],
        certificate_key=[base.key("secp521r1"), base.key("rsa2047")],
        certificate_signature=[base.leaf(signed="rsa-sha384"), base.leaf(signed="ecdsa-sha224"),
                               base.leaf(signed="pss-sha256")],
        certificate_validity=[Break(base.leaf(days=367), ("certificate-validity-90",), "367 days are more than 90")])


def mozilla_modern():
    base = Server((("TLS 1.3", (A128, A256, CHACHA)),), leaves=(Leaf("secp384r1"),), order="client")
    tls12 = base.plays("TLS 1.2", EC_128)
    ssl2 = base.but(leaves=(*base.leaves, Leaf("rsa2048"))).plays("SSL 2", SSL2)
    return row(
        base, (base.key("secp256r1").leaf(signed="ecdsa-sha384"), base.but(groups=("X25519MLKEM768", "x25519"))),
        versions=[tls12, *with_old(base, "SSL 3", "TLS 1.0", "TLS 1.1"),
                  Break(ssl2, ("certificate-key",), "SSL 2 has RSA certificates only")],
        versions_offered=[Break(tls12.without("TLS 1.3"), ("versions",), "some version must be there")],
        suites=[base.accepts("TLS 1.3", CCM)],
        groups=[base.but(groups=("secp521r1",))],
        certificate_key=[base.but(leaves=(Leaf("rsa2048"),)), base.key("secp521r1")],
        certificate_signature=[base.leaf(signed="rsa-sha256"), base.leaf(signed="ecdsa-sha224")])


def pci():
    base = modern(EC_128, RSA_CHACHA, leaves=leaves(
        "secp224r1", signed="ecdsa-sha224", issuer=Issuer(ecdsa="secp224r1", rsa="rsa2048", signed="ecdsa-sha224")))
    listed = "no suite that this forbids is on the list of TLS 1.2; in older versions the version is forbidden"
    cbc = "without RC4, NULL and MD5 all of that version is CBC"
    dhe = base.plays("TLS 1.2", EC_128, tls("DHE_RSA.CHACHA20_POLY1305_SHA256"))
    early = [Break(base.accepts("SSL 2", SSL2), ("suites-weak", "suites-sweet32"), "SSL 2 has MD5, and this one 3DES"),
             Break(base.accepts("SSL 3", OLD_RSA), ("suites-beast",), cbc),
             Break(base.accepts("TLS 1.0", OLD_RSA), ("suites-beast",), cbc)]

    def beyond(suite):
        return [Break(base.accepts("TLS 1.2", suite), ("suites-nessus",), listed)]

    return row(
        base, (dhe.but(dh_bits=2048),), (newer_key(base),),
        versions_early_tls=early,
        suites_weak=beyond(NULL),
        suites_rc4=beyond(RSA_RC4),
        suites_anonymous=beyond(ANONYMOUS),
        suites_sweet32=beyond(TRIPLE_DES),
        suites_beast=[Break(one.server, ("versions-early-tls",), "it is about these versions") for one in early[1:]],
        suites_nessus=[base.accepts("TLS 1.2", TRANSPORT)],
        dh_size=[dhe.but(dh_bits=1536)],
        certificate_key=[base.key("rsa2047"), base.key("secp192r1")],
        certificate_key_issuers=[base.issuer(ecdsa="secp192r1"), base.leaf(signed="rsa-sha256").issuer(rsa="rsa2047")],
        certificate_signature=[base.leaf(signed="ecdsa-sha1"), base.leaf(signed="rsa-md5"),
                               base.issuer(signed="rsa-sha1")])


def rfc8997():
    base = modern(EC_128, OLD_RSA)
    return row(base, suites_recommended=[base.plays("TLS 1.2", EC_CHACHA)],
               suites_anonymous=[base.accepts("TLS 1.2", ANONYMOUS)])


BCP195 = modern(EC_128, RSA_256)


def bcp195(transport, **breaks):
    """RFC 9325, alone and with what came after it; `transport` is the rule against RSA key transport."""
    base = BCP195
    sha256 = ("certificate-signature-sha256",)
    return row(
        base, (base.but(groups=("secp224r1", "secp256r1")), base.accepts("TLS 1.2", EC_CBC), base.key("secp521r1")),
        suites_null=[Break(base.accepts("TLS 1.2", EC_NULL), ("suites-broken", "suites-weak"),
                           "no bits are less than 112, and than 128")],
        suites_forward_secrecy=[Break(base.plays("TLS 1.2", SHARED_SECRET), ("suites-recommended",),
                                      "all that are recommended have it")],
        suites_forward_secrecy_first=[Break(base.plays("TLS 1.2", TRANSPORT, EC_128), (transport, "suites-order"),
                                            "to come first, a suite without forward secrecy must be there")],
        suites_recommended=[base.plays("TLS 1.2", EC_CHACHA)],
        suites_order=[base.plays("TLS 1.2", EC_CBC, EC_128), base.accepts("TLS 1.2", EC_CBC).but(order="client")],
        groups_size=[base.but(groups=("secp192r1", "secp256r1"))],
        certificate_key=[base.key("rsa2047"), Break(base.key("secp192r1"), ("certificate-curve",),
                                                    "the curves that are named are longer")],
        certificate_curve=[base.key("secp224r1"), base.key("brainpoolP256r1")],
        certificate_signature=[Break(base.leaf(signed="ecdsa-sha1"), sha256, "SHA-1 is weaker than SHA-256"),
                               Break(base.leaf(signed="rsa-md5"), sha256, "MD5 is weaker than SHA-256")],
        certificate_signature_sha256=[base.leaf(signed="ecdsa-sha224")],
        **breaks)


def rfc9325():
    base = BCP195
    return bcp195(
        "suites-weak",
        versions_ssl=[*with_old(base, "SSL 3"), Break(base.accepts("SSL 2", SSL2), ("suites-weak",),
                                                      "SSL 2 has RSA key transport only")],
        suites_broken=[base.accepts("TLS 1.2", RSA_RC4)],
        suites_weak=[base.accepts("TLS 1.2", TRANSPORT), base.accepts("TLS 1.2", STATIC_ECDH),
                     base.accepts("TLS 1.2", EC_TRIPLE_DES), with_dh(base, 2048)],
        dh_size=[Break(with_dh(base, 1536), ("suites-weak",), "DHE should not be negotiated at all")])


def bcp195_2026():
    base = BCP195
    return bcp195(
        "suites-rsa",
        versions_ssl=[*with_old(base, "SSL 3"), Break(base.accepts("SSL 2", SSL2), ("suites-weak",),
                                                      "3DES has less than 128 bits")],
        suites_broken=[base.accepts("TLS 1.2", RSA_RC4)],
        suites_static_dh=[base.accepts("TLS 1.2", STATIC_DH)],
        suites_dhe=[with_dh(base, 2048)],
        suites_rsa=[base.accepts("TLS 1.2", TRANSPORT)],
        suites_weak=[base.accepts("TLS 1.2", STATIC_ECDH), base.accepts("TLS 1.2", EC_TRIPLE_DES)])


def senders():
    base = modern(RSA_128, leaves=(Leaf("rsa2048", "rsa-sha224", issuer=Issuer(signed="rsa-sha224")),))
    return row(base, (base.plays("TLS 1.2", OLD_RSA, TRANSPORT),),
               suites=[base.plays("TLS 1.2", RSA_CHACHA)],
               certificate_signature=[base.leaf(signed="rsa-sha1"), base.leaf(signed="ecdsa-sha1")],
               certificate_signature_issuers=[base.issuer(signed="rsa-sha1"), base.issuer(signed="ecdsa-sha1")])


ROWS = {
    "anssi-1.2": office.anssi(), "bcp195-2026": bcp195_2026(), "bsi-tr-02102-2-2026-01": office.bsi_02102(),
    "bsi-tr-03108": office.bsi_03108(), "bsi-tr-03116-4": office.bsi_03116(), "cnsa-2.0": office.cnsa(),
    "internet.nl-mail": office.internet_nl(), "mozilla-5.7-old": mozilla_57(), "mozilla-5.8-old": mozilla_58(),
    "mozilla-6.0-intermediate": mozilla_intermediate(), "mozilla-6.0-modern": mozilla_modern(),
    "ncsc-nl-2025-05": office.ncsc(), "nist-800-52r2": office.nist(), "pci-dss-4.0.1": pci(),
    "rfc8996": row(modern(EC_128, OLD_RSA)), "rfc8997-submission": rfc8997(), "rfc9325": rfc9325(),
    "senders": senders(), "uk-gov-email": office.uk(),
}

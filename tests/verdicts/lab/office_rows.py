"""Rows of the table (rows.py) whose documents are of offices of a state: ANSSI, BSI, NCSC-NL, NIST, NSA, GOV.UK."""
from breaks import (A128, A256, CHACHA, EC_128, EC_256, EC_CBC, EC_CHACHA, OLD_EC, OLD_RSA, RSA_128, RSA_256,
                    RSA_CHACHA, SSL2, STATIC_ECDH, TRANSPORT, Break, leaves, modern, newer_key, row, signing, with_dh,
                    with_old)
from certificates import Issuer, Leaf
from servers import Server

SHA1_TOO = "SHA-1 is none of the hashes that are listed"


def anssi():
    base = modern(EC_128, RSA_256, leaves=leaves(days=825, issuer=Issuer(ecdsa="secp256r1", rsa="rsa2048")))
    return row(
        base, (base.key("ed25519"), base.key("pss2048").leaf(signed="rsa-sha512")), (newer_key(base),),
        suites=[base.accepts("TLS 1.2", TRANSPORT)],
        suites_degraded=[base.accepts("TLS 1.2", EC_CBC), with_dh(base, 2048)],
        groups=[base.but(groups=("secp256k1", "secp256r1"))],
        dh_size=[Break(with_dh(base, 1536), ("suites-degraded",), "DHE is degraded everywhere")],
        certificate_key=[base.key("rsa2047"), base.key("secp224r1")],
        certificate_key_issuers=[base.issuer(ecdsa="secp224r1"), base.leaf(signed="rsa-sha256").issuer(rsa="rsa2047")],
        certificate_signature=[base.leaf(signed="ecdsa-sha1"), base.leaf(signed="ecdsa-sha224"),
                               base.issuer(signed="rsa-sha1"), base.issuer(signed="ecdsa-sha224")],
        certificate_names=[Break(base.leaf(names=()), ("certificate-name",), "no name names the host")],
        key_exchange_signature=[Break(signing(base, "SHA1"), ("key-exchange-schemes",), SHA1_TOO)],
        key_exchange_schemes=[signing(base, "SHA224")])


BSI_HASHES = "certificate-pss has the same hashes; that of RSASSA-PSS is not seen"
BSI_SIGNS = "ECDSA+SHA256:rsa_pss_rsae_sha256:rsa_pss_pss_sha256"


def bsi_02102():
    base = modern(EC_128, RSA_256, tls13=(A128, A256), groups=("secp256r1", "secp384r1"), signatures=BSI_SIGNS,
                  leaves=leaves(rsa="rsa3000", issuer=Issuer(ecdsa="secp256r1", rsa="rsa3000")))
    table = base.plays("TLS 1.2", EC_128)  # a hello table would sign with PKCS #1 v1.5 for an RSA key
    curves = "the curves that are listed are longer"
    return row(
        base, (base.accepts("TLS 1.2", EC_CBC), base.key("pss3000").leaf(signed="pss-sha256")),
        versions=with_old(table, "SSL 2", "SSL 3", "TLS 1.0", "TLS 1.1"),
        suites=[base.accepts("TLS 1.2", TRANSPORT), base.accepts("TLS 1.2", EC_CHACHA),
                base.accepts("TLS 1.3", CHACHA)],
        suites_until_2026=[table.accepts("TLS 1.2", STATIC_ECDH)],
        suites_until_2029=[with_dh(base, 3072)],
        groups=[base.but(groups=("x25519", "secp256r1"))],
        dh_size=[Break(with_dh(base, 2048), ("suites-until-2029", "groups"),
                       "DHE is recommended until 2029 only, and groups begin at ffdhe3072")],
        signature_schemes=[base.but(signatures="ECDSA+SHA256:RSA+SHA256:rsa_pss_rsae_sha256"),
                           signing(base, "SHA224")],
        certificate_key=[base.key("rsa2999"), base.key("pss2999"),
                         Break(base.key("secp224r1"), ("certificate-key-kind",), curves)],
        certificate_issuer_key=[base.leaf(signed="pss-sha256").issuer(rsa="rsa2999"),
                                Break(base.issuer(ecdsa="secp224r1"), ("certificate-key-kind",), curves)],
        certificate_key_kind=[base.key("secp256k1"), base.issuer(ecdsa="secp256k1")],
        certificate_signature=[Break(base.leaf(signed="ecdsa-sha224"), ("certificate-pss",), BSI_HASHES),
                               Break(base.issuer(signed="ecdsa-sha224"), ("certificate-pss",), BSI_HASHES)],
        certificate_pss=[base.leaf(signed="rsa-sha256"), base.issuer(signed="rsa-sha256")])


ISSUER = Issuer(ecdsa="brainpoolP256r1", days=1827)
BSI_MAIL = modern(EC_128, tls13=(A128, A256), leaves=(Leaf("brainpoolP256r1", days=1096, issuer=ISSUER),),
                  groups=("brainpoolP256r1", "secp256r1"), signatures=BSI_SIGNS)
BSI_CHAINED = Break(BSI_MAIL.key("secp256r1"), ("certificate-brainpool",),
                    "OpenSSL 3.0 signs no TLS 1.3 with Brainpool, and a hello table shows no issuers")
BSI_RSA = Break(BSI_MAIL.but(leaves=(*BSI_MAIL.leaves, Leaf("rsa3072", days=1096, issuer=ISSUER))),
                ("certificate-brainpool",), "an RSA key is on no curve")


def bsi_mail():
    """What TR-03116-4 asks, and TR-03108 with it."""
    base, chained, rsa = BSI_MAIL, BSI_CHAINED.server, BSI_RSA.server
    return dict(
        versions=[*with_old(base, "SSL 3", "TLS 1.0", "TLS 1.1"), BSI_RSA.but(rsa.accepts("SSL 2", SSL2))],
        suites_required=[base.plays("TLS 1.2", EC_256)],
        suites_required_tls13=[base.plays("TLS 1.3", A256)],
        suites=[base.accepts("TLS 1.2", EC_CHACHA), base.accepts("TLS 1.3", CHACHA)],
        groups=[base.but(groups=("x25519", "secp256r1"))],
        dh_size=[BSI_RSA.but(with_dh(rsa, 2048), "groups", why="groups begin at ffdhe3072")],
        signature_schemes=[BSI_RSA.but(rsa.accepts("TLS 1.2", RSA_128).but(
            signatures="ECDSA+SHA256:RSA+SHA256:rsa_pss_rsae_sha256"))],
        certificate_key=[BSI_RSA.but(rsa.key("rsa2999")),
                         Break(base.key("brainpoolP224r1"), ("certificate-curves", "certificate-brainpool"),
                               "the curves that are listed are longer")],
        certificate_curves=[Break(base.key("secp256k1"), BSI_RSA.along, "all Brainpool curves are listed")],
        certificate_issuer_key=[BSI_CHAINED.but(chained.issuer(ecdsa="secp256k1")),
                                BSI_CHAINED.but(chained.leaf(signed="pss-sha256").issuer(rsa="rsa3071"))],
        certificate_brainpool=[chained],
        certificate_ecdsa=[BSI_RSA.but(rsa.but(leaves=rsa.leaves[1:]).plays("TLS 1.2", RSA_128))],
        certificate_signature=[Break(base.leaf(signed="ecdsa-sha224"), ("certificate-pss",), BSI_HASHES)],
        certificate_pss=[base.leaf(signed="rsa-sha256")])


def bsi_03116():
    rsa, issuers, rules = BSI_RSA.server, BSI_CHAINED.server.issuer, bsi_mail()
    rules["certificate_signature"].append(
        BSI_CHAINED.but(issuers(signed="ecdsa-sha224"), "certificate-pss", why=BSI_HASHES))
    rules["certificate_pss"].append(BSI_CHAINED.but(issuers(signed="rsa-sha256")))
    return row(BSI_MAIL, (BSI_MAIL.accepts("TLS 1.2", STATIC_ECDH, EC_CBC),), chained=BSI_CHAINED, **rules,
               suites_order=[BSI_RSA.but(rsa.plays("TLS 1.2", RSA_CHACHA, EC_128)),
                             BSI_RSA.but(rsa.accepts("TLS 1.2", RSA_CHACHA).but(order="client"))])


def bsi_03108():
    rsa, issuers = BSI_RSA.server, BSI_CHAINED.server.issuer
    return row(BSI_MAIL, (BSI_MAIL.accepts("TLS 1.2", EC_CBC, STATIC_ECDH),), chained=BSI_CHAINED, **bsi_mail(),
               suites_order=[BSI_MAIL.plays("TLS 1.2", STATIC_ECDH, EC_128),
                             BSI_MAIL.accepts("TLS 1.2", STATIC_ECDH).but(order="client")],
               suites_order_chacha20=[BSI_RSA.but(rsa.plays("TLS 1.2", RSA_CHACHA, EC_128))],
               certificate_issuer_signature=[BSI_CHAINED.but(issuers(signed=signed))
                                             for signed in ("ecdsa-sha224", "rsa-sha256")])


def cnsa():
    base = Server((("TLS 1.3", (A256,)),), leaves=(), groups=("MLKEM1024",))
    shown = Break(base.but(leaves=(Leaf("mldsa87", "mldsa87"),)).accepts("TLS 1.2", TRANSPORT), ("versions",),
                  "OpenSSL 3.0 has neither ML-DSA nor ML-KEM, and a hello table shows certificates below TLS 1.3 only")
    real = Break(Server(base.versions, leaves=(Leaf("secp384r1", "mldsa87", issuer=Issuer(signed="mldsa87")),)),
                 ("groups", "certificate-key"), shown.why)
    older, rsa = shown.server.without("TLS 1.2"), shown.server.key("rsa4096")
    return row(
        base, shown=shown,
        versions=[shown.server, *with_old(older, "SSL 2", "SSL 3", "TLS 1.0", "TLS 1.1")],
        suites=[base.accepts("TLS 1.3", A128), base.accepts("TLS 1.3", CHACHA)],
        groups=[base.but(groups=("x25519",)), base.but(groups=("SecP384r1MLKEM1024", "MLKEM1024"))],
        certificate_key=[shown.but(rsa), shown.but(rsa.leaf(signed="rsa-sha384"), "certificate-signature",
                                                   why="cannot verify it, and this chain is to be trusted")],
        certificate_signature=[shown.but(shown.server.leaf(signed="ecdsa-sha384")),
                               real.but(real.server.issuer(signed="ecdsa-sha384"), "key-exchange-signatures")],
        key_exchange_signatures=[real],
        certificate_trusted=[shown.but(rsa.leaf(signed="rsa-sha384", own=True), "certificate-key",
                                       "certificate-signature", why="cannot tell whether such a key signed itself")])


def ncsc():
    base = modern(EC_128, RSA_CHACHA, groups=("x25519",),
                  leaves=leaves(rsa="rsa3072", issuer=Issuer(ecdsa="secp256r1", rsa="rsa3072")))
    subset = "what is to be phased out leaves out what is insufficient"
    return row(
        base, (base.but(order="client"), base.key("ed25519"), base.key("ed448")), (newer_key(base),),
        suites=[base.accepts("TLS 1.2", TRANSPORT)],
        suites_phase_out=[base.accepts("TLS 1.2", EC_CBC)],
        suites_order=[Break(base.plays("TLS 1.2", EC_CBC, EC_128), ("suites-phase-out",),
                            "to come first, a suite to be phased out must be there")],
        groups=[Break(base.but(groups=("secp256k1", "x25519")), ("groups-phase-out",), subset)],
        groups_phase_out=[base.but(groups=("secp224r1", "x25519"))],
        dh_size=[Break(with_dh(base, 2048), ("suites-phase-out", "groups", "groups-phase-out"),
                       "DHE is to be phased out, and groups begin at ffdhe3072")],
        certificate_key=[Break(base.key("rsa2047"), ("certificate-key-phase-out",), subset),
                         Break(base.key("secp256k1"), ("certificate-key-phase-out",), subset)],
        certificate_key_phase_out=[base.key("rsa2048"), base.key("pss3071"), base.key("secp224r1")],
        certificate_key_issuers=[
            Break(server, ("certificate-key-issuers-phase-out",), subset)
            for server in (base.issuer(ecdsa="secp192r1"), base.leaf(signed="rsa-sha256").issuer(rsa="rsa2047"))],
        certificate_key_issuers_phase_out=[base.issuer(ecdsa="secp224r1"),
                                           base.leaf(signed="rsa-sha256").issuer(rsa="rsa3071")],
        certificate_signature=[Break(server, ("certificate-signature-phase-out",), subset)
                               for server in (base.leaf(signed="ecdsa-sha1"), base.issuer(signed="rsa-sha1"))],
        certificate_signature_phase_out=[base.leaf(signed="ecdsa-sha224"), base.issuer(signed="rsa-sha224")],
        key_exchange_signature=[Break(signing(base, "SHA1"), ("key-exchange-signature-phase-out",), SHA1_TOO)],
        key_exchange_signature_phase_out=[signing(base, "SHA224")])


AT_INTERNET_NL = {
    "suites": "tls-ciphers", "suites-phase-out": "tls-ciphers-phase-out", "suites-order": "tls-cipher-order",
    "groups": "fs-params", "groups-phase-out": "fs-params-phase-out", "dh-size": "fs-params-dh-size",
    "certificate-key": "cert-pubkey", "certificate-key-phase-out": "cert-pubkey-phase-out",
    "certificate-key-issuers": "cert-pubkey-issuers",
    "certificate-key-issuers-phase-out": "cert-pubkey-issuers-phase-out",
    "certificate-signature": "cert-signature", "certificate-signature-phase-out": "cert-signature-phase-out",
    "key-exchange-signature": "kex-hash-func", "key-exchange-signature-phase-out": "kex-hash-func-phase-out"}


def internet_nl():
    """What it tests is what NCSC-NL asks, but that it knows no RSASSA-PSS in certificates."""
    asked = ncsc()

    def named(one):
        at = tuple(AT_INTERNET_NL[rule] for rule in one.along) if isinstance(one, Break) else ()
        return Break(one.server, at, one.why) if at else one

    asked.breaks = {AT_INTERNET_NL[rule]: [named(one) for one in servers] for rule, servers in asked.breaks.items()}
    asked.breaks["cert-signature"].append(Break(asked.base.leaf(signed="pss-sha256"), ("cert-signature-phase-out",),
                                                "neither list has RSASSA-PSS"))
    return asked


def nist():
    base = modern(EC_128, RSA_256, tls13=(A128, A256), groups=("secp256r1",), leaves=leaves(
        signed="ecdsa-sha224", days=1096, issuer=Issuer(ecdsa="secp224r1", rsa="rsa2048", signed="rsa-sha224")))
    return row(
        base, (base.but(groups=("secp384r1",)), base.accepts("TLS 1.2", EC_CBC), base.key("secp384r1")),
        (newer_key(base), base.key("ed25519")),
        suites=[base.accepts("TLS 1.2", EC_CHACHA), base.accepts("TLS 1.3", CHACHA)],
        suites_rsa_transport=[base.accepts("TLS 1.2", TRANSPORT)],
        suites_order=[base.accepts("TLS 1.2", EC_CBC).but(order="client"), base.plays("TLS 1.2", EC_CBC, EC_128)],
        groups_listed=[base.but(groups=("x25519", "secp256r1"))],
        dh_size=[Break(with_dh(base, 1536), ("groups-listed",), "groups begin at ffdhe2048")],
        certificate_key=[base.key("rsa2047"), Break(base.key("secp192r1"), ("certificate-curve",),
                                                    "the curves that are listed are longer")],
        certificate_key_issuers=[base.issuer(ecdsa="secp192r1"), base.leaf(signed="rsa-sha224").issuer(rsa="rsa2047")],
        certificate_curve=[base.key("secp224r1"), base.key("secp521r1")],
        certificate_signature=[base.leaf(signed="ecdsa-sha1"), base.leaf(signed="rsa-md5"),
                               base.issuer(signed="rsa-sha1")],
        certificate_names=[Break(base.leaf(names=()), ("certificate-name",), "no name names the host")])


def uk():
    base = modern(EC_128, RSA_128)
    return row(base, (base.key("secp521r1"), base.leaf(signed="pss-sha384"), base.without("TLS 1.2")),
               (newer_key(base), base.key("ed448")),
               versions_tls12=[Break(Server((("TLS 1.1", (OLD_EC, OLD_RSA)),)), ("versions-tls13",),
                                     "it has neither, and TLS 1.3 is asked for too")],
               certificate_key=[base.key("rsa2047"), base.key("secp224r1"), base.key("brainpoolP256r1")],
               certificate_signature=[base.leaf(signed="rsa-sha224"), base.leaf(signed="ecdsa-sha1")])

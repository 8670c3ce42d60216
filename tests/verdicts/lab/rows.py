"""The table: for each policy the servers that just pass, and for each rule those that break it.

Written by hand from docs/policies and the documents behind them: what a server is made to break is not asked of the
program under test. Only bounds that a rule states as numbers or versions are read from its JSON (`check`).

`along` names the rules that fall too, and must be exactly those: they cannot be kept by a server that breaks the rule.
"""
import dataclasses
import json

from servers import REPOSITORY, Leaf, Server

ROLES = ("mx", "mx-mandatory", "submission", "submissions")
POLICIES = {path.stem: json.loads(path.read_text()) for path in sorted((REPOSITORY / "report/policy").glob("*.json"))}
# No probe asks for any feature yet, but this one is seen in passing.
SEEN_FEATURES = ("sha1_key_exchange",)
IN_THE_CLEAR = ("starttls_offered", "no_auth_before_tls", "no_plaintext_after_starttls")


def tls(words):
    """TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 for ECDHE_RSA.AES_128_GCM_SHA256."""
    return "TLS_" + words.replace(".", "_WITH_")


A128, A256 = "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"
CHACHA, CCM = "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256"
EC_128, EC_256 = tls("ECDHE_ECDSA.AES_128_GCM_SHA256"), tls("ECDHE_ECDSA.AES_256_GCM_SHA384")
EC_CHACHA, EC_CBC = tls("ECDHE_ECDSA.CHACHA20_POLY1305_SHA256"), tls("ECDHE_ECDSA.AES_128_CBC_SHA256")
RSA_128, RSA_256 = tls("ECDHE_RSA.AES_128_GCM_SHA256"), tls("ECDHE_RSA.AES_256_GCM_SHA384")
RSA_CHACHA, RSA_RC4 = tls("ECDHE_RSA.CHACHA20_POLY1305_SHA256"), tls("ECDHE_RSA.RC4_128_SHA")
DHE_128, DHE_SHA1 = tls("DHE_RSA.AES_128_GCM_SHA256"), tls("DHE_RSA.AES_128_CBC_SHA")
TRANSPORT, NULL = tls("RSA.AES_128_GCM_SHA256"), tls("RSA.NULL_SHA256")
OLD_RSA, OLD_EC = tls("RSA.AES_128_CBC_SHA"), tls("ECDHE_ECDSA.AES_128_CBC_SHA")
TRIPLE_DES, ANONYMOUS = tls("RSA.3DES_EDE_CBC_SHA"), tls("ECDH_anon.AES_128_CBC_SHA")
SSL2 = "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"


@dataclasses.dataclass
class Break:
    server: Server
    along: tuple = ()
    why: str = ""  # the rules along cannot be kept


@dataclasses.dataclass
class Row:
    """`edges`: servers that pass too. `breaks`: by rule a list of Break, or of servers that break it alone."""

    base: Server
    edges: tuple = ()
    breaks: dict = dataclasses.field(default_factory=dict)


def modern(*tls12, tls13=(A128, A256, CHACHA), **fields):
    return Server((("TLS 1.2", tls12), ("TLS 1.3", tls13)), **fields)


def leaves(ec="secp256r1", rsa="rsa2048", **fields):
    return (Leaf(key=ec, **fields), Leaf(key=rsa, **fields))


def old_suite(server, version):
    """One that shows no other certificate than the server has. (ECDHE in SSL 3 is what JSSE does.)"""
    if version == "SSL 2":
        return SSL2
    return OLD_EC if any(leaf.kind == "ecdsa" for leaf in server.leaves) else OLD_RSA


def with_dh(server, bits):
    return server.accepts("TLS 1.2", DHE_128).but(dh_bits=bits)


def by_kind(rule, server):
    """Servers that break a rule of this kind, whatever the policy; None if that depends on the policy."""
    check = rule["check"]
    kind = check["kind"]
    if kind == "versions_forbidden":
        return [server.accepts(version, old_suite(server, version)) for version in check["versions"]]
    if kind == "versions_required":
        return [server.without(version) for version in check["versions"]]
    if kind == "dh_bits":
        return [with_dh(server, check["bits"] // 512 * 512 - 512)]
    if kind == "certificate_validity":
        return [server.leaf(days=check["days"] + 1)]
    if kind == "server_order":
        return [server.but(order="client" if check["wanted"] else "server")]
    return {
        "certificate_dates": [server.leaf(age=100, days=99), server.leaf(age=-1)],
        # Only where it is signed as a CA would sign it: an RSA key signs in no other way.
        "certificate_trusted": [server.but(leaves=tuple(
            dataclasses.replace(leaf, own=leaf.signed.startswith(leaf.kind)) for leaf in server.leaves))],
        "certificate_name": [server.leaf(names=("www.lab.example", "lab.example"))],
        "certificate_no_wildcard": [server.leaf(names=("mail.lab.example", "*.lab.example"))],
        "starttls_offered": [server.but(behaviour="no-starttls")],
        "no_auth_before_tls": [server.but(behaviour="auth-before-tls")],
        "no_plaintext_after_starttls": [server.but(behaviour="inject")],
        # TLS 1.3 cannot sign with SHA-1; in TLS 1.2 the server's order decides.
        "feature": [server.but(order="server", signatures="ECDSA+SHA1:RSA+SHA1:ECDSA+SHA256:RSA-PSS+SHA256")],
    }.get(kind)


def row(base, edges=(), **breaks):
    return Row(base, edges, {rule.replace("_", "-"): broken for rule, broken in breaks.items()})


def anssi():
    base = modern(EC_128, RSA_256, leaves=leaves(signed="ecdsa-sha224"))
    return row(
        base,
        suites=[base.accepts("TLS 1.2", TRANSPORT)],
        suites_degraded=[base.accepts("TLS 1.2", EC_CBC)],
        groups=[base.but(groups=("secp256k1", "secp256r1"))],
        dh_size=[Break(with_dh(base, 1536), ("suites-degraded", "groups"),
                       "DHE is degraded everywhere, and groups begin at ffdhe2048")],
        certificate_key=[base.key("rsa2047"), base.key("secp224r1")],
        certificate_signature=[base.leaf(signed="ecdsa-sha1")])


def bsi_02102():
    base = modern(EC_128, RSA_256, tls13=(A128, A256), leaves=leaves(rsa="rsa3000"), groups=("secp256r1", "secp384r1"))
    return row(
        base, (base.accepts("TLS 1.2", EC_CBC), base.key("pss3000").leaf(signed="pss-sha256")),
        suites=[base.accepts("TLS 1.2", TRANSPORT), base.accepts("TLS 1.2", EC_CHACHA),
                base.accepts("TLS 1.3", CHACHA)],
        suites_until_2026=[base.accepts("TLS 1.2", tls("ECDH_ECDSA.AES_128_GCM_SHA256"))],
        suites_until_2029=[with_dh(base, 3072)],
        groups=[base.but(groups=("x25519", "secp256r1"))],
        dh_size=[Break(with_dh(base, 2048), ("suites-until-2029", "groups"),
                       "DHE is recommended until 2029 only, and groups begin at ffdhe3072")],
        certificate_key=[base.key("rsa2999"), base.key("secp224r1"), base.key("pss2999"), base.key("ed25519")],
        certificate_signature=[Break(base.leaf(signed="ecdsa-sha224"), ("certificate-pss",),
                                     "certificate-pss has the same hashes; that of RSASSA-PSS is not seen")],
        certificate_pss=[base.leaf(signed="rsa-sha256")])


def bsi_mail(base):
    """What TR-03116-4 asks, and TR-03108 with it."""
    return dict(
        suites_required=[base.plays("TLS 1.2", EC_256, RSA_256)],
        suites_required_tls13=[base.plays("TLS 1.3", A256)],
        suites=[base.plays("TLS 1.2", EC_128, TRANSPORT), base.accepts("TLS 1.3", CHACHA)],
        certificate_key=[base.key("rsa3071"), base.key("secp224r1")],
        certificate_signature=[Break(base.leaf(signed="ecdsa-sha224"), ("certificate-pss",),
                                     "certificate-pss has the same hashes; that of RSASSA-PSS is not seen")],
        certificate_pss=[base.leaf(signed="rsa-sha256")])


BSI_MAIL = modern(EC_128, RSA_128, RSA_CHACHA, tls13=(A128, A256), leaves=leaves(rsa="rsa3072", days=1096),
                  groups=("brainpoolP256r1", "secp256r1"))


def bsi_03116():
    return row(BSI_MAIL, **bsi_mail(BSI_MAIL))


def bsi_03108():
    base = BSI_MAIL
    return row(base, **bsi_mail(base),
               suites_order=[base.but(order="client"), base.plays("TLS 1.2", RSA_CHACHA, EC_128, RSA_128)])


def mozilla_old():
    old = (tls("ECDHE_RSA.AES_128_CBC_SHA"), OLD_RSA, TRIPLE_DES)
    base = Server((("TLS 1.0", old), ("TLS 1.1", old), ("TLS 1.2", (RSA_128, DHE_128, *old)),
                   ("TLS 1.3", (A128, A256, CHACHA))), leaves=(Leaf("rsa2048", "rsa-sha256"),))
    ec = dataclasses.replace(base.leaves[0], key="secp256r1")
    return row(
        base, (base.but(dh_bits=1024), base.leaf(days=90)),
        suites=[base.plays("TLS 1.2", RSA_128, DHE_SHA1), base.accepts("TLS 1.3", CCM)],
        groups=[base.but(groups=("secp521r1",))],
        dh_size=[base.but(dh_bits=768)],
        certificate_key=[base.key("rsa2047"),
                         base.but(leaves=(*base.leaves, ec)).plays("TLS 1.2", RSA_128, EC_128, *old)],
        certificate_signature=[base.leaf(signed="rsa-sha384"), base.leaf(signed="ecdsa-sha256")],
        certificate_validity=[Break(base.leaf(days=367), ("certificate-validity-90",), "367 days are more than 90")])


def mozilla_intermediate():
    base = modern(EC_128, RSA_256, RSA_CHACHA, order="client")
    return row(
        base, (base.key("secp384r1").leaf(signed="ecdsa-sha512"), base.leaf(signed="rsa-sha256")),
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
        base, (base.key("secp256r1").leaf(signed="ecdsa-sha384"),),
        versions=[tls12, *(base.plays(version, OLD_EC) for version in ("SSL 3", "TLS 1.0", "TLS 1.1")),
                  Break(ssl2, ("certificate-key",), "SSL 2 has RSA certificates only")],
        versions_offered=[Break(tls12.without("TLS 1.3"), ("versions",), "some version must be there")],
        suites=[base.accepts("TLS 1.3", CCM)],
        groups=[base.but(groups=("secp521r1",))],
        certificate_key=[base.but(leaves=(Leaf("rsa2048"),)), base.key("secp521r1")],
        certificate_signature=[base.leaf(signed="rsa-sha256"), base.leaf(signed="ecdsa-sha224")])


def ncsc():
    base = modern(EC_128, RSA_CHACHA, leaves=leaves(rsa="rsa3072"), groups=("x25519",))
    subset = "what is to be phased out leaves out what is insufficient"
    return row(
        base, (base.but(order="client"), base.key("ed25519").key("pss3072"), base.key("ed448")),
        suites=[base.accepts("TLS 1.2", TRANSPORT)],
        suites_phase_out=[base.accepts("TLS 1.2", EC_CBC)],
        suites_order=[Break(base.plays("TLS 1.2", EC_CBC, EC_128), ("suites-phase-out",),
                            "to come first, a suite to be phased out must be there")],
        groups=[Break(base.but(groups=("secp256k1", "x25519")), ("groups-phase-out",), subset)],
        groups_phase_out=[base.but(groups=("secp224r1", "x25519"))],
        dh_size=[Break(with_dh(base, 2048), ("suites-phase-out", "groups", "groups-phase-out"),
                       "DHE is to be phased out, and groups begin at ffdhe3072")],
        certificate_key=[Break(base.key("rsa2047"), ("certificate-key-phase-out",), subset)],
        certificate_key_phase_out=[base.key("rsa2048"), base.key("secp224r1")],
        certificate_signature=[Break(base.leaf(signed="ecdsa-sha1"), ("certificate-signature-phase-out",), subset)],
        certificate_signature_phase_out=[base.leaf(signed="ecdsa-sha224")])


def nist():
    base = modern(EC_128, RSA_256, tls13=(A128, A256), leaves=leaves("secp224r1", signed="ecdsa-sha224", days=1096),
                  groups=("secp256r1",))
    return row(
        base, (base.but(groups=("secp384r1",)), base.accepts("TLS 1.2", EC_CBC)),
        suites=[base.accepts("TLS 1.2", EC_CHACHA), base.accepts("TLS 1.3", CHACHA)],
        suites_rsa_transport=[base.accepts("TLS 1.2", TRANSPORT)],
        suites_order=[base.accepts("TLS 1.2", EC_CBC).but(order="client"), base.plays("TLS 1.2", EC_CBC, EC_128)],
        groups_listed=[base.but(groups=("x25519", "secp256r1"))],
        dh_size=[Break(with_dh(base, 1536), ("groups-listed",), "groups begin at ffdhe2048")],
        certificate_key=[base.key("rsa2047"), base.key("secp192r1")],
        certificate_signature=[base.leaf(signed="ecdsa-sha1"), base.leaf(signed="rsa-md5")],
        certificate_names=[Break(base.leaf(names=()), ("certificate-name",), "no name names the host")])


def pci():
    base = modern(EC_128, RSA_CHACHA, leaves=leaves("secp224r1", signed="ecdsa-sha224"))
    listed = "no suite that this forbids is on the list of TLS 1.2; in older versions the version is forbidden"
    cbc = "without RC4, NULL and MD5 all of that version is CBC"
    dhe = base.plays("TLS 1.2", EC_128, tls("DHE_RSA.CHACHA20_POLY1305_SHA256"))
    early = [Break(base.accepts("SSL 2", SSL2), ("suites-weak", "suites-sweet32"), "SSL 2 has MD5, and this one 3DES"),
             Break(base.accepts("SSL 3", OLD_RSA), ("suites-beast",), cbc),
             Break(base.accepts("TLS 1.0", OLD_RSA), ("suites-beast",), cbc)]

    def beyond(suite):
        return [Break(base.accepts("TLS 1.2", suite), ("suites-nessus",), listed)]

    return row(
        base, (dhe.but(dh_bits=2048),),
        versions_early_tls=early,
        suites_weak=beyond(NULL),
        suites_rc4=beyond(RSA_RC4),
        suites_anonymous=beyond(ANONYMOUS),
        suites_sweet32=beyond(TRIPLE_DES),
        suites_beast=[Break(one.server, ("versions-early-tls",), "it is about these versions") for one in early[1:]],
        suites_nessus=[base.accepts("TLS 1.2", TRANSPORT)],
        dh_size=[dhe.but(dh_bits=1536)],
        certificate_key=[base.key("rsa2047"), base.key("secp192r1")],
        certificate_signature=[base.leaf(signed="ecdsa-sha1"), base.leaf(signed="rsa-md5")])


def rfc8997():
    base = modern(EC_128, OLD_RSA)
    return row(base, suites_anonymous=[base.accepts("TLS 1.2", ANONYMOUS)])


def rfc9325():
    base = modern(EC_128, leaves=leaves("secp224r1", signed="ecdsa-sha224"))
    return row(
        base, (base.accepts("TLS 1.2", EC_CBC),),
        versions=[*(base.plays(version, OLD_EC) for version in ("SSL 3", "TLS 1.0", "TLS 1.1")),
                  Break(base.plays("SSL 2", SSL2), ("suites-weak",), "SSL 2 has RSA key transport only")],
        suites_broken=[base.accepts("TLS 1.2", RSA_RC4),
                       Break(base.accepts("TLS 1.2", NULL), ("suites-weak",), "less than 112 bits are less than 128")],
        suites_weak=[base.accepts("TLS 1.2", TRANSPORT), with_dh(base, 2048)],
        suites_recommended=[base.plays("TLS 1.2", EC_CHACHA)],
        dh_size=[Break(with_dh(base, 1536), ("suites-weak",), "DHE should not be negotiated at all")],
        certificate_key=[base.key("rsa2047"), base.key("secp192r1")],
        certificate_signature=[base.leaf(signed="ecdsa-sha1"), base.leaf(signed="rsa-md5")])


ROWS = {
    "anssi-1.2": anssi(), "bsi-tr-02102-2-2026-01": bsi_02102(), "bsi-tr-03108": bsi_03108(),
    "bsi-tr-03116-4": bsi_03116(), "mozilla-5.7-old": mozilla_old(), "mozilla-6.0-intermediate": mozilla_intermediate(),
    "mozilla-6.0-modern": mozilla_modern(), "ncsc-nl-2025-05": ncsc(), "nist-800-52r2": nist(), "pci-dss-4.0.1": pci(),
    "rfc8996": row(modern(EC_128, OLD_RSA)), "rfc8997-submission": rfc8997(), "rfc9325": rfc9325(),
}

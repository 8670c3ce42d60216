"""What the table is made of: suites, rows, and the servers that break a rule of a kind, whatever the policy."""
import dataclasses
import json
import re

from servers import DAY, REPOSITORY, Leaf, Server

ROLES = ("mx", "mx-mandatory", "submission", "submissions")
POLICIES = {path.stem: json.loads(path.read_text()) for path in sorted((REPOSITORY / "report/policy").glob("*.json"))}
# No probe asks for it yet, but it is seen in passing.
SEEN_FEATURES = ("sha1_key_exchange",)
IN_THE_CLEAR = ("starttls_offered", "no_auth_before_tls", "no_plaintext_after_starttls")
# What a check rests on: to be asked at all, and to be passed, since what is seen in passing can be at fault.
ASKED_BY = {"groups_required": "key_exchange_groups_accepted", "groups_preferred": "key_exchange_groups_order"}
PASSED_BY = {"groups_allowed": "key_exchange_groups_accepted", "schemes_allowed": "key_exchange_signatures_accepted"}


def listed(path, line):
    return re.findall(line, (REPOSITORY / path).read_text(), re.M)


AWAITED = {name for name in listed("scanner/model/observations.def", r"^AWAITED\((\w+),")}
FEATURES = {name: (observation, phrase) for name, observation, phrase in
            listed("report/policy/features.def", r'^FEATURE\((\w+), (\w+), "(.*)"\)')}


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
STATIC_DH, STATIC_ECDH = tls("DH_RSA.AES_128_GCM_SHA256"), tls("ECDH_ECDSA.AES_128_GCM_SHA256")
TRANSPORT, SHARED_SECRET = tls("RSA.AES_128_GCM_SHA256"), tls("PSK.AES_128_GCM_SHA256")
NULL, EC_NULL = tls("RSA.NULL_SHA256"), tls("ECDHE_ECDSA.NULL_SHA")
OLD_RSA, OLD_EC = tls("RSA.AES_128_CBC_SHA"), tls("ECDHE_ECDSA.AES_128_CBC_SHA")
TRIPLE_DES, EC_TRIPLE_DES = tls("RSA.3DES_EDE_CBC_SHA"), tls("ECDHE_ECDSA.3DES_EDE_CBC_SHA")
ANONYMOUS = tls("ECDH_anon.AES_128_CBC_SHA")
SSL2 = "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"


@dataclasses.dataclass
class Break:
    server: Server
    along: tuple = ()
    why: str = ""  # the rules along cannot be kept

    def but(self, server, *along, why=""):
        """Another server, with more that cannot be kept."""
        return Break(server, (*self.along, *along), ", and ".join(one for one in (self.why, why) if one))


@dataclasses.dataclass
class Row:
    """`edges`: servers that pass too; `newer`: those that have something newer than the document, which it does not
    judge. `shown`, `chained`: where the base shows no certificates, or no issuers, a Break that does, on which rules
    about them are broken. `breaks`: by rule a list of Break, or of servers that break it alone.
    """

    base: Server
    edges: tuple = ()
    newer: tuple = ()
    shown: Break = None
    chained: Break = None
    breaks: dict = dataclasses.field(default_factory=dict)


def row(base, edges=(), newer=(), shown=None, chained=None, **breaks):
    return Row(base, edges, newer, shown, chained,
               {rule.replace("_", "-"): broken for rule, broken in breaks.items()})


def modern(*tls12, tls13=(A128, A256, CHACHA), **fields):
    return Server((("TLS 1.2", tls12), ("TLS 1.3", tls13)), **fields)


def leaves(ec="secp256r1", rsa="rsa2048", **fields):
    return (Leaf(key=ec, **fields), Leaf(key=rsa, **fields))


def newer_key(server):
    """With ML-DSA instead of RSA: of a kind that came after the documents."""
    return server.but(leaves=tuple(dataclasses.replace(leaf, key="mldsa87") if leaf.kind == "rsa" else leaf
                                   for leaf in server.leaves))


def old_suite(server, version):
    """One that shows no other certificate than the server has. (ECDHE in SSL 3 is what JSSE does.)"""
    if version == "SSL 2":
        return SSL2
    return OLD_EC if any(leaf.kind == "ecdsa" for leaf in server.leaves) else OLD_RSA


def with_old(server, *versions):
    return [server.accepts(version, old_suite(server, version)) for version in versions]


def with_dh(server, bits):
    return server.accepts("TLS 1.2", DHE_128).but(dh_bits=bits)


def of_kind(rule, server):
    """Servers that break a rule of this kind; none if that depends on the policy."""
    check = rule["check"]
    kind, leaf, issuer = check["kind"], check.get("of") != "issuers", check.get("of") in ("issuers", "all")
    if kind == "versions_forbidden":
        return with_old(server, *check["versions"])
    if kind == "versions_required":
        # Without any of them there must be an older one.
        return [] if check.get("any") else [server.without(version) for version in check["versions"]]
    if kind == "dh_bits":
        return [with_dh(server, check["bits"] // 512 * 512 - 512)]
    if kind == "certificate_validity":
        days = check["days"] + 1
        return [server.leaf(days=days)] * leaf + [server.issuer(days=days)] * issuer
    if kind == "certificate_dates":
        over, not_yet = dict(age=100, days=99), dict(age=-1)
        servers = ([server.leaf(**over), server.leaf(**not_yet)] * leaf +
                   [server.issuer(**over), server.issuer(**not_yet)] * issuer)
        return [Break(one, ("certificate_trusted",), "nobody trusts what is out of its dates")
                if one.is_verifiable() else one for one in servers]
    if kind == "feature":
        return of_feature(check["feature"], server, leaf, issuer)
    if kind == "certificate_trusted":
        return [server.issuer(root="Other Root"), *signed_by_itself(server)]
    if kind == "server_order":
        return [server.but(order="client" if check["wanted"] else "server")]
    return {
        "certificate_name": [server.leaf(names=("www.lab.example", "lab.example"))],
        "certificate_no_wildcard": [server.leaf(names=("mail.lab.example", "*.lab.example"))],
        "starttls_offered": [server.but(behaviour="no-starttls")],
        "no_auth_before_tls": [server.but(behaviour="auth-before-tls")],
        "no_plaintext_after_starttls": [server.but(behaviour="inject")],
    }.get(kind, [])


def that_names_nobody(row):
    """A server with nobody to ask about revocation, and nothing stapled; its handshakes are completed."""
    return (row.chained.server if row.chained else row.base).leaf(ocsp=False, crl=False, staple="")


def signed_by_itself(server):
    """Only where it is signed as a CA would sign it: an RSA key signs in no other way."""
    own = server.but(leaves=tuple(
        dataclasses.replace(leaf, own=leaf.signed.startswith(leaf.kind)) for leaf in server.leaves))
    along = ("status_request",) if own.speaks() else ()
    return [Break(own, along, "nobody but an issuer signs OCSP answers" if along else "")]


def of_feature(feature, server, leaf, issuer):
    """Servers that break a rule about it, in the leaf or in what is sent behind it."""
    unsigned = tuple(dataclasses.replace(one, usage="critical,keyEncipherment") if one.key.startswith("rsa") else one
                     for one in server.leaves)
    return {
        "sha1_key_exchange": [signing(server, "SHA1")],
        "sni_ignored": [server.but(refuses=who) for who in ("unknown", "none", "both")],
        "status_request": [server.leaf(staple=""), Break(
            server.leaf(staple="revoked"), ("certificate_not_revoked",), "what is stapled says that it is revoked")],
        "certificate_not_revoked": [
            Break(server.leaf(staple="revoked"), ("status_request",), "good is not what is stapled")],
        "certificate_usage": [server.leaf(purposes=""), Break(
            server.leaf(purposes="clientAuth"), ("certificate_trusted",), "it is trusted for another use only")],
        "certificate_any_usage": [server.leaf(purposes="serverAuth,anyExtendedKeyUsage")],
        "certificate_key_usage":
            [server.leaf(usage="digitalSignature,keyEncipherment"), Break(
                server.leaf(usage=""), ("certificate_key_signs",), "without keyUsage it does not say that it signs")] *
            leaf + [server.issuer(usage="keyCertSign,cRLSign"), server.issuer(usage="")] * issuer,
        # A key of ECDSA that may not sign shows itself in no suite.
        "certificate_key_signs": [server.but(leaves=unsigned)],
        "certificate_revocation": [Break(server.leaf(ocsp=False, crl=False), ("certificate_ocsp_named",),
                                         "it names nothing")] * leaf + [server.issuer(crl=False)] * issuer,
        "certificate_ocsp_named": [server.leaf(ocsp=False)],
        "certificate_ca_constraints": [server.issuer(constraints="critical,CA:TRUE"),
                                       server.issuer(constraints="CA:TRUE,pathlen:0")],
        "certificate_scts": [server.leaf(scts=0)],
    }.get(feature, [])


def signing(server, digest):
    """Key exchanges of TLS 1.2 with this hash. TLS 1.3 cannot; in TLS 1.2 the server's order decides."""
    return server.but(order="server", signatures="ECDSA+{0}:RSA+{0}:ECDSA+SHA256:RSA-PSS+SHA256".format(digest))


def asked_about(rule):
    """The word for what the rule asks: its feature or its kind."""
    return rule["check"].get("feature", rule["check"]["kind"])


def within(broken, rule, rules):
    """Of the kinds that fall along, the rules of this policy."""
    along = tuple(one["id"] for one in rules if asked_about(one) in broken.along and one is not rule)
    return Break(broken.server, along, broken.why if along else "")


def breaks_of(row, rule, rules):
    """The Breaks of a rule, one of `rules`: the policy's own, or those of its kind."""
    one, asked = Break(row.base), asked_about(rule)
    if asked.startswith("certificate_") or asked == "status_request":
        one = row.shown or one
        # A stapled answer comes in a handshake, as issuers do.
        completed = asked in ("status_request", "certificate_not_revoked", "certificate_ca_constraints")
        one = row.chained or one if completed or rule["check"].get("of") in ("issuers", "all") else one
    if row.breaks.get(rule["id"]):
        return [one if isinstance(one, Break) else Break(one) for one in row.breaks[rule["id"]]]
    broken = [within(each if isinstance(each, Break) else Break(each), rule, rules)
              for each in of_kind(rule, one.server)]
    return [one.but(each.server, *each.along, why=each.why) for each in broken]


def level(rule, role):
    """Of a rule that holds on the day."""
    if not rule.get("from", "") <= DAY <= rule.get("until", DAY):
        return None
    return rule["level"] if isinstance(rule["level"], str) else rule["level"].get(role)


def is_unasked(rule):
    """Whether no probe makes yet what the rule waits for."""
    check = rule["check"]
    if check["kind"] == "feature":
        return check["feature"] not in SEEN_FEATURES and FEATURES[check["feature"]][0] in AWAITED
    return ASKED_BY.get(check["kind"]) in AWAITED


def is_seen_in_passing(rule):
    """Whether what is seen can break the rule, and no probe makes yet what would pass it."""
    check = rule["check"]
    awaits = FEATURES[check["feature"]][0] if check["kind"] == "feature" else PASSED_BY.get(check["kind"])
    return awaits in AWAITED and not is_unasked(rule)


def unasked_words(rule):
    """What the verdict says was not asked."""
    check = rule["check"]
    if check["kind"] == "feature":
        return FEATURES[check["feature"]][1]
    return "the order of groups" if check["kind"] == "groups_preferred" else check["groups"][0]


def where_it_asks(rule, server):
    """A server that would break the rule, or at least is asked about it."""
    check = rule["check"]
    if check["kind"] == "groups_required":
        server = server.but(groups=("secp521r1",))
    if check.get("only_with_cbc"):
        server = server.accepts("TLS 1.2", EC_CBC)
    if check.get("only_with_old"):
        server = server.accepts("TLS 1.1", OLD_RSA)
    return server.without("TLS 1.3") if check.get("only_without_tls13") else server

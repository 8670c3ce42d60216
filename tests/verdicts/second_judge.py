"""A second reading of the documents' lists of versions and suites, by people's eyes and by IANA's names: it shares nothing
with the program or with its policies, and must come to the same cells.

LISTS: each list of suites that a policy names. Most are in tests/data/policy_lists.json, which was made from the documents'
own machine-readable data or typed from their tables; the others are given here as a pattern over the names that are
registered (tests/data/registry/tshark_suites.tsv), as the document describes them.
RULES: for each policy the rules about versions and suites, as a function of a cell that is accepted: does it offend?
"""
import json
import pathlib
import re

DATA = pathlib.Path(__file__).resolve().parents[1] / "data"
# The draft of ChaCha20-Poly1305 that browsers spoke before RFC 7905 counts as the suite it became.
DRAFTS = {"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256_OLD", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256_OLD",
          "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256_OLD"}
# Numbers that were never registered, and proposals that became none: RFC 10015 lists what IANA has.
UNREGISTERED = re.compile(r".*(SALSA20|EXPORT1024).*|TLS_DHE_DSS_WITH_RC4_128_SHA")

# BSI TR-02102-2 table 5, ANSSI annex A.2, RFC 10015 appendices, RFC 9325 section 4.2, CNSA 2.0 profile for TLS 1.3.
PATTERNS = {
    "rfc10015.rsa": r"TLS_RSA_(EXPORT_|PSK_)?WITH_.*",
    "rfc10015.dh": r"TLS_DH_(DSS|RSA|anon)_.*",
    "rfc10015.ecdh": r"TLS_ECDH_(ECDSA|RSA|anon)_.*",
    "rfc10015.dhe": r"TLS_(DHE_(DSS|RSA|PSK)|PSK_DHE)_.*",
    "bcp195.ecdhe-aead": r"TLS_ECDHE_(ECDSA|RSA)_WITH_.*(GCM|CCM|CCM_8|POLY1305)(_SHA\d+)?(_OLD)?",
    "rfc9325.ecdhe-aead": r"TLS_ECDHE_(ECDSA|RSA)_WITH_.*(GCM|CCM|CCM_8|POLY1305)(_SHA\d+)?(_OLD)?",
    "bcp195.forward-secrecy": r"TLS_ECDHE_(ECDSA|RSA)_WITH_(?!NULL|RC4).*",
    "rfc9325.forward-secrecy": r"TLS_(DHE_(DSS|RSA)|ECDHE_(ECDSA|RSA))_WITH_(?!NULL|RC4|DES_).*",
    "bsi.tr02102.tab5.2031": r"TLS_ECDHE_PSK_WITH_AES_(128_(CBC|GCM|CCM)_SHA256|256_(CBC|GCM)_SHA384)",
    "bsi.tr02102.tab5.2029": r"TLS_DHE_PSK_WITH_AES_(128_(CBC|GCM)_SHA256|256_(CBC|GCM)_SHA384|(128|256)_CCM)",
    "bsi.tr02102.tab5.2026": r"TLS_RSA_PSK_WITH_AES_(128_(CBC|GCM)_SHA256|256_(CBC|GCM)_SHA384)",
    "anssi.degraded-psk": r"TLS_(ECDHE|DHE)_PSK_WITH_(AES|CAMELLIA|ARIA)_(128_(CBC|GCM|CCM)_SHA256|256_(CBC|GCM)_SHA384)"
                          r"|TLS_DHE_PSK_WITH_(AES_(128|256)_CCM|CHACHA20_POLY1305_SHA256)",
    "cnsa2.tls13": r"TLS_AES_256_GCM_SHA384",
    # Microsoft's table of 2020 for Exchange Online.
    "exchange-online.2020": r"TLS_ECDHE_RSA_WITH_AES_(256_GCM_SHA384|128_GCM_SHA256|256_CBC_SHA384|128_CBC_SHA256|(256|128)_CBC_SHA)"
                            r"|TLS_RSA_WITH_AES_(256_GCM_SHA384|128_GCM_SHA256)",
}

OLD = ("SSL 2", "SSL 3", "TLS 1.0", "TLS 1.1")


def lists():
    """Each list of suites by its name: a set of IANA names."""
    facts = json.loads((DATA / "policy_lists.json").read_text())
    found = {name: {suite["iana"] for suite in suites} for name, suites in facts.items()}
    rows = (DATA / "registry/tshark_suites.tsv").read_text().splitlines()
    names = {row.split("\t")[1] for row in rows if row and not row.startswith("#")}
    for name, pattern in PATTERNS.items():
        is_registry = name.startswith("rfc10015")
        all_names = {one for one in names if not UNREGISTERED.fullmatch(one)} if is_registry else names | DRAFTS
        found[name] = {suite for suite in all_names if re.fullmatch(pattern, suite)}
    return found


LISTS = lists()


def listed(*names):
    return set().union(*(LISTS[name] for name in names))


def versions(*which):
    return lambda version, suite: version in which


def outside(allowed):
    """Suites by version; a version that is not there is left to the rule about versions."""
    return lambda version, suite: version in allowed and suite not in allowed[version]


def among(suites, only=None):
    return lambda version, suite: suite in suites and (only is None or version in only)


def named(pattern, only=None):
    """A cell whose suite's name holds the pattern."""
    return lambda version, suite: re.search(pattern, suite) is not None and (only is None or version in only)


# Strength in bits, as the ciphers of the names have it: 3DES counts 112.
BELOW_112 = r"NULL|EXPORT|_DES_CBC|DES40|RC2_CBC_40|RC4_40|DES_64"
BELOW_128 = BELOW_112 + r"|3DES|DES_192_EDE3"
BLOCK_64 = r"3DES|DES_192|_DES_|DES40|IDEA|RC2|28147|DES_64"
CBC = r"_CBC_"
EPHEMERAL = r"^TLS_(ECDHE|DHE|AES|CHACHA20|SM4|SHA)_"

BSI_TLS12_2026 = listed("bsi.tr02102.tab3.2031", "bsi.tr02102.tab3.2029", "bsi.tr02102.tab4.2026",
                        "bsi.tr02102.tab5.2031", "bsi.tr02102.tab5.2029", "bsi.tr02102.tab5.2026")
BSI_MORE = {"TLS_RSA_PSK_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"}
BSI_SUITES = outside({"TLS 1.3": listed("bsi.tr02102.tls13"), "TLS 1.2": BSI_TLS12_2026})
BSI_SUITES_MORE = outside({"TLS 1.3": listed("bsi.tr02102.tls13"), "TLS 1.2": BSI_TLS12_2026 | BSI_MORE})
NCSC_ALL = listed("ncsc2025.good", "ncsc2025.sufficient", "ncsc2025.phaseout")
ANSSI_DEGRADED = listed("anssi.degraded", "anssi.degraded-psk")
ANSSI_ALL = listed("anssi.recommended") | ANSSI_DEGRADED
NIST_OLD = listed("nist.all.ecdsa", "nist.all.rsa") | {
    "TLS_DHE_DSS_WITH_AES_128_CBC_SHA", "TLS_DHE_DSS_WITH_AES_256_CBC_SHA", "TLS_DH_DSS_WITH_AES_128_CBC_SHA",
    "TLS_DH_DSS_WITH_AES_256_CBC_SHA", "TLS_DH_RSA_WITH_AES_128_CBC_SHA", "TLS_DH_RSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA", "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA", "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_256_CBC_SHA"}
NIST_TLS12 = listed("nist.tls12.ecdsa", "nist.all.ecdsa", "nist.tls12.rsa", "nist.all.rsa", "nist.dsa", "nist.dh_dss",
                    "nist.dh_rsa", "nist.ecdh_ecdsa", "nist.ecdh_rsa", "nist.appD.rsa_kx")


def mozilla(name, tls12):
    allowed = {"TLS 1.3": listed(name + ".tls13")}
    allowed.update({version: listed(name + ".tls12") for version in tls12})
    return outside(allowed)


# As of the day of the saved scans, 2026-11-25.
DAY = "2026-11-25"
RULES = {
    "pci-dss-4.0.1": {
        "versions-early-tls": versions("SSL 2", "SSL 3", "TLS 1.0"), "versions-tls11": versions("TLS 1.1"),
        "suites-anonymous": named("_anon_"), "suites-rc4": named("RC4"), "suites-sweet32": named(BLOCK_64),
        "suites-weak": named(BELOW_112 + r"|IDEA|RC2|_MD5$"), "suites-beast": named(CBC, ("SSL 3", "TLS 1.0")),
        "suites-nessus": outside({"TLS 1.3": listed("pci-tenable-159543"), "TLS 1.2": listed("pci-tenable-159543")})},
    "nist-800-52r2": {
        "versions-tls10": versions("SSL 2", "SSL 3", "TLS 1.0"), "versions-tls11": versions("TLS 1.1"),
        "suites": outside({"TLS 1.3": listed("nist.tls13"), "TLS 1.2": NIST_TLS12, "TLS 1.1": NIST_OLD, "TLS 1.0": NIST_OLD}),
        "suites-rsa-transport": among(listed("nist.appD.rsa_kx"))},
    "rfc8997-submission": {"versions": versions(*OLD), "suites-anonymous": named("_anon_")},
    "rfc8996": {"versions-tls": versions("TLS 1.0", "TLS 1.1"), "versions-ssl3": versions("SSL 3"),
                "versions-ssl2": versions("SSL 2")},
    "rfc9325": {
        "versions": versions("TLS 1.0", "TLS 1.1"), "versions-ssl": versions("SSL 2", "SSL 3"),
        "suites-null": named("NULL"), "suites-broken": named("RC4|" + BELOW_112),
        "suites-weak": named(r"^TLS_(RSA|DH|ECDH|DHE)_|" + BELOW_128)},
    "bcp195-2026": {
        "versions": versions("TLS 1.0", "TLS 1.1"), "versions-ssl": versions("SSL 2", "SSL 3"),
        "suites-null": named("NULL"), "suites-broken": named("RC4|" + BELOW_112),
        "suites-static-dh": among(LISTS["rfc10015.dh"], ("TLS 1.2",)), "suites-dhe": among(LISTS["rfc10015.dhe"], ("TLS 1.2",)),
        "suites-rsa": among(LISTS["rfc10015.rsa"], ("TLS 1.2",)),
        "suites-weak": named(r"^TLS_ECDH_(ECDSA|RSA|anon)_|" + BELOW_128)},
    "mozilla-6.0-modern": {"versions": versions(*OLD, "TLS 1.2"), "suites": mozilla("mozilla.6.0.modern", ())},
    "mozilla-6.0-intermediate": {"versions": versions(*OLD), "suites": mozilla("mozilla.6.0.intermediate", ("TLS 1.2",))},
    "mozilla-5.8-old": {"versions": versions("SSL 2", "SSL 3"),
                        "suites": mozilla("mozilla.5.8.old", ("TLS 1.2", "TLS 1.1", "TLS 1.0"))},
    "mozilla-5.7-old": {"versions": versions("SSL 2", "SSL 3"),
                        "suites": mozilla("mozilla.5.7.old", ("TLS 1.2", "TLS 1.1", "TLS 1.0"))},
    "bsi-tr-02102-2-2026-01": {
        "versions": versions(*OLD), "versions-until-2031": versions(), "suites": BSI_SUITES,
        "suites-until-2026": among(listed("bsi.tr02102.tab4.2026")),
        "suites-until-2029": among(listed("bsi.tr02102.tab3.2029"))},
    "bsi-tr-03116-4": {"versions": versions(*OLD), "suites": BSI_SUITES_MORE},
    "bsi-tr-03108": {"versions": versions(*OLD), "suites": BSI_SUITES_MORE},
    "ncsc-nl-2025-05": {"versions": versions(*OLD), "suites": outside({"TLS 1.3": NCSC_ALL, "TLS 1.2": NCSC_ALL}),
                        "suites-phase-out": among(listed("ncsc2025.phaseout"))},
    "internet.nl-mail": {"tls-version": versions(*OLD), "tls-ciphers": outside({"TLS 1.3": NCSC_ALL, "TLS 1.2": NCSC_ALL}),
                         "tls-ciphers-phase-out": among(listed("ncsc2025.phaseout"))},
    "anssi-1.2": {"versions": versions(*OLD), "suites": outside({"TLS 1.3": ANSSI_ALL, "TLS 1.2": ANSSI_ALL}),
                  "suites-degraded": among(ANSSI_DEGRADED)},
    "cnsa-2.0": {"versions": versions(*OLD, "TLS 1.2"), "suites": outside({"TLS 1.3": LISTS["cnsa2.tls13"]})},
    # Nothing is forbidden by these: they ask for what must be there.
    "uk-gov-email": {}, "senders": {},
}

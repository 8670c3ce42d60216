"""What each scanner printed, as cells: {version: set of IANA names}, versions as "TLS 1.2".

A suite that our table does not have keeps its code or name, so that it counts as extra.
"""

import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import scan_document  # noqa: E402

TABLE = Path(__file__).resolve().parents[2] / "scanner" / "tls" / "cipher_suites.def"
ENTRY = re.compile(r'^SUITE\(0x([0-9a-f]{4}), (\w+), "([^"]*)"', re.M)
NMAP_TLS13 = "TLS_AKE_WITH_"  # nmap's own prefix for the suites of TLS 1.3
TESTSSL_CELL = re.compile(r"cipher-(ssl2|ssl3|tls1|tls1_1|tls1_2|tls1_3)_x([0-9a-f]+)")
TESTSSL_VERSIONS = {"ssl2": "SSLv2", "ssl3": "SSLv3", "tls1": "TLS 1.0", "tls1_1": "TLS 1.1",
                    "tls1_2": "TLS 1.2", "tls1_3": "TLS 1.3"}


class Unreadable(Exception):
    """The scanner's output is not what its format promises."""


def registry():
    """{code: IANA name} from the scanner's own table."""
    return {int(code, 16): name for code, name, _ in ENTRY.findall(TABLE.read_text())}


NAMES = registry()


def suite_name(code):
    """The IANA name of a code, or the code in hex."""
    return NAMES.get(code, f"{code:#06x}")


def version_name(text):
    """TLSv1.2 -> TLS 1.2, TLSv1 -> TLS 1.0; SSLv3 stays."""
    number = text.removeprefix("TLSv")
    if number == text:
        return text
    return f"TLS {number}" if "." in number else f"TLS {number}.0"


def ours(text):
    """Cells of smtptls-scan's JSON, and how many connections it says it made."""
    try:
        endpoint = scan_document.load(text)["endpoints"][0]
        cells = {}
        for version, suite in scan_document.accepted(endpoint):
            cells.setdefault(version, set()).add(suite)
        return cells, endpoint["connections"]
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise Unreadable(f"no document: {error}") from error


def sslscan(text):
    """Cells of sslscan --xml."""
    cells = {}
    for cipher in _xml(text).iter("cipher"):
        if cipher.get("status") in ("accepted", "preferred"):
            name = suite_name(int(cipher.get("id"), 16))
            cells.setdefault(version_name(cipher.get("sslversion")), set()).add(name)
    return cells


def nmap(text):
    """Cells of nmap -oX with ssl-enum-ciphers."""
    cells = {}
    for script in _xml(text).iter("script"):
        if script.get("id") != "ssl-enum-ciphers":
            continue
        for version in script.findall("table"):
            names = [element.text for element in version.findall("table[@key='ciphers']/table/elem[@key='name']")]
            cells[version_name(version.get("key"))] = {nmap_name(name) for name in names}
    return cells


def nmap_name(name):
    """The IANA name of nmap's name."""
    return "TLS_" + name.removeprefix(NMAP_TLS13) if name.startswith(NMAP_TLS13) else name


def testssl(text):
    """Cells of testssl.sh --jsonfile with --cipher-per-proto."""
    try:
        entries = json.loads(text)
    except ValueError as error:
        raise Unreadable(f"no JSON: {error}") from error
    cells = {}
    for entry in entries:
        match = TESTSSL_CELL.fullmatch(entry["id"])
        if match:
            cells.setdefault(TESTSSL_VERSIONS[match[1]], set()).add(suite_name(int(match[2], 16)))
    return cells


def _xml(text):
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise Unreadable(f"no XML: {error}") from error

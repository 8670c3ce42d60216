"""Chains with ML-DSA (FIPS 204) and SLH-DSA (FIPS 205): scanner, lab server and the openssl program with OpenSSL 3.5.

    test_ml_dsa.py SCANNER LAB [unittest arguments]

Debian 13's packages are unpacked below the cache of the lab, and the programs are run with them; nothing is installed,
and no root is needed. Where the packages cannot be had it is skipped, and fails where CI=true.
"""
import pathlib
import sys
import tempfile
import unittest

import authority
import rows
import shown
from agreement import Agreement
from rows import ISSUER, LEAF, OVER, ROOT, Row, names

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "lab"))
from lab import run_tests, skip_unless_available, unpacked_tool  # noqa: E402
from lab_server import Lab  # noqa: E402

RELEASE = "trixie"

NEW_ROOT = ROOT.but(key="ML-DSA-87", subject="Lab Root ML-DSA")
NEW_ISSUER = ISSUER.but(by=NEW_ROOT, key="ML-DSA-65", subject="Lab Issuer ML-DSA")
NEW_LEAF = LEAF.but(by=NEW_ISSUER, key="ML-DSA-44", subject="Lab Leaf ML-DSA")
MIXED_LEAF = LEAF.but(by=NEW_ISSUER)
HASH_ROOT = ROOT.but(key="SLH-DSA-SHA2-128f", subject="Lab Root SLH-DSA")
HASH_ISSUER = ISSUER.but(by=HASH_ROOT, subject="Lab Issuer below SLH-DSA")
ROOTS = (ROOT, NEW_ROOT, HASH_ROOT)

TABLE = [Row(says, sent, ROOTS, also=tuple(also)) for says, sent, *also in (
    ("ML-DSA from top to bottom", (NEW_LEAF, NEW_ISSUER)),
    ("an EC leaf below an ML-DSA issuer", (MIXED_LEAF, NEW_ISSUER)),
    ("an ML-DSA leaf below an EC issuer", (NEW_LEAF.but(by=ISSUER), ISSUER)),
    ("below a root with SLH-DSA", (LEAF.but(by=HASH_ISSUER), HASH_ISSUER)),
    ("an EC leaf below ML-DSA that expired", (MIXED_LEAF.but(hours=OVER), NEW_ISSUER)),
    ("ML-DSA that expired", (NEW_LEAF.but(hours=OVER), NEW_ISSUER)),
    ("ML-DSA for another name", (NEW_LEAF.but(names("DNS:www.lab.example")), NEW_ISSUER)),
    ("ML-DSA without its issuer", (NEW_LEAF,)),
    ("a false signature with ML-DSA", (MIXED_LEAF.but(falsified=True), NEW_ISSUER)),
    ("EC, and ML-DSA", (LEAF, ISSUER), (NEW_LEAF, NEW_ISSUER)),
    ("EC, and ML-DSA that expired", (LEAF, ISSUER), (NEW_LEAF.but(hours=OVER), NEW_ISSUER)),
)]


def newer(folder, tool, program):
    """A script that runs a program with the newer libraries, and where they lack one with this machine's."""
    [libraries] = {path.parent for path in tool.glob("usr/lib/*/libcrypto.so.3")}
    [loader] = libraries.glob("ld-linux*.so.*")
    script = pathlib.Path(folder) / pathlib.Path(program).name
    path = "%s:/usr/lib/%s" % (libraries, libraries.name)
    script.write_text('#!/bin/sh\nOPENSSL_MODULES="%s" exec "%s" --library-path "%s" "%s" "$@"\n' % (
        libraries / "ossl-modules", loader, path, program))
    script.chmod(0o755)
    return str(script)


class MlDsaTest(Agreement, unittest.TestCase):
    """All that is asked of the other chains, and they themselves with that library."""

    table = rows.TABLE + TABLE

    @classmethod
    def setUpClass(cls):
        tool = skip_unless_available(lambda: unpacked_tool("openssl", release=RELEASE))
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        for module, name, program in ((shown, "SCANNER", pathlib.Path(shown.SCANNER).resolve()),
                                      (Lab, "program", pathlib.Path(Lab.program).resolve()),
                                      (authority, "PROGRAM", tool / "usr/bin/openssl")):
            setattr(module, name, newer(folder, tool, program))
        super().setUpClass()

    def test_the_newer_library_is_the_one_that_speaks(self):
        self.assertRegex(authority.openssl("version").decode(), r"^OpenSSL 3\.([5-9]|\d\d)")
        found = {endpoint["certificate"]["key_type"] for endpoint in self.endpoints.values()}
        self.assertIn("ML-DSA-44", found)


if __name__ == "__main__":
    shown.SCANNER, Lab.program = sys.argv[1:3]
    run_tests(sys.argv[:1] + sys.argv[3:])

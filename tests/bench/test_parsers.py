"""What the parsers make of real lines of each scanner (Debian 12's, on Debian 12's Postfix, shortened)."""

import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import parsers  # noqa: E402

OURS = {"endpoints": [{
    "connections": 118, "observations": [],
    "suites": {"0xc0a0": {"name": "TLS_RSA_WITH_AES_128_CCM_8"}, "0x0002": {"name": "TLS_RSA_WITH_NULL_SHA"}},
    "matrix": [{"version": "TLS 1.2", "accepted": [{"grade": "handshake", "suites": {"0xc0a0": [1]}}],
                "rejected": [{"evidence": [2], "suites": ["0x0002"]}]}]}]}

SSLSCAN = """<?xml version="1.0" encoding="UTF-8"?>
<document title="SSLScan Results" version="2.0.7" web="http://github.com/rbsec/sslscan">
 <ssltest host="127.0.0.1" sniname="127.0.0.1" port="42297">
  <protocol type="tls" version="1.0" enabled="1" />
  <cipher status="preferred" sslversion="TLSv1.3" bits="128" cipher="TLS_AES_128_GCM_SHA256" id="0x1301" />
  <cipher status="accepted" sslversion="TLSv1.2" bits="256" cipher="ECDHE-RSA-AES256-GCM-SHA384" id="0xC030" />
  <cipher status="accepted" sslversion="TLSv1.0" bits="128" cipher="AES128-SHA" id="0x002F" />
 </ssltest>
</document>"""

NMAP = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nmaprun>
<nmaprun scanner="nmap"><host><ports><port protocol="tcp" portid="42297"><service name="smtp"/>
<script id="ssl-enum-ciphers" output="&#xa;  TLSv1.0: &#xa;"><table key="TLSv1.0">
<table key="ciphers">
<table>
<elem key="name">TLS_DHE_RSA_WITH_AES_128_CBC_SHA</elem>
<elem key="strength">A</elem>
<elem key="kex_info">dh 2048</elem>
</table>
</table>
<table key="compressors"><elem>NULL</elem></table>
</table>
<table key="TLSv1.3"><table key="ciphers"><table><elem key="name">TLS_AKE_WITH_AES_128_GCM_SHA256</elem></table>
</table></table>
<elem key="least strength">F</elem></script></port></ports></host></nmaprun>"""

TESTSSL = [
    {"id": "pre_128cipher", "severity": "INFO", "finding": "No 128 cipher limit bug"},
    {"id": "cipher-tls1_xc014", "severity": "INFO", "finding": "TLS 1   xc014   ECDHE-RSA-AES256-SHA  ECDH 521"},
    {"id": "cipher-tls1_2_x39", "severity": "INFO", "finding": "TLS 1.2   x39   DHE-RSA-AES256-SHA  DH 2048"},
    {"id": "cipher-tls1_3_x1302", "severity": "INFO", "finding": "TLS 1.3   x1302   TLS_AES_256_GCM_SHA384"}]


class Parsers(unittest.TestCase):
    def test_ours(self):
        self.assertEqual(parsers.ours(json.dumps(OURS)), ({"TLS 1.2": {"TLS_RSA_WITH_AES_128_CCM_8"}}, 118))

    def test_sslscan(self):
        self.assertEqual(parsers.sslscan(SSLSCAN), {
            "TLS 1.3": {"TLS_AES_128_GCM_SHA256"}, "TLS 1.2": {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
            "TLS 1.0": {"TLS_RSA_WITH_AES_128_CBC_SHA"}})

    def test_nmap(self):
        self.assertEqual(parsers.nmap(NMAP), {
            "TLS 1.0": {"TLS_DHE_RSA_WITH_AES_128_CBC_SHA"}, "TLS 1.3": {"TLS_AES_128_GCM_SHA256"}})

    def test_testssl(self):
        self.assertEqual(parsers.testssl(json.dumps(TESTSSL)), {
            "TLS 1.0": {"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"}, "TLS 1.2": {"TLS_DHE_RSA_WITH_AES_256_CBC_SHA"},
            "TLS 1.3": {"TLS_AES_256_GCM_SHA384"}})

    def test_half_an_output_is_no_answer(self):
        whole = {parsers.ours: json.dumps(OURS), parsers.sslscan: SSLSCAN, parsers.nmap: NMAP,
                 parsers.testssl: json.dumps(TESTSSL)}
        for parse, text in whole.items():
            with self.subTest(parse.__name__), self.assertRaises(parsers.Unreadable):
                parse(text[:len(text) // 2])

    def test_an_unknown_code_stays_visible(self):
        self.assertEqual(parsers.suite_name(0xeeee), "0xeeee")


if __name__ == "__main__":
    unittest.main()

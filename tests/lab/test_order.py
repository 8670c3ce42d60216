"""The order of preference that a scan tells, beside what single clients find.

    sudo python3 tests/lab/test_order.py --scanner build/asan/smtptls-scan [unittest arguments]

Where the server's own order decides, `suites.server_order` must be there for each version with two accepted suites or
more, and each two neighbours of it are offered by `openssl s_client` in the other order: the server must choose the
earlier one. So it must of 50 random pairs a version. Three scans, and scans with 1, 4, 8 and 16 connections at a time,
must tell the same. SMTPTLS_LAB_SEED=NUMBER repeats a choice of pairs.
"""

import json
import os
import random
import sys
import tempfile
import unittest

import differential
import exim
import order_truth
import truth
from exim import Exim
from lab import HERE, skip_unless_available
from mta import Service
from opensmtpd import OpenSmtpd
from order_truth import Pair
from postfix import Postfix, order_services

sys.path.insert(0, str(HERE / "server"))
from lab_server import Lab  # noqa: E402

AT_ONCE = (4, 4, 4, 1, 8, 16)  # connections at a time, of each scan
RANDOM_PAIRS = 50              # of each version
SEED = int(os.environ.get("SMTPTLS_LAB_SEED") or random.randrange(2**32))
MOST_LINES = 12                # of what is wrong


def setUpModule():
    differential.require_scanner()
    Lab.program = os.environ["SMTPTLS_LAB"]
    print(f"\n  SMTPTLS_LAB_SEED={SEED}", file=sys.stderr)


def accepted(scanned):
    """{version: set of suites} of the versions, TLS 1.0 to 1.3, in which two or more are accepted."""
    return {version: suites for version, suites in differential.having(scanned.states, "accepted").items()
            if version in truth.VERSIONS and len(suites) > 1}


def whose(scanned):
    """{version: "server" or "client"}, as the scan tells it."""
    return differential.observed(scanned, "suites.order")


def own_orders(scanned):
    """{version: list of suites}, as the scan tells it."""
    return differential.observed(scanned, "suites.server_order")


def unlike(told, expected):
    """How two values differ; of two lists, from where on."""
    if not isinstance(told, list) or not isinstance(expected, list):
        names = [f"a list of {len(one)}" if isinstance(one, list) else str(one) for one in (told, expected)]
        return f"told {names[0]}, expected {names[1]}"
    place = next((at for at, pair in enumerate(zip(told, expected)) if pair[0] != pair[1]), min(len(told), len(expected)))
    return (f"{len(told)} told, {len(expected)} expected; from place {place + 1} on"
            f" told {told[place:place + 2]}, expected {expected[place:place + 2]}")


def compared(words, told, expected):
    """One line for each version of which something else is told than is expected."""
    return [f"{words}, {version}: {unlike(told.get(version), expected.get(version))}"
            for version in sorted(told.keys() | expected.keys()) if told.get(version) != expected.get(version)]


class Scans:
    """What every server is held to. A test has `service`, and perhaps `options` and the exit `code` of its scans."""

    options = ()
    code = 0

    @classmethod
    def setUpClass(cls):
        cls.scans = [differential.scan(cls.service, *cls.options, *differential.at_once(number)) for number in AT_ONCE]
        cells = differential.counts(differential.having(cls.scans[0].states, "accepted"))
        print(f"\n  {cls.service.name}: accepted {cells}; {', '.join(map(str, AT_ONCE))} connections at a time:"
              f" {', '.join(str(scanned.connections) for scanned in cls.scans)} in all", file=sys.stderr)
        super().setUpClass()

    def hold(self, lines_of):
        """lines_of(words, scan) of what is wrong: none, of each scan."""
        lines = [line for number, scanned in zip(AT_ONCE, self.scans)
                 for line in lines_of(f"{number} at a time", scanned)]
        self.none_of(lines)

    def none_of(self, lines):
        self.assertEqual(len(lines), 0, "\n".join(["lines of what is wrong:", *lines[:MOST_LINES]]))

    def test_three_scans_and_any_number_of_connections_tell_the_same(self):
        first = self.scans[0]

        def differing(words, scanned):
            self.assertEqual(scanned.code, self.code, scanned.errors)
            cells = [f"{words}: {version} {suite}: {state}" for version, suites in scanned.states.items()
                     for suite, state in suites.items() if first.states[version][suite] != state]
            return (cells + compared(f"whose order, {words}", whose(scanned), whose(first))
                    + compared(words, own_orders(scanned), own_orders(first)))

        self.hold(differing)


class Clients(Scans):
    """For servers that finish handshakes: single clients can be asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = order_truth.Client(cls.service.port, not cls.service.implicit)


class ClientsOrder(Clients):
    """For servers that go by the client's order."""

    PAIRS = 10

    def test_no_order_of_the_server_is_told(self):
        self.hold(lambda words, scanned:
                  compared(f"whose order, {words}", whose(scanned), dict.fromkeys(accepted(scanned), "client"))
                  + compared(words, own_orders(scanned), {}))

    def test_a_client_gets_what_it_names_first(self):
        """Which also shows that s_client offers suites in the order in which they are given to it."""
        dice = random.Random(SEED)
        pairs = [pair for version, suites in accepted(self.scans[0]).items()
                 for pair in order_truth.sample(version, sorted(suites), self.PAIRS, dice)]
        pairs += [Pair(version, second, first) for version, first, second in pairs]
        self.none_of([f"{pair} gets {answer}" for pair, answer in self.client.answers(pairs).items()
                      if answer != pair.first])


class OwnOrder(Clients):
    """For servers whose own order decides."""

    def told(self):
        """Each (version, order) that a scan tells, once; without suites that are not accepted (see the test of them)."""
        found = sorted({(version, tuple(suite for suite in order if scanned.states[version][suite] == "accepted"))
                        for scanned in self.scans for version, order in own_orders(scanned).items()})
        self.assertNotEqual(found, [], "no order is told")
        return found

    def check_pairs(self, pairs, words):
        """The server chooses the suite that each Pair names second."""
        self.none_of(sorted({f"openssl cannot offer {suite} in {pair.version}" for pair in pairs
                             for suite in (pair.first, pair.second) if not self.client.can_offer(pair.version, suite)}))
        answers = self.client.answers(pairs)
        wrong = [f"{pair.version}: {pair.second} is told to come before {pair.first}, but who offers {pair.first}, then"
                 f" {pair.second}, gets {answer}" for pair, answer in answers.items() if answer != pair.second]
        print(f"\n  {self.service.name}: {len(answers)} {words}, {len(wrong)} are not as told", file=sys.stderr)
        self.none_of(wrong)

    def test_each_version_with_two_suites_has_its_order(self):
        def wrong(words, scanned):
            cells = accepted(scanned)  # their order is for the other tests
            sets = {version: sorted(order) for version, order in own_orders(scanned).items()}
            return (compared(f"whose order, {words}", whose(scanned), dict.fromkeys(cells, "server"))
                    + compared(words, sets, {version: sorted(suites) for version, suites in cells.items()}))

        self.hold(wrong)

    def test_of_two_neighbours_the_earlier_is_chosen(self):
        self.check_pairs([pair for version, order in self.told() for pair in order_truth.neighbours(version, order)],
                         "pairs of neighbours")

    def test_of_two_suites_anywhere_the_earlier_is_chosen(self):
        dice = random.Random(SEED)
        self.check_pairs([pair for version, order in self.told()
                          for pair in order_truth.sample(version, order, RANDOM_PAIRS, dice)],
                         f"random pairs (SMTPTLS_LAB_SEED={SEED})")


class OfPostfix:
    """The service `name` of postfix.py, alone."""

    @classmethod
    def setUpClass(cls):
        services = [service for service in order_services() if service.name == cls.name]
        [service] = skip_unless_available(lambda: cls.enterClassContext(Postfix(services))).services
        cls.service = Service(service.name, service.wrappermode, service.port)
        super().setUpClass()


class DefaultPostfix(OfPostfix, ClientsOrder, unittest.TestCase):
    name = "default-starttls"


class HardenedPostfix(OfPostfix, ClientsOrder, unittest.TestCase):
    name = "hardened-starttls"


class DefaultPostfixOwnOrder(OfPostfix, OwnOrder, unittest.TestCase):
    """Anonymous suites stand between the others: OpenSSL looks at the cipher first."""
    name = "default-preempt"


class HardenedPostfixOwnOrder(OfPostfix, OwnOrder, unittest.TestCase):
    name = "hardened-preempt"


class OfMta:
    """The STARTTLS service of `make_server()`."""

    @classmethod
    def setUpClass(cls):
        cls.service = skip_unless_available(lambda: cls.enterClassContext(cls.make_server())).services[0]
        super().setUpClass()


class DefaultExim(OfMta, ClientsOrder, unittest.TestCase):
    make_server = staticmethod(lambda: Exim("default"))


class EximOwnOrder(OfMta, OwnOrder, unittest.TestCase):
    make_server = staticmethod(lambda: Exim("preempt", exim.OWN_ORDER_PRIORITY))


class OpenSmtpdOwnOrder(OfMta, OwnOrder, unittest.TestCase):
    """It chooses static-RSA suites that it cannot finish: they stay open, and are in no order of accepted suites."""

    code = 3
    make_server = staticmethod(OpenSmtpd)


class OfLab:
    """The lab server, with the options `lab`."""

    @classmethod
    def setUpClass(cls):
        lab = cls.enterClassContext(Lab(*cls.lab, listen=("starttls",), keys=("rsa2048", "ecdsa-p256")))
        cls.service = Service(cls.__name__, port=lab.ports["starttls"])
        super().setUpClass()


class LabServer(OfLab, OwnOrder, unittest.TestCase):
    """Real handshakes in an order that nobody would choose: NULL above AES, anonymous suites in the middle."""

    TLS12 = [
        "NULL-SHA", "AES128-SHA", "ADH-AES256-SHA", "ECDHE-RSA-AES256-GCM-SHA384", "AECDH-NULL-SHA", "CAMELLIA128-SHA",
        "AECDH-AES128-SHA", "DHE-RSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA", "NULL-SHA256", "ECDHE-RSA-AES256-SHA",
        "ADH-CAMELLIA256-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-NULL-SHA", "ECDHE-RSA-CHACHA20-POLY1305",
        "ADH-AES128-SHA", "AES256-SHA", "ECDHE-ECDSA-AES128-GCM-SHA256", "NULL-MD5", "DHE-RSA-AES256-SHA"]
    TLS13 = ["TLS_AES_128_CCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_8_SHA256",
             "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"]
    lab = ("--server-order", "--ciphers", ":".join(TLS12), "--ciphersuites", ":".join(TLS13))

    def test_the_order_is_the_configured_one(self):
        expected = {}
        for version in truth.VERSIONS:
            names = {suite.openssl: suite.iana for suite in truth.speakable(version, truth.providers())}
            expected[version] = [names[one] for one in (self.TLS13 if version == "TLS 1.3" else self.TLS12)
                                 if names.get(one) in accepted(self.scans[0])[version]]
        self.hold(lambda words, scanned: compared(words, own_orders(scanned), expected))


class OfTable(OfLab, Scans):
    """A hello table, without cryptography: its lists are the truth."""

    options = ("--confirm", "none")

    @classmethod
    def setUpClass(cls):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump({"versions": cls.versions}, file)
            file.flush()
            cls.lab = ("--hello-table", file.name)
            super().setUpClass()

    def test_each_version_is_told_as_the_table_has_it(self):
        decides = {version: rules.get("order", "server") for version, rules in self.versions.items()}
        orders = {version: rules["suites"] for version, rules in self.versions.items() if decides[version] == "server"}
        cells = {version: set(rules["suites"]) for version, rules in self.versions.items()}
        self.hold(lambda words, scanned:
                  compared(f"cells, {words}", accepted(scanned), cells)
                  + compared(f"whose order, {words}", whose(scanned), decides)
                  + compared(words, own_orders(scanned), orders))


ODD = [
    "TLS_RSA_WITH_NULL_MD5", "TLS_ECDH_anon_WITH_RC4_128_SHA", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_DH_anon_EXPORT_WITH_RC4_40_MD5", "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_DH_anon_WITH_AES_256_CBC_SHA",
    "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA", "TLS_DHE_DSS_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_RC4_128_MD5",
    "TLS_ECDHE_ECDSA_WITH_NULL_SHA", "TLS_ECDH_anon_WITH_AES_128_CBC_SHA", "TLS_DHE_RSA_WITH_DES_CBC_SHA",
    "TLS_RSA_WITH_AES_256_CBC_SHA", "TLS_RSA_WITH_SEED_CBC_SHA", "TLS_DH_anon_WITH_3DES_EDE_CBC_SHA",
    "TLS_RSA_WITH_IDEA_CBC_SHA"]
ODD12 = ["TLS_DH_anon_WITH_AES_128_GCM_SHA256", *ODD[:7], "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
         "TLS_RSA_WITH_NULL_SHA256", *ODD[7:], "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"]
ODD13 = ["TLS_AES_128_CCM_8_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"]


class OddTable(OfTable, unittest.TestCase):
    """RC4, EXPORT, DES and NULL above AES, anonymous suites between them, each version another way round."""

    versions = {"TLS 1.0": {"suites": ODD}, "TLS 1.1": {"suites": ODD[::-1]}, "TLS 1.2": {"suites": ODD12},
                "TLS 1.3": {"suites": ODD13}}


class MixedTable(OfTable, unittest.TestCase):
    """TLS 1.2 and 1.0 in the server's order, TLS 1.3 and 1.1 in the client's."""

    versions = {"TLS 1.0": {"suites": ODD}, "TLS 1.1": {"suites": ODD, "order": "client"},
                "TLS 1.2": {"suites": ODD12}, "TLS 1.3": {"suites": ODD13, "order": "client"}}


if __name__ == "__main__":
    differential.main()

"""The scanner against Debian's Sendmail: exact, exit code 0.

    sudo python3 tests/lab/test_sendmail.py --scanner build/asan/smtptls-scan [unittest arguments]

Like others with OpenSSL 3.0 that do not switch TLS 1.0 and 1.1 off it answers these with alert internal_error, whenever
a suite is offered that it has: nobody can use them.
"""

import unittest

import differential
from exact import Exact
from sendmail import Sendmail

EXPECTED = {"TLS 1.2": 20, "TLS 1.3": 3}  # Sendmail 8.17.1, OpenSSL 3.0


def setUpModule():
    differential.require_scanner()


class SendmailStarttls(Exact, unittest.TestCase):
    server, service, expected = Sendmail, "sendmail-starttls", EXPECTED


class SendmailImplicit(Exact, unittest.TestCase):
    server, service, expected = Sendmail, "sendmail-implicit", EXPECTED


if __name__ == "__main__":
    differential.main()

"""The scanner against Debian's Dovecot as a submission server, with and without `ssl_dh`: exact, exit code 0.

    sudo python3 tests/lab/test_dovecot.py --scanner build/asan/smtptls-scan [unittest arguments]

Without `ssl_dh` a client that names a DHE suite first is hung up on, like one that offers nothing the server has; one
that names ECDHE first is served. So one refused hello says nothing about a version.
"""

import functools
import unittest

import differential
from dovecot import Dovecot
from exact import Exact

WITH, WITHOUT = functools.partial(Dovecot, "dh", True), functools.partial(Dovecot, "nodh", False)
DH, NO_DH = {"TLS 1.2": 28, "TLS 1.3": 3}, {"TLS 1.2": 11, "TLS 1.3": 3}  # Dovecot 2.3.19, OpenSSL 3.0


def setUpModule():
    differential.require_scanner()


class WithDhStarttls(Exact, unittest.TestCase):
    server, service, expected = WITH, "dh-starttls", DH


class WithDhImplicit(Exact, unittest.TestCase):
    server, service, expected = WITH, "dh-implicit", DH


class WithoutDhStarttls(Exact, unittest.TestCase):
    server, service, expected = WITHOUT, "nodh-starttls", NO_DH


class WithoutDhImplicit(Exact, unittest.TestCase):
    server, service, expected = WITHOUT, "nodh-implicit", NO_DH


if __name__ == "__main__":
    differential.main()

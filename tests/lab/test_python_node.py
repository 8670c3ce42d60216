"""The scanner against SMTP servers of Python and of Node: exact, exit code 0.

    sudo python3 tests/lab/test_python_node.py --scanner build/asan/smtptls-scan [unittest arguments]

aiosmtpd refuses by closing, without an alert, also many times in a row: that is no ban. smtp-server allows TLS 1.0 and
1.1 but its OpenSSL fails in both. In all of them the server's order decides.
"""

import unittest

import differential
from asyncio_smtpd import AsyncioSmtpd
from exact import Exact
from node_smtpd import NodeSmtpd

OLD = {"TLS 1.0": 8, "TLS 1.1": 8, "TLS 1.2": 29, "TLS 1.3": 3}  # everything of an OpenSSL 3.0 but PSK and DHE
PYTHON = {"TLS 1.2": 13, "TLS 1.3": 3}  # Python 3.11
NODE = {"TLS 1.2": 21, "TLS 1.3": 3}    # Node 18 and 20


def setUpModule():
    differential.require_scanner()


class PythonStarttls(Exact, unittest.TestCase):
    server, service, expected = AsyncioSmtpd, "asyncio-starttls", PYTHON


class PythonImplicit(Exact, unittest.TestCase):
    server, service, expected = AsyncioSmtpd, "asyncio-implicit", PYTHON


class PythonOld(Exact, unittest.TestCase):
    server, service, expected = AsyncioSmtpd, "old", OLD


class NodeStarttls(Exact, unittest.TestCase):
    server, service, expected = NodeSmtpd, "node-starttls", NODE


class NodeImplicit(Exact, unittest.TestCase):
    server, service, expected = NodeSmtpd, "node-implicit", NODE


class NodeOld(Exact, unittest.TestCase):
    server, service, expected = NodeSmtpd, "old", OLD


if __name__ == "__main__":
    differential.main()

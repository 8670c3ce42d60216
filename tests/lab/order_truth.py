"""Whose order of preference decides, and which: single `openssl s_client` handshakes that offer two suites.

A pair is a Pair(version, first, second) of IANA names, offered in this order. The answer is the suite with which the
handshake completed and QUIT was answered inside the tunnel. Anything else is trouble: tried again, and in the end an
error, never an answer.
"""

import collections
import concurrent.futures
import re
import subprocess
import time

import truth
from truth import Trouble

Pair = collections.namedtuple("Pair", "version first second")


def chosen(stdout, stderr, suites):
    """What one run of `s_client -brief -msg` says was chosen of the offered Suites: its IANA name, or None."""
    spoken = re.search(r"^Ciphersuite: (\S+)", stderr, re.M)
    if spoken is None or not re.search(r"^221 ", stdout, re.M):
        return None
    return next((suite.iana for suite in suites if suite.openssl == spoken[1]), None)


class Client:
    """A client of one port of 127.0.0.1. It remembers what it has asked: the server does not change."""

    def __init__(self, port, starttls):
        self._port, self._starttls, self._options = port, starttls, truth.providers()
        self._suites = {(version, suite.iana): suite
                        for version in truth.VERSIONS for suite in truth.speakable(version, self._options)}
        self._answers = {}

    def can_offer(self, version, suite):
        return (version, suite) in self._suites

    def answers(self, pairs):
        """{Pair: the suite that the server chose}. Raises Trouble."""
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._answers]
        with concurrent.futures.ThreadPoolExecutor(truth.WORKERS) as pool:
            self._answers.update(zip(new, pool.map(self._ask, new)))
        return {pair: self._answers[pair] for pair in pairs}

    def _ask(self, pair):
        suites = [self._suites[pair.version, name] for name in (pair.first, pair.second)]
        words = "timed out"
        for pause in truth.PAUSES:
            time.sleep(pause)  # before another attempt: a server with too many clients needs time
            try:
                done = truth.s_client(self._port, self._starttls, pair.version, suites, self._options)
            except subprocess.TimeoutExpired:
                continue
            answer, words = chosen(done.stdout, done.stderr, suites), done.stderr[-300:]
            if answer is not None:
                return answer
        raise Trouble(f"{pair}: {words}")


def neighbours(version, order):
    """Each two neighbours of an order, as a client offers them that would like the later one."""
    return [Pair(version, later, earlier) for earlier, later in zip(order, order[1:])]


def sample(version, order, count, random):
    """`count` different pairs of an order, or all there are, the later one first; chosen by a random.Random."""
    every = [(at, other) for at in range(len(order)) for other in range(at)]
    return [Pair(version, order[later], order[earlier])
            for later, earlier in random.sample(every, min(count, len(every)))]

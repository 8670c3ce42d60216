"""Keys and certificates as the openssl program makes them, each once, and by several threads at a time."""
import concurrent.futures
import datetime
import itertools
import os
import pathlib
import re
import subprocess
import threading

# "openssl", or a newer one (test_ml_dsa.py).
PROGRAM = "openssl"
# Sanitizers and a busy machine make everything slower; a hang is a hang all the same.
PATIENCE = 300
# OpenSSL calls two curves by their older names.
OLDER_NAMES = {"secp256r1": "prime256v1", "secp192r1": "prime192v1"}
NAMED_BY_ALGORITHM = ("ed", "ML-DSA", "SLH-DSA")
CONFIGURATION = """[ca]
default_ca = lab
[lab]
database = {path}.index
new_certs_dir = {folder}
rand_serial = yes
unique_subject = no
policy = any
[any]
commonName = supplied
[extensions]
"""


def run_openssl(*arguments, stdin=None):
    """(exit code, what it printed on both streams)"""
    done = subprocess.run([PROGRAM, *map(str, arguments)], input=stdin, capture_output=True, timeout=PATIENCE,
                          env={**os.environ, "OPENSSL_CONF": "/dev/null"})
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace")


def openssl(*arguments):
    """Its standard output, as bytes; raises if it fails."""
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, timeout=PATIENCE,
                          stdin=subprocess.DEVNULL, env={**os.environ, "OPENSSL_CONF": "/dev/null"})
    if done.returncode != 0:
        raise RuntimeError("openssl " + " ".join(map(str, arguments)) + ": " + done.stderr.decode())
    return done.stdout


def moment(time):
    """As `openssl ca` wants it."""
    return time.strftime("%Y%m%d%H%M%SZ")


class Authority:
    """Makes them in a folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        self._made = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def once(self, what, make):
        """The path of what make(path) writes; who asks for it meanwhile waits."""
        with self._lock:
            mine = what not in self._made
            if mine:
                self._made[what] = concurrent.futures.Future(), str(self.folder / ("%d.pem" % next(self._numbers)))
            future, path = self._made[what]
        if mine:
            try:
                make(path)
                future.set_result(path)
            except BaseException as error:
                future.set_exception(error)
        return future.result()

    def key(self, name, label=""):
        """`name`: rsaBITS, pssBITS, rsaBITS:EXPONENT, ed25519, ed448, ML-DSA-65, ... or a curve. With another label
        it is another key.
        """
        rsa = re.fullmatch(r"(rsa|pss)(\d+)(?::(\d+))?", name)
        if rsa:
            kind = {"rsa": "RSA", "pss": "RSA-PSS"}[rsa[1]]
            options = ["rsa_keygen_bits:" + rsa[2]] + (["rsa_keygen_pubexp:" + rsa[3]] if rsa[3] else [])
        else:
            kind = name if name.startswith(NAMED_BY_ALGORITHM) else "EC"
            options = ["ec_paramgen_curve:" + OLDER_NAMES.get(name, name)] if kind == "EC" else []
        words = [word for option in options for word in ("-pkeyopt", option)]
        return self.once((name, label), lambda path: openssl("genpkey", "-algorithm", kind, *words, "-out", path))

    def request(self, key, subject):
        return self.once((key, subject), lambda path: openssl("req", "-new", "-key", key, "-config", "/dev/null",
                                                              "-utf8", "-subj", subject, "-out", path))

    def sign(self, path, request, signer, dates, digest="sha256", extensions="", padding=()):
        """A certificate of the request, by `signer`: key and certificate, or the request's own key and None. `openssl
        ca` is the only one of OpenSSL's programs that takes both ends of the validity.
        """
        pathlib.Path(path + ".index").touch()
        pathlib.Path(path + ".cnf").write_text(CONFIGURATION.format(path=path, folder=self.folder) + extensions)
        by = ["-selfsign"] if signer[1] is None else ["-cert", signer[1]]
        openssl("ca", "-batch", "-notext", "-utf8", "-config", path + ".cnf", "-extensions", "extensions", "-md",
                digest, "-startdate", moment(dates[0]), "-enddate", moment(dates[1]), "-keyfile", signer[0], *by,
                *padding, "-in", request, "-out", path)

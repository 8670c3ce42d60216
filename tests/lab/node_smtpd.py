"""An SMTP server of npm for the tests: smtp-server (by the makers of nodemailer), on Node.

As a program it starts the services and runs until Ctrl-C:

    sudo python3 tests/lab/node_smtpd.py

The packages are those of node/package-lock.json, which npm checks by their digests; they are kept in build/lab/node.
`node` has smtp-server's defaults: TLS 1.0 and 1.1 are allowed, its OpenSSL answers them with alert internal_error, and
the server's order decides. It greets after a tenth of a second. `old` allows all suites at security level 0.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import packages
from lab import CACHE, HERE, LabUnavailable, ServerSpec
from mta import Mta, Service, both_kinds, run_until_interrupted

LOCK = HERE / "node" / "package-lock.json"
NPM_SECONDS = 300
PROGRAM = r"""
const fs = require("fs");
const { SMTPServer } = require("/lab/node_modules/smtp-server");
for (const [port, implicit, old] of JSON.parse(process.argv[2])) {
  const options = { key: fs.readFileSync("/lab/key.pem"), cert: fs.readFileSync("/lab/cert.pem"), secure: implicit,
                    name: "mail.lab.example", disabledCommands: ["AUTH"], logger: false, disableReverseLookup: true };
  if (old) Object.assign(options, { minVersion: "TLSv1", ciphers: "ALL:@SECLEVEL=0" });
  const server = new SMTPServer(options);
  server.on("error", () => {});  // each handshake that fails
  server.listen(port, "127.0.0.1");
}
"""


def _install(folder):
    """Has npm install what the lock file says into `folder`. Raises LabUnavailable."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(LOCK.with_name(name), folder)
    try:
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"],
                              cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=NPM_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LabUnavailable(f"npm, which fetches smtp-server: {error}") from error
    if done.returncode != 0:
        raise LabUnavailable(f"npm ci: {done.stderr.strip()[-500:]}")


def modules():
    """The folder node_modules of the lock file, fetched once. Raises LabUnavailable."""
    folder = CACHE / "node" / hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]
    folder.parent.mkdir(parents=True, exist_ok=True)
    with packages.locked(folder.parent):
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
                _install(Path(unfinished))
                os.replace(Path(unfinished) / "node_modules", folder)
    return folder


def server_spec(services):
    """What LabServer is to run."""
    ports = [[service.port, service.implicit, service.name == "old"] for service in services]
    return ServerSpec(
        name="smtp-server",
        packages=["nodejs"],
        files=[{"path": "/usr/local/lib/lab/smtpd.js", "text": PROGRAM}],
        command=["node", "/usr/local/lib/lab/smtpd.js", json.dumps(ports)])


class NodeSmtpd(Mta):
    """A running smtp-server."""

    def __init__(self):
        super().__init__([*both_kinds("node"), Service("old")], server_spec)

    def prepare(self, share):
        super().prepare(share)
        shutil.copytree(modules(), share / "node_modules")


def main():
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    run_until_interrupted([NodeSmtpd()], "console")


if __name__ == "__main__":
    main()

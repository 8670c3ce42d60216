"""A file of an npm package, for tests only: fetched once into a folder of the build, never shipped."""
import pathlib
import shutil
import subprocess
import sys
import tarfile

SKIP = 77


def skip(words):
    """Ends the test as skipped, which is a failure where CI=true."""
    print("SKIPPED: %s" % words)
    sys.exit(SKIP)


def npm_file(package, name, folder):
    """The text of package/NAME of "axe-core@4.14.1", which npm checks against its registry's digest."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / (package.replace("/", "_") + "-" + pathlib.Path(name).name)
    if not kept.exists():
        if not shutil.which("npm"):
            skip("npm is not there, which fetches %s" % package)
        done = subprocess.run(["npm", "pack", "--silent", package], cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            skip("%s cannot be fetched: %s" % (package, done.stderr.strip()))
        with tarfile.open(folder / done.stdout.split()[-1]) as archive:
            kept.write_bytes(archive.extractfile("package/" + name).read())
    return kept.read_text()

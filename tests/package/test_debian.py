"""test_debian.py CPACK BUILD LAB

The Debian package, made and installed in minimal systems of Debian 12 and 13 of the test's own: lintian has nothing to
say of it, the man page and the completion work, a scan works, and after it is purged nothing of it is left.

Needs root, debootstrap, lintian and the network for the minimal systems, which are kept below BUILD/package. The
package is made from BUILD, as it is.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY / "tests/lab/server")]
from lab_server import Lab  # noqa: E402

MIRROR = "http://deb.debian.org/debian"
RELEASES = {"bookworm": "libssl3", "trixie": "libssl3t64"}
SKIPPED = 77
# dpkg's own books, the log of the installation, and the index of the manual.
BOOKS = ("var/lib/dpkg/", "var/log/", "var/cache/man/", "var/cache/debconf/", "var/cache/ldconfig/", "lab/")
SETTINGS = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root", "TERM": "dumb",
            "DEBIAN_FRONTEND": "noninteractive"}


def lacking():
    """What is missing for this test here."""
    tools = [tool for tool in ("debootstrap", "lintian", "dpkg-shlibdeps") if not shutil.which(tool)]
    return "root" if os.geteuid() != 0 else ", ".join(tools)


def minimal_system(release, cache):
    """The archive of a minimal system with what the package depends on; made once."""
    archive = cache / (release + ".tar")
    if not archive.exists():
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            packages = ",".join([RELEASES[release], "zlib1g", "libidn2-0", "libstdc++6", "man-db", "bash-completion"])
            subprocess.run(["debootstrap", "--variant=minbase", "--include=" + packages, release, folder, MIRROR],
                           check=True, stdout=subprocess.DEVNULL)
            partial = archive.with_suffix(".part")
            subprocess.run(["tar", "-c", "-f", partial, "-C", folder, "--exclude=./var/cache/apt/archives/*.deb",
                            "--exclude=./dev/*", "."], check=True)
            partial.rename(archive)
    return archive


class Debian(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cache = pathlib.Path(BUILD) / "package"
        cls.made = pathlib.Path(tempfile.mkdtemp(dir=cls.cache))
        cls.addClassCleanup(shutil.rmtree, cls.made)
        subprocess.run([CPACK, "-B", cls.made], cwd=BUILD, check=True, stdout=subprocess.DEVNULL)
        [cls.package] = cls.made.glob("smtptls-scan_*.deb")

    def inside(self, root, *command, check=True):
        """The output of a command in the system; stands there alone but for the network."""
        mounts = 'mount -t proc proc "$0/proc"; mkdir -p "$0/dev"; mount --rbind /dev "$0/dev"; exec chroot "$0" "$@"'
        done = subprocess.run(["unshare", "--mount", "--pid", "--fork", "sh", "-ec", mounts, str(root), *command],
                              capture_output=True, text=True, env=SETTINGS, stdin=subprocess.DEVNULL)
        if check and done.returncode != 0:
            self.fail("%s: %s" % (command, done.stdout + done.stderr))
        return done.stdout

    def files(self, root):
        names = subprocess.run(["find", ".", "-xdev", "-printf", r"%P\n"], cwd=root, check=True, capture_output=True,
                               text=True).stdout.splitlines()
        return {name for name in names if not name.startswith(BOOKS)}

    def test_lintian_has_nothing_to_say(self):
        done = subprocess.run(["lintian", "--fail-on", "error,warning", self.package], capture_output=True, text=True)
        words = [line for line in done.stdout.splitlines() if line[:2] in ("E:", "W:")]
        # A build with sanitizers is linked as no package would be.
        self.assertEqual([line for line in words if "sanitize" not in line], [])

    def try_in(self, release):
        with tempfile.TemporaryDirectory(dir=self.cache) as folder:
            subprocess.run(["tar", "-x", "-p", "-f", minimal_system(release, self.cache), "-C", folder], check=True)
            before = self.files(folder)
            shutil.copy(self.package, pathlib.Path(folder) / "package.deb")
            self.inside(folder, "dpkg", "-i", "/package.deb")
            self.inside(folder, "dpkg", "--audit")
            self.assertIn("SMTPTLS-SCAN(1)", self.inside(folder, "man", "-P", "cat", "smtptls-scan"))
            loader = ". /usr/share/bash-completion/bash_completion; _completion_loader smtptls-scan; " \
                     "COMP_WORDS=(smtptls-scan --verd); COMP_CWORD=1; COMP_LINE='smtptls-scan --verd'; COMP_POINT=19; " \
                     "$(complete -p smtptls-scan | sed 's/.*-F \\([^ ]*\\).*/\\1/'); echo \"${COMPREPLY[@]}\""
            self.assertIn("--verdict-only", self.inside(folder, "bash", "-c", loader))
            with Lab("--story", listen=("starttls",)) as lab:
                target = "127.0.0.1:%d" % lab.ports["starttls"]
                text = self.inside(folder, "smtptls-scan", "--ehlo", "scanner.example", target)
                plugin = self.inside(folder, "/usr/lib/nagios/plugins/check_smtptls", "-H", "127.0.0.1", "-p",
                                     str(lab.ports["starttls"]), "--ehlo", "scanner.example", check=False)
            self.assertIn("every question that was asked has an answer", text)
            self.assertRegex(plugin, "^SMTPTLS OK ")
            self.inside(folder, "dpkg", "-P", "smtptls-scan")
            (pathlib.Path(folder) / "package.deb").unlink()
            self.assertEqual(self.files(folder) ^ before, set())

    def test_it_lives_and_goes_in_debian_12(self):
        self.try_in("bookworm")

    def test_it_lives_and_goes_in_debian_13(self):
        self.try_in("trixie")


if __name__ == "__main__":
    CPACK, BUILD, Lab.program = sys.argv[1], os.path.abspath(sys.argv[2]), sys.argv[3]
    if lacking():
        print("SKIPPED: test_debian.py needs", lacking(), flush=True)
        sys.exit(1 if os.environ.get("CI") == "true" else SKIPPED)
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])

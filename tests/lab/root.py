"""The first process inside the lab: makes a private root, runs one server in it, ends with it.

    unshare --mount --pid --fork --mount-proc ... python3 root.py SPEC.json

It is process 1 of its own PID namespace: when it ends, for whatever reason, the kernel kills all
that the server has started. It ends when the server does, or when its standard input, a pipe
held by the test, is closed; so a test that dies by SIGKILL leaves nothing behind.

The root is an overlay of the file system in use (upper layer on a tmpfs), or, where overlays are
refused, a minimal Debian from a tarball. Packages are unpacked on top; users and files of the
server exist only there. SPEC.json is written by lab.py, which documents its fields.
"""

import ctypes
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "HOME": "/root", "TZ": "UTC"}
DEVICES = ("null", "zero", "full", "random", "urandom")
EXIT_REFUSED = 75  # this machine does not let us make a root: a reason to skip, not a failure
FIRST_ID, LAST_ID = 999, 500


def call(*command, cwd=None):
    """Runs a command; raises CalledProcessError. Its output goes to the console log."""
    subprocess.run([str(word) for word in command], cwd=cwd, env=ENVIRONMENT, check=True,
                   stdin=subprocess.DEVNULL)


def end_with_the_test():
    """Ends this process, and so the whole namespace, when the pipe on stdin is closed."""
    def watch():
        while os.read(0, 512):
            pass
        os._exit(0)
    ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)  # PR_SET_PDEATHSIG, SIGKILL: if `unshare` is killed
    threading.Thread(target=watch, daemon=True).start()


def make_root(mount_point, tarball):
    """Mounts the private root below `mount_point` and returns its path."""
    call("mount", "-t", "tmpfs", "-o", "mode=0755", "lab", mount_point)
    for name in ("upper", "work", "root"):
        (mount_point / name).mkdir()
    root = mount_point / "root"
    if tarball:
        call("tar", "-x", "-p", "-f", tarball, "-C", root)
    else:
        # Relative names: a comma or colon in the path of the clone would end an option.
        call("mount", "-t", "overlay", "lab", "-o", "lowerdir=/,upperdir=upper,workdir=work", "root",
             cwd=mount_point)
    return root


def mount_inside(root, share):
    """/proc, a small /dev, an empty /run and /tmp, and the folder shared with the test at /lab."""
    for name in ("proc", "dev", "run", "tmp", "lab"):
        (root / name).mkdir(exist_ok=True)
    call("mount", "-t", "proc", "proc", root / "proc")
    for name, mode in (("dev", "0755"), ("run", "0755"), ("tmp", "1777")):
        call("mount", "-t", "tmpfs", "-o", f"mode={mode}", "lab", root / name)
    for name in DEVICES:
        (root / "dev" / name).touch()
        call("mount", "--bind", f"/dev/{name}", root / "dev" / name)
    (root / "dev/fd").symlink_to("/proc/self/fd")
    (root / "run/lock").mkdir()
    call("mount", "--bind", share, root / "lab")


def unpack(debs, root):
    """Unpacks packages; /bin, /lib... stay the symbolic links that they are."""
    for deb in debs:
        archive = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE)
        subprocess.run(["tar", "-x", "-p", "--keep-directory-symlink", "-C", str(root)],
                       stdin=archive.stdout, check=True)
        archive.stdout.close()
        if archive.wait() != 0:
            raise OSError(f"cannot unpack {deb}")


def free_id(*tables):
    """A numeric id that no line of the given passwd or group tables uses."""
    used = {int(line.split(":")[2]) for table in tables for line in table.splitlines() if line.count(":") > 2}
    return next(number for number in range(FIRST_ID, LAST_ID, -1) if number not in used)


def add_users(users, groups, root):
    """Adds system users (each with its group) and groups to the root's tables, unless present."""
    passwd, group = root / "etc/passwd", root / "etc/group"
    for name in [*groups, *(user["name"] for user in users)]:
        if f"\n{name}:" not in "\n" + group.read_text():
            number = free_id(passwd.read_text(), group.read_text())
            group.write_text(group.read_text() + f"{name}:x:{number}:\n")
    for user in users:
        name, home = user["name"], user.get("home", "/nonexistent")
        if f"\n{name}:" in "\n" + passwd.read_text():
            continue
        gid = next(line.split(":")[2] for line in group.read_text().splitlines() if line.startswith(f"{name}:"))
        uid = free_id(passwd.read_text())
        passwd.write_text(passwd.read_text() + f"{name}:x:{uid}:{gid}::{home}:/usr/sbin/nologin\n")


def write_files(files, root):
    """Writes {path, text, mode (octal text, default 644)}; a link at the path is replaced."""
    for file in files:
        path = root / file["path"].lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_text(file["text"])
        path.chmod(int(file.get("mode", "644"), 8))


def run_server(root, setup, command):
    """Runs the setup commands, then the server; returns its exit code. Reaps orphans meanwhile."""
    for words in setup:
        call("chroot", root, *words)
    server = subprocess.Popen(["chroot", str(root), *command], env=ENVIRONMENT, stdin=subprocess.DEVNULL)
    while True:
        pid, status = os.wait()
        if pid == server.pid:
            return os.waitstatus_to_exitcode(status)


def main(spec_path):
    """Does what SPEC.json says; the exit code is the server's, or EXIT_REFUSED."""
    end_with_the_test()
    spec = json.loads(Path(spec_path).read_text())
    try:
        root = make_root(Path(spec["mount_point"]), spec["tarball"])
        mount_inside(root, spec["share"])
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"cannot make a private root: {error}", flush=True)
        return EXIT_REFUSED
    unpack(spec["debs"], root)
    add_users(spec["users"], spec["groups"], root)
    hosts = {"path": "/etc/hosts", "text": "127.0.0.1 localhost\n::1 localhost ip6-localhost\n"}
    resolver = {"path": "/etc/resolv.conf", "text": "# the lab asks no name server\n"}
    write_files([hosts, resolver, *spec["files"]], root)
    return run_server(root, spec["setup"], spec["command"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

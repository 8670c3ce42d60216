#!/bin/sh
# Runs this repository's entry scripts in an empty clone on a minimal Debian 12 with only git:
#   sudo tests/lab/clean_clone.sh [COMMAND...]        (default: ./run ./test)
# Each COMMAND is one shell command, run in the clone: clean_clone.sh './run' './test --all'.
# Needs root, debootstrap and a network. The base system is kept in build/lab/clean_clone.tar.
# Only what is committed is tested.
set -eu

# The second half: in namespaces of its own, so that its mounts and processes end with it.
if [ "${1:-}" = --inside ]; then
  root=$2
  shift 2
  mount --bind "$root" "$root"  # the lab inside wants / to be a mount
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  inside() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM="${TERM:-dumb}" CI="${CI:-}" \
      chroot "$root" sh -c "$1" </dev/null
  }
  inside 'git clone -q /origin.git /root/clone'
  for command in "$@"; do
    started=$(date +%s)
    code=0
    inside "cd /root/clone && $command" || code=$?
    echo "clean_clone.sh: '$command' ended with $code after $(($(date +%s) - started)) s"
    [ "$code" = 0 ] || exit "$code"
  done
  exit 0
fi

[ "$(id -u)" = 0 ] || { echo "clean_clone.sh: run as root" >&2; exit 77; }
command -v debootstrap >/dev/null || { echo "clean_clone.sh: install debootstrap" >&2; exit 77; }
[ "$#" -gt 0 ] || set -- ./run ./test
self=$(readlink -f "$0")
clone=$(readlink -f "$(dirname "$0")/../..")
cache=$clone/build/lab
base=$cache/clean_clone.tar
mkdir -p "$cache"
root=$(mktemp -d "$cache/clean_clone.XXXXXX")
trap 'rm -rf "$root"' EXIT  # the mounts below it exist in the namespace only

if [ -f "$base" ]; then
  tar -xpf "$base" -C "$root"
else
  debootstrap --variant=minbase --include=git,ca-certificates bookworm "$root" >"$cache/debootstrap.log"
  tar -cf "$base.part" -C "$root" .
  mv "$base.part" "$base"
fi
chmod 755 "$root"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
# An installed Debian and a container both have it; debootstrap alone leaves it out.
printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"
git clone -q --bare "$clone" "$root/origin.git"
unshare --mount --propagation private --pid --fork --kill-child=SIGKILL "$self" --inside "$root" "$@" &
child=$!
trap 'kill -KILL $child 2>/dev/null; wait $child; exit 130' INT TERM
wait $child

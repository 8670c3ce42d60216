"""The layers: an #include only goes down the room graph of docs/ARCHITECTURE.md, and each third-party
library stays in the rooms that own it. scanner/rooms.cmake is held to the same graph.
"""
import re

import tree

RULE = """an include only goes down: base < json, tls, smtp, net, siblings blind to each other; tls, smtp < model <
model_json, openssl, probes; model_json sees json too; probes and report never see each other nor net, openssl, engine;
report/format, report/remedy, report/log and report/policy are rooms of their own that see model_json, and policy sees
remedy; compare sees openssl; interview sees openssl, probes and model_json, and never net; engine sees interview and net; api sees engine,
compare and policy; app is on top. Only net, engine, and who runs a loop (api/async.hpp, api/scanner.cpp, app/run.cpp) include
Asio; only openssl includes OpenSSL; only json includes
nlohmann; only net/http.cpp includes Beast; only app/parser.cpp includes CLI11, only app/log_input.cpp includes zlib, only app/sandbox.cpp includes libseccomp,
only model/idn.cpp includes libidn2."""

# What each room uses directly; what those use is seen too.
USES = {
    "base": [],
    "tls": ["base"],
    "smtp": ["base"],
    "model": ["tls", "smtp"],
    "json": ["base"],
    "model_json": ["json", "model"],
    "openssl": ["model"],
    "compare": ["openssl"],
    "net": ["base"],
    "probes": ["model"],
    "interview": ["openssl", "probes", "model_json"],
    "engine": ["interview", "net"],
    "report": ["model_json", "model"],
    "remedy": ["model_json", "model"],
    "policy": ["model_json", "remedy"],
    "log": ["model_json", "model"],
    "api": ["engine", "policy", "compare"],
    "app": ["api", "report", "remedy", "policy", "log"],
}

# A library's headers, and the files that may include them.
LIBRARIES = {
    r"boost/asio": ("Asio", r"scanner/(net|engine)/|scanner/api/(async\.hpp|scanner\.cpp)$|scanner/app/run\.cpp$"),
    r"boost/beast": ("Beast", r"scanner/net/http\.cpp$"),
    r"openssl/": ("OpenSSL", r"scanner/openssl/"),
    r"nlohmann/": ("nlohmann", r"scanner/json/"),
    r"zlib\.h": ("zlib", r"scanner/app/log_input\.cpp$"),
    r"idn2\.h": ("libidn2", r"scanner/model/idn\.cpp$"),
    r"seccomp\.h": ("libseccomp", r"scanner/app/sandbox\.cpp$"),
    r"CLI/|CLI11": ("CLI11", r"scanner/app/parser\.cpp$"),
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>|(\S+))', re.M)


def below(room):
    """The rooms a room may include from: itself and all that it uses, near or far."""
    seen, waiting = set(), [room]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += USES[one]
    return seen


def room_of(path):
    """'scanner/smtp/reply.hpp' -> 'smtp'; 'report/log/line.hpp' -> 'log'; 'report/format/text.cpp' ->
    'report'; None outside the rooms."""
    parts = path.split("/")
    inner = parts[1] if len(parts) > 2 else ""
    if parts[0] == "scanner" or (parts[0] == "report" and inner in USES):
        return inner if inner in USES else None
    return parts[0] if parts[0] in USES else None


def target_of(root, written):
    """The path of one of our own files, from how its include is written; None if it is not ours."""
    for path in ("scanner/" + written, written):
        if (root / path).is_file():
            return path
    return None


def edges(root, name):
    """(line, as written, in quotes?) for each include of a file."""
    text = tree.read(root, name)
    for match in INCLUDE.finditer(text):
        quoted, angled, other = match.groups()
        yield tree.line_of(text, match.start()), quoted or angled or other, quoted is not None


def judge_own(root, name, line, written, quoted):
    """The findings about an include of one of our own files."""
    target = target_of(root, written)
    if target is None:
        words = '"%s" is not written from scanner/ or from the top of the tree' % written
        return [tree.Finding(name, line, words)] if quoted else []
    here, there = room_of(name), room_of(target)
    if there is None:
        return [tree.Finding(name, line, "%s includes %s, which is in no room" % (here, target))]
    if there not in below(here):
        return [tree.Finding(name, line, "%s must not see %s (%s)" % (here, there, written))]
    return []


def judge_library(name, line, written):
    """The findings about an include of somebody else's header."""
    return [tree.Finding(name, line, "%s is not for this file (%s)" % (library, written))
            for header, (library, allowed) in LIBRARIES.items()
            if re.match(header, written) and not re.match(allowed, name)]


def judge_links(root):
    """The findings about scanner/rooms.cmake: its USES are the graph above."""
    name = "scanner/rooms.cmake"
    findings = []
    for number, line in enumerate(tree.read(root, name).splitlines(), 1):
        match = re.match(r"smtptls_room\((\w+)\s", line)
        if not match:
            continue
        room = match.group(1)
        if room not in USES:
            findings.append(tree.Finding(name, number, "%s is no room of the graph" % room))
            continue
        wrong = [used for used in re.findall(r"smtptls_(\w+)", line[match.end():]) if used not in below(room)]
        findings += [tree.Finding(name, number, "%s must not link %s" % (room, used)) for used in wrong]
    return findings


def find(root):
    findings = judge_links(root)
    for name in tree.sources(root, "scanner", "probes", "report", suffixes=(".cpp", ".hpp", ".def")):
        if room_of(name) is None:
            findings.append(tree.Finding(name, 0, "is in no room"))
            continue
        for line, written, quoted in edges(root, name):
            ours = target_of(root, written) is not None
            findings += judge_own(root, name, line, written, quoted)
            findings += [] if ours else judge_library(name, line, written)
    return findings


if __name__ == "__main__":
    tree.main(RULE, find)

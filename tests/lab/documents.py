"""Two JSON documents of scans of one server (scan_document.py), compared: what may differ between two runs is left out.

What may differ: times and durations, ports, how many connections and handshakes were made, the exchanges, the ids of
exchanges on which a cell or a fact rests, and what was seen then; how often a server was too busy for us, and when. How cells are put together in the matrix is left out
too: a cell is its version, suite, state, grade and note. Everything else counts, the order of the facts included.
"""

import re

LEFT_OUT = {"started", "finished", "duration_ms", "port", "connections", "handshakes", "exchanges", "evidence", "seen",
            # What "cells" and "facts" say.
            "matrix", "certificate", "more_certificates", "observations"}
OF_THE_MOMENT = {"limits.throttled", "limits.throttled_after_ms"}
# The port of a target; and the time in Exim's greeting.
MASKS = [(re.compile(r"^(127\.0\.0\.1):\d+$"), r"\1:PORT"),
         (re.compile(r"\w{3}, \d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d [-+]\d{4}"), "TIME")]


def _cells(cells):
    return {f"{cell['version']} {cell['suite']}": _normal(cell) for cell in cells}


def _facts(facts):
    """By id and subject, so that one too many does not shift all others; their order apart."""
    named = {}
    for one in facts:
        if one["id"] in OF_THE_MOMENT:
            continue
        name = f"{one['id']} {one['subject']}".strip()
        named[name if name not in named else f"{name} (once more, {len(named)})"] = one["value"]
    return {"by name": _normal(named), "order": list(named)}


SPECIAL = {"cells": _cells, "facts": _facts}


def _normal(value):
    if isinstance(value, dict):
        return {name: SPECIAL[name](part) if name in SPECIAL else _normal(part)
                for name, part in value.items() if name not in LEFT_OUT}
    if isinstance(value, list):
        return [_normal(part) for part in value]
    if isinstance(value, str):
        for pattern, words in MASKS:
            value = pattern.sub(words, value)
    return value


def _leaves(value, path=""):
    """(path, value) of all that has no parts."""
    if isinstance(value, (dict, list)) and value:
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for name, part in parts:
            yield from _leaves(part, f"{path}/{name}")
    else:
        yield path, value


def differences(one, other):
    """One line for each value that is not the same in two documents."""
    mine, others = ({path: repr(value) for path, value in _leaves(_normal(document))} for document in (one, other))
    return [f"{path}: {mine.get(path, 'nothing')} and {others.get(path, 'nothing')}"
            for path in sorted(mine.keys() | others.keys()) if mine.get(path) != others.get(path)]


def same_document(one, other):
    """Whether two documents say the same."""
    return not differences(one, other)

"""A scan's JSON document (docs/formats/json.md) as tests look at it: cell by cell, fact by fact.

    document = scan_document.load(text)      of a scan with --suites, so that rejected suites are named (see WHOLE)

Each endpoint has, beside what is written:
    "cells"   [{"version", "suite", "state", "grade" or None, "note", "evidence", "seen"}], suites by name
    "facts"   the observations, those of certificates among them: [{"id", "subject", "value", "evidence"}]
"""

import json

# For a document with everything in it.
WHOLE = ("--format", "json", "--suites", "--exchanges")
STATES = ("accepted", "rejected", "inconclusive", "not_tested")


def load(text):
    document = json.loads(text)
    for endpoint in document["endpoints"]:
        endpoint["cells"] = list(_cells(endpoint))
        endpoint["facts"] = list(_facts(endpoint))
    return document


def states(endpoint):
    """{(version, suite): state}"""
    return {(cell["version"], cell["suite"]): cell["state"] for cell in endpoint["cells"]}


def accepted(endpoint):
    """{(version, suite)}"""
    return {cell for cell, state in states(endpoint).items() if state == "accepted"}


def values(endpoint, identity):
    """{subject: value} of the observations with this id."""
    return {one["subject"]: one["value"] for one in endpoint["facts"] if one["id"] == identity}


def _cells(endpoint):
    names = {code: suite.get("name", code) for code, suite in endpoint.get("suites", {}).items()}
    for row in endpoint.get("matrix", []):
        for state in STATES:
            for group in row.get(state, []):
                common = {"version": row["version"], "state": state, "grade": group.get("grade"),
                          "note": group.get("reason", ""), "seen": group.get("seen", "")}
                if "suites" not in group:
                    raise ValueError("the %s suites of %s are only counted: scan with --suites"
                                     % (state, row["version"]))
                suites = group["suites"]
                for code in suites:
                    evidence = suites[code] if state == "accepted" else group.get("evidence", [])
                    yield {**common, "suite": names[code], "evidence": evidence}
    for one in endpoint.get("not_tested", []):
        raise ValueError("the suites of %s are not named: scan with --suites" % ", ".join(one["versions"]))


def _facts(endpoint):
    first = [endpoint["certificate"]] if "certificate" in endpoint else []
    for one in first + endpoint.get("more_certificates", []):
        subject = one["id" if "id" in one else "sha256"]
        for name, value in one.items():
            if name not in ("id", "evidence"):
                yield {"id": "certificate." + name, "subject": subject, "value": value, "evidence": one["evidence"]}
    for one in endpoint["observations"]:
        yield {"subject": "", "evidence": [], **one}

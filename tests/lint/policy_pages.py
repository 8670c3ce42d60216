"""docs/policies/NAME.md: what stands below its introduction is made of report/policy/NAME.json.

`policy_pages.py --write` makes the pages anew. The introduction and the line about --verdict-only are written by hand.
"""
import json
import re
import sys

import tree
from policies import FOLDER, ROLES, levels_of

RULE = """each page of docs/policies is what its policy's JSON says below the introduction: tests/lint/policy_pages.py --write."""

PAGES = "docs/policies"
BEGIN = "\n## The document\n"
READ = {"original": "itself", "copy": "in a copy", "code": "as its authors' code has it", "extract": "as others publish it"}
CHECKS_OF_FEATURES = "report/policy/features.def"


def plain(text):
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")


def place_of(policy, cite):
    section = cite["section"]
    return policy["documents"][cite["document"]]["title"] + " " + ("section " if section[:1].isdigit() else "") + section


def awaited(root):
    """The features whose observation no probe makes yet."""
    observed = set(re.findall(r"OBSERVATION\((\w+),", tree.read(root, "scanner/model/observations.def")))
    features = re.findall(r"FEATURE\((\w+), (\w+),", tree.read(root, CHECKS_OF_FEATURES))
    return {name for name, observation in features if observation not in observed}


def documents_text(policy):
    rows = ["| %s | %s | %s: %s |\n" % (plain(one["title"]), plain(one["edition"]), READ[one["read"]], plain(one["where"]))
            for one in policy["documents"].values()]
    return "| document | edition | how it was read |\n|---|---|---|\n" + "".join(rows)


def rules_text(policy):
    text = "| rule | %s | what it asks | where it stands |\n|%s\n" % (" | ".join(ROLES), "---|" * (len(ROLES) + 3))
    for rule in policy["rules"]:
        levels = levels_of(rule)
        dates = "".join(" %s %s." % (word, rule[key]) for key, word in (("from", "From"), ("until", "Until")) if key in rule)
        where = "; ".join("%s: %s" % (place_of(policy, one), one["verb"]) for one in rule.get("cites", []))
        where = "a rule of ours" + (", after " + where if where else "") if rule.get("origin") == "ours" else where
        where += " (not verified)" if "unverified" in rule else ""
        text += "| `%s` | %s | %s | %s |\n" % (rule["id"], " | ".join(levels.get(role, "-") for role in ROLES),
                                            plain(rule["asks"] + dates), plain(where))
    return text


def list_text(title, lines):
    return "\n## %s\n\n%s" % (title, "".join("- %s\n" % plain(line) for line in lines)) if lines else ""


def made(root, policy, cost):
    notes = policy.get("notes", []) + ["`%s`: %s" % (role, note) for role, all_notes in policy.get("role_notes", {}).items()
                                       for note in all_notes]
    if policy.get("supersedes"):
        notes = ["It follows " + ", ".join("`%s`" % name for name in policy["supersedes"]) + "."] + notes
    if policy.get("draft"):
        notes = ["Its document is a draft."] + notes
    of_rules = [("`%s`: %s" % (rule["id"], rule[key])) for key in ("why", "note", "unverified") for rule in policy["rules"]
                if key in rule]
    not_judged = []
    for one in policy.get("not_judged", []):
        where = ", ".join(place_of(policy, cite) for cite in one.get("cites", []))
        not_judged.append("%s%s: %s" % (one["demand"], " (%s)" % where if where else "", one["because"]))
    waiting = awaited(root)
    not_asked = sorted({"`%s`" % rule["id"] for rule in policy["rules"] if rule["check"].get("feature") in waiting})
    return (BEGIN + "\nIts date: %s.\n\n" % policy["date"] + documents_text(policy) + list_text("What to know", notes) +
            "\n## The rules\n\n`smtptls-scan policy show %s` prints the lists and what each place demands as well. A dash: asks "
            "nothing of this role.\n\n" % policy["name"] + rules_text(policy) + ("\n" + cost + "\n" if cost else "") +
            list_text("Notes on rules", of_rules) + list_text("What the document demands and is not judged", not_judged) +
            (list_text("Not asked yet", ["No probe tells these rules yet, so they say `not asked`: " + ", ".join(not_asked) + "."])
             if not_asked else ""))


def page(root, name):
    policy = json.loads(tree.read(root, "%s/%s.json" % (FOLDER, name)))
    path = root / PAGES / (name + ".md")
    text = path.read_text() if path.exists() else "# %s: %s\n" % (name, policy["title"])
    cost = re.search(r"(?m)^`--verdict-only`: .*$", text)
    head = re.split(re.escape(BEGIN) + r"|\nDate of the document: ", text, maxsplit=1)[0].rstrip("\n") + "\n"
    return head + made(root, policy, cost[0] if cost else "")


PORT_25 = PAGES + "/port-25.md"
TABLE_OF_PORT_25 = "\n## The rules that are softer on port 25\n"


def port_25(root):
    """The page about the role mx: an argument that is written by hand, and each rule that is softer there than elsewhere."""
    text = tree.read(root, PORT_25).split(TABLE_OF_PORT_25, 1)[0]
    order = {"must": 0, "should": 1, "may": 2, "-": 3}
    rows = ""
    for name in names(root):
        for rule in json.loads(tree.read(root, "%s/%s.json" % (FOLDER, name)))["rules"]:
            levels = levels_of(rule)
            here, there, users = (levels.get(role, "-") for role in ("mx", "mx-mandatory", "submission"))
            if here != "-" and order[here] > min(order[there], order[users]):
                rows += "| `%s` | `%s` | %s | %s | %s | %s |\n" % (name, rule["id"], here, there, users, plain(rule.get("why", "")))
    return (text + TABLE_OF_PORT_25 + "\n| policy | rule | mx | mx-mandatory | submission | why |\n|---|---|---|---|---|---|\n" + rows)


def names(root):
    return sorted(re.findall(r"(?m)^POLICY\(([\w.-]+)\)", tree.read(root, FOLDER + "/policies.def")))


def find(root):
    pages = {"%s/%s.md" % (PAGES, name): page(root, name) for name in names(root)}
    pages[PORT_25] = port_25(root)
    return [tree.Finding(name, 0, "is not what the JSON says: tests/lint/policy_pages.py --write")
            for name, text in pages.items() if not (root / name).exists() or (root / name).read_text() != text]


if __name__ == "__main__":
    if "--write" in sys.argv:
        for one in names(tree.REPOSITORY):
            (tree.REPOSITORY / PAGES / (one + ".md")).write_text(page(tree.REPOSITORY, one))
        (tree.REPOSITORY / PORT_25).write_text(port_25(tree.REPOSITORY))
    tree.main(RULE, find)

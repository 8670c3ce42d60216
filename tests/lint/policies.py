"""The built-in policies: each rule says where its document says it, and in which words."""
import json
import re

import tree

RULE = """each rule of a built-in policy cites a document of the policy with its section (or table, requirement) and the modal
verb as it stands there, or is `ours`, or `unverified` with what was tried: at most one rule in twenty. A role's level is that
of the verb, or the rule says why. No text of a policy says "from memory"."""

FOLDER = "report/policy"
MOST_UNVERIFIED = 1 / 20
ROLES = ("mx", "mx-mandatory", "submission", "submissions")

# The verbs of RFC 2119 in each case, NIST's, the BSI's German, ANSSI's French as others quote it, and the words of documents
# that grade. PCI DSS has no modal verbs: it says what is so.
MUST = (r"must|must not|shall|shall not|required|prohibited|insufficient|disallowed|never|ensure|no longer accepts|"
        r"is|are|does not support|"
        r"muss|müssen|darf nicht|dürfen nicht|dürfen keine|verbindlich|"
        r"proscrits?|proscrites?|à proscrire|doit|doivent|obligatoires?")
SHOULD = (r"should|should not|recommended|not recommended|recommend|phase out|degraded|discouraged|encouraged|avoid|"
          r"sollte|sollten|sollte nicht|sollten nicht|empfohlen|nicht empfohlen|wird empfohlen|werden empfohlen|"
          r"recommandation|recommandée?s?|prioritaires?|préférée?s?")
MAY = (r"may|optional|permitted|permissible|allowed|sufficient|good|prefer|"
       r"kann|können|darf|dürfen|tolérée?s?|acceptée?s?")
LEVELS = (("must", MUST), ("should", SHOULD), ("may", MAY))


def level_of(verb):
    """must, should or may; None: a verb that is not known."""
    for level, words in LEVELS:
        if re.fullmatch(words, verb.lower()):
            return level
    return None


def levels_of(rule):
    level = rule["level"]
    return {role: level for role in ROLES} if isinstance(level, str) else level


def find_in_rule(policy, rule):
    if rule.get("origin") == "ours" or "unverified" in rule:
        return
    cites = rule.get("cites", [])
    if not cites:
        yield "cites nothing"
        return
    for one in cites:
        if one["document"] not in policy.get("documents", {}):
            yield "cites %s, which is none of the documents" % one["document"]
        if level_of(one["verb"]) is None:
            yield "the verb %s is none that is known" % one["verb"]
    strictest = level_of(cites[0]["verb"])
    others = sorted({level for level in levels_of(rule).values() if level != strictest})
    if strictest and others and "why" not in rule:
        yield "its verb is %s, its level %s, and it does not say why" % (cites[0]["verb"], " and ".join(others))


def find(root):
    findings = []
    rules = unverified = 0
    names = [name for name in tree.tracked(root) if re.fullmatch(FOLDER + r"/[^/]+\.json", name)]
    for name in names:
        text = tree.read(root, name)
        if "memory" in text:
            findings.append(tree.Finding(name, tree.line_of(text, text.index("memory")), 'says "from memory"'))
        policy = json.loads(text)
        for rule in policy["rules"]:
            rules += 1
            unverified += "unverified" in rule
            line = tree.line_of(text, text.index('"id": "%s"' % rule["id"]))
            findings += [tree.Finding(name, line, "%s: %s" % (rule["id"], words)) for words in find_in_rule(policy, rule)]
    if unverified > MOST_UNVERIFIED * rules:
        findings.append(tree.Finding(FOLDER, 0, "%d of %d rules are unverified" % (unverified, rules)))
    return findings


if __name__ == "__main__":
    tree.main(RULE, find)

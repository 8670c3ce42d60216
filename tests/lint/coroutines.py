"""Coroutines as g++ 12.2 compiles them rightly (docs/ARCHITECTURE.md, "Asio and g++ 12")."""
import re

import tree

RULE = """no braces and no capturing lambda inside a co_await expression: name the aggregate or the lambda on a
line of its own before it (g++ 12.2 destroys it twice otherwise). No co_await under && or || in the condition of
an if or while: put the result in a variable first (g++ 12.2 drops the body)."""

# From co_await, never past the end of its statement or of the condition it stands in, to a brace or
# a capture list that begins an operand.
BRACES = re.compile(r"co_await\b(?:\s*[\w:<>]*\s*\{|"
                    r"(?:(?!\)\s*\{)[^;])*?(?:[(,]\s*[\w:<>]*\s*\{|[(,]\s*\[[^\]\s]))")

CONDITION = re.compile(r"\b(?:if|while)\s*\(")


def conditions(text):
    """(offset, text) of each condition of an if or while."""
    for match in CONDITION.finditer(text):
        depth, end = 1, match.end()
        while depth and end < len(text):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield match.start(), text[match.start():end]


def offences(text):
    """(offset, words) of each violation in a text without comments."""
    for match in BRACES.finditer(text):
        yield match.start(), match.group(0)
    for offset, condition in conditions(text):
        if "co_await" in condition and re.search(r"&&|\|\|", condition):
            yield offset, condition


def find(root):
    findings = []
    for name in tree.sources(root, "scanner", "probes", "report", "tests"):
        text = tree.without_comments(tree.read(root, name))
        findings += [tree.Finding(name, tree.line_of(text, offset), " ".join(words.split()))
                     for offset, words in offences(text)]
    return findings


if __name__ == "__main__":
    tree.main(RULE, find)

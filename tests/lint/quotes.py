"""No quotation marks around an RFC's words: four in ten were not its words."""
import re

import tree

RULE = """a comment that cites an RFC says what it demands in our own words: no text of four words or more in quotation
marks beside it. A quotation that nobody checks goes wrong."""

CITES = re.compile(r"\bRFC \d")
QUOTED = re.compile(r'"(?=\w)[^"\n]*[a-z]+ [^"\n]*[a-z]+ [^"\n]*[a-z]+ [^"\n]*[a-z]+[^"\n]*"')
COMMENT = re.compile(r"(?:^[ \t]*//[^\n]*\n)+|//[^\n]*\n", re.M)


def find(root):
    findings = []
    for name in tree.sources(root, "scanner", "probes", "report"):
        text = tree.read(root, name)
        for comment in COMMENT.finditer(text):
            quoted = QUOTED.search(re.sub(r"\n[ \t]*//+", " ", comment[0]))
            if CITES.search(comment[0]) and quoted:
                findings.append(tree.Finding(name, tree.line_of(text, comment.start()), quoted[0]))
    return findings


if __name__ == "__main__":
    tree.main(RULE, find)

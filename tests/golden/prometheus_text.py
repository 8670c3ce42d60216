"""The Prometheus text exposition format 0.0.4, read strictly: what is not in its description is an error.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"')
SAMPLE = re.compile(r"(%s)(?:\{(.*)\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?|NaN|[+-]Inf)" % NAME)


def labels(text, where):
    """{name: value} of what stands between the braces."""
    found, at = {}, 0
    while at < len(text):
        match = LABEL.match(text, at)
        if not match or match.group(1) in found:
            raise ValueError("%s: labels: %s" % (where, text[at:]))
        value = re.sub(r"\\(.)", lambda escape: {"n": "\n"}.get(escape.group(1), escape.group(1)), match.group(2))
        found[match.group(1)] = value
        at = match.end()
        if at < len(text):
            if text[at] != ",":
                raise ValueError("%s: no comma: %s" % (where, text[at:]))
            at += 1
    return found


def parse(text):
    """[(metric, {label: value}, number)]. Each metric has HELP and TYPE before its samples, which stand together, and
    no series comes twice. ValueError otherwise."""
    samples, seen, metrics, helped = [], set(), [], None
    if not text.endswith("\n"):
        raise ValueError("no newline at the end")
    for number, line in enumerate(text[:-1].split("\n"), 1):
        where = "line %d" % number
        if line.startswith("# HELP "):
            helped = re.fullmatch(r"# HELP (%s) \S.*" % NAME, line).group(1)
            if helped in metrics:
                raise ValueError("%s: %s again" % (where, helped))
            continue
        if line.startswith("# TYPE "):
            name = re.fullmatch(r"# TYPE (%s) (?:counter|gauge|untyped)" % NAME, line).group(1)
            if name != helped:
                raise ValueError("%s: TYPE without its HELP" % where)
            metrics.append(name)
            continue
        match = SAMPLE.fullmatch(line)
        if not match or not metrics or match.group(1) != metrics[-1]:
            raise ValueError("%s: %s" % (where, line))
        found = labels(match.group(2) or "", where)
        series = (match.group(1), tuple(sorted(found.items())))
        if series in seen:
            raise ValueError("%s: the series stands twice" % where)
        seen.add(series)
        samples.append((match.group(1), found, float(match.group(3))))
    return samples

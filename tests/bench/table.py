"""The results for people: a table with medians, and the ratios that are promised."""

import statistics

HEAD = ("scanner", "right", "missing", "extra", "connections", "at once", "seconds", "CPU s", "memory MiB")


def spread(values, digits):
    """`median (min-max)`, or the one value if all are equal as printed."""
    low, middle, high = (f"{value:.{digits}f}" for value in (min(values), statistics.median(values), max(values)))
    return middle if low == high else f"{middle} ({low}-{high})"


def row(result, cells):
    """The texts of one line for one result: {"name", "runs"}; of runs in trouble only what they cost."""
    runs = result["runs"]

    def column(read, digits=0):
        return spread([read(run) for run in runs], digits)

    return (result["name"], f"{column(lambda run: run.right)} of {cells}", column(lambda run: len(run.missing)),
            column(lambda run: len(run.extra)), column(lambda run: run.connections),
            column(lambda run: run.most_at_once), column(lambda run: run.seconds, 2),
            column(lambda run: run.cpu_seconds, 2), column(lambda run: run.max_rss_kib / 1024, 1))


def aligned(rows):
    """A Markdown table whose columns also line up in a terminal."""
    widths = [max(len(line[index]) for line in rows) for index in range(len(rows[0]))]
    lines = ["| " + " | ".join(text.ljust(width) for text, width in zip(line, widths)) + " |" for line in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def median(result, field):
    """The median of a field over the runs of a result."""
    return statistics.median(getattr(run, field) for run in result["runs"])


def is_exact(result):
    """Whether every run found every cell and no other."""
    return all(run.exact for run in result["runs"])


def ratios(results):
    """[{"what", "ratio", "wanted"}]: our time and CPU beside the peers'; empty without peers."""
    peers = [result for result in results if not result["ours"]]
    exact = [result for result in peers if is_exact(result)]
    rival = min(exact, key=lambda result: median(result, "seconds"), default=None)
    lines = []
    for result in (one for one in results if one["ours"]):
        if rival and result["wanted_time_ratio"]:
            lines.append({"what": f"seconds of {result['name']} / {rival['name']}, the fastest that finds every cell",
                          "ratio": median(result, "seconds") / median(rival, "seconds"),
                          "wanted": result["wanted_time_ratio"]})
        for peer in (one for one in peers if one["name"].startswith("sslscan")):
            lines.append({"what": f"CPU of {result['name']} / {peer['name']}",
                          "ratio": median(result, "cpu_seconds") / median(peer, "cpu_seconds"), "wanted": 1.0})
    return lines


def text(report):
    """The whole report for people."""
    server = report["server"]
    lines = [f"{report['date']}  {report['machine']}",
             f"{server['name']} ({server['tls']}): {report['cells']} cells accepted in truth"
             f" ({', '.join(f'{version} {count}' for version, count in report['truth'].items())});"
             f" round trip {report['round_trip_ms']:g} ms; median (min-max)", ""]
    lines.append(aligned([HEAD, *(row(result, report["cells"]) for result in report["results"])]))
    lines.append("")
    lines += [f"{result['name']}: {result['version']}; {result['options']}; {len(result['runs'])} run(s);"
              f" the proxy used {median(result, 'proxy_cpu_seconds'):.2f} s CPU" for result in report["results"]]
    lines += [f"{absent['name']}: no row: {absent['reason']}" for absent in report["absent"]]
    lines += [f"{result['name']}, run {number}: {run.trouble}" for result in report["results"]
              for number, run in enumerate(result["runs"], 1) if run.trouble]
    lines += [f"{result['name']}: says {run.claimed} connections, the proxy counted {run.connections} (run {number})"
              for result in report["results"] for number, run in enumerate(result["runs"], 1)
              if run.claimed is not None and run.claimed != run.connections]
    lines += ["", *(f"{one['ratio']:.2f} (wanted: at most {one['wanted']:g})  {one['what']}"
                    for one in report["ratios"])]
    return "\n".join(lines).rstrip()

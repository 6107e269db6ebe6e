"""Keeps the figures of benchmarks: one JSON file each, and a table of all.

figures.py record FOLDER NAME KIND LIMIT OURS THEIRS WHAT_OURS WHAT_THEIRS
figures.py median HYPERFINE_JSON INDEX
figures.py table FOLDER
"""

import json
import os
import platform
import subprocess
import sys


def judge(kind, limit, ours, theirs):
    """The figure that is held against the limit, how it is written, and whether it holds."""
    if kind == "ratio":
        value = ours / theirs
        return f"{value:.2f} ×", f"≤ {limit:g} ×", value <= limit
    if kind == "memory":
        value = ours / theirs
        return f"{value:.2f} ×", f"≤ {limit:g} ×", value <= limit
    if kind == "at-least":
        value = ours / theirs
        return f"{value:.2f} ×", f"≥ {limit:g} ×", value >= limit
    if kind == "more":
        value = ours - theirs
        return f"{value * 1000:+.1f} ms", f"≤ {limit * 1000:+g} ms", value <= limit
    if kind == "at-most":
        return f"{ours:g}", f"≤ {limit:g}", ours <= limit
    sys.exit(f"no such kind of figure: {kind}")


def record(folder, name, kind, limit, ours, theirs, what_ours, what_theirs):
    ours, limit = float(ours), float(limit)
    theirs = None if theirs == "-" else float(theirs)
    value, bound, holds = judge(kind, limit, ours, theirs)
    figure = {
        "name": name, "kind": kind, "limit": limit, "ours": ours, "theirs": theirs, "ours_is": what_ours, "theirs_is": what_theirs,
        "value": value, "bound": bound, "holds": holds,
    }
    with open(os.path.join(folder, f"{name}.json"), "w") as file:
        json.dump(figure, file, indent=2, ensure_ascii=False)
    print(f"{'ok  ' if holds else 'MISS'} {name}: {value} ({bound})", file=sys.stderr)


def median(path, index):
    with open(path) as file:
        print(json.load(file)["results"][int(index)]["median"])


def shown(figure, value):
    if value is None:
        return "–"
    if figure["kind"] == "at-least":
        return f"{value:,.0f} /s" if figure["name"] == "sigv4" else f"{value / 1e6:.0f} MB/s"
    if figure["kind"] == "memory":
        return f"{value:.1f} MiB"
    if figure["kind"] == "at-most":
        return f"{value:g}"
    return f"{value * 1000:.1f} ms"


def machine():
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    system = subprocess.run(["sh", "-c", ". /etc/os-release; echo $PRETTY_NAME"], capture_output=True, text=True).stdout.strip()
    return f"{os.cpu_count()} × {cpu}, {system}, Linux {platform.release()}"


def table(folder):
    figures = []
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name)) as file:
            figures.append(json.load(file))
    print(f"Measured on {machine()}.\n")
    print("| what | ours | theirs | figure | promised | |\n|---|---|---|---|---|---|")
    for figure in figures:
        row = [figure["name"], shown(figure, figure["ours"]), shown(figure, figure["theirs"]), figure["value"], figure["bound"]]
        print(f"| {' | '.join(row)} | {'✓' if figure['holds'] else '**missed**'} |")
    if not all(figure["holds"] for figure in figures):
        sys.exit(1)


if __name__ == "__main__":
    {"record": record, "median": median, "table": table}[sys.argv[1]](*sys.argv[2:])

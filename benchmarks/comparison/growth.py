"""Measures curves, not points: speed and memory against copies, lanes, sessions and bytes.

Curves are in benchmarks/growth.json; their commands are as in comparison.json, `{x}` is the number
that grows. Measurements go to docs/growth.csv, which keeps the newest of each curve, and from there
into docs/performance.md and docs/images/growth-CURVE.png.
"""

from __future__ import annotations

import csv
import json
import os
import shlex
import statistics
import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from comparison import arguments, report
from comparison.__main__ import VARIABLES, build, command
from comparison.measurement import MeasurementError, measure
from comparison.rows import HOME

SUITE = HOME / "benchmarks" / "growth.json"
DATA = HOME / "docs" / "growth.csv"
IMAGES = HOME / "docs" / "images"
BEGIN = "<!-- benchmarks/growth writes from here -->"


@dataclass(frozen=True)
class Curve:
    """What grows, and the commands whose figures are a series each."""

    name: str
    what: str
    x: str
    values: list[int]
    unit: str
    series: dict[str, str]


@dataclass(frozen=True)
class Point:
    """One line of the file; `megabytes` is the sum of the processes' peaks, `load` as in Sample."""

    curve: str
    series: str
    x: int
    repeat: int
    value: float
    megabytes: float
    load: float


def main(words: list[str]) -> int:
    """Measures what is asked for, then reports; 1 when a command failed."""
    curves = [Curve(**entry) for entry in json.loads(SUITE.read_text(encoding="utf-8"))]
    parser = arguments.parser("benchmarks/growth", __doc__, "curve", repeats=3)
    options = arguments.parsed(parser, words, [curve.name for curve in curves])
    good = True
    if not options.report_only:
        classpath = build()
        for curve in curves:
            if not options.names or curve.name in options.names:
                points = [
                    point
                    for repeat in range(options.repeats)
                    for point in measured(curve, repeat, classpath)
                ]
                good &= len(points) == options.repeats * len(curve.values) * len(curve.series)
                write([*(each for each in read() if each.curve != curve.name), *points])
    points = read()
    for curve in curves:
        draw(curve, points)
    report.replace(BEGIN, [section(curve, points) for curve in curves])
    return 0 if good else 1


def measured(curve: Curve, repeat: int, classpath: str) -> list[Point]:
    """Every point of a curve once, its series in turns; a failure is told and left out."""
    points = []
    for x in curve.values:
        for name, text in curve.series.items():
            load = round(os.getloadavg()[0], 2)
            words = shlex.split(text.replace("{x}", str(x)))
            try:
                found = measure(command(words, classpath), VARIABLES)
            except MeasurementError as failed:
                print(f"{curve.name} {x}, {name}: FAILED: {failed}", file=sys.stderr)
                continue
            megabytes = round(sum(usage.peak_bytes for usage in found.usages) / 2**20, 1)
            points.append(Point(curve.name, name, x, repeat, found.value, megabytes, load))
            shown = f"{report.number(found.value)} {curve.unit}, {megabytes:,.0f} MB"
            print(f"{curve.name} {x}, {name}: {shown}", file=sys.stderr)
    return points


def read(path: Path = DATA) -> list[Point]:
    """All points; none when there is no file."""
    if not path.exists():
        return []
    kinds = {"str": str, "int": int, "float": float}
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Point(*(kinds[str(field.type)](line[field.name]) for field in fields(Point)))
            for line in csv.DictReader(file)
        ]


def write(points: Sequence[Point], path: Path = DATA) -> None:
    """Writes the points in a lasting order."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field.name for field in fields(Point)])
        order = sorted(points, key=lambda each: (each.curve, each.series, each.x, each.repeat))
        writer.writerows(astuple(each) for each in order)


def medians(curve: Curve, points: Sequence[Point], name: str) -> dict[int, tuple[float, float]]:
    """A series' median figure and memory at each x that was measured."""
    found = {}
    for x in curve.values:
        here = [
            each for each in points if (each.curve, each.series, each.x) == (curve.name, name, x)
        ]
        if here:
            found[x] = (
                statistics.median(each.value for each in here),
                statistics.median(each.megabytes for each in here),
            )
    return found


def section(curve: Curve, points: Sequence[Point]) -> str:
    """A table, figure and memory in each cell, and the picture."""
    own = [each for each in points if each.curve == curve.name]
    lines = [f"### {curve.what}", ""]
    if not own:
        return "\n".join([*lines, "Not measured yet."])
    lines += [
        f"| {curve.x} | {' | '.join(f'{name}, {curve.unit} (peak MB)' for name in curve.series)} |",
        "|---" * (1 + len(curve.series)) + "|",
    ]
    columns = [medians(curve, own, name) for name in curve.series]
    for x in curve.values:
        cells = [
            f"{report.number(column[x][0])} ({column[x][1]:,.0f})"
            if x in column
            else report.NOTHING
            for column in columns
        ]
        lines.append(f"| {x:,} | {' | '.join(cells)} |")
    repeats = 1 + max(each.repeat for each in own)
    load = statistics.median(each.load for each in own)
    lines += [
        "",
        f"Medians of {repeats}; programs that wanted a core meanwhile: {load:.1f}.",
        "",
        f"![{curve.what}](images/growth-{curve.name}.png)",
    ]
    return "\n".join(lines)


def draw(curve: Curve, points: Sequence[Point], folder: Path = IMAGES) -> None:
    """Every series on logarithmic axes."""
    import matplotlib as mpl  # noqa: PLC0415 - slow to import, not always needed

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    shown = {name: medians(curve, points, name) for name in curve.series}
    if not any(shown.values()):
        return
    figure, axes = plt.subplots(figsize=(7, 4), dpi=110)
    for name, found in shown.items():
        axes.plot(
            list(found), [value for value, _ in found.values()], "o-", label=name, markersize=4
        )
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xticks(curve.values, [f"{x:,}" for x in curve.values])
    axes.set_xlabel(curve.x)
    axes.set_ylabel(curve.unit)
    axes.set_title(curve.what, fontsize=9)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    figure.tight_layout()
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / f"growth-{curve.name}.png")
    plt.close(figure)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

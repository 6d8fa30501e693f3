"""The table and the picture of comparisons: docs/performance.md, docs/images/performance.png."""

from __future__ import annotations

import importlib.metadata
import math
import platform
from collections.abc import Callable, Sequence
from pathlib import Path

from comparison.results import Comparison, Sample, Spread
from comparison.rows import HOME, SIDES

BEGIN = "<!-- benchmarks/run writes from here -->"
END = "<!-- to here -->"
PAGE = HOME / "docs" / "performance.md"
PICTURE = HOME / "docs" / "images" / "performance.png"
TITLES = (
    "row",
    "what",
    "Gangway",
    "against",
    "times better [least, most]",
    "bar",
    "reached",
    "per CPU second",
    "cores",
    "peak MB",
)
VERSIONS = (
    *("gymnasium", "numpy", "envpool", "dm-env-rpc", "stable-baselines3", "sbx-rl", "jax"),
    *("torch", "mujoco"),
)
NOTHING = "–"


def table(comparisons: Sequence[Comparison]) -> str:
    """One line a row, also for those that were not measured."""
    lines = [f"| {' | '.join(TITLES)} |", "|---" * len(TITLES) + "|"]
    for each in comparisons:
        cells = (
            each.row.name,
            each.row.what,
            _figure(each, "gangway"),
            f"{each.row.against}: {_figure(each, 'peer')}" if each.row.against else NOTHING,
            _spread(each.ratio(), _ratio),
            _bar(each),
            {None: NOTHING, True: "yes", False: "**no**"}[each.reached()],
            _spread(each.thrift(), _ratio),
            _sides(each, _cores),
            _sides(each, lambda samples: f"{max(one.peak_megabytes for one in samples):,.0f}"),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def notes(comparisons: Sequence[Comparison]) -> str:
    """Why figures are missing, on what was measured and beside what, and the versions."""
    samples = [one for each in comparisons for side in SIDES for one in each.samples(side)]
    lines = [
        f"- *{each.row.name}* was not measured: {each.row.missing}"
        for each in comparisons
        if each.row.missing
    ]
    for each in comparisons:
        lines += [f"- *{each.row.name}* failed, {error}" for error in each.errors()]
    if samples:
        machines = ", ".join(sorted({one.machine for one in samples}))
        dates = sorted({one.date for one in samples})
        load = Spread.of([one.load for one in samples])
        counts = {len(each.samples("gangway")) for each in comparisons} - {0}
        lines.append(
            f"- Pairs of a row: {' … '.join(str(n) for n in sorted({min(counts), max(counts)}))}."
        )
        lines.append(f"- Measured on {machines}; {' … '.join(sorted({dates[0], dates[-1]}))}.")
        lines.append(
            f"- Programs that wanted a core in the minute before a measurement, the previous one's "
            f"among them: median {load.median:.1f}, at most {load.high:.1f}."
        )
    lines.append(f"- Python {platform.python_version()}; {', '.join(_versions())}.")
    return "\n".join(lines)


def write_page(comparisons: Sequence[Comparison], page: Path = PAGE) -> None:
    """Replaces what stands between the two marks of the page."""
    replace(BEGIN, [table(comparisons), notes(comparisons)], page)


def replace(begin: str, parts: Sequence[str], page: Path = PAGE) -> None:
    """Replaces what stands between a line of the page and the next END."""
    text = page.read_text(encoding="utf-8")
    head, mark, rest = text.partition(begin)
    _, end, tail = rest.partition(END)
    if not mark or not end:
        raise ValueError(f"Expected the lines {begin!r} and {END!r} in {page}; add them.")
    page.write_text("\n\n".join([head + begin, *parts, END + tail]), encoding="utf-8")


def draw(comparisons: Sequence[Comparison], path: Path = PICTURE) -> None:
    """Every ratio with its spread on one logarithmic axis, and where its bar stands."""
    import matplotlib as mpl  # noqa: PLC0415 - slow to import, not always needed

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    shown = [
        (each, ratio)
        for each in reversed(comparisons)
        if (ratio := each.ratio()) is not None and math.isfinite(ratio.median)
    ]
    figure, axes = plt.subplots(figsize=(9, 0.6 + 0.3 * len(shown)), dpi=110)
    for place, (each, ratio) in enumerate(shown):
        colour = {None: "0.45", True: "tab:green", False: "tab:red"}[each.reached()]
        high = ratio.high if math.isfinite(ratio.high) else ratio.median
        axes.plot([ratio.low, high], [place, place], color=colour, linewidth=1.5)
        axes.plot(ratio.median, place, "o", color=colour, markersize=5)
        if each.row.bar is not None:
            axes.plot(each.row.bar, place, "|", color="black", markersize=13, markeredgewidth=1.5)
    axes.axvline(1, color="0.8", linewidth=1, zorder=0)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_yticks(
        range(len(shown)), [f"{each.row.name}: {each.row.against}" for each, _ in shown], fontsize=8
    )
    axes.set_ylim(-0.7, len(shown) - 0.3)
    axes.set_xlabel("how many times better Gangway is: median, least and most (| the bar)")
    axes.grid(axis="x", alpha=0.3)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
    plt.close(figure)


def _figure(comparison: Comparison, side: str) -> str:
    spread = comparison.figure(side)
    return NOTHING if spread is None else f"{_spread(spread, number)} {comparison.row.unit}"


def _bar(comparison: Comparison) -> str:
    row = comparison.row
    if row.goal is not None:
        return f"{'≤' if row.less_is_better else '≥'} {number(row.goal)} {row.unit}"
    return NOTHING if row.bar is None else f"{row.bar:g}×"


def _sides(comparison: Comparison, show: Callable[[list[Sample]], str]) -> str:
    """What there is to show of the good samples of each side."""
    good = [[one for one in comparison.samples(side) if not one.error] for side in SIDES]
    return "; ".join(show(samples) if samples else NOTHING for samples in good)


def _cores(samples: list[Sample]) -> str:
    """How many cores a side kept busy while it was measured."""
    return f"{Spread.of([one.cpu_seconds / one.seconds for one in samples]).median:.2f}"


def _spread(spread: Spread | None, show: Callable[[float], str]) -> str:
    if spread is None:
        return NOTHING
    return f"{show(spread.median)} [{show(spread.low)}, {show(spread.high)}]"


def _ratio(value: float) -> str:
    return f"{value:.2f}×" if math.isfinite(value) else "never"


def number(value: float) -> str:
    """Three significant digits, M for millions, G for billions; an infinite time is `never`."""
    if not math.isfinite(value):
        return "never"
    for unit, suffix in ((1e9, "G"), (1e6, "M")):
        if abs(value) >= unit:
            return number(value / unit) + suffix
    digits = max(0, 2 - math.floor(math.log10(abs(value)))) if value else 0
    return f"{float(f'{value:.3g}'):,.{digits}f}"


def _versions() -> list[str]:
    found = []
    for package in VERSIONS:
        try:
            found.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    return found

"""Tables and pictures of runs: docs/results.md, docs/learning.csv, docs/images/learning-*.png."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from learning_curves.runs import Run, settings
from learning_curves.statistics import (
    at_steps,
    bootstrap_interval,
    censored_median,
    interquartile_mean,
    wilson_interval,
)
from learning_curves.suite import HOME, Row

BEGIN = "<!-- benchmarks/learning writes from here -->"
END = "<!-- to here -->"
RESULTS = HOME / "docs" / "results.md"
DATA = HOME / "docs" / "learning.csv"
IMAGES = HOME / "docs" / "images"
POINTS = 200
SMALL = 10
MANY = 20
RESAMPLED = 20_000
TITLES = (
    "environment, learner",
    "score",
    "bar",
    "mean ± std",
    "IQM [95 % interval]",
    "reached the bar [95 % interval]",
    "median steps until training reaches it",
    "elsewhere",
)
COLUMNS = (
    "experiment",
    "settings",
    "seed",
    "best",
    "reached_at",
    "played",
    "std",
    "env_steps",
    "wall_seconds",
)
PLAYED = {"training": "greedy", "greedy": "greedy", "sampled": "sampled", "exact": "exact greedy"}


def score(row: Row, run: Run) -> float:
    """What the row judges a run by."""
    return run.best if row.way == "training" else run.played


def passed(row: Row, run: Run) -> bool:
    """Whether the run reached its bar."""
    return score(row, run) >= row.bar


def table(results: Mapping[Row, Sequence[Run]]) -> str:
    """One line an experiment, also for those that were not run yet."""
    lines = [f"| {' | '.join(TITLES)} |", "|---" * len(TITLES) + "|"]
    for row, runs in results.items():
        elsewhere = "; ".join(
            f"[{each.who}]({each.source}): {each.result}" for each in row.references
        )
        lines.append(
            f"| [{row.environment}](../experiments/{row.experiment.name}), {row.learner} "
            f"| {row.way} | {row.bar:g} | {' | '.join(_measured(row, runs))} | {elsewhere or '–'} |"
        )
    return "\n".join(lines)


def _measured(row: Row, runs: Sequence[Run]) -> tuple[str, str, str, str]:
    """Mean, interquartile mean, how many reached the bar, steps until they did."""
    if not runs:
        return "not run yet", "–", "–", "–"
    digits = _digits(row)
    scores = [score(row, run) for run in runs]
    low, high = bootstrap_interval([scores])
    interval = f" [{low:,.{digits}f}, {high:,.{digits}f}]" if len(runs) > 1 else ""
    median = censored_median([run.reached for run in runs])
    budget = max(run.env_steps for run in runs)
    return (
        _mean_and_spread(scores, digits),
        f"{interquartile_mean(scores):,.{digits}f}{interval}",
        reached(row, runs),
        f"{median:,.0f}" if median is not None else f"> {budget:,}",
    )


def reached(row: Row, runs: Sequence[Run]) -> str:
    """For each set of seeds: how many runs of how many, and Wilson's interval of their share."""
    found = []
    for seeds in row.seed_sets:
        of_set = [run for run in runs if run.seed in seeds]
        if of_set:
            successes = sum(passed(row, run) for run in of_set)
            low, high = wilson_interval(successes, len(of_set))
            planned = f", {len(seeds)} planned" if len(of_set) < len(seeds) else ""
            share = f"[{100 * low:.1f}, {100 * high:.1f} %]"
            found.append(f"{successes} of {len(of_set)}{planned} {share}")
    others = [run for run in runs if run.seed not in row.seeds]
    if others:
        found.append(f"{sum(passed(row, run) for run in others)} of {len(others)} other seeds")
    return "; second set: ".join(found)


def details(row: Row, runs: Sequence[Run]) -> str:
    """Every seed of one experiment, with its picture; of many seeds those below the bar only."""
    digits = _digits(row)
    lines = [f"### {row.environment}: {row.learner}", ""]
    if row.note:
        lines += [row.note, ""]
    lines += [
        f"![Learning curves](images/learning-{row.name}.png)",
        "",
        *_summary(row, runs),
        (
            "| seed | best training mean | reaches the bar at "
            f"| {PLAYED[row.way]} return afterwards | environment steps | wall seconds | |"
        ),
        "|---" * 7 + "|",
    ]
    for run in runs if len(runs) <= MANY else [run for run in runs if not passed(row, run)]:
        at = "never" if run.reached is None else f"{run.reached:,}"
        spread = "" if math.isnan(run.spread) else f" ± {run.spread:,.1f}"
        best = "–" if math.isnan(run.best) else f"{run.best:,.{digits}f}"
        lines.append(
            f"| {run.seed} | {best} | {at} | {run.played:,.{digits}f}{spread} "
            f"| {run.env_steps:,} | {run.wall_seconds:.0f} "
            f"| {'' if passed(row, run) else 'below the bar'} |"
        )
    return "\n".join(lines)


def _summary(row: Row, runs: Sequence[Run]) -> list[str]:
    """What stands above the table of a row whose seeds are too many to be shown."""
    if len(runs) <= MANY:
        return []
    steps = sorted(run.env_steps for run in runs)
    seconds = sum(run.wall_seconds for run in runs) / len(runs)
    sets = " and ".join(f"{seeds[0]}–{seeds[-1]}" for seeds in row.seed_sets)
    return [
        (
            f"Seeds {sets}: {reached(row, runs)} reached the bar. Environment steps of a run: "
            f"median {steps[len(steps) // 2]:,}, nine tenths {steps[len(steps) * 9 // 10]:,}, "
            f"most {steps[-1]:,}; {seconds:.1f} wall seconds on average. The table lists the "
            "seeds below the bar; all are in [learning.csv](learning.csv)."
        ),
        "",
    ]


def write_results(results: Mapping[Row, Sequence[Run]], page: Path = RESULTS) -> None:
    """Replaces what stands between the two marks of the page."""
    text = page.read_text(encoding="utf-8")
    head, mark, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not mark or not end:
        raise ValueError(f"Expected the lines {BEGIN!r} and {END!r} in {page}; add them.")
    parts = [table(results), *(details(row, runs) for row, runs in results.items() if runs)]
    page.write_text("\n\n".join([head + BEGIN, *parts, END + tail]), encoding="utf-8")


def write_data(results: Mapping[Row, Sequence[Run]], path: Path = DATA) -> None:
    """Every run as a line of a CSV file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row, runs in results.items():
        for run in runs:
            spread = "" if math.isnan(run.spread) else f"{run.spread:.3f}"
            reached = "" if run.reached is None else run.reached
            seconds = f"{run.wall_seconds:.1f}"
            means = (f"{run.best:.4f}", reached, f"{run.played:.4f}", spread)
            writer.writerow([row.name, settings(row), run.seed, *means, run.env_steps, seconds])
    path.write_text(out.getvalue(), encoding="utf-8")


def read_data(row: Row, path: Path = DATA) -> dict[int, Run]:
    """The runs of a row that `write_data` wrote with the row's present settings, by seed."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["experiment"] == row.name]
    return {
        int(line["seed"]): Run(
            seed=int(line["seed"]),
            best=float(line["best"]),
            reached=int(line["reached_at"]) if line["reached_at"] else None,
            played=float(line["played"]),
            spread=float(line["std"] or "nan"),
            env_steps=int(line["env_steps"]),
            wall_seconds=float(line["wall_seconds"]),
            curve=[],
        )
        for line in lines
        if line["settings"] == settings(row)
    }


def draw(row: Row, runs: Sequence[Run], folder: Path = IMAGES) -> None:
    """Each seed's curve, the interquartile mean with its interval as a band, and the bar.

    A run that has ended keeps its last value.
    """
    import matplotlib as mpl  # noqa: PLC0415 - slow to import, not always needed

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    end = max(run.env_steps for run in runs)
    start = max(run.curve[0][0] for run in runs)
    steps = [start + (end - start) * i / (POINTS - 1) for i in range(POINTS)]
    columns = [[at_steps(run.curve, at) for run in runs] for at in steps]
    resamples = max(100, min(1000, RESAMPLED // len(runs)))
    bands = [bootstrap_interval([column], resamples=resamples) for column in columns]
    figure, axes = plt.subplots(figsize=(7, 4), dpi=110)
    axes.fill_between(
        steps,
        [low for low, _ in bands],
        [high for _, high in bands],
        alpha=0.25,
        linewidth=0,
        label="its 95 % interval",
    )
    for curve in zip(*columns, strict=True):
        axes.plot(steps, curve, color="0.55", linewidth=0.6)
    middle = [interquartile_mean(column) for column in columns]
    axes.plot(steps, middle, linewidth=2, label="interquartile mean")
    axes.axhline(
        row.bar, color="tab:red", linestyle="--", linewidth=1, label=f"bar, {row.bar:g} ({row.way})"
    )
    axes.legend(fontsize=8, frameon=False)
    seeds = "1 seed" if len(runs) == 1 else f"{len(runs)} seeds"
    axes.set_title(f"{row.environment}: {row.learner}, {seeds}", fontsize=11)
    axes.set_xlabel("environment steps")
    axes.set_ylabel("mean return of the last 100 episodes")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set_xlim(0, end)
    figure.tight_layout()
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / f"learning-{row.name}.png")
    plt.close(figure)


def _digits(row: Row) -> int:
    """Decimals that tell returns of the bar's size apart."""
    return 4 if abs(row.bar) < SMALL else 1


def _mean_and_spread(scores: Sequence[float], digits: int) -> str:
    mean = math.fsum(scores) / len(scores)
    variance = math.fsum((score - mean) ** 2 for score in scores) / len(scores)
    return f"{mean:,.{digits}f} ± {math.sqrt(variance):,.{digits}f}"

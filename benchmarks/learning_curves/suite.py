"""What is trained, how often, and what it must reach: benchmarks/learning.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent.parent
SUITE = HOME / "benchmarks" / "learning.json"
WAYS = ("training", "greedy", "sampled", "exact")


@dataclass(frozen=True)
class Reference:
    """What others report for the same task."""

    who: str
    result: str
    source: str


@dataclass(frozen=True)
class Row:
    """One experiment and its bar.

    `way` says how a run is scored: `training`, the mean return of 100 training episodes in a row
    at its best; `greedy` or `sampled`, the mean return of
    100 episodes played afterwards with the most likely or with sampled actions; `exact`, the
    greedy policy's expected return from the environment's own transition table (tabular.py).
    """

    name: str
    environment: str
    learner: str
    experiment: Path
    seeds: tuple[int, ...]
    way: str
    bar: float
    options: tuple[str, ...]
    note: str
    references: tuple[Reference, ...]


def parse_seeds(text: str) -> tuple[int, ...]:
    """The seeds that `7`, `0-9` or `0,3,7` name."""
    if "-" in text:
        first, last = text.split("-")
        return tuple(range(int(first), int(last) + 1))
    return tuple(int(seed) for seed in text.split(","))


def read_suite(path: Path = SUITE) -> list[Row]:
    """The rows, in the file's order."""
    rows = []
    for entry in json.loads(path.read_text(encoding="utf-8")):
        if entry["way"] not in WAYS:
            raise ValueError(f"{entry['name']}: way is one of {WAYS}, found {entry['way']!r}")
        rows.append(
            Row(
                name=entry["name"],
                environment=entry["environment"],
                learner=entry["learner"],
                experiment=HOME / "experiments" / f"{entry['name']}.textproto",
                seeds=parse_seeds(entry["seeds"]),
                way=entry["way"],
                bar=float(entry["bar"]),
                options=tuple(entry.get("options", [])),
                note=entry.get("note", ""),
                references=tuple(Reference(*each) for each in entry["references"]),
            )
        )
    return rows

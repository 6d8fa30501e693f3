"""What is trained, how often, and what it must reach: benchmarks/learning.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent.parent
SUITE = HOME / "benchmarks" / "learning.json"
MAX_SETS = 2
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

    `seed_sets` are written down before anything is trained on them: one set, or a second one when
    the settings were changed after the first had been seen. Both are reported.
    """

    name: str
    environment: str
    learner: str
    experiment: Path
    seed_sets: tuple[tuple[int, ...], ...]
    way: str
    bar: float
    options: tuple[str, ...]
    note: str
    references: tuple[Reference, ...]

    @property
    def seeds(self) -> tuple[int, ...]:
        """Those of all sets."""
        return tuple(seed for seeds in self.seed_sets for seed in seeds)


def parse_seeds(text: str) -> tuple[int, ...]:
    """The seeds that `7`, `0-9` or `0,3,7` name."""
    if "-" in text:
        first, last = text.split("-")
        return tuple(range(int(first), int(last) + 1))
    return tuple(int(seed) for seed in text.split(","))


def parse_sets(name: str, entry: str | list[str]) -> tuple[tuple[int, ...], ...]:
    """The sets of seeds that a row declares, at most two and with no seed twice."""
    sets = tuple(map(parse_seeds, [entry] if isinstance(entry, str) else entry))
    seeds = [seed for each in sets for seed in each]
    if not 1 <= len(sets) <= MAX_SETS or len(set(seeds)) < len(seeds):
        raise ValueError(
            f"{name}: seeds: expected one or two sets, no seed in both, found {entry!r}"
        )
    return sets


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
                seed_sets=parse_sets(entry["name"], entry["seeds"]),
                way=entry["way"],
                bar=float(entry["bar"]),
                options=tuple(entry.get("options", [])),
                note=entry.get("note", ""),
                references=tuple(Reference(*each) for each in entry["references"]),
            )
        )
    return rows

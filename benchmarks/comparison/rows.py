"""What is compared: benchmarks/comparison.json."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent.parent
SUITE = HOME / "benchmarks" / "comparison.json"
SIDES = ("gangway", "peer")


@dataclass(frozen=True)
class Row:
    """Two commands that do the same, and by how much Gangway's is to be ahead.

    `commands` has a command for each of SIDES, or for Gangway alone. `java CLASS …` is a program of
    dev.gangway.benchmark, `python FILE …` one of benchmarks/comparison/peers; `{repeat}` becomes
    the number of the repetition, for seeds. A command prints what measurement.py reads.

    `unit` is `s` or `%`, of which less is better, or a rate, of which more is. `bar` is the least
    ratio, how many times better Gangway is; `goal` a bound on Gangway's own figure in its stead;
    without either, the row is there to know. `missing` says why nothing can be measured.
    """

    name: str
    what: str
    unit: str
    commands: dict[str, list[str]]
    against: str
    bar: float | None
    goal: float | None
    missing: str

    @property
    def less_is_better(self) -> bool:
        """Whether the figure is a time or a share, not a rate."""
        return self.unit in ("s", "%")


def read_rows(path: Path = SUITE) -> list[Row]:
    """The rows, in the file's order.

    Raises ValueError for a name that stands twice, and for a row with neither commands nor the
    reason why it has none.
    """
    rows: list[Row] = []
    for entry in json.loads(path.read_text(encoding="utf-8")):
        row = Row(
            name=entry["name"],
            what=entry["what"],
            unit=entry["unit"],
            commands={side: shlex.split(entry[side]) for side in SIDES if entry.get(side)},
            against=entry.get("against", ""),
            bar=entry.get("bar"),
            goal=entry.get("goal"),
            missing=entry.get("missing", ""),
        )
        if ("gangway" in row.commands) == bool(row.missing):
            raise ValueError(f"{row.name}: expected either 'gangway' or 'missing' in {path}")
        if any(row.name == other.name for other in rows):
            raise ValueError(f"{row.name}: expected names that stand once in {path}")
        rows.append(row)
    return rows

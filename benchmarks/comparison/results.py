"""Measurements as docs/performance.csv keeps them: the newest ones of each row."""

from __future__ import annotations

import csv
import math
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

from comparison.measurement import Measurement
from comparison.rows import HOME, SIDES, Row

DATA = HOME / "docs" / "performance.csv"


@dataclass(frozen=True)
class Sample:
    """One line of the file.

    `value` is in the row's unit, NaN when the command failed, which `error` tells. CPU times are
    those of the `seconds` of measuring, in all and of each process. `load` is how many programs
    wanted a core on average in the minute before.
    """

    row: str
    repeat: int
    side: str
    value: float
    seconds: float
    cpu_seconds: float
    processes: str
    peak_megabytes: float
    load: float
    date: str
    machine: str
    error: str


def sample(row: Row, repeat: int, side: str, load: float, found: Measurement) -> Sample:
    """A measurement as a line of the file."""
    busy = [usage for usage in found.usages if usage.cpu_seconds > 0]
    return replace(
        failure(row, repeat, side, load, ""),
        value=found.value,
        seconds=round(found.seconds, 3),
        cpu_seconds=round(sum(usage.cpu_seconds for usage in busy), 2),
        processes="; ".join(f"{usage.name} {usage.cpu_seconds:.2f}" for usage in busy),
        peak_megabytes=round(sum(usage.peak_bytes for usage in found.usages) / 2**20, 1),
    )


def failure(row: Row, repeat: int, side: str, load: float, error: str) -> Sample:
    """Why there is no measurement, as a line of the file."""
    return Sample(
        row=row.name,
        repeat=repeat,
        side=side,
        value=math.nan,
        seconds=0.0,
        cpu_seconds=0.0,
        processes="",
        peak_megabytes=0.0,
        load=round(load, 2),
        date=time.strftime("%Y-%m-%d", time.gmtime()),
        machine=machine(),
        error=error,
    )


def machine() -> str:
    """The processor and how many cores this program may use."""
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        lines = information.read_text(encoding="utf-8").splitlines()
        models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        model = models[0] if models else model
    return f"{os.cpu_count()} cores, {model}"


def read() -> list[Sample]:
    """All lines; none when there is no file."""
    if not DATA.exists():
        return []
    with DATA.open(encoding="utf-8", newline="") as file:
        return [
            Sample(
                *(
                    {"int": int, "float": float, "str": str}[str(field.type)](line[field.name])
                    for field in fields(Sample)
                )
            )
            for line in csv.DictReader(file)
        ]


def write(samples: Sequence[Sample], rows: Sequence[Row]) -> None:
    """Writes the samples in the order of the rows; those of rows that are no more are dropped."""
    place = {row.name: number for number, row in enumerate(rows)}
    kept = [each for each in samples if each.row in place]
    with DATA.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field.name for field in fields(Sample)])
        for each in sorted(kept, key=lambda each: (place[each.row], each.repeat, each.side)):
            writer.writerow(astuple(each))


@dataclass(frozen=True)
class Spread:
    """A median and the least and largest of what it is of."""

    median: float
    low: float
    high: float

    @staticmethod
    def of(values: Sequence[float]) -> Spread:
        """Of at least one value."""
        return Spread(statistics.median(values), min(values), max(values))


class Comparison:
    """The samples of one row."""

    def __init__(self, row: Row, samples: Sequence[Sample]) -> None:
        self.row = row
        self._samples = {
            side: {
                each.repeat: each for each in samples if (each.row, each.side) == (row.name, side)
            }
            for side in SIDES
        }

    def samples(self, side: str) -> list[Sample]:
        """What was measured of a side, failures too."""
        return list(self._samples[side].values())

    def figure(self, side: str) -> Spread | None:
        """A side's own figure; None when it has none."""
        values = [each.value for each in self.samples(side) if not each.error]
        return Spread.of(values) if values else None

    def ratio(self) -> Spread | None:
        """How many times better Gangway was than the peer that ran beside it, of every pair.

        A run that never got there has an infinite time; a pair of two such tells nothing.
        """
        return self._paired(lambda sample: sample.value)

    def thrift(self) -> Spread | None:
        """The same per CPU second of either side: what it costs, however busy the machine is."""
        return self._paired(self._per_cpu_second)

    def _per_cpu_second(self, sample: Sample) -> float:
        if not sample.cpu_seconds:
            return math.nan
        if self.row.less_is_better:
            return sample.cpu_seconds
        return sample.value * sample.seconds / sample.cpu_seconds

    def _paired(self, figure: Callable[[Sample], float]) -> Spread | None:
        """The ratio of every pair that has one."""
        ratios = []
        for repeat in self._samples["gangway"].keys() & self._samples["peer"].keys():
            over, under = (figure(self._samples[side][repeat]) for side in SIDES)
            if self.row.less_is_better:
                over, under = under, over
            ratio = math.inf if math.isinf(over) and math.isfinite(under) else over / under
            if not math.isnan(ratio):
                ratios.append(ratio)
        return Spread.of(ratios) if ratios else None

    def reached(self) -> bool | None:
        """Whether bar or goal is reached; None when there is neither, or nothing to judge by."""
        if self.row.goal is not None:
            ours = self.figure("gangway")
            if ours is None:
                return None
            return (
                ours.median <= self.row.goal
                if self.row.less_is_better
                else ours.median >= self.row.goal
            )
        ratio = self.ratio()
        return None if self.row.bar is None or ratio is None else ratio.median >= self.row.bar

    def errors(self) -> list[str]:
        """Why sides failed, each reason once."""
        found = [f"{each.side}: {each.error}" for side in SIDES for each in self.samples(side)]
        return [text for text in dict.fromkeys(found) if not text.endswith(": ")]

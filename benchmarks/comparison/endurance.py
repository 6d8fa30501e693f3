"""Trains for long and shows whether memory grows or speed is lost.

The run ends after --steps environment steps, or after --minutes. Of each tenth of it, a row tells
the steps per second and per CPU second, and the memory that the processes hold at its end.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from comparison.processes import PROC, FamilyWatch
from comparison.rows import HOME

INTERVAL_SECONDS = 2.0
PARTS = 10
INTERRUPTED = 130  # as the agent says that it was asked to end


@dataclass(frozen=True)
class Look:
    """How far the run was at a moment; `megabytes` are resident, of all of its processes."""

    seconds: float
    steps: int
    cpu_seconds: float
    megabytes: float


def main(arguments: list[str]) -> int:
    """Trains and prints a table; the training's exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks/endurance", description=__doc__)
    parser.add_argument("experiment", type=Path, metavar="FILE", help="the experiment to train")
    parser.add_argument("--steps", type=int, default=10_000_000, help="default: 10,000,000")
    parser.add_argument(
        "--minutes", type=float, default=1e9, help="default: until the steps are done"
    )
    options = parser.parse_args(arguments)
    if options.steps < PARTS or options.minutes <= 0:
        parser.error(f"expected at least {PARTS} steps and more than 0 minutes")
    with tempfile.TemporaryDirectory(prefix="endurance-") as folder:
        run = Path(folder) / "run"
        limit = [
            f"--set=stop.max_env_steps={options.steps}",
            "--set=stop.solved={mean_return: 1e9}",
        ]
        command = [str(HOME / "gangway"), "train", str(options.experiment), *limit]
        process = subprocess.Popen([*command, "--out", str(run), "--quiet"])
        looks = watched(process, run / "metrics.csv", 60 * options.minutes)
    print(table(looks))
    return 0 if process.returncode == INTERRUPTED else process.returncode


def watched(process: subprocess.Popen[bytes], metrics: Path, limit: float) -> list[Look]:
    """Looks at a training until it ends, or ends it after so many seconds."""
    begun = time.monotonic()
    looks: list[Look] = []
    watch = FamilyWatch(process.pid)
    try:
        while process.poll() is None:
            time.sleep(INTERVAL_SECONDS)
            seconds = time.monotonic() - begun
            steps = last_steps(metrics)
            usages = watch.usages()
            cpu = sum(usage.cpu_seconds for usage in usages.values())
            if steps:
                looks.append(Look(seconds, steps, cpu, resident(list(usages))))
            if seconds > limit:
                process.terminate()  # SIGINT is ignored by what a shell runs in the background
                process.wait()
    finally:
        watch.close()
    return looks


def last_steps(metrics: Path) -> int:
    """The environment steps of the last whole row; 0 when there is none."""
    if not metrics.exists():
        return 0
    with metrics.open("rb") as file:
        names = file.readline().decode().strip().split(",")
        file.seek(max(file.tell(), metrics.stat().st_size - 4096))
        lines = file.read().decode().splitlines(keepends=True)
    whole = [line for line in lines if line.endswith("\n")][-1:]
    rows = list(csv.DictReader(whole, fieldnames=names))
    return int(rows[0]["env_steps"]) if rows else 0


def resident(pids: list[int]) -> float:
    """Megabytes that the processes that still are there hold."""
    pages = 0
    for pid in pids:
        try:
            pages += int((PROC / str(pid) / "statm").read_text().split()[1])
        except OSError:
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def table(looks: list[Look]) -> str:
    """One row for each part of the run."""
    lines = ["| steps | steps/s | steps per CPU second | MB held |", "|---|---|---|---|"]
    last = looks[0]
    for part in range(1, PARTS + 1):
        target = looks[0].steps + (looks[-1].steps - looks[0].steps) * part / PARTS
        here = next(look for look in looks if look.steps >= target)
        if here.seconds > last.seconds and here.cpu_seconds > last.cpu_seconds:
            done = here.steps - last.steps
            lines.append(
                f"| {here.steps:,} | {done / (here.seconds - last.seconds):,.0f} "
                f"| {done / (here.cpu_seconds - last.cpu_seconds):,.0f} | {here.megabytes:,.0f} |"
            )
        last = here
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

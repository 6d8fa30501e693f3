"""Trains the experiments of benchmarks/learning.json over their seeds and reports the results.

Runs land in runs/learning/ and are not repeated: cut it off at any time and call it again, and the
runs under way go on from their checkpoints. Those whose run directory is gone are reported from
docs/learning.csv as long as their settings are the same. Tables go to docs/results.md, every run to
docs/learning.csv, curves to docs/images/.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing
from queue import SimpleQueue

from learning_curves import report, runs
from learning_curves.commands import Commands
from learning_curves.suite import Row, parse_seeds, read_suite


def main(arguments: list[str]) -> int:
    """Trains what is missing, then reports; 1 when a run failed."""
    rows = read_suite()
    parser = argparse.ArgumentParser(
        prog="benchmarks/learning",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="rows to train (default: all)")
    parser.add_argument("--seeds", type=parse_seeds, help="other seeds, such as 100-104 or 7")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="runs at once")
    parser.add_argument("--list", action="store_true", help="show what is done, and stop")
    parser.add_argument("--report-only", action="store_true", help="train nothing")
    parser.add_argument(
        "--print", action="store_true", help="print the tables instead of writing them to docs/"
    )
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - {row.name for row in rows})
    if unknown:
        parser.error(f"no row {unknown[0]!r} in benchmarks/learning.json")
    wanted = [row for row in rows if not options.names or row.name in options.names]
    seeds = {row: options.seeds or row.seeds for row in rows}
    if options.list:
        for row in rows:
            done = sum(runs.is_done(row, seed) for seed in seeds[row])
            print(f"{row.name:32} {done:3} of {len(seeds[row])} seeds")
        return 0
    pairs = [(row, seed) for row in wanted for seed in seeds[row]]
    failed = 0 if options.report_only else train(pairs, options.jobs)
    shown = wanted if options.print else rows
    results = {row: known(row, seeds[row]) for row in shown}
    run = {row: found for row, found in results.items() if found}
    if options.print:
        print(report.table(results), *(report.details(*each) for each in run.items()), sep="\n\n")
    else:
        for row, found in run.items():
            if all(each.curve for each in found):
                report.draw(row, found)
        report.write_data(results)
        report.write_results(results)
    return 1 if failed else 0


def known(row: Row, seeds: Sequence[int]) -> list[runs.Run]:
    """What came of a row's seeds, as far as their run directories or docs/learning.csv tell."""
    recorded = report.read_data(row)
    done = {seed: runs.read(row, seed) for seed in seeds if runs.is_done(row, seed)}
    return [run for seed in seeds if (run := done.get(seed, recorded.get(seed)))]


def train(pairs: list[tuple[Row, int]], jobs: int) -> int:
    """Trains what is not done; gives the number of runs that failed. Shows each as it ends."""
    failed = 0
    missing = [(row, seed) for row, seed in pairs if not runs.is_done(row, seed)]
    if not missing:
        return 0
    idle: SimpleQueue[Commands] = SimpleQueue()
    with ExitStack() as processes, ThreadPoolExecutor(jobs) as pool:
        for _ in range(min(jobs, len(missing))):
            idle.put(processes.enter_context(closing(Commands())))
        begun = time.monotonic()
        pending = {pool.submit(train_one, row, seed, idle): (row, seed) for row, seed in missing}
        for number, future in enumerate(as_completed(pending), 1):
            row, seed = pending[future]
            error = future.exception()
            if error is None:
                run = runs.read(row, seed)
                verdict = f"{report.score(row, run):.4g}" + (
                    "" if report.passed(row, run) else ", below the bar"
                )
            elif isinstance(error, subprocess.CalledProcessError):
                failed += 1
                verdict = f"FAILED\n{error.stderr}"
            else:
                raise error
            print(
                f"{number} of {len(missing)}, {time.monotonic() - begun:.0f} s: "
                f"{row.name} seed {seed}: {verdict}",
                file=sys.stderr,
                flush=True,
            )
    return failed


def train_one(row: Row, seed: int, idle: SimpleQueue[Commands]) -> None:
    """Trains and evaluates a seed on an idle process."""
    commands = idle.get()
    try:
        runs.train(row, seed, commands)
    finally:
        idle.put(commands)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

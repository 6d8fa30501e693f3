"""Measures Gangway beside other libraries, in turns on this machine, and reports the ratios.

Every repetition of a row runs Gangway's command and then the peer's, so that both meet the same
weather; the ratio is that of the pair. Measurements go to docs/performance.csv, which keeps the
newest of each row, and from there into docs/performance.md and docs/images/performance.png. Rows
are in benchmarks/comparison.json.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from comparison import arguments, report, results
from comparison.measurement import MeasurementError, measure
from comparison.results import Comparison, Sample
from comparison.rows import HOME, SIDES, Row, read_rows

PEERS = Path(__file__).resolve().parent / "peers"
JAVA_OPTIONS = (
    *("-XX:+UseSerialGC", f"-Dgangway.home={HOME}", "-Djava.awt.headless=true"),
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
)
# One thread for each library's linear algebra: the environments want the other cores.
VARIABLES = {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(HOME / "benchmarks"), "JAX_PLATFORMS": "cpu"}


def main(words: list[str]) -> int:
    """Measures what is asked for, then reports; 1 when a command failed."""
    rows = read_rows()
    parser = arguments.parser("benchmarks/run", __doc__, "row", repeats=5)
    parser.add_argument("--list", action="store_true", help="show the rows, and stop")
    parser.add_argument(
        "--print", action="store_true", help="print the table instead of writing it to docs/"
    )
    options = arguments.parsed(parser, words, [row.name for row in rows])
    wanted = [row for row in rows if not options.names or row.name in options.names]
    if options.list:
        for row in wanted:
            print(f"{row.name:24} {row.what}{f', against {row.against}' if row.against else ''}")
        return 0
    new: list[Sample] = []
    if not options.report_only:
        classpath = build()
        for row in wanted:
            new += compare(row, options.repeats, classpath)
            if not options.print:
                keep(new, rows)
    if options.print:
        comparisons = [Comparison(row, new or results.read()) for row in wanted]
        print(report.table(comparisons), report.notes(comparisons), sep="\n\n")
    else:
        comparisons = [Comparison(row, results.read()) for row in rows]
        report.draw(comparisons)
        report.write_page(comparisons)
    return 1 if any(each.error for each in new) else 0


def build() -> str:
    """Makes all that is measured, and gives the class path of Gangway's programs."""
    setup = [str(HOME / "envserver-python" / "setup"), "--extras", "box2d,mujoco"]
    subprocess.run(setup, check=True)
    subprocess.run([str(HOME / "gangway"), "--version"], check=True, stdout=subprocess.DEVNULL)
    command = [str(HOME / "benchmarks" / "classpath")]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def keep(new: Sequence[Sample], rows: Sequence[Row]) -> None:
    """Lets new samples take the place of their rows' old ones."""
    measured = {each.row for each in new}
    old = [each for each in results.read() if each.row not in measured]
    results.write([*old, *new], rows)


def compare(row: Row, repeats: int, classpath: str) -> Iterator[Sample]:
    """Measures both sides of a row in turns, and shows each figure as it comes."""
    for repeat in range(repeats if not row.missing else 0):
        for side in SIDES:
            if side not in row.commands:
                continue
            load = os.getloadavg()[0]
            words = [word.replace("{repeat}", str(repeat)) for word in row.commands[side]]
            try:
                found = measure(command(words, classpath), VARIABLES)
                shown = f"{report.number(found.value)} {row.unit}"
                yield results.sample(row, repeat, side, load, found)
            except MeasurementError as failed:
                shown = f"FAILED: {failed}"
                yield results.failure(row, repeat, side, load, str(failed))
            print(f"{row.name} {repeat + 1} of {repeats}, {side}: {shown}", file=sys.stderr)


def command(words: Sequence[str], classpath: str) -> list[str]:
    """The command that a row's words stand for."""
    if words[0] == "java":
        home = os.environ.get("JAVA_HOME")
        java = f"{home}/bin/java" if home else "java"
        program = f"dev.gangway.benchmark.{words[1]}"
        return [java, "-cp", classpath, *JAVA_OPTIONS, program, *words[2:]]
    if words[0] == "python":
        return [sys.executable, str(PEERS / words[1]), *words[2:]]
    return list(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""benchmarks/run with made-up commands: pairs, medians, ratios, failures, page, data."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from comparison import __main__ as program
from comparison import measurement, report, results, rows
from comparison.measurement import MeasurementError
from comparison.processes import FamilyWatch, Usage
from comparison.results import Comparison, Sample
from comparison.rows import Row

COUNT = """
import pathlib, sys
log = pathlib.Path(sys.argv[1])
log.write_text(log.read_text() + sys.argv[2] if log.exists() else sys.argv[2])
print("measuring", flush=True)
sum(range(10_000_000))
print("rate", sys.argv[3])
"""


def row_of(folder: Path, **entry: object) -> Row:
    """The row that an entry of the suite describes."""
    made_up = {"name": "a", "what": "A", "unit": "steps/s", "gangway": "x", "against": "B"}
    path = folder / "suite.json"
    path.write_text(json.dumps([{**made_up, **entry}]))
    return rows.read_rows(path)[0]


def sample(side: str, repeat: int, value: float, cpu: float = 1.0, error: str = "") -> Sample:
    """A measurement of row a."""
    return Sample("a", repeat, side, value, 2.0, cpu, "x", 10.0, 0.5, "2030-01-02", "M", error)


def pairs(*figures: tuple[float, float]) -> list[Sample]:
    """Measurements of row a, Gangway's and the peer's."""
    return [
        sample(side, repeat, value)
        for repeat, pair in enumerate(figures)
        for side, value in zip(rows.SIDES, pair, strict=True)
    ]


def test_commands_run_in_turns_and_give_ratios_of_pairs(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = tmp_path / "count.py"
    script.write_text(COUNT)
    words = f"'{sys.executable}' '{script}' '{log}'"
    row = row_of(tmp_path, gangway=f"{words} A 3{{repeat}}", peer=f"{words} B 10", bar=3.05)
    found = list(program.compare(row, 3, "no classpath"))
    assert log.read_text() == "ABABAB"
    assert [each.value for each in found] == [30, 10, 31, 10, 32, 10]
    assert [each.error for each in found] == [""] * 6
    comparison = Comparison(row, found)
    assert comparison.ratio() == results.Spread(3.1, 3.0, 3.2)
    assert comparison.reached() is True
    if Path("/proc/self/stat").exists():
        assert found[0].cpu_seconds > 0
        assert found[0].peak_megabytes > 1


def test_a_ratio_is_that_of_the_pair_not_of_the_medians(tmp_path: Path) -> None:
    # A machine twice as slow in the second pair halves both figures.
    comparison = Comparison(row_of(tmp_path, bar=2.0), pairs((100, 50), (10, 20), (90, 45)))
    assert comparison.ratio() == results.Spread(2.0, 0.5, 2.0)
    assert comparison.figure("gangway") == results.Spread(90, 10, 100)
    assert comparison.reached() is True


def test_of_times_less_is_better_and_never_is_no_number(tmp_path: Path) -> None:
    row = row_of(tmp_path, unit="s", bar=3.0)
    assert Comparison(row, pairs((2, 8))).ratio() == results.Spread(4, 4, 4)
    assert Comparison(row, pairs((math.inf, 8))).ratio() == results.Spread(0, 0, 0)
    assert Comparison(row, pairs((2, math.inf))).reached() is True
    assert Comparison(row, pairs((math.inf, math.inf))).ratio() is None


def test_work_per_cpu_second(tmp_path: Path) -> None:
    samples = [sample("gangway", 0, 100, cpu=2.0), sample("peer", 0, 100, cpu=1.0)]
    assert Comparison(row_of(tmp_path), samples).thrift() == results.Spread(0.5, 0.5, 0.5)
    assert Comparison(row_of(tmp_path, unit="s"), samples).thrift() == results.Spread(0.5, 0.5, 0.5)
    assert (
        Comparison(row_of(tmp_path), [*samples[:1], sample("peer", 0, 1, cpu=0)]).thrift() is None
    )


def test_a_goal_is_judged_without_the_peer(tmp_path: Path) -> None:
    samples = pairs((100, math.nan))
    assert Comparison(row_of(tmp_path, goal=100), samples).reached() is True
    assert Comparison(row_of(tmp_path, goal=101), samples).reached() is False
    assert Comparison(row_of(tmp_path, goal=101, unit="%"), samples).reached() is True


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("raise SystemExit('no such environment')", "exit code 1, no such environment"),
        ("print('rate 5'); raise SystemExit(3)", "exit code 3, no figure or error"),
        ("print('hello')", "exit code 0, no figure"),
        ("import time; time.sleep(600)", "took longer than 0.5 s"),
        ("import os, time; os.fork() or time.sleep(600)", "took longer than 0.5 s"),
    ],
)
def test_what_gives_no_figure_says_why(program: str, message: str) -> None:
    timeout = 0.5 if "sleep" in program else 60
    with pytest.raises(MeasurementError, match=message):
        measurement.measure([sys.executable, "-c", program], timeout=timeout)


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(MeasurementError, match="/no/such/program"):
        measurement.measure(["/no/such/program"])


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc")
def test_what_children_use_counts() -> None:
    burn = "import time\nwhile time.process_time() < 0.5: pass\nprint(flush=True)\ninput()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        watch = FamilyWatch(process.pid)
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        usages = list(watch.usages().values())
        watch.close()
        process.stdin.write(b"\n")
        process.stdin.close()
    assert len(usages) == 2
    assert max(usage.cpu_seconds for usage in usages) > 0.2
    assert all(usage.peak_bytes > 1e6 for usage in usages)


def test_what_was_used_before_measuring_does_not_count() -> None:
    before = {1: Usage("java", 2.0, 50)}
    after = {1: Usage("java", 2.5, 60), 2: Usage("python", 4.0, 70)}
    assert measurement.between(before, after) == [Usage("python", 4.0, 70), Usage("java", 0.5, 60)]


def test_the_page_shows_every_row(tmp_path: Path) -> None:
    slow = row_of(tmp_path, bar=3.0, peer="y")
    failed = row_of(tmp_path, name="b", peer="y")
    absent = row_of(tmp_path, name="c", missing="it is not built.", gangway=None)
    errors = [sample("gangway", 0, math.nan, error="exit code 1, no wheel")]
    comparisons = [
        Comparison(slow, pairs((12345, 6000))),
        Comparison(failed, [results.Sample(**{**vars(each), "row": "b"}) for each in errors]),
        Comparison(absent, []),
    ]
    page = tmp_path / "performance.md"
    page.write_text(f"before\n\n{report.BEGIN}\n\nold\n\n{report.END}\n\nafter\n")
    report.write_page(comparisons, page)
    text = page.read_text()
    assert "old" not in text
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert (
        "| a | A | 12,300 [12,300, 12,300] steps/s | B: 6,000 [6,000, 6,000] steps/s "
        "| 2.06× [2.06×, 2.06×] | 3× | **no** | 2.06× [2.06×, 2.06×] | 0.50; 0.50 | 10; 10 |"
    ) in text
    assert "*b* failed, gangway: exit code 1, no wheel" in text
    assert "*c* was not measured: it is not built." in text
    assert "- Pairs of a row: 1." in text
    report.write_page(comparisons, page)
    assert page.read_text() == text


def test_new_measurements_take_the_place_of_old_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "DATA", tmp_path / "performance.csv")
    row = row_of(tmp_path)
    other = row_of(tmp_path, name="b")
    program.keep(pairs((1, 2), (3, 4)), [row, other])
    program.keep([Sample(**{**vars(sample("peer", 0, math.inf)), "row": "b"})], [row, other])
    program.keep(pairs((5, 6)), [row, other])
    read = results.read()
    assert [(each.row, each.side, each.value) for each in read] == [
        ("a", "gangway", 5),
        ("a", "peer", 6),
        ("b", "peer", math.inf),
    ]
    assert read[0] == pairs((5, 6))[0]
    program.keep([], [row])
    assert {each.row for each in results.read()} == {"a"}


def test_the_suite_can_be_run() -> None:
    suite = rows.read_rows()
    assert os.access(rows.HOME / "benchmarks" / "run", os.X_OK)
    programs = rows.HOME / "agent/cli/src/test/java/dev/gangway/benchmark"
    places: dict[str, Callable[[str], Path]] = {
        "java": lambda name: programs / f"{name}.java",
        "python": lambda name: program.PEERS / name,
    }
    for row in suite:
        for words in row.commands.values():
            assert places[words[0]](words[1]).exists(), row.name

"""benchmarks/growth with made-up commands: series in turns, medians, failures, page, data."""

from __future__ import annotations

import json
import os
import shlex
import sys
from pathlib import Path

import pytest
from comparison import __main__ as program
from comparison import endurance, growth, report, rows
from comparison.growth import Curve, Point

FIGURE = "import sys; print('measuring', flush=True); print('rate', sys.argv[1])"


def curve_of(*commands: str) -> Curve:
    """A curve of two numbers with a series for each command."""
    series = {f"series {number}": text for number, text in enumerate(commands)}
    return Curve("a", "A grows", "copies", [2, 8], "steps/s", series)


def test_every_point_is_measured_and_a_failure_is_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = shlex.join([sys.executable, "-c", FIGURE])
    points = growth.measured(curve_of(f"{words} {{x}}0", "no-such-program"), 0, "no classpath")
    assert [(each.series, each.x, each.value) for each in points] == [
        ("series 0", 2, 20.0),
        ("series 0", 8, 80.0),
    ]
    assert "a 8, series 1: FAILED: no-such-program" in capsys.readouterr().err


def test_the_page_shows_medians_and_what_is_missing() -> None:
    points = [
        Point("a", "series 0", 2, repeat, value, 100.0, 0.5)
        for repeat, value in enumerate((10.0, 3000.0, 2000.0))
    ]
    text = growth.section(curve_of("x", "y"), points)
    assert "| copies | series 0, steps/s (peak MB) | series 1, steps/s (peak MB) |" in text
    assert "| 2 | 2,000 (100) | – |" in text
    assert "| 8 | – | – |" in text
    assert "Medians of 3; programs that wanted a core meanwhile: 0.5." in text
    assert "Not measured yet." in growth.section(curve_of("x"), [])


def test_data_lasts(tmp_path: Path) -> None:
    points = [Point("a", "series 0", 8, 0, 2.5, 1.0, 0.0), Point("a", "series 0", 2, 0, 1, 1, 0)]
    growth.write(points, tmp_path / "growth.csv")
    assert growth.read(tmp_path / "growth.csv") == [points[1], points[0]]


def test_a_section_of_the_page_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"x\n<!-- a -->\nold\n{report.END}\ny\n<!-- b -->\nold\n{report.END}\nz\n")
    report.replace("<!-- b -->", ["new", "er"], page)
    text = page.read_text()
    assert text.startswith(f"x\n<!-- a -->\nold\n{report.END}\ny\n<!-- b -->\n\nnew\n\ner\n\n")
    assert text.endswith(f"{report.END}\nz\n")
    with pytest.raises(ValueError, match="c -->"):
        report.replace("<!-- c -->", [], page)


def test_a_long_run_is_read_while_it_is_written(tmp_path: Path) -> None:
    metrics = tmp_path / "metrics.csv"
    assert endurance.last_steps(metrics) == 0
    metrics.write_text("updates,env_steps,entropy\n")
    assert endurance.last_steps(metrics) == 0
    metrics.write_text("updates,env_steps,entropy\n" + "1,128,0.5\n" * 900 + "2,256,0.4\n3,38")
    assert endurance.last_steps(metrics) == 256


def test_each_tenth_of_a_long_run_has_its_own_speed() -> None:
    looks = [endurance.Look(float(n), 100 * n, 0.5 * n, 50.0 + (n > 15)) for n in range(1, 22)]
    rows = endurance.table(looks).splitlines()[2:]
    assert len(rows) == endurance.PARTS
    assert rows[0] == "| 300 | 100 | 200 | 50 |"
    assert rows[-1] == "| 2,100 | 100 | 200 | 51 |"


def test_the_curves_can_be_measured() -> None:
    curves = [Curve(**entry) for entry in json.loads(growth.SUITE.read_text(encoding="utf-8"))]
    assert os.access(rows.HOME / "benchmarks" / "growth", os.X_OK)
    for curve in curves:
        assert curve.values == sorted(curve.values)
        for text in curve.series.values():
            assert "{x}" in text
            words = program.command(shlex.split(text), "p")
            assert words[0] == sys.executable or "dev.gangway.benchmark.BridgeRate" in words
    assert growth.BEGIN in report.PAGE.read_text(encoding="utf-8")

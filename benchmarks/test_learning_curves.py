"""The statistics against closed forms and worked examples, and a report of made-up runs."""

from __future__ import annotations

import dataclasses
import json
import math
import statistics
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from learning_curves import report, runs, suite
from learning_curves.commands import Commands
from learning_curves.runs import Run
from learning_curves.statistics import (
    at_steps,
    bootstrap_interval,
    censored_median,
    interquartile_mean,
    wilson_interval,
)
from learning_curves.tabular import Model, expected_return, optimal


def made_up_run(seed: int, score: float, reached: int | None) -> Run:
    """A run with two points."""
    return Run(seed, 80.0, reached, score, 1.0, 2000, 3.5, [(1000, score / 2), (2000, score)])


def test_the_interquartile_mean_drops_a_quarter_at_each_end() -> None:
    assert interquartile_mean([7.0]) == 7.0
    assert interquartile_mean([100.0, 1.0, 2.0, -50.0]) == 1.5
    # 10 // 4 = 2 at each end, as scipy.stats.trim_mean(values, 0.25) does.
    assert interquartile_mean([-1000, 0, 1, 2, 3, 4, 5, 6, 1000, 2000]) == 3.5


def test_the_bootstrap_interval_has_its_width() -> None:
    assert bootstrap_interval([[4.0] * 5]) == (4.0, 4.0)
    # Of one value out of two, equally likely: four resamples, so both ends are certain.
    assert bootstrap_interval([[0.0, 1.0]]) == (0.0, 1.0)
    # The mean of the middle half of a normal sample has variance 1.19 σ²/n (Stigler 1973).
    values = [statistics.NormalDist().inv_cdf((i + 0.5) / 200) for i in range(200)]
    low, high = bootstrap_interval([values], resamples=2000)
    assert high - low == pytest.approx(2 * 1.96 * math.sqrt(1.19 / 200), rel=0.1)


def test_strata_keep_their_weight() -> None:
    # Resampled together, all eight could come from one stratum, and the interval would be wide.
    assert bootstrap_interval([[0.0] * 4, [1.0] * 4]) == (0.5, 0.5)


def test_wilsons_interval_is_the_root_of_its_equation() -> None:
    # (p̂ − p)² = z² p (1 − p) / n at both ends, and 0 of n and n of n mirror each other.
    z = statistics.NormalDist().inv_cdf(0.975)
    for successes, trials in ((8, 10), (197, 200), (0, 10)):
        for end in wilson_interval(successes, trials):
            difference = (successes / trials - end) ** 2
            assert difference == pytest.approx(z * z * end * (1 - end) / trials, abs=1e-15)
    low, high = wilson_interval(200, 200)
    assert low == pytest.approx(1 - wilson_interval(0, 200)[1])
    assert high == 1.0
    assert low == pytest.approx(0.98116, abs=1e-5)


def test_an_unsolved_run_counts_as_more_than_any_number() -> None:
    assert censored_median([3, 1, None]) == 3
    assert censored_median([3, None, None]) is None
    assert censored_median([1, 2, 3, None]) == 2.5
    assert censored_median([1, 2, None, None]) is None


def test_a_curve_is_a_step_function() -> None:
    curve = [(10, 1.0), (20, 2.0)]
    assert math.isnan(at_steps(curve, 9))
    assert [at_steps(curve, at) for at in (10, 19, 20, 99)] == [1.0, 1.0, 2.0, 2.0]


def test_the_report_shows_every_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "HOME", tmp_path)
    (tmp_path / "experiments").mkdir()
    for name in ("a", "b"):
        (tmp_path / "experiments" / f"{name}.textproto").write_text("seed: 0")
    entry = {
        "name": "a",
        "environment": "A-v0",
        "learner": "PPO",
        "seeds": "0-2",
        "way": "greedy",
        "bar": 90,
        "references": [["Somebody", "95", "https://example.org/a"]],
    }
    other = entry | {"name": "b", "references": []}
    (tmp_path / "suite.json").write_text(json.dumps([entry, other]))
    row, missing = suite.read_suite(tmp_path / "suite.json")
    results = {row: [made_up_run(0, 95, 1000), made_up_run(1, 89, None), made_up_run(2, 99, 2000)]}
    results[missing] = []
    page = tmp_path / "results.md"
    page.write_text(f"before\n\n{report.BEGIN}\n\nold\n\n{report.END}\n\nafter\n")
    report.write_results(results, page)
    text = page.read_text()
    assert "old" not in text
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "| not run yet | – | – | – | – |" in text
    assert text.count("### ") == 1
    assert "| 2 of 3 [20.8, 93.9 %] | 2,000 | [Somebody](https://example.org/a): 95 |" in text
    assert "| 1 | 80.0 | never | 89.0 ± 1.0 | 2,000 | 4 | below the bar |" in text
    report.write_results(results, page)
    assert page.read_text() == text
    report.write_data(results, tmp_path / "data.csv")
    line = (tmp_path / "data.csv").read_text().splitlines()[2]
    assert line == f"a,{runs.settings(row)},1,80.0000,,89.0000,1.000,2000,3.5"
    assert list(report.read_data(row, tmp_path / "data.csv").values()) == [
        dataclasses.replace(run, curve=[]) for run in results[row]
    ]
    assert report.read_data(missing, tmp_path / "data.csv") == {}
    row.experiment.write_text("seed: 1")
    assert report.read_data(row, tmp_path / "data.csv") == {}


def test_of_many_seeds_the_report_shows_those_below_the_bar(tmp_path: Path) -> None:
    sets = (tuple(range(20)), tuple(range(100, 110)))
    row = suite.Row("a", "A-v0", "PPO", tmp_path / "a", sets, "greedy", 90.0, (), "", ())
    found = [made_up_run(seed, 50 if seed in {3, 105} else 95, 1000) for seed in row.seeds]
    text = report.details(row, found)
    assert [line.split(" | ")[0] for line in text.splitlines() if "below the bar |" in line] == [
        "| 3",
        "| 105",
    ]
    assert text.count("\n| ") == 3  # with the heading
    assert "19 of 20 [76.4, 99.1 %]; second set: 9 of 10 [59.6, 98.2 %] reached the bar" in text
    assert report.reached(row, found[:3]) == "3 of 3, 20 planned [43.9, 100.0 %]"


def test_at_most_two_sets_of_seeds_are_declared() -> None:
    assert suite.parse_sets("a", "0-2") == ((0, 1, 2),)
    assert suite.parse_sets("a", ["0-1", "5"]) == ((0, 1), (5,))
    for wrong in (["0", "1", "2"], ["0-3", "2-4"], []):
        with pytest.raises(ValueError, match="one or two sets, no seed in both"):
            suite.parse_sets("a", wrong)


def test_a_run_that_was_cut_off_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "RUNS", tmp_path / "runs")
    log = []

    def gangway(*arguments: object) -> str:
        """Stands in for the command line. A run that begins is cut off."""
        log.append(" ".join(map(str, arguments)))
        if "--out" in arguments:
            folder = Path(str(arguments[5]))
            folder.mkdir()
            (folder / "experiment.textproto").touch()
            raise subprocess.CalledProcessError(130, "train")
        return '{"mean_return": 1.5}' if arguments[0] == "eval" else ""

    experiment = tmp_path / "a.textproto"
    experiment.write_text("seed: 0 # a comment\n")
    row = suite.Row("a", "A-v0", "PPO", experiment, ((7,),), "greedy", 1.0, (), "", ())
    folder = runs.directory(row, 7)
    with pytest.raises(subprocess.CalledProcessError):
        runs.train(row, 7, gangway)
    experiment.write_text("# another comment\nseed:  0\n")
    runs.train(row, 7, gangway)
    assert json.loads((folder / "evaluation.json").read_text()) == {"mean_return": 1.5}
    runs.train(row, 7, gangway)
    assert log == [
        f"train {experiment} --seed 7 --out {folder} --quiet",
        f"train --resume {folder} --quiet",
        f"eval {folder} --json --episodes 100",
    ]
    experiment.write_text("seed: 1")
    assert runs.directory(row, 7) != folder


MORTAL = """
import json, os, sys
for line in sys.stdin:
    words = line.rstrip("\\n").split("\\t")
    if words[0] == "die":
        os._exit(3)
    answer = {"code": int(words[0] == "fail"), "out": f"{os.getpid()} {words}", "err": "why"}
    print(json.dumps(answer), flush=True)
"""


def test_a_process_that_died_fails_its_own_command_only() -> None:
    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", MORTAL]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    with closing(Commands(start)) as commands:
        first, words = commands("train", Path("a b")).split(" ", 1)
        assert words == "['train', 'a b']"
        with pytest.raises(subprocess.CalledProcessError) as failed:
            commands("fail")
        assert (failed.value.returncode, failed.value.stderr) == (1, "why")
        assert commands("eval").split()[0] == first
        with pytest.raises(subprocess.CalledProcessError) as died:
            commands("die")
        assert (died.value.returncode, died.value.stderr) == (3, "Java ended with 3.\n")
        assert commands("eval").split()[0] != first


def test_a_mean_reaches_the_bar_with_a_hundred_episodes_at_the_earliest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "RUNS", tmp_path)
    experiment = tmp_path / "a.textproto"
    experiment.write_text("seed: 0")
    row = suite.Row("a", "A-v0", "PPO", experiment, ((7,),), "training", 50.0, (), "", ())
    folder = runs.directory(row, 7)
    folder.mkdir(parents=True)
    returns = [60.0] * 50 + [0.0] * 50 + [60.0] * 100 + [0.0]
    lines = [f"{10 * i},{each}\n" for i, each in enumerate(returns, 1)]
    (folder / "episodes.csv").write_text("env_steps,return\n" + "".join(lines))
    (folder / "summary.json").write_text('{"env_steps": 2010, "wall_seconds": 1.5}')
    (folder / "evaluation.json").write_text('{"mean_return": 1.5, "std_return": 0.5}')
    run = runs.read(row, 7)
    # 50 of the last 100 episodes returned 60 until the 150th, then one more each episode.
    assert (run.best, run.reached) == (60.0, 10 * 184)
    assert run.curve[0] == (10, 60.0)
    assert run.curve[-1][0] == 2010
    assert run.curve[-1][1] == pytest.approx(59.4)
    assert report.passed(row, run)


def test_the_suite_names_experiments_that_exist() -> None:
    for row in suite.read_suite():
        assert row.experiment.exists(), row.experiment


def test_tabular_returns_are_exact() -> None:
    # State 0: action 0 pays 1 and ends; action 1 pays 0 and goes, half the time, to state 1,
    # otherwise stays. State 1: any action pays 10 and ends.
    transitions = np.zeros((2, 2, 2))
    transitions[0, 1] = [0.5, 0.5]
    model = Model(transitions, np.array([[1.0, 0.0], [10.0, 10.0]]), np.array([1.0, 0.0]))
    best = optimal(model)
    assert best[0].tolist() == [0, 1]
    # Within 3 steps: the first goes right (1/2), or the second does (1/4).
    assert expected_return(model, best, 3) == pytest.approx(7.5)
    uniform = np.full((2, 2), 0.5)
    # Ends at once (1/2), goes right (1/4) for 10, or stays (1/4) and then ends at once (1/2).
    assert expected_return(model, uniform, 2) == pytest.approx(1 / 2 + 10 / 4 + 1 / 8)

"""Trains and evaluates one seed of one row; what is done already is not done again."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from learning_curves.suite import HOME, Row

RUNS = HOME / "runs" / "learning"
EPISODES = 100
SERVER_PYTHON = HOME / "envserver-python" / ".venv" / "bin" / "python"


@dataclass(frozen=True)
class Run:
    """One trained seed. `reached` is None when the bar was not reached within the budget."""

    seed: int
    score: float
    spread: float
    reached: int | None
    env_steps: int
    wall_seconds: float
    curve: list[tuple[float, float]]


def directory(row: Row, seed: int) -> Path:
    """Where a run lies; another experiment text or other options are another run."""
    text = row.experiment.read_bytes() + "\n".join(row.options).encode()
    return RUNS / f"{row.name}-{hashlib.sha256(text).hexdigest()[:8]}" / f"seed{seed}"


def is_done(row: Row, seed: int) -> bool:
    """Whether nothing is left to do for that seed."""
    return (directory(row, seed) / "evaluation.json").exists()


def train(row: Row, seed: int) -> None:
    """Trains and evaluates one seed. A run that was cut off begins anew.

    Raises subprocess.CalledProcessError when either fails, with the output.
    """
    folder = directory(row, seed)
    if is_done(row, seed):
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _gangway("train", row.experiment, "--seed", seed, "--out", folder, "--quiet", *row.options)
    answer = _evaluate(row, folder)
    partial = folder / "evaluation.json.part"
    partial.write_text(answer, encoding="utf-8")
    partial.rename(folder / "evaluation.json")


def read(row: Row, seed: int) -> Run:
    """What came of a run that is done."""
    folder = directory(row, seed)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    evaluation = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))
    curve, reached = _curve(folder / "metrics.csv", row.bar)
    in_training = row.way == "training"
    best = max((mean for _, mean in curve), default=math.nan)
    return Run(
        seed=seed,
        score=best if in_training else evaluation["mean_return"],
        spread=math.nan if in_training else evaluation.get("std_return", math.nan),
        reached=reached,
        env_steps=summary["env_steps"],
        wall_seconds=summary["wall_seconds"],
        curve=curve,
    )


def _curve(metrics: Path, bar: float) -> tuple[list[tuple[float, float]], int | None]:
    """Mean return of the last 100 episodes against steps, and where it reaches the bar."""
    curve: list[tuple[float, float]] = []
    reached = None
    with metrics.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if not line["mean_return_last_100"]:
                continue
            steps, mean = int(line["env_steps"]), float(line["mean_return_last_100"])
            curve.append((steps, mean))
            if reached is None and mean >= bar and int(line["episodes"]) >= EPISODES:
                reached = steps
    return curve, reached


def _evaluate(row: Row, folder: Path) -> str:
    """A JSON object with `mean_return` and, where episodes were sampled, `std_return`."""
    if row.way == "exact":
        return _output(SERVER_PYTHON, HOME / "benchmarks/learning_curves/tabular.py", folder)
    way = ["--sample"] if row.way == "sampled" else []
    return _gangway("eval", folder, "--json", "--episodes", EPISODES, *way)


def _gangway(*arguments: Any) -> str:
    return _output(HOME / "gangway", *arguments)


def _output(*command: Any) -> str:
    words = [str(each) for each in command]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout

"""Trains and evaluates one seed of one row; what is done already is not done again."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import re
import shutil
import subprocess
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from learning_curves.commands import Gangway
from learning_curves.suite import HOME, Row

RUNS = HOME / "runs" / "learning"
EPISODES = 100
EPISODES_BESIDE = 10
SERVER_PYTHON = HOME / "envserver-python" / ".venv" / "bin" / "python"


@dataclass(frozen=True)
class Run:
    """One trained seed.

    `best` is the largest mean return of 100 training episodes in a row, `reached` the environment
    steps at which that mean first was at least the bar, None when it never was. `played` and
    `spread` are mean and standard deviation of the evaluation after training; an exact one has no
    spread: NaN. `curve` is empty for a run that is known from docs/learning.csv alone.
    """

    seed: int
    best: float
    reached: int | None
    played: float
    spread: float
    env_steps: int
    wall_seconds: float
    curve: list[tuple[int, float]]


def settings(row: Row) -> str:
    """Eight digits for settings and options, whatever the file's comments and spacing."""
    text = re.sub(r"#.*", "", row.experiment.read_text(encoding="utf-8"))
    words = " ".join(text.split()) + "\n".join(row.options)
    return hashlib.sha256(words.encode()).hexdigest()[:8]


def directory(row: Row, seed: int) -> Path:
    """Where a run lies; other settings are another run."""
    return RUNS / f"{row.name}-{settings(row)}" / f"seed{seed}"


def is_done(row: Row, seed: int) -> bool:
    """Whether nothing is left to do for that seed."""
    return (directory(row, seed) / "evaluation.json").exists()


def train(row: Row, seed: int, gangway: Gangway) -> None:
    """Trains and evaluates one seed. A run that was cut off goes on from its last checkpoint.

    Raises subprocess.CalledProcessError when either fails, with the output.
    """
    folder = directory(row, seed)
    if is_done(row, seed):
        return
    if (folder / "experiment.textproto").exists():
        gangway("train", "--resume", folder, "--quiet")
    else:
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        gangway("train", row.experiment, "--seed", seed, "--out", folder, "--quiet", *row.options)
    answer = _evaluate(row, folder, gangway)
    partial = folder / "evaluation.json.part"
    partial.write_text(answer, encoding="utf-8")
    partial.rename(folder / "evaluation.json")


def read(row: Row, seed: int) -> Run:
    """What came of a run that is done."""
    folder = directory(row, seed)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    evaluation = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))
    curve = _curve(folder / "episodes.csv")
    whole = curve[EPISODES - 1 :]
    return Run(
        seed=seed,
        best=max((mean for _, mean in whole), default=math.nan),
        reached=next((steps for steps, mean in whole if mean >= row.bar), None),
        played=evaluation["mean_return"],
        spread=evaluation.get("std_return", math.nan),
        env_steps=summary["env_steps"],
        wall_seconds=summary["wall_seconds"],
        curve=curve,
    )


def _curve(episodes: Path) -> list[tuple[int, float]]:
    """After each episode, environment steps and the mean return of the last 100, or all so far."""
    returns: deque[float] = deque(maxlen=EPISODES)
    curve = []
    with episodes.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            returns.append(float(line["return"]))
            curve.append((int(line["env_steps"]), math.fsum(returns) / len(returns)))
    return curve


def _evaluate(row: Row, folder: Path, gangway: Gangway) -> str:
    """A JSON object with `mean_return` and, where episodes were sampled, `std_return`."""
    if row.way == "exact":
        script = HOME / "benchmarks/learning_curves/tabular.py"
        command = [SERVER_PYTHON, script, folder]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
    way = ["--sample"] if row.way == "sampled" else []
    episodes = EPISODES_BESIDE if row.way == "training" else EPISODES
    return gangway("eval", folder, "--json", "--episodes", episodes, *way)

"""gangway_train.py seconds|rate EXPERIMENT SEED: how long, or how fast, `gangway train` learns.

Seconds are those until the experiment's stop condition held, inf when it never did; they leave out
the start of the processes. A rate is that of the second half of all the steps that the experiment
allows, solved or not: warm, as the other libraries' are.
"""

import csv
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

from comparison.rows import HOME

UNREACHABLE = 1e9  # a mean return


def main(figure: str, experiment: str, seed: str) -> None:
    """Trains, in a directory that is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        options = ["--seed", seed, "--out", str(run), "--quiet"]
        if figure == "rate":
            options += ["--set", f"stop.solved.mean_return={UNREACHABLE}"]
        command = [str(HOME / "gangway"), "train", str(HOME / experiment), *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        if figure == "rate":
            print("rate", second_half(run / "metrics.csv"))
        else:
            summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
            print("seconds", summary["solved_at_seconds"] if summary["solved"] else math.inf)


def second_half(metrics: Path) -> float:
    """Environment steps per second of the second half of a run's updates."""
    with metrics.open(encoding="utf-8", newline="") as file:
        rows = [
            (float(row["env_steps"]), float(row["wall_seconds"])) for row in csv.DictReader(file)
        ]
    (begun_steps, begun), (steps, ended) = rows[len(rows) // 2], rows[-1]
    return (steps - begun_steps) / (ended - begun)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3])

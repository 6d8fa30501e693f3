"""gangway_train.py seconds|rate EXPERIMENT SEED: how long, or how fast, `gangway train` learns.

Seconds are those until the experiment's stop condition held, inf when it never did; a rate is that
of the environment steps of the whole run. Both leave out the start of the processes.
"""

import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

from comparison.rows import HOME


def main(figure: str, experiment: str, seed: str) -> None:
    """Trains, in a directory that is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        options = ("--seed", seed, "--out", str(run), "--quiet")
        command = [str(HOME / "gangway"), "train", str(HOME / experiment), *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    if figure == "rate":
        print("rate", summary["env_steps_per_second"])
    else:
        print("seconds", summary["solved_at_seconds"] if summary["solved"] else math.inf)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3])

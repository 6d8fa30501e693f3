"""Environments of other packages: each installed apart, checked through a real server, trained on.

`tools/third-party` runs it over `third_party.json` and writes `docs/third-party.md`. The checks are
those of the matrix, in the Python of the package's own environment; training is
`./gangway train`, whose private server runs there, too.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

TESTS: Final = Path(__file__).resolve().parent
ROOT: Final = TESTS.parent
CHECKOUT: Final = ROOT.parent
PAGE: Final = CHECKOUT / "docs" / "third-party.md"
RESULTS: Final = CHECKOUT / "docs" / "third-party.json"
BEGIN: Final = "<!-- made by envserver-python/tools/third-party: from here -->"
END: Final = "<!-- made by envserver-python/tools/third-party: to here -->"
COLUMNS: Final = (
    *("made", "spaces", "`check_env`", "steps", "seeds", "`rgb_array`", "time limit", "vector"),
    "trained",
)
PASSED, FAILED, ABSENT, ALIKE = "✓", "✗", "–", "="
CHECKER: Final = COLUMNS.index("`check_env`")
UPDATES: Final = 3
ROLLOUT_STEPS: Final = 64
LIMIT: Final = 50
_SHOWN: Final = 160
EXPERIMENT: Final = """
environment {{
  gymnasium {{ id: "{id}" {imports} max_episode_steps: {limit} {wrappers} }} copies: 2
}}
rollout {{ steps: {steps} }}
policy {{ {policy} }}
estimator {{
  discount: 0.99 gae {{ lambda: 0.95 }}
  value_function {{ optimizer {{ adam {{ learning_rate: 1e-3 }} }} }}
}}
optimizer {{ adam {{ learning_rate: 1e-3 }} max_gradient_norm: 0.5 }}
stop {{ max_env_steps: {total} }}
"""


@dataclass(frozen=True)
class Candidate:
    """A package and one environment of it.

    `module` is what registers it, nothing for a plugin; `variables` are set for every process.
    """

    package: str
    id: str
    module: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    policy: str = "mlp { hidden: [32] }"
    wrappers: str = ""  # of training
    remark: str = ""

    def process_environment(self) -> dict[str, str]:
        """The environment variables of its processes."""
        return {**os.environ, **self.variables}


@dataclass
class Result:
    """What was found out about a candidate; an empty version says that it is not installed."""

    package: str
    id: str
    version: str = ""
    apart: list[str] = field(default_factory=list)  # packages in other versions than are locked
    cells: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def candidates() -> list[Candidate]:
    """The list."""
    listed = json.loads((TESTS / "third_party.json").read_text(encoding="utf-8"))
    return [Candidate(**each) for each in listed]


def inspect(candidate: Candidate, steps: int) -> dict[str, Any]:
    """Runs the matrix's checks in this process, whose Python has the package."""
    import importlib  # noqa: PLC0415 - what follows is there in the package's environment only

    from matrix import check, prepare  # noqa: PLC0415
    from support import running_server  # noqa: PLC0415

    from gangway_envserver import plugins  # noqa: PLC0415

    prepare()
    importing = ["--import", candidate.module] if candidate.module else []
    if candidate.module:
        importlib.import_module(candidate.module)
    plugins.load_all()
    quiet = ("--private", "--log-level", "error")
    with running_server(*quiet, *importing, cwd=Path.cwd()) as server:
        row = check(server.address, candidate.id, steps, candidate.arguments)
    if row.cells[CHECKER] == FAILED and not passes_here(candidate):
        row.cells[CHECKER] = ALIKE
    return {"cells": row.cells, "notes": row.notes}


def passes_here(candidate: Candidate) -> bool:
    """Whether Gymnasium's checker finds nothing wrong with the environment in this process."""
    import gymnasium  # noqa: PLC0415
    from gymnasium.utils.env_checker import check_env  # noqa: PLC0415

    environment = gymnasium.make(candidate.id, **candidate.arguments)
    try:
        check_env(environment.unwrapped)
    except Exception:  # noqa: BLE001 - environment code
        return False
    finally:
        environment.close()
    return True


def inspected(python: Path, candidate: Candidate, steps: int, seconds: float) -> dict[str, Any]:
    """What `inspect` gives in another Python; a note if that ends before."""
    command: list[str | Path] = [
        python,
        __file__,
        "--inspect",
        json.dumps(asdict(candidate)),
        "--steps",
        str(steps),
    ]
    try:
        with tempfile.TemporaryDirectory() as folder:  # what environments write is gone at the end
            done = subprocess.run(
                command,
                capture_output=True,
                check=False,
                timeout=seconds,
                env=candidate.process_environment(),
                cwd=folder,
            )
    except subprocess.TimeoutExpired:
        return {"cells": [FAILED], "notes": [f"the checks took more than {seconds:.0f} s"]}
    found = re.findall(r"^\{.*\}$", done.stdout.decode("utf-8", "replace"), re.MULTILINE)
    if found:
        return json.loads(found[-1])  # type: ignore[no-any-return]
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    why = next((line for line in reversed(said) if "Error" in line or "Exception" in line), "")
    return {"cells": [FAILED], "notes": [(why or f"exit code {done.returncode}")[:_SHOWN]]}


def trained(python: Path, candidate: Candidate, seconds: float) -> tuple[str, list[str]]:
    """Trains a few updates; gives the table's cell, and a note if it failed."""
    text = EXPERIMENT.format(
        id=candidate.id,
        imports=f'imports: "{candidate.module}"' if candidate.module else "",
        limit=LIMIT,
        wrappers=candidate.wrappers,
        steps=ROLLOUT_STEPS,
        policy=candidate.policy,
        total=UPDATES * 2 * ROLLOUT_STEPS,
    )
    with tempfile.TemporaryDirectory() as folder:
        experiment = Path(folder) / "experiment.textproto"
        experiment.write_text(text, encoding="utf-8")
        run = Path(folder) / "run"
        arguments = [
            f"--argument={key}={json.dumps(value)}" for key, value in candidate.arguments.items()
        ]
        variables = candidate.process_environment() | {"GANGWAY_SERVER_PYTHON": str(python)}
        command: list[str | Path] = [
            CHECKOUT / "gangway",
            "train",
            experiment,
            "--quiet",
            "--out",
            run,
            *arguments,
        ]
        try:
            done = subprocess.run(
                command,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                check=False,
                timeout=seconds,
                env=variables,
                cwd=folder,
            )
        except subprocess.TimeoutExpired:
            return FAILED, [f"trained: not within {seconds:.0f} s"]
        if done.returncode == 0 and (run / "summary.json").exists():
            return PASSED, []
        said = done.stderr.decode("utf-8", "replace").splitlines()
        errors = [line for line in said if line.startswith("gangway: ")]
        return FAILED, [f"trained: {(errors or said or ['?'])[-1].removeprefix('gangway: ')}"]


def tried(candidate: Candidate, venvs: Path, steps: int, seconds: float) -> Result:
    """Installs a candidate's package apart, and checks it there."""
    result = Result(candidate.package, candidate.id)
    venv = venvs / candidate.package
    command: list[str | Path] = [ROOT / "setup", "--venv", venv, "--add", candidate.package]
    done = subprocess.run(command, stderr=subprocess.PIPE, check=False)
    said = done.stderr.decode("utf-8", "replace")
    if done.returncode != 0:
        why = said.strip().splitlines()[-1].partition(": ")[2].partition(" (whole log")[0]
        result.notes.append(f"not installed: {why[: 2 * _SHOWN]}")
        return result
    result.apart = re.findall(r"\S+ \S+ instead of \S+(?=,|$)", said, re.MULTILINE)
    python = venv / "bin" / "python"
    query = f"from importlib import metadata; print(metadata.version({candidate.package!r}))"
    version = subprocess.run([python, "-c", query], stdout=subprocess.PIPE, check=True)
    result.version = version.stdout.decode().strip()
    found = inspected(python, candidate, steps, seconds)
    result.cells, result.notes = found["cells"], found["notes"]
    cell, notes = trained(python, candidate, seconds)
    result.cells += [ABSENT] * (len(COLUMNS) - 1 - len(result.cells)) + [cell]
    # Paths of this machine say nothing elsewhere.
    result.notes = [note.replace(str(CHECKOUT), "…") for note in (*result.notes, *notes)]
    return result


def table(results: list[Result], remarks: dict[str, str]) -> str:
    """The results as Markdown."""
    installed = [each for each in results if each.version]
    whole = sum(FAILED not in each.cells for each in installed)
    lines = [
        f"{len(results)} packages, {len(installed)} installed, {whole} without deviation.",
        "",
        f"| package | version | environment | id | {' | '.join(COLUMNS)} |",
        f"|---|---|---|---|{':-:|' * len(COLUMNS)}",
    ]
    for each in results:
        where = ("its own" if each.apart else "the server's") if each.version else ABSENT
        cells = each.cells or [ABSENT] * len(COLUMNS)
        lines.append(
            f"| {each.package} | {each.version or ABSENT} | {where} | {each.id} | "
            f"{' | '.join(cells)} |"
        )
    lines.append("")
    for each in results:
        apart = [f"it needs {', '.join(each.apart)}"] if each.apart else []
        said = [remarks[each.package]] if remarks.get(each.package) else []
        lines += [f"- {each.package}: {note}" for note in (*said, *apart, *each.notes)]
    return "\n".join(lines)


def written(results: list[Result]) -> str:
    """The page with a table of the results."""
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    remarks = {each.package: each.remark for each in candidates()}
    return f"{head}{BEGIN}\n\n{table(results, remarks)}\n\n{END}{rest.partition(END)[2]}"


def known() -> dict[str, Result]:
    """The results there are, by package."""
    if not RESULTS.exists():
        return {}
    return {
        each["package"]: Result(**each) for each in json.loads(RESULTS.read_text(encoding="utf-8"))
    }


def main(arguments: list[str] | None = None) -> int:
    """Tries the candidates and writes the page after each; gives 0."""
    parser = argparse.ArgumentParser(prog="tools/third-party", description=__doc__)
    parser.add_argument("--only", default="*", metavar="GLOB", help="other rows stay as they are")
    parser.add_argument("--missing", action="store_true", help="only what has no row yet")
    parser.add_argument("--steps", type=int, default=200, metavar="N", help="default 200")
    parser.add_argument("--seconds", type=float, default=600, help="for each part, default 600")
    parser.add_argument("--venvs", type=Path, default=ROOT / "target" / "third-party")
    parser.add_argument("--inspect", metavar="JSON", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.inspect:
        found = inspect(Candidate(**json.loads(options.inspect)), options.steps)
        sys.stdout.write(json.dumps(found) + "\n")
        return 0
    listed = candidates()
    results = known()
    for each in listed:
        wanted = fnmatch.fnmatchcase(each.package, options.only)
        if wanted and not (options.missing and each.package in results):
            results[each.package] = tried(each, options.venvs, options.steps, options.seconds)
            sys.stderr.write(f"{results[each.package]}\n")
            rows = [results[name.package] for name in listed if name.package in results]
            text = json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False)
            RESULTS.write_text(text + "\n", encoding="utf-8")
            PAGE.write_text(written(rows), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

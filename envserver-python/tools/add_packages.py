"""Adds packages of the user's own choice to a virtual environment.

In the checkout's own environment they are installed only where every locked package keeps its
version, because those are what the server was tested with. Standard library only.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

# Runs one command with its output in the log.
Run = Callable[..., None]

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PINNED: Final = re.compile(r"(?m)^([A-Za-z0-9._-]+)==([^\s;\\]+)")
_CONFLICT: Final = "The conflict is caused by:"
_ASKED: Final = "The user requested "
_CONSTRAINED: Final = re.compile(r"\(constraint\) ([A-Za-z0-9._-]+)")
# A distribution that repeats this share of another's modules stands for it.
_SAME: Final = 0.5
# What a new distribution registers, told by a process of its own: its import may do anything.
_REGISTERED: Final = """
import importlib, json, sys
from importlib import metadata
import gymnasium
OTHERS = {"docs", "examples", "scripts", "setup", "test", "tests"}
found = {}
for name in sys.argv[1:]:
    files = metadata.distribution(name).files or []
    tops = {file.parts[0].removesuffix(".py") for file in files if file.suffix == ".py"}
    for module in sorted(top for top in tops - OTHERS if top.isidentifier()):
        before = set(gymnasium.registry)
        try:
            importlib.import_module(module)
        except BaseException as error:
            found[module] = f"{type(error).__name__}: {error}"
        else:
            found[module] = sorted(set(gymnasium.registry) - before)
points = [point.name for point in metadata.entry_points(group="gymnasium.envs")]
print("\\n" + json.dumps({"modules": found, "plugins": points}))
"""
_VERSIONS: Final = """
import json
from importlib import metadata
print(json.dumps({each.name: each.version for each in metadata.distributions()}))
"""
_FILES: Final = """
import json
from importlib import metadata
print(json.dumps({each.name: [str(file) for file in each.files or []]
                  for each in metadata.distributions()}))
"""


class CannotAdd(Exception):  # noqa: N818 - named for what happened
    """The packages cannot be added; the text says why, and `conflict` whether versions clash."""

    def __init__(self, why: str, *, conflict: bool = False) -> None:
        super().__init__(why)
        self.conflict = conflict


@dataclass(frozen=True)
class Package:
    """One distribution to install."""

    name: str
    version: str
    requirement: str  # as pip takes it
    requested: bool  # by a requirement, and not by another package


@dataclass(frozen=True)
class Environment:
    """A virtual environment whose packages are changed."""

    python: Path
    run: Run
    log: Path

    def add(self, requirements: Sequence[str], constraints: Mapping[str, str]) -> list[Package]:
        """Installs what the requirements need and the environment lacks; gives what that was.

        The constraints are names with the condition on their versions, such as `==1.2`. A
        distribution is left out if its modules are those of an installed one: `pygame` where
        `pygame-ce` is.
        """
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            wanted = self._resolve(requirements, constraints, folder)
            if not wanted:
                return []
            wheels = folder / "wheels"
            # No build sees the environment; what the packages need was resolved before.
            self._pip("wheel", "--no-deps", "-w", wheels, *(each.requirement for each in wanted))
            kept = self._without_doubles(wheels)
            if kept:
                self._pip("install", "--no-deps", "--no-index", *kept)
        return wanted

    def versions(self) -> dict[str, str]:
        """The installed distributions."""
        found = json.loads(self._output(_VERSIONS) or "{}")
        return {_canonical(name): version for name, version in found.items()}

    def registered(self, packages: Iterable[Package]) -> dict[str, Any]:
        """What the packages' modules register: ids, or an error, by module; and the plugins."""
        names = [each.name for each in packages]
        return json.loads(self._output(_REGISTERED, *names).rpartition("\n")[2] or "{}")  # type: ignore[no-any-return]

    def _resolve(
        self, requirements: Sequence[str], constraints: Mapping[str, str], folder: Path
    ) -> list[Package]:
        report = folder / "report.json"
        constrained = folder / "constraints.txt"
        lines = [f"{name}{condition}\n" for name, condition in constraints.items()]
        constrained.write_text("".join(lines), encoding="utf-8")
        self._pip(
            *("install", "--dry-run", "--report", report, "--constraint", constrained),
            *requirements,
        )
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
        return [_package(each) for each in found]

    def _without_doubles(self, wheels: Path) -> list[Path]:
        owned = json.loads(self._output(_FILES).splitlines()[-1])
        kept = []
        for wheel in sorted(wheels.glob("*.whl")):
            name = _canonical(wheel.name.partition("-")[0])
            modules = set(_modules(zipfile.ZipFile(wheel).namelist()))
            if not any(
                len(modules & set(files)) > _SAME * len(modules)
                for other, files in owned.items()
                if _canonical(other) != name
            ):
                kept.append(wheel)
        return kept

    def _pip(self, command: str, *arguments: str | Path) -> None:
        quiet = ("--no-input", "--disable-pip-version-check")
        begun = self.log.stat().st_size if self.log.exists() else 0
        try:
            self.run(self.python, "-m", "pip", command, *quiet, *arguments)
        except subprocess.CalledProcessError:
            text = self.log.read_bytes()[begun:].decode("utf-8", "replace")
            raise _failure(text) from None

    def _output(self, program: str, *arguments: str) -> str:
        command: list[str | Path] = [self.python, "-c", program, *arguments]
        done = subprocess.run(  # noqa: S603
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
        )
        return done.stdout.decode("utf-8", "replace").strip()


def locked(lock: Path) -> dict[str, str]:
    """The packages of a lock file and their versions."""
    return {
        _canonical(name): version
        for name, version in _PINNED.findall(lock.read_text(encoding="utf-8"))
    }


def holders(why: str, locks: Mapping[str, Mapping[str, str]]) -> str:
    """Whose locked packages a conflict's text names: the server's, or those of extras."""
    named = {_canonical(name) for name in _CONSTRAINED.findall(why)}
    found = [
        f"{owner} ({name} {versions[name]})"
        for owner, versions in locks.items()
        for name in sorted(named & versions.keys())
    ]
    return ", ".join(found)


def name_of(requirement: str) -> str:
    """The distribution that a requirement names; for a file or a URL the requirement itself."""
    name = _NAME.match(requirement)
    bare = name is not None and not re.search(r"[/\\]|\.whl$|\.tar\.gz$", requirement)
    return _canonical(name.group()) if name and bare else requirement


def remembered(file: Path) -> list[str]:
    """The requirements in a file, one a line."""
    if not file.exists():
        return []
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def merged(old: Iterable[str], new: Iterable[str]) -> list[str]:
    """The requirements of both, the new one where both name a distribution."""
    return list({name_of(each): each for each in (*old, *new)}.values())


def pinned(requirements: Iterable[str], packages: Iterable[Package]) -> list[str]:
    """The requirements, those that only name a distribution with the version that was installed."""
    versions = {_canonical(each.name): each.version for each in packages}
    return [
        f"{each}=={versions[name_of(each)]}"
        if _NAME.fullmatch(each) and name_of(each) in versions
        else each
        for each in requirements
    ]


def _failure(log: str) -> CannotAdd:
    lines = [line.strip() for line in log.splitlines()]
    if _CONFLICT in lines:
        begin = lines.index(_CONFLICT) + 1
        end = lines.index("", begin) if "" in lines[begin:] else len(lines)
        causes = [line.replace(_ASKED, "here is ") for line in lines[begin:end]]
        return CannotAdd("; ".join(causes), conflict=True)
    errors = [line for line in lines if "ERROR" in line]
    return CannotAdd(errors[-1] if errors else (lines or ["pip said nothing"])[-1])


def _package(entry: Mapping[str, Any]) -> Package:
    name, version = entry["metadata"]["name"], entry["metadata"]["version"]
    direct = entry.get("is_direct", False)
    requirement = entry["download_info"]["url"] if direct else f"{name}=={version}"
    return Package(name, version, requirement, entry.get("requested", False))


def _modules(files: Iterable[str]) -> Iterable[str]:
    return (file for file in files if file.endswith((".py", ".so", ".pyd")) and "/" in file)


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()

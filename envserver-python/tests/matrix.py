"""The matrix of environments × checks: each through a real server, against Gymnasium in process.

`tools/matrix` runs it and writes the table into `docs/environments.md`.
"""

from __future__ import annotations

import argparse
import fnmatch
import logging
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import gymnasium
import numpy as np
from alike import same
from gymnasium import spaces
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from support import SECONDS, TESTS, Client, running_server

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.client import RemoteEnv, make, make_vec
from gangway_envserver.client.infos import RemoteObject
from gangway_envserver.dynamic import from_dynamic, to_dynamic
from gangway_envserver.extras import choose_renderer, import_installed, silence_mujoco
from gangway_envserver.portable import portable

PAGE: Final = TESTS.parent.parent / "docs" / "environments.md"
BEGIN: Final = "<!-- made by envserver-python/tools/matrix: from here -->"
END: Final = "<!-- made by envserver-python/tools/matrix: to here -->"
SEED: Final = 12345
LIMIT: Final = 5
COPIES: Final = 2
VECTOR_STEPS: Final = 100
VECTOR_LIMIT: Final = 20
PASSED, FAILED, ABSENT = "✓", "✗", "–"
_SHOWN: Final = 110

GROUPS: Final = {
    "classic control": "gymnasium.envs.classic_control",
    "toy text": "gymnasium.envs.t",
    "Box2D": "gymnasium.envs.box2d",
    "MuJoCo": "gymnasium.envs.mujoco",
    "Atari": "ale_py",
    "MiniGrid and BabyAI": "minigrid",
}


@dataclass
class Row:
    """What the checks of one environment gave."""

    name: str
    cells: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Skipped(Exception):  # noqa: N818 - no error
    """A check does not apply."""


@dataclass
class Subject:
    """An environment at the server, and how the same one is made here. Closed by `close`.

    `arguments` are its constructor's.
    """

    address: str
    name: str
    steps: int
    arguments: dict[str, Any] = field(default_factory=dict)
    _opened: ExitStack = field(default_factory=ExitStack)

    def close(self) -> None:
        """Closes the plain pair if it was made."""
        self._opened.close()

    @cached_property
    def plain(self) -> tuple[RemoteEnv, gymnasium.Env[Any, Any]]:
        """Both without settings, made once for all checks that only reset and step."""
        return self._opened.enter_context(self.both())

    def remote(self, **settings: Any) -> RemoteEnv:
        """Through the server."""
        return make(self.address, self.name, **self.arguments, **settings)

    def local(self, **settings: Any) -> gymnasium.Env[Any, Any]:
        """In this process."""
        return portable(gymnasium.make(self.name, **self.arguments, **settings))

    @contextmanager
    def both(self, **settings: Any) -> Iterator[tuple[RemoteEnv, gymnasium.Env[Any, Any]]]:
        """Both, closed at the end."""
        with closing(self.local(**settings)) as local, closing(self.remote(**settings)) as remote:
            yield remote, local


def as_space_has_it(space: spaces.Space[Any], value: Any) -> Any:
    """A local observation in its space's dtypes: an environment may give an int for a Discrete."""
    match space:
        case spaces.Tuple():
            return tuple(as_space_has_it(*each) for each in zip(space.spaces, value, strict=True))
        case spaces.Dict():
            return {key: as_space_has_it(part, value[key]) for key, part in space.spaces.items()}
        case spaces.Discrete():
            return space.dtype.type(value)
        case spaces.Box() | spaces.MultiDiscrete() | spaces.MultiBinary():
            return np.asarray(value, space.dtype)
        case _:
            return value


def same_info(found: dict[str, Any], local: dict[Any, Any]) -> bool:
    """Whether an info is the local one, its objects as text."""
    expected = from_dynamic(to_dynamic(local), lambda it: RemoteObject(it.type_name, it.text))
    return to_dynamic(found) == to_dynamic(expected)


def is_made(subject: Subject) -> None:
    """It can be made here at all, and there."""
    assert subject.plain


def has_equal_spaces(subject: Subject) -> None:
    """Both spaces are rebuilt, equal and printed alike."""
    remote, local = subject.plain
    for found, expected in (
        (remote.observation_space, local.observation_space),
        (remote.action_space, local.action_space),
    ):
        assert found == expected, f"{found} ≠ {expected}"
        assert str(found) == str(expected), f"{found} is printed otherwise than {expected}"


def passes_gymnasiums_checker(subject: Subject) -> None:
    """`check_env`, all of it."""
    with closing(subject.remote()) as remote:
        check_env(remote)


def steps_equally(subject: Subject) -> str:
    """Observations, rewards, flags and infos of random steps and resets, bit for bit."""
    remote, local = subject.plain
    space = local.observation_space
    local.action_space.seed(SEED)
    seed: int | None = SEED
    ended = True
    for step in range(subject.steps):
        if ended:
            (found, info), (expected, local_info) = remote.reset(seed=seed), local.reset(seed=seed)
            assert same(found, as_space_has_it(space, expected)), f"reset before step {step}"
            assert same_info(info, local_info), f"info of the reset before step {step}"
            seed = None
        action = local.action_space.sample()
        result, reference = remote.step(action), local.step(action)
        assert same(result[0], as_space_has_it(space, reference[0])), f"observation {step}"
        assert same(result[1], float(reference[1])), f"reward {step}"
        assert result[2:4] == reference[2:4], f"flags {step}"
        assert same_info(result[4], reference[4]), f"info {step}"
        ended = bool(reference[2] or reference[3])
    return f"{subject.steps:,}"


def seeds_equally(subject: Subject) -> None:
    """A seed repeats an episode's start, and another one differs where it does locally."""
    remote, local = subject.plain
    space = local.observation_space
    starts = [remote.reset(seed=seed)[0] for seed in (1, 2, 1)]
    expected = [as_space_has_it(space, local.reset(seed=seed)[0]) for seed in (1, 2, 1)]
    assert same(starts, expected)
    assert same(starts[0], starts[2])


def renders_equally(subject: Subject) -> None:
    """The frames of `rgb_array`, bit for bit."""
    if "rgb_array" not in subject.plain[1].metadata.get("render_modes", []):
        raise Skipped
    with subject.both(render_mode="rgb_array") as (remote, local):
        for environment in (remote, local):
            environment.reset(seed=SEED)
        frames = [remote.render(), local.render()]
        assert frames[0].dtype == np.uint8
        assert frames[0].shape == np.shape(frames[1])
        assert same(frames[0], np.asarray(frames[1])), "other pixels"


def truncates_equally(subject: Subject) -> None:
    """A time limit of one's own cuts, in the same step as locally."""
    with subject.both(max_episode_steps=LIMIT) as (remote, local):
        for environment in (remote, local):
            environment.reset(seed=SEED)
        local.action_space.seed(SEED)
        for step in range(1, LIMIT + 1):
            action = local.action_space.sample()
            flags = remote.step(action)[2:4]
            assert flags == tuple(local.step(action)[2:4])
            assert flags[0] or flags[1] == (step == LIMIT)
            if any(flags):
                break


def vectors_equally(subject: Subject) -> None:
    """`make_vec` gives what `SyncVectorEnv` gives, final observations and infos among it."""
    limit: dict[str, Any] = {"max_episode_steps": VECTOR_LIMIT}
    mode = AutoresetMode.SAME_STEP
    with (
        closing(
            SyncVectorEnv([lambda: subject.local(**limit)] * COPIES, autoreset_mode=mode)
        ) as local,
        closing(
            make_vec(
                subject.address,
                subject.name,
                COPIES,
                autoreset_mode=mode,
                **limit,
                arguments=subject.arguments,
            )
        ) as remote,
    ):
        assert remote.observation_space == local.observation_space
        assert remote.action_space == local.action_space
        results = remote.reset(seed=SEED), local.reset(seed=SEED)
        assert same(*(observations for observations, _ in results)), "reset"
        assert same_vector_infos(local, *(infos for _, infos in results)), "infos of the reset"
        local.action_space.seed(SEED)
        for step in range(VECTOR_STEPS):
            actions = local.action_space.sample()
            found, expected = remote.step(actions), local.step(actions)
            assert same(found[:4], expected[:4]), f"step {step}"
            assert same_vector_infos(local, found[4], expected[4]), f"infos {step}"


def same_vector_infos(
    local: SyncVectorEnv, found: dict[str, Any], expected: dict[str, Any]
) -> bool:
    """Whether a vector's infos are the local ones, arrays of objects element by element."""
    space = local.single_observation_space
    finals = [
        [
            None if last is None else as_space_has_it(space, last)
            for last in infos.pop("final_obs", [])
        ]
        for infos in (found, expected)
    ]
    return same(*finals) and same_info(unboxed(found), unboxed(expected))


def unboxed(infos: Any) -> Any:
    """Infos with lists for their arrays of objects."""
    if isinstance(infos, dict):
        return {key: unboxed(value) for key, value in infos.items()}
    boxed = isinstance(infos, np.ndarray) and infos.dtype == np.object_
    return infos.tolist() if boxed else infos


CHECKS: Final[dict[str, Callable[[Subject], str | None]]] = {
    "made": is_made,
    "spaces": has_equal_spaces,
    "`check_env`": passes_gymnasiums_checker,
    "steps": steps_equally,
    "seeds": seeds_equally,
    "`rgb_array`": renders_equally,
    "time limit": truncates_equally,
    "vector": vectors_equally,
}


def check(address: str, name: str, steps: int, arguments: dict[str, Any] | None = None) -> Row:
    """Runs all checks on an environment; the others do not apply when it cannot be made."""
    row = Row(name)
    with closing(Subject(address, name, steps, arguments or {})) as subject:
        for title, run in CHECKS.items():
            cell = ABSENT
            if row.cells[:1] in ([], [PASSED]):
                try:
                    cell = run(subject) or PASSED
                except Skipped:
                    pass
                except Exception as error:  # noqa: BLE001 - environment code
                    cell = FAILED
                    why = " ".join(str(error).split()) or "they differ"
                    row.notes.append(f"{title}: {type(error).__name__}: {why[:_SHOWN]}")
            row.cells.append(cell)
    return row


def group_of(name: str) -> str | None:
    """The group that an id belongs to; None for one of no interest here."""
    point = gymnasium.registry[name].entry_point
    module = point if isinstance(point, str) else getattr(point, "__module__", "")
    return next((group for group, start in GROUPS.items() if module.startswith(start)), None)


def offered(client: Client) -> dict[str, list[str]]:
    """The ids that the server offers and can make, by group."""
    entries = client.stub.ListEnvironments(pb.ListEnvironmentsRequest(), timeout=3 * SECONDS)
    groups: dict[str, list[str]] = {group: [] for group in GROUPS}
    for entry in entries.environments:
        group = group_of(entry.id)
        if group is not None and entry.installed:
            groups[group].append(entry.id)
    # The older names of Atari's are the same games with other settings.
    groups["Atari"] = [name for name in groups["Atari"] if name.startswith("ALE/")]
    return groups


def tables(groups: dict[str, list[str]], rows: dict[str, Row]) -> str:
    """The rows there are as Markdown, a table for each group."""
    lines: list[str] = []
    for group, names in groups.items():
        found = [rows[name] for name in names if name in rows]
        whole = sum(FAILED not in row.cells for row in found)
        summary = f"{len(found)} of {len(names)} checked, {whole} without deviation."
        notes = [f"- {row.name}: {note}" for row in found for note in row.notes]
        if found:
            lines += [
                *(f"### {group}", "", summary, ""),
                *(f"| id | {' | '.join(CHECKS)} |", f"|---|{':-:|' * len(CHECKS)}"),
                *(f"| {row.name} | {' | '.join(row.cells)} |" for row in found),
                "",
                *notes,
                *([""] if notes else []),
            ]
    return "\n".join(lines)


def rows_of(text: str) -> dict[str, Row]:
    """The rows of such tables."""
    rows = {}
    for name, cells in re.findall(r"^\| (\S+) \| (.+) \|$", text, re.MULTILINE):
        if name != "id":
            rows[name] = Row(name, cells.split(" | "))
    for name, note in re.findall(r"^- (\S+): (.+)$", text, re.MULTILINE):
        rows[name].notes.append(note)
    return rows


def prepare() -> None:
    """What the server does before it makes environments of extras, for those made here."""
    choose_renderer()
    import_installed()
    silence_mujoco()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    gymnasium.logger.min_level = gymnasium.logger.ERROR


def main(arguments: list[str] | None = None) -> int:
    """Writes the page's tables, after each row; gives 0."""
    parser = argparse.ArgumentParser(prog="tools/matrix", description=__doc__)
    parser.add_argument("--only", default="*", metavar="GLOB", help="other rows stay as they are")
    parser.add_argument("--missing", action="store_true", help="check only what has no row yet")
    parser.add_argument("--steps", type=int, default=1000, metavar="N", help="default 1000")
    parser.add_argument("--output", type=Path, default=PAGE, metavar="FILE")
    options = parser.parse_args(arguments)
    prepare()
    head, _, rest = options.output.read_text(encoding="utf-8").partition(BEGIN)
    made, _, tail = rest.partition(END)
    rows = rows_of(made)
    with running_server("--log-level", "error") as server, Client(server.address) as client:
        groups = offered(client)
        for name in [name for names in groups.values() for name in names]:
            if fnmatch.fnmatchcase(name, options.only) and not (options.missing and name in rows):
                begun = time.monotonic()
                row = rows[name] = check(server.address, name, options.steps)
                seconds = time.monotonic() - begun
                sys.stderr.write(f"{name} {' '.join(row.cells)} {seconds:.0f} s {row.notes}\n")
                page = f"{head}{BEGIN}\n\n{tables(groups, rows)}\n{END}{tail}"
                options.output.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""n copies of one environment, stepped as a batch; here by a loop over ordinary environments.

The loop's semantics are those of `gymnasium.vector.SyncVectorEnv`, with final observations and
infos kept apart instead of being put into the infos, and with each copy's info as it is.
All that an environment returns is taken over (read or encoded) before any other environment code
runs, so environments may use their objects again, and copies may share them. Not thread-safe: a
session runs one command at a time.

After environment code raised, the copies' state is undefined, and every copy must be reset before
the next step.
"""

from __future__ import annotations

import contextlib
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence, Sized
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

import gymnasium
import numpy as np

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import info_pb2, value_pb2
from gangway_envserver.attributes import unknown_attribute
from gangway_envserver.dynamic import to_dynamic
from gangway_envserver.errors import RequestFailed, environment_raised
from gangway_envserver.info import InfoColumns
from gangway_envserver.kinds import ArrayKind, Kind
from gangway_envserver.large import large_rows
from gangway_envserver.returned import flag, number, reset_values, wrong_step
from gangway_envserver.shortcuts import CHECKED_STEPS, shorten

Array = np.ndarray[Any, Any]
Environment = gymnasium.Env[Any, Any]
# As in Gymnasium's `reset(seed=…)`: copy i gets seed + i, or its own seed, or none.
Seeding = int | list[int | None] | None
Options = Callable[[], dict[str, Any] | None]
Frame = TypeVar("Frame")
_Step = Callable[[Any], Any]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ResetOutcome:
    """What a reset gave, n rows each."""

    observations: value_pb2.Value
    infos: info_pb2.InfoBatch


class StepOutcome(NamedTuple):
    """What one step gave. The arrays are the batch's own and hold until its next command."""

    observations: value_pb2.Value  # n rows
    rewards: Array  # (n,) float64
    terminated: Array  # (n,) bool
    truncated: Array  # (n,) bool
    infos: info_pb2.InfoBatch  # n rows
    final: pb.FinalRows | None = None  # SAME_STEP only: the copies that ended in this step


class Batch(ABC):
    """n copies, and what must hold before each command."""

    # Whether `step` takes the actions one by one, or as the batch that a vector environment takes.
    splits_actions = True

    def __init__(
        self, copies: int, observation_kind: Kind, autoreset_mode: pb.AutoresetMode.ValueType
    ) -> None:
        self.copies = copies
        self.large = large_rows(observation_kind, copies)  # outcomes then lack the rows' data
        self._kind = observation_kind
        self.autoreset_mode = autoreset_mode
        self._ended = np.zeros(copies, np.bool_)  # needs a reset, which SAME_STEP does at once
        self._started = np.zeros(
            copies, np.bool_
        )  # was reset since made or environment code raised
        self._ready = False  # all of them were

    def ignored_actions(self) -> Sequence[bool] | None:
        """The copies whose action the coming step ignores (NEXT_STEP's resets); None when none."""
        if self.autoreset_mode == pb.AUTORESET_MODE_NEXT_STEP and self._ended.any():
            return self._ended.tolist()
        return None

    def check_steppable(self) -> None:
        """Fails with RESET_NEEDED unless every copy can be stepped."""
        if not self._ready:
            copy = int(self._started.argmin())
            raise RequestFailed(
                pb.FAILURE_REASON_RESET_NEEDED,
                f"Copy {copy} has not been reset since it was made, or since environment code "
                "raised: send Reset before Step and Render.",
                copy=copy,
            )

    def check_none_ended(self) -> None:
        """Fails with RESET_NEEDED when a copy ended that only the client may reset (DISABLED)."""
        if self.autoreset_mode == pb.AUTORESET_MODE_DISABLED and self._ended.any():
            copy = int(self._ended.argmax())
            raise RequestFailed(
                pb.FAILURE_REASON_RESET_NEEDED,
                f"Copy {copy} ended its episode, and autoreset is DISABLED: reset it by mask "
                "before the next Step. No copy was stepped.",
                copy=copy,
            )

    def check_mask(self, mask: Sequence[bool]) -> None:
        """Fails with INVALID_RESET when the mask leaves out a copy that must be reset."""
        if not self._ready:
            for copy, wanted in enumerate(mask):
                if not (wanted or self._started[copy]):
                    raise RequestFailed(
                        pb.FAILURE_REASON_INVALID_RESET,
                        f"The mask leaves out copy {copy}, which has not been reset since it was "
                        "made, or since environment code raised: expected a mask that holds it.",
                    )

    @abstractmethod
    def reset(self, seed: Seeding, options: Options, mask: Sequence[bool]) -> ResetOutcome:
        """Resets the copies where `mask` is true; the infos of the others are empty.

        `check_mask` was called before. `options` makes a fresh dictionary at each call.
        """

    @abstractmethod
    def step(self, actions: Any) -> StepOutcome:
        """Steps every copy once; `check_steppable` and `check_none_ended` were called before."""

    @abstractmethod
    def render(self, copies: Sequence[int], take: Callable[[int, Any], Frame]) -> list[Frame]:
        """What `take` makes of each copy and of what its `render` gave."""

    @abstractmethod
    def call(
        self, name: str, arguments: Sequence[Any], keywords: dict[str, Any]
    ) -> list[value_pb2.DynamicValue]:
        """What every copy's attribute is, or gives when it is called.

        UNKNOWN_ATTRIBUTE when one lacks it.
        """

    @abstractmethod
    def set_attribute(self, name: str, values: Sequence[Any]) -> None:
        """Sets every copy's attribute, where it stands or else in the outermost wrapper."""

    @abstractmethod
    def own_space(self, role: str, *, batched: bool) -> gymnasium.Space[Any] | None:
        """The environment's own "action" or "observation" space; None where there is none.

        `batched`: that of all copies, which only a vector environment has.
        """

    def seed_space(self, role: str, seed: Any, *, batched: bool) -> None:
        """Seeds an environment's own space."""
        with self._environment_code(f"seeding its {role} space"):
            space = self.own_space(role, batched=batched)
            if space is not None:
                space.seed(seed)

    def close(self) -> None:
        """Closes every copy, whatever some of them raise."""
        if self.large is not None:
            self.large.close()

    def _environment_code(
        self, doing: str, done: Sized | None = None, copies: Sequence[int] | None = None
    ) -> _EnvironmentCode:
        return _EnvironmentCode(self, doing, done, copies)

    def _raised(self) -> None:
        self.undefine()

    def undefine(self) -> None:
        """Lets no copy be stepped before it is reset."""
        self._started[:] = False
        self._ready = False


class LoopBatch(Batch):
    """n copies stepped in one loop; each gets its own seed and its own dictionary of options."""

    def __init__(
        self,
        environments: Sequence[Environment],
        observation_kind: Kind,
        autoreset_mode: pb.AutoresetMode.ValueType,
    ) -> None:
        n = len(environments)
        super().__init__(n, observation_kind, autoreset_mode)
        self._environments = list(environments)
        self._numbers = range(n)
        self._steps: list[_Step] = [environment.step for environment in environments]
        self._unchecked_steps = CHECKED_STEPS
        self._encode: Callable[[Any], Any] = observation_kind.encode
        self._observations: Any = [None] * n
        # Class, dtype and shape of observations that travel as they stand in memory.
        self._plain: tuple[Any, Any, Any] = (None, None, None)
        if self.large is not None:  # then each row is copied once, when it is set
            self._encode, self._observations = self.large.row, self.large
        elif isinstance(observation_kind, ArrayKind):
            self._plain = (np.ndarray, observation_kind.wire_dtype, observation_kind.shape)
        self._rewards = np.zeros(n, np.float64)
        self._terminated = np.zeros(n, np.bool_)
        self._truncated = np.zeros(n, np.bool_)

    def reset(self, seed: Seeding, options: Options, mask: Sequence[bool]) -> ResetOutcome:
        """As `Batch.reset`."""
        seeds = _seeds(seed, self.copies)
        infos = InfoColumns()
        done: list[int] = []
        with self._environment_code("reset", done):
            for copy, wanted in enumerate(mask):
                if wanted:
                    environment = self._environments[copy]
                    observation, info = reset_values(
                        environment.reset(seed=seeds[copy], options=options())
                    )
                    self._observations[copy] = self._encode(observation)
                    infos.add(copy, info)
                    self._started[copy] = True
                    self._ended[copy] = False
                done.append(copy)
        self._ready = True
        return ResetOutcome(self._batch(), infos.batch(self.copies))

    def step(self, actions: Iterable[Any]) -> StepOutcome:
        """As `Batch.step`, with n actions."""
        steps = self._steps
        ended = self._ended.tolist()  # never in SAME_STEP
        if True in ended:  # NEXT_STEP: in DISABLED, check_none_ended has refused
            steps = [
                _resetting(environment) if over else step
                for environment, over, step in zip(self._environments, ended, steps, strict=True)
            ]
        outcome = self._advance(steps, actions)
        if self._unchecked_steps > 0:
            self._unchecked_steps -= 1
            if self._unchecked_steps == 0:
                for environment in self._environments:
                    shorten(environment)
                self._steps = [environment.step for environment in self._environments]
        return outcome

    def _advance(self, steps: Iterable[_Step], actions: Iterable[Any]) -> StepOutcome:
        # What every copy's every step does is what counts here: among environment code, each
        # instruction of the interpreter costs several times what it costs alone. So flags are
        # stored for those that end, which copy is at work is told by how many are done, arrays are
        # encoded without a call, and what was returned does not outlive its use.
        same_step = self.autoreset_mode == pb.AUTORESET_MODE_SAME_STEP
        encode, observations = self._encode, self._observations
        plain, dtype, shape = self._plain
        terminations, truncations = self._terminated, self._truncated
        terminations[:] = False
        truncations[:] = False
        rewards: list[float] = []
        infos = InfoColumns()
        final_copies: list[int] = []
        final_observations: list[Any] = []
        final_infos = InfoColumns()
        with self._environment_code("step", rewards):
            for copy, step, action in zip(self._numbers, steps, actions, strict=True):
                observation: Any = step(action)
                try:
                    observation, reward, terminated, truncated, info = observation
                except (TypeError, ValueError):
                    raise wrong_step(observation) from None
                if type(reward) is not float:
                    reward = number(reward)
                if terminated is not False or truncated is not False:
                    terminated = terminations[copy] = flag(terminated, "terminated")
                    truncated = truncations[copy] = flag(truncated, "truncated")
                    if same_step and (terminated or truncated):
                        final_infos.add(len(final_copies), info)
                        final_copies.append(copy)
                        final_observations.append(self._kind.encode(observation))
                        observation, info = reset_values(self._environments[copy].reset())
                # Dtypes of one type are one object.
                if (
                    type(observation) is plain
                    and observation.dtype is dtype
                    and observation.shape == shape
                ):
                    observations[copy] = observation.tobytes()
                else:
                    observations[copy] = encode(observation)
                if type(info) is not dict or info:
                    infos.add(copy, info)
                rewards.append(reward)
        self._rewards[:] = rewards
        final = None
        if final_copies:
            final = pb.FinalRows(
                copies=final_copies,
                observations=self._kind.batch(final_observations),
                infos=final_infos.batch(len(final_copies)),
            )
        elif not same_step:
            np.logical_or(terminations, truncations, out=self._ended)
        flags = (terminations, truncations)
        return StepOutcome(self._batch(), self._rewards, *flags, infos.batch(self.copies), final)

    def _batch(self) -> value_pb2.Value:
        return self._kind.batch(self._observations) if self.large is None else self.large.message()

    def render(self, copies: Sequence[int], take: Callable[[int, Any], Frame]) -> list[Frame]:
        """As `Batch.render`."""
        frames: list[Frame] = []
        for copy in copies:
            with self._environment_code("render", frames, copies):
                frame = self._environments[copy].render()
            frames.append(take(copy, frame))
        return frames

    def call(
        self, name: str, arguments: Sequence[Any], keywords: dict[str, Any]
    ) -> list[value_pb2.DynamicValue]:
        """As `Batch.call`."""
        if not all(environment.has_wrapper_attr(name) for environment in self._environments):
            raise unknown_attribute(name)
        values: list[value_pb2.DynamicValue] = []
        with self._environment_code(f"its attribute {name}", values):
            for environment in self._environments:
                found = environment.get_wrapper_attr(name)
                value = found(*arguments, **keywords) if callable(found) else found
                values.append(to_dynamic(value))
        return values

    def set_attribute(self, name: str, values: Sequence[Any]) -> None:
        """As `Batch.set_attribute`."""
        done: list[Environment] = []
        with self._environment_code(f"setting its attribute {name}", done):
            for environment, value in zip(self._environments, values, strict=True):
                environment.set_wrapper_attr(name, value)
                done.append(environment)

    def own_space(self, role: str, *, batched: bool) -> gymnasium.Space[Any] | None:
        """As `Batch.own_space`: the first copy's."""
        return None if batched else _space_of(self._environments[0], role)

    def close(self) -> None:
        """As `Batch.close`."""
        super().close()
        close_all(self._environments)
        self._environments.clear()
        self._steps.clear()


def _space_of(environment: Environment, role: str) -> gymnasium.Space[Any]:
    return environment.action_space if role == "action" else environment.observation_space


def _resetting(environment: Environment) -> _Step:
    """A step that resets the environment instead, whatever the action."""

    def step(_action: Any) -> Any:
        observation, info = reset_values(environment.reset())
        reward = 0.0
        return observation, reward, False, False, info

    return step


class _EnvironmentCode:
    """Turns an exception into ENVIRONMENT_RAISED, of the copy at work.

    That is the copy after those that are `done`, of `copies` if not of all; without `done`, nobody
    knows.
    """

    __slots__ = ("_batch", "_copies", "_doing", "_done")

    def __init__(
        self, batch: Batch, doing: str, done: Sized | None, copies: Sequence[int] | None
    ) -> None:
        self._batch = batch
        self._doing = doing
        self._done = done
        self._copies = copies

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is not None:
            self._batch._raised()  # noqa: SLF001 - its other half
            raise environment_raised(error, self._doing, self._copy()) from error

    def _copy(self) -> int | None:
        if self._done is None:
            return None
        at = len(self._done)
        return at if self._copies is None else self._copies[at]


def _seeds(seed: Seeding, copies: int) -> Sequence[int | None]:
    if seed is None:
        return [None] * copies
    return [seed + copy for copy in range(copies)] if isinstance(seed, int) else seed


class Closable(Protocol):
    """What can be closed: an environment, or a vector environment."""

    def close(self) -> None:
        """Frees what it holds."""


def close_all(environments: Sequence[Closable]) -> None:
    """Closes the environments; what they raise is only logged."""
    for environment in environments:
        with contextlib.suppress(BaseException):
            try:
                environment.close()
            except BaseException:
                _log.exception("An environment raised in close; it counts as closed.")
                raise

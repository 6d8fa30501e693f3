"""n copies behind one of Gymnasium's vector environments, which does the seeding and the resetting.

What it gives is passed on as it is, but for SAME_STEP's final observations and infos: they stand
apart from the infos, as on the wire of every session. All of it is encoded before the environment
is called again, and nothing of it is changed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import gymnasium
import numpy as np
from gymnasium.vector import AsyncVectorEnv, AutoresetMode, SyncVectorEnv

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import value_pb2
from gangway_envserver.attributes import unknown_attribute
from gangway_envserver.batch import (
    Array,
    Batch,
    Frame,
    Options,
    ResetOutcome,
    Seeding,
    StepOutcome,
    close_all,
)
from gangway_envserver.dynamic import to_dynamic
from gangway_envserver.errors import RequestFailed
from gangway_envserver.gave import Unfit
from gangway_envserver.kinds import Kind
from gangway_envserver.returned import (
    NUMERIC_KINDS,
    checked_info,
    reset_values,
    step_values,
)
from gangway_envserver.vector_info import vector_info_batch

VectorEnvironment = gymnasium.vector.VectorEnv[Any, Any, Any]
GYMNASIUM_MODES: Final = {
    pb.AUTORESET_MODE_SAME_STEP: AutoresetMode.SAME_STEP,
    pb.AUTORESET_MODE_NEXT_STEP: AutoresetMode.NEXT_STEP,
    pb.AUTORESET_MODE_DISABLED: AutoresetMode.DISABLED,
}
_MASK: Final = "reset_mask"  # Gymnasium's own option
_FINAL: Final = frozenset({"final_obs", "_final_obs", "final_info", "_final_info"})
_log = logging.getLogger(__name__)


class VectorBatch(Batch):
    """n copies stepped by a vector environment."""

    splits_actions = False

    def __init__(
        self,
        make: Callable[[], VectorEnvironment],
        observation_kind: Kind,
        copies: int,
        autoreset_mode: pb.AutoresetMode.ValueType,
        *,
        separate: bool = True,
        mendable: bool = True,
    ) -> None:
        """`make` is called here; what it raises goes through.

        `separate`: the copies are environments of their own, each with its seed, so that one whose
        step is a reset never sees its action. `mendable`: after it raised, a reset mends the vector
        environment; otherwise the reset has to make another one.
        """
        super().__init__(copies, observation_kind, autoreset_mode)
        self._make = make
        self._separate = separate
        self._mendable = mendable
        self._broken = False
        self._environment: VectorEnvironment = make()

    def ignored_actions(self) -> Sequence[bool] | None:
        """As `Batch.ignored_actions`; an implementation of its own may check every action."""
        return super().ignored_actions() if self._separate else None

    def reset(self, seed: Seeding, options: Options, mask: Sequence[bool]) -> ResetOutcome:
        """As `Batch.reset`; the copies share one dictionary of options, as in Gymnasium."""
        given = options()
        if given is not None and _MASK in given:
            raise _invalid_reset(
                f'the options hold "{_MASK}", by which Gymnasium\'s vector environments choose '
                "copies: expected Reset.mask instead"
            )
        if isinstance(seed, list) and not self._separate:
            seed = _one_seed(seed)
        chosen = np.asarray(mask, np.bool_)
        if not chosen.all():
            given = {**(given or {}), _MASK: chosen}
        with self._environment_code("reset"):
            if self._broken:
                self._renew()
            # The base class's annotation has no list of seeds; those that take it say so.
            observations, infos = reset_values(
                self._environment.reset(seed=seed, options=given)  # type: ignore[arg-type]
            )
            infos = checked_info(infos)
            outcome = ResetOutcome(self._whole(observations), vector_info_batch(infos, self.copies))
        self._ended &= ~chosen
        self._started |= chosen
        self._ready = True
        return outcome

    def step(self, actions: Any) -> StepOutcome:
        """As `Batch.step`, with the batch of actions."""
        n = self.copies
        with self._environment_code("step"):
            observations, rewards, terminated, truncated, infos = step_values(
                self._environment.step(actions)
            )
            infos = checked_info(infos)
            terminated = _column(terminated, np.bool_, n, "terminated")
            truncated = _column(truncated, np.bool_, n, "truncated")
            ended = terminated | truncated
            final = None
            if self.autoreset_mode == pb.AUTORESET_MODE_SAME_STEP:
                final = self._final(infos, np.flatnonzero(ended))
                infos = {key: value for key, value in infos.items() if key not in _FINAL}
            else:
                self._ended = ended
            return StepOutcome(
                self._whole(observations),
                _column(rewards, np.float64, n, "rewards"),
                terminated,
                truncated,
                vector_info_batch(infos, n),
                final,
            )

    def render(self, copies: Sequence[int], take: Callable[[int, Any], Frame]) -> list[Frame]:
        """As `Batch.render`; a vector environment renders all of its copies."""
        with self._environment_code("render"):
            frames = self._environment.render()
            chosen = [None if frames is None else frames[copy] for copy in copies]
        return [take(copy, frame) for copy, frame in zip(copies, chosen, strict=True)]

    def call(
        self, name: str, arguments: Sequence[Any], keywords: dict[str, Any]
    ) -> list[value_pb2.DynamicValue]:
        """As `Batch.call`; UNSUPPORTED where there are no environments to ask."""
        copies = self._copies()
        with self._environment_code(f"its attribute {name}"):
            if all(copies.call("has_wrapper_attr", name)):
                return list(map(to_dynamic, copies.call(name, *arguments, **keywords)))
        raise unknown_attribute(name)

    def set_attribute(self, name: str, values: Sequence[Any]) -> None:
        """As `Batch.set_attribute`; UNSUPPORTED where there are no environments to ask."""
        copies = self._copies()
        with self._environment_code(f"setting its attribute {name}"):
            copies.set_attr(name, list(values))

    def own_space(self, role: str, *, batched: bool) -> gymnasium.Space[Any] | None:
        """As `Batch.own_space`. Of Gymnasium's own, only SyncVectorEnv's are an environment's."""
        if self._separate and (batched or not isinstance(self._environment, SyncVectorEnv)):
            return None
        space: gymnasium.Space[Any] = getattr(
            self._environment, f"{role}_space" if batched else f"single_{role}_space"
        )
        return space

    def close(self) -> None:
        """As `Batch.close`."""
        super().close()
        close_all([self._environment])
        del self._environment  # with it go the semaphores of its workers

    def _whole(self, observations: Any) -> value_pb2.Value:
        if self.large is None:
            return self._kind.whole(observations, self.copies)
        return self.large.fill(observations)

    def _copies(self) -> SyncVectorEnv[Any, Any] | AsyncVectorEnv[Any, Any]:
        if isinstance(self._environment, SyncVectorEnv | AsyncVectorEnv):
            return self._environment
        raise RequestFailed(
            pb.FAILURE_REASON_UNSUPPORTED,
            "An environment's own vector implementation has no copies with attributes: expected "
            "a session in another vectorization mode.",
        )

    def _final(self, infos: Mapping[str, Any], ended: Array) -> pb.FinalRows | None:
        """The final observations and infos that are among the infos."""
        if not ended.size:
            return None
        observations, last = infos.get("final_obs"), infos.get("final_info", {})
        if observations is None or not isinstance(last, Mapping):
            raise Unfit(
                "infos without final_obs, in which Gymnasium's SAME_STEP holds final observations"
            )
        rows = [self._kind.encode(observations[copy]) for copy in ended]
        return pb.FinalRows(
            copies=ended.tolist(),
            observations=self._kind.batch(rows),
            infos=vector_info_batch(last, self.copies, ended),
        )

    def _renew(self) -> None:
        close_all([self._environment])
        self._environment = self._make()
        self._broken = False

    def _raised(self) -> None:
        super()._raised()
        self._ended[:] = False
        self._broken = not self._mendable


def _one_seed(seeds: Sequence[int | None]) -> int | None:
    """What `seeds` stands for as one seed, where copy i's is the seed + i."""
    first = seeds[0]
    expected = [None if first is None else first + copy for copy in range(len(seeds))]
    if seeds != expected:
        raise _invalid_reset(
            "the seeds do not follow one another, and the environment's own vector implementation "
            "has one generator: expected Reset.seed, or seeds that each are 1 more than the one "
            "before, or none"
        )
    return first


def _column(values: Any, dtype: Any, n: int, name: str) -> Array:
    given = np.asarray(values)
    if given.dtype.kind not in NUMERIC_KINDS or given.shape != (n,):
        raise Unfit(
            f"{name} of dtype {given.dtype} and shape {list(given.shape)}: expected numbers of "
            f"shape [{n}], one for each copy."
        )
    return np.ascontiguousarray(given, dtype)


def _invalid_reset(what: str) -> RequestFailed:
    return RequestFailed(
        pb.FAILURE_REASON_INVALID_RESET, f"Reset failed: {what}. No copy was reset."
    )

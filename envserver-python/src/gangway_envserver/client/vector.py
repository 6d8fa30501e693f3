"""Copies of a server's environment as a `gymnasium.vector.VectorEnv`."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any, Final

import numpy as np
from gymnasium import VectorizeMode
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.client.infos import info_dicts
from gangway_envserver.client.remote import Array, Remote
from gangway_envserver.client.single import spec_of, split_settings

_AUTORESET: Final = {
    AutoresetMode.NEXT_STEP: pb.AUTORESET_MODE_NEXT_STEP,
    AutoresetMode.SAME_STEP: pb.AUTORESET_MODE_SAME_STEP,
    AutoresetMode.DISABLED: pb.AUTORESET_MODE_DISABLED,
}
_VECTORIZATION: Final = {
    None: pb.VECTORIZATION_MODE_LOOP,
    VectorizeMode.SYNC: pb.VECTORIZATION_MODE_SYNC,
    VectorizeMode.ASYNC: pb.VECTORIZATION_MODE_ASYNC,
    VectorizeMode.VECTOR_ENTRY_POINT: pb.VECTORIZATION_MODE_VECTOR_ENTRY_POINT,
}


def make_vec(
    address: str,
    name: str,
    num_envs: int = 1,
    *,
    vectorization_mode: VectorizeMode | str | None = None,
    autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
    **settings: Any,
) -> RemoteVectorEnv:
    """Makes copies of an environment at a server; as `make`, and as `gymnasium.make_vec`.

    `vectorization_mode` says what steps the copies there: None is the server's own loop over
    ordinary environments, and the others are Gymnasium's. `autoreset_mode` is Gymnasium's.
    """
    return RemoteVectorEnv(
        *(address, name, num_envs),
        vectorization_mode=vectorization_mode,
        autoreset_mode=autoreset_mode,
        **settings,
    )


class RemoteVectorEnv(VectorEnv[Any, Any, Array]):
    """Copies of an environment at a server, stepped as a batch.

    What `reset`, `step` and `render` give equals what `gymnasium.vector.SyncVectorEnv` gives in
    process, the infos with their masks, `final_obs` and `final_info` among them. Every array is the
    caller's to keep. `single_action_space.seed` seeds the own space of the first copy, whose space
    it is in `SyncVectorEnv`. The batched spaces are an environment's only in the mode
    VECTOR_ENTRY_POINT.
    """

    def __init__(
        self,
        address: str,
        name: str,
        num_envs: int = 1,
        *,
        vectorization_mode: VectorizeMode | str | None = None,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        **settings: Any,
    ) -> None:
        """As `make_vec`."""
        chosen = split_settings(settings)
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        vectorization = (
            vectorization_mode if vectorization_mode is None else VectorizeMode(vectorization_mode)
        )
        self._again = partial(
            type(self),
            address,
            name,
            num_envs,
            vectorization_mode=vectorization,
            autoreset_mode=self.autoreset_mode,
            **asdict(chosen),
        )
        self.num_envs = num_envs
        self._remote = Remote(
            *(address, name, num_envs, chosen),
            *(_AUTORESET[self.autoreset_mode], _VECTORIZATION[vectorization]),
        )
        spaces = {
            pb.SPACE_ROLE_OBSERVATION: self._remote.observations.space,
            pb.SPACE_ROLE_ACTION: self._remote.actions.space,
        }
        batches = [
            self._remote.forwarding(batch_space(space, num_envs), role, batched=True)
            for role, space in spaces.items()
        ]
        self.observation_space, self.action_space = batches
        self.single_observation_space, self.single_action_space = (
            self._remote.forwarding(space, role) for role, space in spaces.items()
        )
        self.metadata = self._remote.metadata() | {"autoreset_mode": self.autoreset_mode}
        self.render_mode = chosen.render_mode
        self.spec = spec_of(self._remote, f"{spec_of.__module__}:RemoteEnv", address, chosen)
        self._seeds: list[int] = [-1] * num_envs

    def __reduce__(self) -> tuple[Any, ...]:
        """What makes it again, for `pickle` and `copy`."""
        return self._again, ()

    @property
    def np_random_seed(self) -> Any:
        """The seeds of the copies' generators, of any width.

        Where the server does not tell them, those of the last seeded resets; −1 where none was.
        """
        return self._remote.seeds() or tuple(self._seeds)

    def reset(
        self,
        *,
        seed: int | Sequence[int | None] | None = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[Any, dict[str, Any]]:
        """As `SyncVectorEnv.reset`: copy i gets seed + i, or `seed[i]`.

        `options["reset_mask"]`, a bool array, says which copies are reset when autoreset is
        disabled.
        """
        seeds = self._listed(seed)
        mask = None
        if options is not None and "reset_mask" in options:
            mask = self._mask(options["reset_mask"])
            options = {key: value for key, value in options.items() if key != "reset_mask"}
        result = self._remote.reset(seeds, options, mask)
        for copy, each in enumerate(seeds):
            if each is not None and (mask is None or mask[copy]):
                self._seeds[copy] = each
        observations = self._remote.observations.batch(result.observations, self.num_envs)
        infos: dict[str, Any] = {}
        for copy, info in enumerate(info_dicts(result.infos, self.num_envs)):
            infos = self._add_info(infos, info, copy)
        return observations, infos

    def step(self, actions: Any) -> tuple[Any, Array, Array, Array, dict[str, Any]]:
        """As `SyncVectorEnv.step`."""
        remote = self._remote
        result = remote.step(remote.actions.batch_message(actions, self.num_envs))
        return (
            remote.observations.batch(result.observations, self.num_envs),
            remote.rewards(result),
            remote.flags(result.terminated),
            remote.flags(result.truncated),
            self._infos(result),
        )

    def render(self) -> tuple[Any, ...] | None:
        """The frames of all copies in the render mode chosen; None when none was."""
        if self.render_mode is None:
            return None
        return tuple(self._remote.render(range(self.num_envs)))

    def call(self, name: str, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        """As `SyncVectorEnv.call`, for the names that the operator allows."""
        return self._remote.call(name, args, kwargs)

    def get_attr(self, name: str) -> tuple[Any, ...]:
        """As `SyncVectorEnv.get_attr`, for the names that the operator allows."""
        return self.call(name)

    def set_attr(self, name: str, values: Any) -> None:
        """As `SyncVectorEnv.set_attr`, for the names that the operator allows."""
        listed = isinstance(values, list | tuple)
        self._remote.set_attribute(name, values if listed else [values])

    def close_extras(self, **_: Any) -> None:
        """Frees the copies at the server."""
        if hasattr(self, "_remote"):  # false when making it failed
            self._remote.close()

    def _infos(self, result: pb.StepResult) -> dict[str, Any]:
        finals = self._finals(result.final)
        infos: dict[str, Any] = {}
        for copy, info in enumerate(info_dicts(result.infos, self.num_envs)):
            if copy in finals:
                infos = self._add_info(infos, finals[copy], copy)
            infos = self._add_info(infos, info, copy)
        return infos

    def _finals(self, final: pb.FinalRows) -> dict[int, dict[str, Any]]:
        """What Gymnasium adds to the infos of each copy that ended."""
        ended = len(final.copies)
        if ended == 0:
            return {}
        observations = self._remote.observations.rows(final.observations, ended)
        rows = zip(final.copies, observations, info_dicts(final.infos, ended), strict=True)
        return {copy: {"final_obs": last, "final_info": info} for copy, last, info in rows}

    def _listed(self, seed: int | Sequence[int | None] | None) -> list[int | None]:
        if seed is None:
            return [None] * self.num_envs
        if not isinstance(seed, Sequence | np.ndarray):
            first = operator.index(seed)
            return [first + copy for copy in range(self.num_envs)]
        if len(seed) != self.num_envs:
            raise ValueError(
                f"The list of seeds is of length {len(seed)}: expected {self.num_envs}, one for "
                "each copy."
            )
        return list(seed)

    def _mask(self, mask: Any) -> Array:
        if (
            not isinstance(mask, np.ndarray)
            or mask.dtype != np.bool_
            or mask.shape != (self.num_envs,)
            or not mask.any()
        ):
            raise ValueError(
                f"options['reset_mask'] is {mask!r}: expected a bool array of shape "
                f"({self.num_envs},) that is true somewhere."
            )
        return mask

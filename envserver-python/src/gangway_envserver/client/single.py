"""One copy of a server's environment as a `gymnasium.Env`."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

import gymnasium
from gymnasium.envs.registration import EnvSpec

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.client.connection import Settings
from gangway_envserver.client.errors import RemoteError
from gangway_envserver.client.infos import info_dicts
from gangway_envserver.client.remote import NO_ATTRIBUTE, RENDER_MODES, Remote


def make(address: str, name: str, **settings: Any) -> RemoteEnv:
    """Makes one environment at a server.

    `address` is as the server announces it, `unix:PATH` or `HOST:PORT`. The settings are those of
    `Settings`, and every other keyword is an argument of the environment's constructor, as in
    `gymnasium.make`. Raises what `errors` lists.
    """
    return RemoteEnv(address, name, **settings)


def split_settings(keywords: dict[str, Any]) -> Settings:
    """The settings among keywords; the others are the constructor's arguments."""
    own = set(Settings.__dataclass_fields__) - {"arguments"}
    arguments = {key: value for key, value in keywords.items() if key not in own}
    arguments |= arguments.pop("arguments", {})
    return Settings(
        **{key: value for key, value in keywords.items() if key in own}, arguments=arguments
    )


class RemoteEnv(gymnasium.Env[Any, Any]):
    """One environment at a server.

    Observations have their space's dtype, as in Gymnasium's vector environments; rewards are
    floats; infos have string keys, and objects without a form on the wire are `RemoteObject`s. An
    episode that ended must be reset before the next step, else `ResetNeeded`.

    The environment's random generator is the server's, and so is `np_random_seed`. `np_random` is
    this object's own: seeded by `reset` in the same way, and used by nothing. So are the spaces'
    generators: `action_space.seed` seeds the samples that are drawn here, as in process, and the
    generator of the environment's own space, so that an environment that draws from it gives what
    it gives in process after the same call. Samples drawn here do not move that one on. Parts of a
    space (`action_space["arm"].seed`) are seeded here only.

    A pickle, or a copy by `copy`, makes the environment again at the same server with the same
    settings, in a session of its own that has to be reset first.
    """

    # `gymnasium.make` looks here, at the class, for the mode of a specification.
    metadata: dict[str, Any] = {"render_modes": list(RENDER_MODES)}  # noqa: RUF012 - Gymnasium's

    def __init__(self, address: str, name: str, **settings: Any) -> None:
        """As `make`."""
        chosen = split_settings(settings)
        self._again = partial(type(self), address, name, **asdict(chosen))
        self._remote = Remote(address, name, 1, chosen, pb.AUTORESET_MODE_DISABLED)
        self.observation_space = self._remote.forwarding(
            self._remote.observations.space, pb.SPACE_ROLE_OBSERVATION
        )
        self.action_space = self._remote.forwarding(
            self._remote.actions.space, pb.SPACE_ROLE_ACTION
        )
        self.metadata = self._remote.metadata()
        self.render_mode = chosen.render_mode
        self.spec = spec_of(self._remote, f"{__name__}:{type(self).__name__}", address, chosen)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """As Gymnasium's.

        `np_random` is seeded if the environment has seeded its own, so that Gymnasium's checker
        notices one that does not call `super().reset(seed=seed)`.
        """
        result = self._remote.reset([seed], options)
        if seed is not None and self._remote.seeds() in {None, (seed,)}:
            super().reset(seed=seed)
        (observation,) = self._remote.observations.rows(result.observations, 1)
        (info,) = info_dicts(result.infos, 1)
        return observation, info

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """As Gymnasium's."""
        result = self._remote.step(self._remote.actions.message([action]))
        (observation,) = self._remote.observations.rows(result.observations, 1)
        (info,) = info_dicts(result.infos, 1)
        return (
            observation,
            float(self._remote.rewards(result)[0]),
            bool(self._remote.flags(result.terminated)[0]),
            bool(self._remote.flags(result.truncated)[0]),
            info,
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """What makes it again, for `pickle` and `copy`."""
        return self._again, ()

    @property
    def np_random_seed(self) -> int:
        """The seed of the environment's generator, of any width.

        Where the server does not tell it, that of the last seeded reset.
        """
        seeds = self._remote.seeds()
        return super().np_random_seed if seeds is None else seeds[0]

    def get_wrapper_attr(self, name: str) -> Any:
        """Gives this object's attribute; for names that the operator allows, the environment's.

        A method of the environment is called, without arguments: `make_vec(…).call` gives it some.
        """
        if hasattr(self, name):
            return getattr(self, name)
        try:
            (value,) = self._remote.call(name, (), {})
        except RemoteError as refused:
            if refused.reason in NO_ATTRIBUTE:
                raise AttributeError(str(refused)) from refused
            raise
        return value

    def set_wrapper_attr(self, name: str, value: Any, *, force: bool = True) -> bool:
        """Sets this object's attribute; for names that the operator allows, the environment's."""
        if not hasattr(self, name):
            try:
                self._remote.set_attribute(name, [value])
            except RemoteError as refused:
                if refused.reason not in NO_ATTRIBUTE:
                    raise
            else:
                return True
        return super().set_wrapper_attr(name, value, force=force)

    def render(self) -> Any:
        """The frame in the render mode chosen; None when none was."""
        if self.render_mode is None:
            return None
        return self._remote.render([0])[0]

    def close(self) -> None:
        """Frees the environment at the server."""
        if hasattr(self, "_remote"):  # false when making it failed
            self._remote.close()


def spec_of(remote: Remote, entry_point: str, address: str, settings: Settings) -> EnvSpec:
    """A specification by which `gymnasium.make` makes the same environment at the same server."""
    description = remote.description
    fields = description.HasField
    return EnvSpec(
        description.id,
        entry_point,
        reward_threshold=description.reward_threshold if fields("reward_threshold") else None,
        nondeterministic=description.nondeterministic,
        max_episode_steps=description.max_episode_steps if fields("max_episode_steps") else None,
        kwargs={"address": address, "name": description.id} | asdict(settings),
    )

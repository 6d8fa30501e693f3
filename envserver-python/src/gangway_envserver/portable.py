"""MiniGrid's missions as texts: its space of them is a class of its own, which no client knows."""

from __future__ import annotations

import string
from typing import Any, Final

import gymnasium
from gymnasium import Space, spaces

# Every mission of MiniGrid and BabyAI is a sentence of lower-case letters, blanks and commas; the
# longest seen has about 170 characters.
_LONGEST: Final = 400
_CHARACTERS: Final = string.ascii_letters + string.digits + string.punctuation + " "


class MissionAsText(gymnasium.ObservationWrapper[Any, Any, Any]):
    """Declares the missions in a Dict of observations to be Text; the observations stay the same.

    Text is larger than the set of an environment's missions, which is a Python function.
    """

    def __init__(self, env: gymnasium.Env[Any, Any]) -> None:
        super().__init__(env)
        assert isinstance(env.observation_space, spaces.Dict)
        self.observation_space = spaces.Dict(
            [
                (key, missions() if is_mission(space) else space)
                for key, space in env.observation_space.spaces.items()
            ]
        )

    def observation(self, observation: Any) -> Any:
        """The same."""
        return observation


def missions() -> spaces.Text:
    """A space that holds every mission."""
    return spaces.Text(_LONGEST, min_length=0, charset=_CHARACTERS)


def is_mission(space: Space[Any]) -> bool:
    """Whether the space is one of MiniGrid's own."""
    return any(
        (kind.__module__, kind.__name__) == ("minigrid.core.mission", "MissionSpace")
        for kind in type(space).__mro__
    )


def portable(environment: gymnasium.Env[Any, Any]) -> gymnasium.Env[Any, Any]:
    """The environment, wrapped if need be so that its spaces have a form on the wire."""
    space = environment.observation_space
    if isinstance(space, spaces.Dict) and any(map(is_mission, space.spaces.values())):
        return MissionAsText(environment)
    return environment

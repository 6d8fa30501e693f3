"""What a client learns about an environment."""

from __future__ import annotations

from gangway.v1 import environment_service_pb2 as pb
from gangway_envserver.batch import Environment
from gangway_envserver.spaces import to_space


def describe(name: str, environment: Environment) -> pb.EnvironmentDescription:
    """What a copy is."""
    spec = environment.spec
    render_fps = environment.metadata.get("render_fps")
    return pb.EnvironmentDescription(
        id=name,
        observation_space=to_space(environment.observation_space, "observation"),
        action_space=to_space(environment.action_space, "action"),
        max_episode_steps=spec.max_episode_steps if spec else None,
        reward_threshold=spec.reward_threshold if spec else None,
        nondeterministic=bool(spec and spec.nondeterministic),
        render_modes=environment.metadata.get("render_modes", []),
        render_fps=None if render_fps is None else float(render_fps),
    )

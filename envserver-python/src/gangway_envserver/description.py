"""What a client learns about an environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gymnasium import Space
from gymnasium.envs.registration import EnvSpec

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.batch import Environment
from gangway_envserver.spaces import to_space
from gangway_envserver.vector_batch import VectorEnvironment


def describe(name: str, environment: Environment) -> pb.EnvironmentDescription:
    """What a copy is."""
    spec = environment.spec
    return _description(
        name,
        environment.observation_space,
        environment.action_space,
        spec.max_episode_steps if spec else None,
        spec,
        environment.metadata,
    )


def describe_vector(name: str, vector: VectorEnvironment) -> pb.EnvironmentDescription:
    """What a copy in an environment's own vector implementation is."""
    spec = vector.spec
    return _description(
        name,
        vector.single_observation_space,
        vector.single_action_space,
        spec.kwargs.get("max_episode_steps") if spec else None,  # as `make_vec` gave it
        spec,
        vector.metadata,
    )


def _description(
    name: str,
    observation_space: Space[Any],
    action_space: Space[Any],
    limit: int | None,
    spec: EnvSpec | None,
    metadata: Mapping[str, Any],
) -> pb.EnvironmentDescription:
    render_fps = metadata.get("render_fps")
    return pb.EnvironmentDescription(
        id=name,
        observation_space=to_space(observation_space, "observation"),
        action_space=to_space(action_space, "action"),
        max_episode_steps=limit,
        reward_threshold=spec.reward_threshold if spec else None,
        nondeterministic=bool(spec and spec.nondeterministic),
        render_modes=metadata.get("render_modes", []),
        render_fps=None if render_fps is None else float(render_fps),
    )

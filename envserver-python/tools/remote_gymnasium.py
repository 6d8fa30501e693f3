"""A plugin of pytest that leads `gymnasium.make` and `make_vec` to the server at GANGWAY_ADDRESS.

Environments that a test registers itself are unknown to the server, and are made in process.
"""

from __future__ import annotations

import os
from typing import Any

import gymnasium
from gymnasium.envs import registration
from gymnasium.error import DependencyNotInstalled
from gymnasium.wrappers import OrderEnforcing, PassiveEnvChecker

from gangway_envserver.client import RemoteError, make, make_vec

_ADDRESS = os.environ["GANGWAY_ADDRESS"]
_local, _local_vec = gymnasium.make, gymnasium.make_vec


def _is_gymnasiums(name: Any) -> bool:
    spec = gymnasium.registry.get(name)
    return spec is not None and "gymnasium.envs." in str(spec.entry_point)


def _make(
    id: Any,  # noqa: A002 - Gymnasium's name
    max_episode_steps: int | None = None,
    disable_env_checker: bool | None = None,
    **keywords: Any,
) -> gymnasium.Env[Any, Any]:
    name = id if isinstance(id, str) else id.id
    if not _is_gymnasiums(name):
        return _local(
            id,
            max_episode_steps=max_episode_steps,
            disable_env_checker=disable_env_checker,
            **keywords,
        )
    environment: gymnasium.Env[Any, Any]
    try:
        environment = make(_ADDRESS, name, max_episode_steps=max_episode_steps, **keywords)
    except RemoteError as failed:
        if "No module named" in str(failed) or "not installed" in str(failed):
            raise DependencyNotInstalled(str(failed)) from failed  # as the tests expect
        raise
    environment.unwrapped.spec = gymnasium.registry[name]
    if not disable_env_checker:
        environment = PassiveEnvChecker(environment)
    return OrderEnforcing(environment)


def _make_vec(
    id: Any,  # noqa: A002 - Gymnasium's name
    num_envs: int = 1,
    vectorization_mode: Any = None,
    vector_kwargs: dict[str, Any] | None = None,
    wrappers: Any = None,
    **keywords: Any,
) -> gymnasium.vector.VectorEnv[Any, Any, Any]:
    mode = (vector_kwargs or {}).get("autoreset_mode")
    plain = not wrappers and set(vector_kwargs or {}) <= {"autoreset_mode"}
    if not plain or not isinstance(id, str) or not _is_gymnasiums(id):
        return _local_vec(id, num_envs, vectorization_mode, vector_kwargs, wrappers, **keywords)
    chosen = {} if mode is None else {"autoreset_mode": mode}
    made: gymnasium.vector.VectorEnv[Any, Any, Any] = make_vec(
        _ADDRESS, id, num_envs, vectorization_mode=vectorization_mode, **chosen, **keywords
    )
    return made


gymnasium.make = _make
gymnasium.make_vec = _make_vec
registration.make = _make

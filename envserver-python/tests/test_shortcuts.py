"""Steps that leave wrappers out, against steps that do not."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.wrappers import OrderEnforcing, PassiveEnvChecker

from gangway_envserver.shortcuts import CHECKED_STEPS, shorten

Environment = gymnasium.Env[Any, Any]


def stepped(steps: int, **settings: Any) -> Environment:
    env: Environment = gymnasium.make("CartPole-v1", **settings)
    env.reset(seed=1)
    for _ in range(steps):
        env.step(env.action_space.sample())
    return env


def wrappers(env: Environment) -> list[Environment]:
    found: list[Environment] = []
    while isinstance(env, gymnasium.Wrapper):
        found.append(env)
        env = env.env
    return found


def left_out(env: Environment) -> set[type]:
    return {type(wrapper) for wrapper in wrappers(env) if "step" in vars(wrapper)}


def test_what_has_nothing_left_to_do_is_left_out_and_nothing_changes() -> None:
    plain, short = (stepped(CHECKED_STEPS, max_episode_steps=30) for _ in range(2))
    shorten(short)
    assert left_out(short) == {OrderEnforcing, PassiveEnvChecker}
    for wrapper in wrappers(short):
        if type(wrapper) in left_out(short):
            assert wrapper.step.__self__ is short.unwrapped  # type: ignore[attr-defined]

    actions = np.random.default_rng(2).integers(0, 2, 500)
    for env in (plain, short):
        env.reset(seed=3)
    truncations = 0
    for action in actions:
        expected, found = plain.step(action), short.step(action)
        np.testing.assert_array_equal(expected[0], found[0])
        assert expected[1:] == found[1:]
        truncations += expected[3]
        if expected[2] or expected[3]:
            np.testing.assert_array_equal(plain.reset()[0], short.reset()[0])
    assert truncations > 0


@pytest.mark.parametrize("steps", range(CHECKED_STEPS))
def test_a_checker_that_is_not_through_stays(steps: int) -> None:
    env = stepped(steps)
    if steps > 0 and not any("checked_data_reuse" in vars(wrapper) for wrapper in wrappers(env)):
        pytest.skip("before Gymnasium 1.4 one step is all that is checked")
    shorten(env)
    assert left_out(env) == {OrderEnforcing}


def test_a_checker_that_is_not_through_warns() -> None:
    env = stepped(0)
    shorten(env)
    vars(env.unwrapped)["step"] = lambda _: (np.zeros(4, np.float32), None, False, False, {})
    with pytest.warns(UserWarning, match="reward"):
        env.step(0)


def test_a_subclass_may_do_more() -> None:
    class Counting(OrderEnforcing[Any, Any]):
        steps = 0

        def step(self, action: Any) -> Any:
            self.steps += 1
            return super().step(action)

    env = Counting(stepped(CHECKED_STEPS))
    env.reset()
    shorten(env)
    env.step(0)
    assert env.steps == 1

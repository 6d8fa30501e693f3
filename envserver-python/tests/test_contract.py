"""The cart-pole's contract through the Python client, on this server or on any other.

`GANGWAY_CONTRACT_SERVER` names the address of another server that offers `CartPole-v1`; the Java
server's tests run this file so. What the environment does is compared with Gymnasium's own in
process, so that all servers mean the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from support import ServerProcess

from gangway_envserver.client import InvalidAction, RemoteError, ResetNeeded, make, make_vec

COPIES = 3
STEPS = 200
MODES = list(AutoresetMode)


_GIVEN = os.environ.get("GANGWAY_CONTRACT_SERVER")


@pytest.fixture(
    scope="module",
    params=["python-client-other-server" if _GIVEN else "python-client-python-server"],
)
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the server under test listens."""
    if _GIVEN:
        yield _GIVEN
    else:
        server: ServerProcess = request.getfixturevalue("server")
        yield server.address


def assert_close(found: Any, expected: Any) -> None:
    """Alike in dtype and shape, and equal but for what sine and cosine round differently."""
    assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_check_env_passes(address: str) -> None:
    environment = make(address, "CartPole-v1", render_mode="rgb_array")
    try:
        check_env(environment)
    finally:
        environment.close()


def test_it_is_described_as_gymnasium_describes_it(address: str) -> None:
    remote, local = make(address, "CartPole-v1"), gymnasium.make("CartPole-v1")
    assert remote.observation_space == local.observation_space
    assert remote.action_space == local.action_space
    assert remote.spec is not None
    assert local.spec is not None
    assert remote.spec.max_episode_steps == local.spec.max_episode_steps
    assert remote.spec.reward_threshold == local.spec.reward_threshold
    remote.close()


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: str(mode.name))
def test_every_mode_gives_what_gymnasium_gives(address: str, mode: AutoresetMode) -> None:
    remote = make_vec(address, "CartPole-v1", COPIES, autoreset_mode=mode, max_episode_steps=30)
    makers = [lambda: gymnasium.make("CartPole-v1", max_episode_steps=30)] * COPIES
    local = SyncVectorEnv(makers, autoreset_mode=mode)
    assert_close(remote.reset(seed=5)[0], local.reset(seed=5)[0])
    local.action_space.seed(5)
    ends = 0
    for _ in range(STEPS):
        actions = local.action_space.sample()
        found, expected = remote.step(actions), local.step(actions)
        for each, other in zip(found[:4], expected[:4], strict=True):
            assert_close(each, other)
        assert found[4].keys() == expected[4].keys()
        for copy in np.flatnonzero(found[4].get("_final_obs", np.zeros(COPIES))):
            assert_close(found[4]["final_obs"][copy], expected[4]["final_obs"][copy])
        ended = found[2] | found[3]
        ends += int(ended.sum())
        if mode is AutoresetMode.DISABLED and ended.any():
            options = {"reset_mask": ended}
            assert_close(remote.reset(options=options)[0], local.reset(options=options)[0])
    assert ends >= COPIES
    remote.close()


def test_resets_without_a_seed_go_on_with_the_generator(address: str) -> None:
    remote, local = make(address, "CartPole-v1"), gymnasium.make("CartPole-v1")
    for seed in (1, None, None, 2, None):
        found, expected = remote.reset(seed=seed)[0], local.reset(seed=seed)[0]
        assert found.tobytes() == expected.tobytes()
    remote.close()


@pytest.mark.parametrize("seed", [2**63, 2**64, 2**100 + 1])
def test_seeds_may_be_wider_than_64_bits(address: str, seed: int) -> None:
    remote = make_vec(address, "CartPole-v1", COPIES)
    local = SyncVectorEnv([lambda: gymnasium.make("CartPole-v1")] * COPIES)
    for each in (seed, [seed, None, seed], None):
        assert remote.reset(seed=each)[0].tobytes() == local.reset(seed=each)[0].tobytes()
    remote.close()


def test_a_first_reset_needs_no_seed(address: str) -> None:
    remote = make_vec(address, "CartPole-v1", COPIES)
    observations, _ = remote.reset()
    assert len({row.tobytes() for row in observations}) == COPIES
    remote.close()


def test_reset_options_reach_the_environment(address: str) -> None:
    remote, local = make(address, "CartPole-v1"), gymnasium.make("CartPole-v1")
    options = {"low": -0.01, "high": 0.02}
    found, expected = remote.reset(seed=3, options=options), local.reset(seed=3, options=options)
    assert found[0].tobytes() == expected[0].tobytes()
    remote.close()


def test_arguments_reach_the_environment(address: str) -> None:
    remote = make(address, "CartPole-v1", sutton_barto_reward=True)
    remote.reset(seed=1)
    assert remote.step(np.int64(0))[1] == 0.0
    remote.close()


def test_refusals_leave_the_environment_standing(address: str) -> None:
    remote = make_vec(address, "CartPole-v1", COPIES)
    with pytest.raises(ResetNeeded):
        remote.step(np.zeros(COPIES, np.int64))
    remote.reset(seed=1)
    with pytest.raises(InvalidAction):
        remote.step(np.array([0, 1, 2]))
    assert remote.step(np.zeros(COPIES, np.int64))[1].tolist() == [1.0] * COPIES
    remote.close()


def test_an_unknown_environment_is_refused_with_the_nearest(address: str) -> None:
    with pytest.raises(RemoteError, match="CartPole-v1"):
        make(address, "CartPoll-v1")

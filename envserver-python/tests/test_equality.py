"""A session gives what Gymnasium gives in process: bit for bit, in all three autoreset modes."""

from __future__ import annotations

from typing import Any

import custom_environments
import gymnasium
import numpy as np
import pytest
from alike import assert_same
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from support import Client, StreamClient, array_of, info_dicts, running_server

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.dynamic import to_dynamic

STEPS = 1000
assert "test/Varies-v0" in gymnasium.registry, custom_environments
COPIES = 3
SEED = 1234
ENVIRONMENTS = [
    "CartPole-v1",
    "Acrobot-v1",
    "Pendulum-v1",
    "MountainCar-v0",
    "MountainCarContinuous-v0",
    "FrozenLake-v1",
    "Taxi-v4",
    "CliffWalkingSlippery-v1",
]
MODES = {
    AutoresetMode.SAME_STEP: pb.AUTORESET_MODE_SAME_STEP,
    AutoresetMode.NEXT_STEP: pb.AUTORESET_MODE_NEXT_STEP,
    AutoresetMode.DISABLED: pb.AUTORESET_MODE_DISABLED,
}


class Recorder(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Remembers the infos, which Gymnasium's vector environments melt into one."""

    infos: list[dict[str, Any]]

    def reset(self, **settings: Any) -> tuple[Any, dict[str, Any]]:
        observation, info = super().reset(**settings)
        self.infos = [*getattr(self, "infos", []), info]
        return observation, info

    def step(self, action: Any) -> Any:
        result = super().step(action)
        self.infos = [result[4]]
        return result


class Reference:
    """Gymnasium's SyncVectorEnv, with the infos of each copy."""

    def __init__(
        self, name: str, mode: AutoresetMode, wrap: Any = lambda made: made, **settings: Any
    ) -> None:
        def make() -> Recorder:
            return Recorder(wrap(gymnasium.make(name, **settings)))

        self.envs = SyncVectorEnv([make] * COPIES, autoreset_mode=mode)
        self.mode = mode

    def infos(self) -> list[list[dict[str, Any]]]:
        """What each copy reported in the last call: one info, or the final one and the reset's."""
        taken = []
        for env in self.envs.envs:
            assert isinstance(env, Recorder)
            taken.append(env.infos)
            env.infos = []
        return taken


def check_reset(response: pb.AttachResponse, observations: Any, infos: list[Any]) -> None:
    """Compares a reset; no info for a copy that was left out."""
    assert_same(array_of(response.reset.observations), observations)
    found = info_dicts(response.reset.infos, COPIES)
    for row in range(COPIES):
        assert_same(found[row], infos[row][0] if infos[row] else {})


def check_step(response: pb.AttachResponse, expected: Any, infos: list[Any], mode: Any) -> None:
    """Compares a step."""
    assert response.HasField("step"), response
    step = response.step
    observations, rewards, terminated, truncated, vector_info = expected
    assert_same(array_of(step.observations), observations)
    assert step.rewards == rewards.tobytes()
    assert step.terminated == terminated.tobytes()
    assert step.truncated == truncated.tobytes()
    found = info_dicts(step.infos, COPIES)
    for row in range(COPIES):
        assert_same(found[row], infos[row][-1])
    ended = np.flatnonzero(terminated | truncated).tolist()
    if mode is not AutoresetMode.SAME_STEP or not ended:
        assert not step.HasField("final")
        return
    assert list(step.final.copies) == ended
    finals = array_of(step.final.observations)
    final_infos = info_dicts(step.final.infos, len(ended))
    for k, row in enumerate(ended):
        final = np.asarray(vector_info["final_obs"][row], finals.dtype)
        assert finals[k].tobytes() == final.tobytes()
        assert_same(final_infos[k], infos[row][0])


def drive(stream: StreamClient, reference: Reference, steps: int = STEPS) -> int:
    """Steps both with the same actions; gives how many episodes ended."""
    mode = reference.mode
    observations, _ = reference.envs.reset(seed=SEED)
    check_reset(stream.reset(seed=SEED), observations, reference.infos())
    reference.envs.action_space.seed(SEED)
    episodes = 0
    for _ in range(steps):
        actions = np.asarray(reference.envs.action_space.sample())
        expected = reference.envs.step(actions)
        check_step(stream.step(actions), expected, reference.infos(), mode)
        ended = expected[2] | expected[3]
        episodes += int(ended.sum())
        if mode is AutoresetMode.DISABLED and ended.any():
            observations, _ = reference.envs.reset(options={"reset_mask": ended})
            # Gymnasium hands the options on without the mask, so a masked reset gives {} where
            # a client that sends no options gives None; these environments do not look.
            response = stream.reset(mask=ended.tobytes())
            check_reset(response, observations, reference.infos())
    return episodes


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: str(mode.name))
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_session_equals_gymnasium(client: Client, name: str, mode: AutoresetMode) -> None:
    limit = 30 if name == "Acrobot-v1" else 200
    stream = client.session(name, COPIES, autoreset_mode=MODES[mode], max_episode_steps=limit)
    assert drive(stream, Reference(name, mode, max_episode_steps=limit)) >= COPIES


def test_it_does_so_over_tcp() -> None:
    with running_server("--listen", "127.0.0.1:0") as server, Client(server.address) as client:
        stream = client.session("CartPole-v1", COPIES)
        drive(stream, Reference("CartPole-v1", AutoresetMode.SAME_STEP), 50)


def test_arguments_reach_the_constructor(client: Client) -> None:
    arguments = {"g": to_dynamic(3.7)}
    stream = client.session("Pendulum-v1", COPIES, arguments=arguments)
    drive(stream, Reference("Pendulum-v1", AutoresetMode.SAME_STEP, g=3.7), 250)


def test_a_list_of_strings_reaches_the_constructor(client: Client) -> None:
    rows = ["SFF", "FHF", "FFG"]
    arguments = {"desc": to_dynamic(rows), "is_slippery": to_dynamic(value=False)}
    stream = client.session("FrozenLake-v1", COPIES, arguments=arguments)
    reference = Reference("FrozenLake-v1", AutoresetMode.SAME_STEP, desc=rows, is_slippery=False)
    assert drive(stream, reference, 100) > 0


def test_without_time_limit_an_episode_goes_on(client: Client) -> None:
    stream = client.session("Pendulum-v1", COPIES, max_episode_steps=-1)
    assert not stream.created.description.HasField("max_episode_steps")
    reference = Reference("Pendulum-v1", AutoresetMode.SAME_STEP, max_episode_steps=-1)
    assert drive(stream, reference, 450) == 0


def test_copy_i_gets_seed_plus_i_and_seeds_may_be_listed(client: Client) -> None:
    stream = client.session("CartPole-v1", COPIES)
    by_number = array_of(stream.reset(seed=7).reset.observations)
    seeds = [pb.OptionalSeed(value=7 + copy) for copy in range(COPIES)]
    by_list = array_of(stream.reset(seeds=pb.SeedList(seeds=seeds)).reset.observations)
    assert_same(by_list, by_number)
    expected = [gymnasium.make("CartPole-v1").reset(seed=7 + copy)[0] for copy in range(COPIES)]
    assert_same(by_number, np.stack(expected))
    seeds[1] = pb.OptionalSeed()
    mixed = array_of(stream.reset(seeds=pb.SeedList(seeds=seeds)).reset.observations)
    assert mixed[0].tobytes() == by_number[0].tobytes()
    assert mixed[1].tobytes() != by_number[1].tobytes()


def test_reset_options_reach_every_copy(client: Client) -> None:
    stream = client.session("CartPole-v1", COPIES)
    options = to_dynamic({"low": -0.001, "high": 0.001}).dict
    observations = array_of(stream.reset(seed=1, options=options).reset.observations)
    expected = [
        gymnasium.make("CartPole-v1").reset(seed=1 + i, options={"low": -0.001, "high": 0.001})[0]
        for i in range(COPIES)
    ]
    assert_same(observations, np.stack(expected))
    line = client.session("test/Line-v0", 2)
    response = line.reset(options=to_dynamic({"a": [1, (2,)]}).dict, seed=3)
    infos = info_dicts(response.reset.infos, 2)
    assert infos == [
        {"options": {"a": [1, (2,)]}, "seed": 3},
        {"options": {"a": [1, (2,)]}, "seed": 4},
    ]
    assert info_dicts(line.reset().reset.infos, 2) == [{"options": None, "seed": None}] * 2


@pytest.mark.parametrize("mode", [AutoresetMode.SAME_STEP, AutoresetMode.NEXT_STEP], ids=str)
def test_both_flags_may_be_set(client: Client, mode: AutoresetMode) -> None:
    name = "test/Varies-v0"
    envs = SyncVectorEnv([lambda: gymnasium.make(name)] * COPIES, autoreset_mode=mode)
    stream = client.session(name, COPIES, autoreset_mode=MODES[mode])
    envs.reset(seed=SEED)
    stream.reset(seed=SEED)
    both = 0
    for _ in range(100):
        _, _, terminated, truncated, _ = envs.step(np.zeros(COPIES, np.int64))
        result = stream.step(np.zeros(COPIES, np.int64)).step
        assert result.terminated == terminated.tobytes()
        assert result.truncated == truncated.tobytes()
        both += int((terminated & truncated).sum())
    assert both
    envs.close()

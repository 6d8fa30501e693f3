"""What environments return is taken over at once, and refused in words when it is no such thing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from support import (
    Client,
    ServerProcess,
    array_of,
    check_failure,
    info_dicts,
    running_server,
    vectorized,
)

from gangway_envserver._proto import attribute_pb2
from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import wrapper_pb2 as wp
from gangway_envserver.dynamic import from_dynamic, to_dynamic

MODES = ["LOOP", "SYNC", "ASYNC"]


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    """A server with these environments."""
    opened = [f"--allow-attribute={name}" for name in ("told", "seen")]
    arguments = ("--import", "returning_environments", "--allow-argument", "what", *opened)
    with running_server(*arguments) as server:
        yield server


@pytest.fixture
def client(server: ServerProcess) -> Iterator[Client]:
    """A client of it."""
    with Client(server.address) as client:
        yield client


def told(t: int) -> dict[str, Any]:
    """The info of `Reuse` after so many steps, without arrays' classes."""
    return {"array": [t, t], "list": [t], "deep": {"array": [t]}, "flat": t}


def plain(value: Any) -> Any:
    """A value with lists for arrays."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("autoreset", ["SAME_STEP", "NEXT_STEP", "DISABLED"])
def test_objects_that_are_used_again_arrive_as_they_were(
    client: Client, mode: str, autoreset: str
) -> None:
    stream = client.session("returning/Reuse-v0", 2, **vectorized(mode, autoreset))
    stream.reset()
    for t in (1, 2, 3):
        step = stream.step(np.array([4, 5])).step
        assert np.frombuffer(step.rewards).tolist() == [10 * t + 4, 10 * t + 5]
        if t < 3 or autoreset != "SAME_STEP":
            assert array_of(step.observations).tolist() == [[t], [t]]
            assert plain(info_dicts(step.infos, 2)) == [told(t)] * 2
    if autoreset == "SAME_STEP":
        assert array_of(step.observations).tolist() == [[0], [0]]
        assert plain(info_dicts(step.infos, 2)) == [told(0)] * 2
        assert array_of(step.final.observations).tolist() == [[3], [3]]
        assert plain(info_dicts(step.final.infos, 2)) == [told(3)] * 2


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("autoreset", ["SAME_STEP", "NEXT_STEP"])
def test_objects_that_copies_share_arrive_as_each_copy_gave_them(
    client: Client, mode: str, autoreset: str
) -> None:
    settings = vectorized(mode, autoreset)
    stream = client.session("returning/Shared-v0", 4, render_mode="rgb_array", **settings)
    stream.reset()
    actions = [0, 3, 0, 5]  # an empty info, and one that is filled a moment later
    step = stream.step(np.array(actions)).step
    assert np.frombuffer(step.rewards).tolist() == actions
    assert array_of(step.observations).ravel().tolist() == actions
    infos = info_dicts(step.infos, 4)
    assert [info.get("action") for info in infos] == [None, 3, None, 5]
    assert [info.get("list") for info in infos] == [None, [3], None, [5]]
    assert [int(info["mask"].argmax()) if info else None for info in infos] == [None, 3, None, 5]
    frames = stream.command(render=pb.RenderCommand(copies=[3, 0, 1])).render.frames
    assert [int(array_of(frame).max()) for frame in frames] == [5, 0, 3]
    for name, shape in (("told", list), ("seen", np.ndarray)):
        call = stream.command(call=attribute_pb2.CallCommand(name=name)).call
        values = [from_dynamic(value) for value in call.values]
        assert all(isinstance(value, shape) for value in values)
        assert [value[0] for value in values] == actions


REFUSED = {
    "reward none": ["None as its reward", "expected one number"],
    "rewards": ["shape [2]", "linear_reward { coefficients: [1, 1] }", "MO-Gymnasium"],
    "text": ["'1.5', a str, as its reward", "expected one number"],
    "complex": ["1j, a complex, as its reward", "expected one number"],
    "huge": ["as its reward", "expected one number"],
    "terminated": ["None as terminated", "expected True or False"],
    "truncated": ["shape [2]", "as truncated", "expected True or False"],
    "info": ["None as its info", "expected a dictionary"],
    "four": ["4 values", "expected five values", "Before Gymnasium 0.26"],
    "none": ["None", "expected five values"],
    "reset info": ["In reset of copy 1", "None as its info"],
    "reset alone": ["In reset of copy 1", "expected two values"],
}


@pytest.mark.parametrize("mode", ["LOOP", "SYNC"])
@pytest.mark.parametrize("what", REFUSED)
def test_what_is_none_of_the_interfaces_is_refused_in_words(
    client: Client, mode: str, what: str
) -> None:
    settings = vectorized(mode, "SAME_STEP")
    stream = client.session("returning/Odd-v0", 2, arguments={"what": to_dynamic(what)}, **settings)
    responses = [stream.reset(), *(stream.step(np.array([1, 1])) for _ in range(2))]
    failure = next(each.failure for each in responses if each.HasField("failure"))
    check_failure(failure, "ENVIRONMENT_RAISED", "ABORTED")
    assert failure.metadata["copy"] == "1"
    assert "of copy 1" in failure.message
    for word in REFUSED[what]:
        assert word in failure.message, failure.message


def test_an_observation_outside_its_spaces_form_is_what_the_environment_gave(
    client: Client,
) -> None:
    stream = client.session("returning/Odd-v0", 2, arguments={"what": to_dynamic("observation")})
    stream.reset()
    stream.step(np.array([1, 1]))
    failure = stream.step(np.array([1, 1])).failure
    check_failure(failure, "ENVIRONMENT_RAISED", "ABORTED")
    assert failure.message.startswith(
        "In step of copy 1 the environment gave an observation of None"
    )


@pytest.mark.parametrize("mode", ["LOOP", "SYNC"])
def test_every_number_passes(client: Client, mode: str) -> None:
    def reward(what: str) -> Any:
        arguments = {"what": to_dynamic(what)}
        settings = vectorized(mode, "NEXT_STEP")
        stream = client.session("returning/Odd-v0", 2, arguments=arguments, **settings)
        stream.reset()
        stream.step(np.array([1, 1]))
        return stream.step(np.array([1, 1])).step

    assert np.frombuffer(reward("one").rewards).tolist() == [1.0, 1.5]
    assert np.frombuffer(reward("list").rewards).tolist() == [1.0, 1.5]
    assert np.frombuffer(reward("infinite").rewards).tolist() == [1.0, float("-inf")]
    assert np.frombuffer(reward("nan").rewards, np.uint64)[1] == 0x7FF8DEADBEEF0001
    flags = reward("flags")
    assert (flags.terminated, flags.truncated) == (b"\0\1", b"\0\0")


@pytest.mark.parametrize("mode", MODES)
def test_a_wrapper_makes_one_reward_of_several(client: Client, mode: str) -> None:
    linear = wp.Wrapper(linear_reward=wp.LinearRewardWrapper(coefficients=[2, 0.5, -1]))
    settings = vectorized(mode, "SAME_STEP")
    stream = client.session("returning/Several-v0", 2, wrappers=[linear], **settings)
    stream.reset()
    rewards = stream.step(np.array([1, 3])).step.rewards
    assert np.frombuffer(rewards).tolist() == [2 + 5 - 1, 6 + 15 - 1]


def test_coefficients_of_another_number_than_the_rewards_are_named(client: Client) -> None:
    linear = wp.Wrapper(linear_reward=wp.LinearRewardWrapper(coefficients=[2, 0.5]))
    stream = client.session("returning/Several-v0", 1, wrappers=[linear])
    stream.reset()
    failure = stream.step(np.array([1])).failure
    check_failure(failure, "ENVIRONMENT_RAISED", "ABORTED")
    assert "3 rewards" in failure.message
    assert "2 coefficients" in failure.message

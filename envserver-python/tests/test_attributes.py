"""Attributes of environments are read, called and set as by Gymnasium's vector environments."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest
import talking_environment
from gymnasium.vector import SyncVectorEnv
from support import Client, ServerProcess, StreamClient, check_failure, vectorized

from gangway_envserver._proto import attribute_pb2, value_pb2
from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.attributes import AttributePolicy
from gangway_envserver.dynamic import from_dynamic, to_dynamic
from gangway_envserver.errors import RequestFailed

TALK = "test/Talk-v0"
COPIES = 3
assert TALK in gymnasium.registry, talking_environment


def call(stream: StreamClient, name: str, *arguments: Any, **keywords: Any) -> pb.AttachResponse:
    """Calls or reads."""
    command = attribute_pb2.CallCommand(name=name, arguments=map(to_dynamic, arguments))
    if keywords:
        command.keywords.CopyFrom(to_dynamic(keywords).dict)
    return stream.command(call=command)


def set_values(stream: StreamClient, name: str, *values: Any) -> pb.AttachResponse:
    """Sets."""
    command = attribute_pb2.SetAttributeCommand(name=name, values=map(to_dynamic, values))
    return stream.command(set_attribute=command)


def values(response: pb.AttachResponse) -> tuple[Any, ...]:
    """What a call gave."""
    assert response.HasField("call"), response
    return tuple(from_dynamic(value) for value in response.call.values)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_calls_and_values_are_those_of_gymnasium(client: Client) -> None:
    envs = SyncVectorEnv([lambda: gymnasium.make(TALK)] * COPIES)
    stream = client.session(TALK, COPIES)
    envs.reset(seed=7)
    stream.reset(seed=7)
    for _ in range(3):
        stream.step(np.zeros(COPIES, np.int64))
        envs.step(np.zeros(COPIES, np.int64))
    assert values(call(stream, "np_random_seed")) == envs.get_attr("np_random_seed") == (7, 8, 9)
    # No comparison: before Gymnasium 1.4 a SyncVectorEnv writes into the metadata of its copies.
    metadata = {"render_modes": ["rgb_array", "ansi"], "render_fps": 5}
    assert values(call(stream, "metadata")) == (metadata,) * COPIES
    assert values(call(stream, "scaled", 2.5, offset=1)) == envs.call("scaled", 2.5, offset=1)
    assert values(call(stream, "scaled", 2)) == (6, 6, 6)
    for given in ([1.5, -2.0, 3.0], [0.5]):
        assert set_values(stream, "gain", *given).HasField("set_attribute")
        envs.set_attr("gain", given if len(given) > 1 else given[0])
        assert values(call(stream, "gain")) == envs.get_attr("gain")
        rewards = envs.step(np.zeros(COPIES, np.int64))[1]
        assert stream.step(np.zeros(COPIES, np.int64)).step.rewards == rewards.tobytes()


@pytest.mark.parametrize(
    "name", ["tag", "_hidden", "unwrapped", "env.tag", "__class__", "", "close", "reset", "spec"]
)
def test_what_the_operator_has_not_opened_is_refused(client: Client, name: str) -> None:
    stream = client.session(TALK)
    stream.reset()
    for failed in (call(stream, name), set_values(stream, name, 1)):
        check_failure(failed.failure, "ATTRIBUTE_NOT_ALLOWED", "PERMISSION_DENIED")
        assert failed.failure.metadata["attribute"] == name
    assert stream.step(np.array([0])).HasField("step")


def test_a_name_that_may_be_read_may_not_be_set_for_that(client: Client) -> None:
    failed = set_values(client.session(TALK), "render_mode", "human").failure
    check_failure(failed, "ATTRIBUTE_NOT_ALLOWED", "PERMISSION_DENIED")
    assert "--allow-set-attribute render_mode" in failed.message


def test_a_name_that_the_environment_lacks_is_refused_and_the_session_goes_on(
    client: Client,
) -> None:
    stream = client.session(TALK)
    stream.reset()
    check_failure(call(stream, "missing").failure, "UNKNOWN_ATTRIBUTE", "NOT_FOUND")
    assert stream.step(np.array([0])).HasField("step")


@pytest.mark.parametrize("vectorization", ["LOOP", "SYNC", "ASYNC"])
def test_a_call_that_raises_names_the_copy_and_leaves_all_to_be_reset(
    client: Client, vectorization: str
) -> None:
    stream = client.session(TALK, **vectorized(vectorization, "SAME_STEP"))
    stream.reset()
    failed = call(stream, "fails").failure
    check_failure(failed, "ENVIRONMENT_RAISED", "ABORTED")
    assert "in its attribute fails of copy 0: " in failed.message
    assert "no luck in a call" in failed.message
    check_failure(stream.step(np.array([0])).failure, "RESET_NEEDED", "FAILED_PRECONDITION")


def test_the_number_of_values_and_their_form_are_checked(client: Client) -> None:
    stream = client.session(TALK, COPIES)
    for given in ((), (1.0, 2.0)):
        check_failure(set_values(stream, "gain", *given).failure, "MALFORMED", "INVALID_ARGUMENT")
    command = attribute_pb2.CallCommand(name="scaled", arguments=[value_pb2.DynamicValue()])
    check_failure(stream.command(call=command).failure, "MALFORMED", "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    "name", ["_hidden", "__class__", "env.tag", "unwrapped._state", "", "a b", "class"]
)
def test_names_that_are_not_public_stay_closed_even_if_they_were_allowed(name: str) -> None:
    policy = AttributePolicy(readable=[name], settable=[name])
    for check in (policy.check_readable, policy.check_settable):
        with pytest.raises(RequestFailed, match="its name is not public"):
            check(name)


@pytest.mark.parametrize("flag", ["--allow-attribute", "--allow-set-attribute"])
def test_an_operator_cannot_open_private_names(flag: str) -> None:
    with pytest.raises(AssertionError, match="'_hidden' is not a public name"):
        ServerProcess(flag, "_hidden")

"""A command that fails is answered with reason, code and facts, and the session still works."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support import Client, StreamClient, check_failure, tensor_value, vectorized

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import tensor_pb2, value_pb2
from gangway_envserver.dynamic import to_dynamic


def failed(response: pb.AttachResponse, reason: str, code: str) -> pb.Failure:
    """The failure in a response."""
    assert response.HasField("failure"), response
    check_failure(response.failure, reason, code)
    return response.failure


def works(stream: StreamClient, actions: Any) -> None:
    """The session takes a reset and a step."""
    assert stream.reset().HasField("reset")
    assert stream.step(actions).HasField("step")


def test_step_before_reset(client: Client) -> None:
    stream = client.session("CartPole-v1", 2)
    failed(stream.step(np.array([0, 0])), "RESET_NEEDED", "FAILED_PRECONDITION")
    works(stream, np.array([0, 0]))


def test_render_before_reset(client: Client) -> None:
    stream = client.session("test/Line-v0", render_mode="rgb_array")
    failed(stream.command(render=pb.RenderCommand()), "RESET_NEEDED", "FAILED_PRECONDITION")


def test_step_of_an_ended_copy_without_autoreset(client: Client) -> None:
    arguments = {"length": to_dynamic(1)}
    mode = pb.AUTORESET_MODE_DISABLED
    stream = client.session("test/Line-v0", 2, arguments=arguments, autoreset_mode=mode)
    works(stream, np.array([0, 0]))
    failure = failed(stream.step(np.array([0, 0])), "RESET_NEEDED", "FAILED_PRECONDITION")
    assert failure.metadata["copy"] == "0"
    stream.reset(mask=b"\1\0")
    failure = failed(stream.step(np.array([0, 0])), "RESET_NEEDED", "FAILED_PRECONDITION")
    assert failure.metadata["copy"] == "1"
    stream.reset(mask=b"\0\1")
    assert stream.step(np.array([0, 0])).HasField("step")


@pytest.mark.parametrize("autoreset", ["SAME_STEP", "NEXT_STEP"])
def test_rewards_are_cast_and_the_copy_is_named_whose_is_no_number(
    client: Client, autoreset: str
) -> None:
    stream = client.session("test/Rewards-v0", 3, **vectorized("LOOP", autoreset))
    stream.reset()
    rewards = stream.step(np.array([0, 1, 2])).step.rewards
    assert np.frombuffer(rewards).tolist() == [0.1, float(np.float32(0.1)), 7.0]
    failure = failed(stream.step(np.array([0, 3, 2])), "ENVIRONMENT_RAISED", "ABORTED")
    assert failure.metadata["copy"] == "1"
    works(stream, np.array([0, 1, 2]))


def test_a_reward_of_one_copy_is_no_number_either(client: Client) -> None:
    stream = client.session("test/Rewards-v0", 1)
    stream.reset()
    failure = failed(stream.step(np.array([3])), "ENVIRONMENT_RAISED", "ABORTED")
    assert failure.metadata["copy"] == "0"


def test_a_bad_action_names_copy_space_and_value_and_steps_nothing(client: Client) -> None:
    stream = client.session("test/Line-v0", 3)
    stream.reset()
    failure = failed(stream.step(np.array([0, 1, 2])), "INVALID_ACTION", "INVALID_ARGUMENT")
    assert dict(failure.metadata) == {"copy": "2", "expected": "Discrete(2)", "found": "2"}
    failed(stream.step(np.array([0, -1, 1])), "INVALID_ACTION", "INVALID_ARGUMENT")
    positions = stream.step(np.array([0, 1, 1])).step.observations.tensor.data
    assert positions == np.ones((3, 1), np.float32).tobytes()


def test_an_action_that_autoreset_ignores_is_not_checked(client: Client) -> None:
    arguments = {"length": to_dynamic(1)}
    mode = pb.AUTORESET_MODE_NEXT_STEP
    stream = client.session("test/Line-v0", 2, arguments=arguments, autoreset_mode=mode)
    works(stream, np.array([0, 0]))
    assert stream.step(np.array([99, -1])).HasField("step")
    failed(stream.step(np.array([99, -1])), "INVALID_ACTION", "INVALID_ARGUMENT")


def _tensor(data_type: int, shape: list[int], data: bytes) -> value_pb2.Value:
    tensor = tensor_pb2.Tensor(shape=shape, data=data)
    tensor.data_type = data_type  # type: ignore[assignment]
    return value_pb2.Value(tensor=tensor)


@pytest.mark.parametrize(
    "actions",
    [
        value_pb2.Value(),
        value_pb2.Value(text="0"),
        _tensor(tensor_pb2.DATA_TYPE_INT32, [2], bytes(8)),
        _tensor(tensor_pb2.DATA_TYPE_UNSPECIFIED, [2], bytes(16)),
        _tensor(77, [2], bytes(16)),
        _tensor(tensor_pb2.DATA_TYPE_INT64, [], bytes(8)),
        _tensor(tensor_pb2.DATA_TYPE_INT64, [1], bytes(8)),
        _tensor(tensor_pb2.DATA_TYPE_INT64, [2, 1], bytes(16)),
        _tensor(tensor_pb2.DATA_TYPE_INT64, [-2], bytes(16)),
        _tensor(tensor_pb2.DATA_TYPE_INT64, [2], bytes(15)),
        _tensor(tensor_pb2.DATA_TYPE_INT64, [2], bytes(24)),
        _tensor(tensor_pb2.DATA_TYPE_INT64, [2**61 + 2], bytes(16)),
    ],
)
def test_malformed_actions_are_refused(client: Client, actions: value_pb2.Value) -> None:
    stream = client.session("test/Line-v0", 2)
    stream.reset()
    response = stream.command(step=pb.StepCommand(actions=actions))
    failure = failed(response, "INVALID_ACTION", "INVALID_ARGUMENT")
    assert failure.metadata["expected"]
    assert failure.metadata["found"]
    assert stream.step(np.array([0, 0])).HasField("step")


def test_a_malformed_reset_is_refused(client: Client) -> None:
    bad_options = value_pb2.DynamicDict()
    bad_options.entries.add(key="a")
    twice = value_pb2.DynamicDict()
    for _ in range(2):
        twice.entries.add(key="a", value=to_dynamic(1))
    stream = client.session("test/Line-v0", 2)
    cases: list[dict[str, Any]] = [
        {"seeds": pb.SeedList(seeds=[pb.OptionalSeed(value=1)])},
        *(
            {"seeds": pb.SeedList(seeds=[pb.OptionalSeed(), pb.OptionalSeed(wide_value=text)])}
            for text in ("", "-1", "0x10", "1" * 4001)
        ),
        {"mask": b"\1"},
        {"mask": b"\1\2"},
        {"mask": b"\0\0"},
        {"mask": b"\1\0"},
        {"options": bad_options},
        {"options": twice},
        {"options": value_pb2.DynamicDict(entries=[_entry_with_object()])},
    ]
    for settings in cases:
        failed(stream.reset(**settings), "INVALID_RESET", "INVALID_ARGUMENT")
    works(stream, np.array([0, 0]))


def _entry_with_object() -> value_pb2.DynamicEntry:
    thing = value_pb2.DynamicObject(type_name="os.system", text="x")
    return value_pb2.DynamicEntry(key="a", value=value_pb2.DynamicValue(object=thing))


def test_a_mask_cannot_leave_out_a_copy_that_was_never_reset(client: Client) -> None:
    stream = client.session("test/Line-v0", 2, autoreset_mode=pb.AUTORESET_MODE_DISABLED)
    failed(stream.reset(mask=b"\1\0"), "INVALID_RESET", "INVALID_ARGUMENT")
    works(stream, np.array([0, 0]))


@pytest.mark.parametrize("where", ["reset", "step", "render", "exit"])
def test_an_environment_that_raises_is_reported_and_a_reset_mends_it(
    client: Client, where: str
) -> None:
    arguments = {"where": to_dynamic(where)}
    stream = client.session("test/Raises-v0", 3, arguments=arguments, render_mode="rgb_array")
    response = stream.reset()
    if where in {"step", "exit"}:
        response = stream.step(np.array([0, 1, 0]))
    elif where == "render":
        response = stream.command(render=pb.RenderCommand(copies=[1]))
    failure = failed(response, "ENVIRONMENT_RAISED", "ABORTED")
    assert failure.metadata["exception"] == ("SystemExit" if where == "exit" else "RuntimeError")
    assert failure.metadata["copy"] == ("0" if where == "reset" else "1")
    assert "custom_environments.py" in failure.traceback
    failed(stream.step(np.array([0, 0, 0])), "RESET_NEEDED", "FAILED_PRECONDITION")
    for _ in range(3):  # each copy raises once
        response = stream.reset()
    works(stream, np.array([0, 0, 0]))


@pytest.mark.parametrize("what", ["shape", "dtype"])
def test_an_observation_outside_its_space_is_the_environments_error(
    client: Client, what: str
) -> None:
    stream = client.session("test/Misfit-v0", arguments={"what": to_dynamic(what)})
    failure = failed(stream.reset(), "ENVIRONMENT_RAISED", "ABORTED")
    assert "Box" in failure.message


def test_rendering_without_frames(client: Client) -> None:
    stream = client.session("test/Line-v0")
    stream.reset()
    failed(stream.command(render=pb.RenderCommand()), "NO_FRAME", "FAILED_PRECONDITION")
    arguments = {"where": to_dynamic("frame")}
    stream = client.session("test/Raises-v0", arguments=arguments, render_mode="rgb_array")
    stream.reset()
    failed(stream.command(render=pb.RenderCommand()), "NO_FRAME", "FAILED_PRECONDITION")


def test_malformed_commands_leave_the_session_standing(client: Client) -> None:
    stream = client.session("test/Line-v0", render_mode="rgb_array")
    failed(stream.command(), "MALFORMED", "INVALID_ARGUMENT")
    failed(stream.command(open=pb.OpenCommand()), "MALFORMED", "INVALID_ARGUMENT")
    stream.reset()
    response = stream.command(render=pb.RenderCommand(copies=[1]))
    failed(response, "MALFORMED", "INVALID_ARGUMENT")
    works(stream, np.array([0]))


def test_a_box_action_out_of_bounds_is_handed_on(client: Client) -> None:
    stream = client.session("Pendulum-v1")
    stream.reset()
    action = tensor_value(np.array([[np.inf]], np.float32))
    assert stream.command(step=pb.StepCommand(actions=action)).HasField("step")

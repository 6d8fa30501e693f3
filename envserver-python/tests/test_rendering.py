"""Rendering in every mode, what a description says, and infos whose objects are refused."""

from __future__ import annotations

import gymnasium
import numpy as np
import pytest
from support import Client, array_of, check_failure, info_dicts

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import info_pb2

IDS = [
    "CartPole-v1",
    "Acrobot-v1",
    "MountainCarContinuous-v0",
    "Pendulum-v1",
    "FrozenLake8x8-v1",
    "Taxi-v4",
    "Blackjack-v1",
    "test/Line-v0",
    "test/Different-v0",
]


@pytest.mark.parametrize("name", ["CartPole-v1", "FrozenLake-v1"])
def test_arrays_are_gymnasiums_one_by_one_and_in_lists(client: Client, name: str) -> None:
    copies = 2
    single = client.session(name, copies, render_mode="rgb_array")
    listed = client.session(name, copies, render_mode="rgb_array_list")
    locals_ = [gymnasium.make(name, render_mode="rgb_array_list") for _ in range(copies)]
    for stream in (single, listed):
        stream.reset(seed=3)
    for copy, env in enumerate(locals_):
        env.reset(seed=3 + copy)
    for steps in (0, 2, 1):
        for _ in range(steps):
            single.step(np.zeros(copies, np.int64))
            listed.step(np.zeros(copies, np.int64))
            for env in locals_:
                env.step(np.int64(0))
        frames = single.command(render=pb.RenderCommand(copies=[0, 1])).render.frames
        lists = listed.command(render=pb.RenderCommand(copies=[0, 1])).render.frames
        for copy, env in enumerate(locals_):
            expected = env.render()
            assert isinstance(expected, list)
            found = [array_of(value) for value in lists[copy].tuple.values]
            assert len(found) == len(expected) == max(1, steps)
            assert all(map(np.array_equal, found, expected))
            assert np.array_equal(array_of(frames[copy]), expected[-1])


@pytest.mark.parametrize("name", ["FrozenLake-v1", "Taxi-v4"])
def test_texts_are_gymnasiums(client: Client, name: str) -> None:
    stream = client.session(name, render_mode="ansi")
    env = gymnasium.make(name, render_mode="ansi")
    stream.reset(seed=3)
    env.reset(seed=3)
    for action in (1, 2, 0):
        (frame,) = stream.command(render=pb.RenderCommand()).render.frames
        assert frame.text == env.render()
        stream.step(np.array([action]))
        env.step(action)


def test_a_mode_that_only_the_object_declares_is_drawn(client: Client) -> None:
    stream = client.session("test/Draws-v0", 2, render_mode="ansi")
    stream.reset()
    stream.step(np.array([0, 0]))
    frames = stream.command(render=pb.RenderCommand(copies=[1])).render.frames
    assert [frame.text for frame in frames] == ["at 1"]


@pytest.mark.parametrize("name", IDS)
def test_metadata_and_spec_are_gymnasiums(client: Client, name: str) -> None:
    spec = gymnasium.spec(name)
    env = gymnasium.make(name)
    description = client.create(name).description
    assert description.id == name
    assert description.max_episode_steps == (spec.max_episode_steps or 0)
    assert description.HasField("max_episode_steps") == (spec.max_episode_steps is not None)
    assert description.reward_threshold == (spec.reward_threshold or 0)
    assert description.HasField("reward_threshold") == (spec.reward_threshold is not None)
    assert description.nondeterministic == spec.nondeterministic
    assert description.render_fps == env.metadata["render_fps"]
    assert list(description.render_modes) == env.metadata["render_modes"]
    described = client.stub.DescribeEnvironment(
        pb.DescribeEnvironmentRequest(settings=pb.EnvironmentSettings(id=name))
    ).description
    if name != "test/Different-v0":  # whose spaces differ from copy to copy
        assert described == description


def test_an_object_in_an_info_is_text_by_default_and_refused_by_choice(client: Client) -> None:
    text = client.session("test/Talk-v0", 2)
    text.reset()
    infos = text.step(np.array([0, 1])).step.infos
    assert [column.key for column in infos.columns] == ["plain", "deep"]
    assert [bytes(column.present) for column in infos.columns] == [b"\1\0", b"\0\1"]
    deep = infos.columns[1].list.values[0].list.values[1].dict.entries[0].value.object
    assert deep.type_name == "builtins.builtin_function_or_method"
    assert deep.text == "<built-in function len>"

    refusing = client.session("test/Talk-v0", 2, info_objects=info_pb2.INFO_OBJECTS_REFUSE)
    refusing.reset()
    plain = refusing.step(np.array([0, 0])).step.infos
    assert info_dicts(plain, 2) == [{"plain": [1, None]}] * 2
    failure = refusing.step(np.array([0, 1])).failure
    check_failure(failure, "UNSUPPORTED", "UNIMPLEMENTED")
    assert dict(failure.metadata) == {"copy": "1", "key": "deep"}
    assert "builtins.builtin_function_or_method" in failure.message
    again = refusing.step(np.array([0, 0])).failure
    check_failure(again, "RESET_NEEDED", "FAILED_PRECONDITION")
    refusing.reset()
    assert refusing.step(np.array([0, 0])).HasField("step")

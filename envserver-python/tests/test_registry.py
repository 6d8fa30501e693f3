"""What a client may make, and what it learns about it."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest
from support import SECONDS, Client, array_of

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.dynamic import to_dynamic
from gangway_envserver.errors import RequestFailed
from gangway_envserver.registry import EnvironmentRegistry


def listed(client: Client) -> dict[str, pb.EnvironmentEntry]:
    """The environments by id."""
    request = pb.ListEnvironmentsRequest()
    entries = client.stub.ListEnvironments(request, timeout=SECONDS).environments
    names = [entry.id for entry in entries]
    assert names == sorted(names)
    return {entry.id: entry for entry in entries}


def described(client: Client, name: str, **settings: object) -> pb.EnvironmentDescription:
    """An environment's description."""
    request = pb.DescribeEnvironmentRequest(
        settings=pb.EnvironmentSettings(id=name, **settings)  # type: ignore[arg-type]
    )
    return client.stub.DescribeEnvironment(request, timeout=SECONDS).description


def test_all_of_gymnasiums_own_and_the_imported_environments_are_listed(client: Client) -> None:
    entries = listed(client)
    assert {"CartPole-v1", "Ant-v5", "Taxi-v4", "test/Line-v0"} <= set(entries)
    assert not {"GymV21Environment-v0", "GymV26Environment-v0"} & set(entries)
    assert entries["CartPole-v1"].max_episode_steps == 500
    assert entries["CartPole-v1"].reward_threshold == 475.0
    assert (
        not entries["Taxi-v4"].HasField("reward_threshold") or entries["Taxi-v4"].reward_threshold
    )
    assert not entries["Reacher-v2"].HasField("max_episode_steps")


def test_environments_that_lack_a_package_are_marked(client: Client) -> None:
    entries = listed(client)
    for name in ("CartPole-v1", "FrozenLake-v1", "Taxi-v4", "test/Line-v0"):
        assert entries[name].installed
    for name in ("Ant-v2", "phys2d/CartPole-v1"):
        assert not entries[name].installed


def test_a_description_says_what_is_in_force(client: Client) -> None:
    cart = described(client, "CartPole-v1")
    assert cart.id == "CartPole-v1"
    assert cart.max_episode_steps == 500
    assert cart.reward_threshold == 475.0
    assert list(cart.render_modes) == ["human", "rgb_array"]
    assert cart.render_fps == 50
    assert not cart.nondeterministic
    assert cart.action_space.discrete.n == 2
    assert list(cart.observation_space.box.shape) == [4]
    assert described(client, "CartPole-v1", max_episode_steps=7).max_episode_steps == 7
    assert not described(client, "CartPole-v1", max_episode_steps=-1).HasField("max_episode_steps")
    assert described(client, "test/Different-v0").nondeterministic


def test_an_environment_that_cannot_be_stepped_yet_can_be_described(client: Client) -> None:
    observation_space = described(client, "Blackjack-v1").observation_space
    assert [part.discrete.n for part in observation_space.tuple.spaces] == [32, 11, 2]
    text = described(client, "test/Kinds-v0", arguments={"kind": to_dynamic("text")}).action_space
    assert text.text.charset == "zxy"


@pytest.mark.parametrize("limit", [1, 5])
def test_the_time_limit_can_be_set(client: Client, limit: int) -> None:
    stream = client.session("Pendulum-v1", max_episode_steps=limit)
    stream.reset()
    for step in range(1, limit + 1):
        result = stream.step(np.zeros((1, 1), np.float32)).step
        assert (result.terminated, result.truncated) == (b"\0", bytes([step == limit]))
    assert list(result.final.copies) == [0]
    assert array_of(result.final.observations).shape == (1, 3)


def make(registry: EnvironmentRegistry, name: str) -> None:
    """Makes one copy and closes it."""
    (made,) = registry.make(pb.EnvironmentSettings(id=name), 1)
    made.close()


def test_allow_replaces_the_default() -> None:
    registry = EnvironmentRegistry(allow=["CartPole-*", "Pend*"])
    assert {entry.id for entry in registry.entries()} == {
        *("CartPole-v0", "CartPole-v1", "Pendulum-v1")
    }
    make(registry, "CartPole-v1")
    with pytest.raises(RequestFailed, match="--allow 'Acrobot-v1'"):
        make(registry, "Acrobot-v1")


def test_a_loader_of_foreign_environments_must_be_allowed_by_its_name() -> None:
    name = "GymV26Environment-v0"
    assert name not in {entry.id for entry in EnvironmentRegistry(allow=["*"]).entries()}
    assert name in {entry.id for entry in EnvironmentRegistry(allow=["*", name]).entries()}


def test_environments_registered_by_others_are_not_allowed_by_default() -> None:
    name = "foreign/Env-v0"
    gymnasium.register(name, entry_point="somewhere_else:Env")
    try:
        with pytest.raises(RequestFailed) as caught:
            make(EnvironmentRegistry(), name)
        assert caught.value.failure.reason == pb.FAILURE_REASON_ENVIRONMENT_NOT_ALLOWED
        make_failure = pytest.raises(RequestFailed, match="somewhere_else")
        with make_failure as raised:
            make(EnvironmentRegistry(allow=["foreign/*"]), name)
        assert raised.value.failure.reason == pb.FAILURE_REASON_ENVIRONMENT_RAISED
    finally:
        del gymnasium.registry[name]


def test_an_opened_argument_takes_any_value() -> None:
    registry = EnvironmentRegistry(
        ["custom_environments"], allow_arguments=["data_file", "maker", "other"]
    )
    arguments = {
        "data_file": to_dynamic("/etc/motd"),
        "maker": to_dynamic({"a": 1}),
        "other": to_dynamic("x:y"),
        "size": to_dynamic(3),
    }
    settings = pb.EnvironmentSettings(id="test/Open-v0", arguments=arguments)
    (made,) = registry.make(settings, 1)
    unwrapped = made.unwrapped
    assert vars(unwrapped)["data_file"] == "/etc/motd"
    assert vars(unwrapped)["maker"] == {"a": 1}
    assert vars(unwrapped)["rest"] == {"other": "x:y"}
    assert vars(unwrapped)["size"] == 3


def test_every_argument_of_gymnasiums_own_environments_that_is_plain_is_allowed(
    client: Client,
) -> None:
    cases: dict[str, dict[str, Any]] = {
        "CartPole-v1": {"sutton_barto_reward": True},
        "Pendulum-v1": {"g": 9.0},
        "MountainCar-v0": {"goal_velocity": 0.1},
        "FrozenLake-v1": {"map_name": "8x8", "is_slippery": False, "success_rate": 0.5},
        "Taxi-v4": {"is_rainy": True, "fickle_passenger": True},
        "CliffWalking-v1": {"is_slippery": True},
        "Blackjack-v1": {"natural": True, "sab": False},
    }
    for name, values in cases.items():
        described(client, name, arguments={key: to_dynamic(each) for key, each in values.items()})

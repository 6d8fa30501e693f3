"""The Python client: what Gymnasium asks of an environment, and what is refused."""

from __future__ import annotations

import copy
import multiprocessing
import os
import pickle
import re
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from alike import assert_same, same
from custom_environments import IgnoresSeeds, Kinds
from gymnasium import error
from gymnasium.utils.env_checker import check_env
from matrix import as_space_has_it
from support import SECONDS, TESTS, ServerProcess, running_server
from test_values import DTYPES

from gangway_envserver.client import (
    ConnectionLost,
    EnvironmentRaised,
    InvalidAction,
    RemoteError,
    ResetNeeded,
    UnknownEnvironment,
    make,
    make_vec,
)
from gangway_envserver.client.infos import RemoteObject
from gangway_envserver.client.session import ClientSession

STEPS = 300

pytestmark = pytest.mark.filterwarnings("ignore:.*At the environment server:UserWarning")


@pytest.fixture
def address(server: ServerProcess) -> str:
    """Where the module's server listens."""
    return server.address


@pytest.fixture
def made(address: str) -> Iterator[Callable[..., Any]]:
    """Makes environments that are closed at the end."""
    environments: list[Any] = []

    def maker(name: str, **settings: Any) -> Any:
        environments.append(make(address, name, **settings))
        return environments[-1]

    yield maker
    for each in environments:
        each.close()


@pytest.mark.parametrize(
    "name", ["CartPole-v1", "Pendulum-v1", "Blackjack-v1", "Taxi-v4", "FrozenLake-v1"]
)
def test_gymnasiums_checker_passes_and_each_step_equals_the_local_one(
    made: Callable[..., Any], name: str
) -> None:
    remote, local = made(name), gymnasium.make(name)
    check_env(remote)
    assert remote.observation_space == local.observation_space
    assert remote.action_space == local.action_space
    space = local.observation_space
    seed: int | None = 5
    remote.action_space.seed(1)
    ended = True
    for _ in range(STEPS):
        if ended:
            found, info = remote.reset(seed=seed)
            expected, local_info = local.reset(seed=seed)
            assert_same(found, as_space_has_it(space, expected))
            assert_same(info, local_info)
            seed = None
        action = remote.action_space.sample()
        result, reference = remote.step(action), local.step(action)
        assert_same(result[0], as_space_has_it(space, reference[0]))
        assert result[1:4] == reference[1:4]
        assert [type(each) for each in result[1:4]] == [float, bool, bool]
        assert_same(result[4], reference[4])
        ended = reference[2] or reference[3]


@pytest.mark.parametrize(
    "kind",
    [
        name
        for name in Kinds.SPACES
        if name not in {"mission", "masked", "leafless", "keys", "too_deep"}
    ],
)
def test_every_space_is_rebuilt_and_takes_its_own_samples(
    made: Callable[..., Any], kind: str
) -> None:
    environment = made("test/Kinds-v0", kind=kind)
    space = Kinds.SPACES[kind]
    assert environment.action_space == space
    assert str(environment.action_space) == str(space)
    environment.reset(seed=0)
    environment.action_space.seed(0)
    for _ in range(2):
        action = environment.action_space.sample()
        observation, _, _, _, info = environment.step(action)
        assert info["member"]
        assert same(observation, action)


def test_infos_of_any_kind_come_back_and_objects_as_text(made: Callable[..., Any]) -> None:
    environment = made("test/Informs-v0")
    environment.reset(seed=0)
    info = environment.step(0)[4]
    assert info["object"] == RemoteObject("builtins.type", "<class 'custom_environments.Line'>")
    assert str(info["object"]) == "<class 'custom_environments.Line'>"
    assert info["list"] == [1, (2.0, "x"), {"a": [None]}]
    assert info["7"] == "seven"


def test_seeds_options_and_generators(made: Callable[..., Any]) -> None:
    environment = made("test/Line-v0")
    assert environment.reset(seed=2**64 - 1, options={"a": [1, (2,)]})[1] == {
        "options": {"a": [1, (2,)]},
        "seed": 2**64 - 1,
    }
    assert environment.np_random_seed == 2**64 - 1
    assert environment.reset()[1] == {"options": None, "seed": None}
    with pytest.raises(error.Error, match="The seed is -1: expected an integer ≥ 0"):
        environment.reset(seed=-1)


@pytest.mark.parametrize("seed", [2**64 - 1, 2**64, 2**127 + 1, 10**300])
def test_seeds_of_any_width_are_gymnasiums(made: Callable[..., Any], seed: int) -> None:
    remote, local = made("CartPole-v1"), gymnasium.make("CartPole-v1")
    for each in (seed, None):
        assert same(remote.reset(seed=each)[0], local.reset(seed=each)[0])
        assert remote.np_random_seed == local.unwrapped.np_random_seed == seed


def test_the_seed_that_an_environment_drew_itself_is_told_exactly(
    made: Callable[..., Any],
) -> None:
    remote = made("CartPole-v1")
    observation, _ = remote.reset()
    seed = remote.np_random_seed
    assert seed.bit_length() > 64  # all but surely, of 128
    assert same(gymnasium.make("CartPole-v1").reset(seed=seed)[0], observation)


@pytest.mark.parametrize("name", ["Taxi-v4", "Pendulum-v1"])
def test_the_action_space_has_a_seed_of_its_own_as_in_process(
    made: Callable[..., Any], name: str
) -> None:
    remote, local = made(name), gymnasium.make(name)
    first = [environment.reset(seed=3)[0] for environment in (remote, local)]
    assert remote.action_space.seed(2**70) == local.action_space.seed(2**70)
    for _ in range(20):
        action = remote.action_space.sample()
        assert same(action, local.action_space.sample())
        assert remote.step(action)[1] == local.step(action)[1]
    # Neither generator moved the other.
    remote.action_space.seed(5)
    assert same(remote.reset(seed=3)[0], as_space_has_it(local.observation_space, first[1]))
    local.action_space.seed(5)
    assert same(remote.action_space.sample(), local.action_space.sample())


def test_settings_reach_the_server(made: Callable[..., Any]) -> None:
    environment = made("Pendulum-v1", g=3.5, max_episode_steps=2, render_mode="rgb_array")
    assert environment.spec.max_episode_steps == 2
    assert environment.metadata == {"render_modes": ["rgb_array"], "render_fps": 30.0}
    environment.reset(seed=0)
    local = gymnasium.make("Pendulum-v1", g=3.5, render_mode="rgb_array")
    local.reset(seed=0)
    action = np.array([0.5], np.float32)
    assert_same(environment.step(action)[0], local.step(action)[0])
    assert_same(environment.render(), local.render())
    assert environment.step(action)[3]
    again = gymnasium.make(environment.spec)  # by its own specification, at the same server
    assert again.unwrapped.spec is not None
    assert again.unwrapped.spec.kwargs["arguments"] == {"g": 3.5}
    assert_same(again.reset(seed=0)[0], environment.reset(seed=0)[0])
    again.close()


OPTIONS: dict[str, Any] = {
    "z": None,
    "a": {"y": {"x": {}}, "b": [True, [None, ("t",), []], {"k": -0.0}]},
    "numbers": [0, -1, 2**63 - 1, -(2**63), 2**63, -(2**200), 1.5, float("inf"), float("nan")],
    "texts": ["", "é😀", b"", b"\0\xff"],
    "scalars": [np.dtype(name).type(1) for name in DTYPES],
    "arrays": {name: np.arange(6).reshape(2, 3).astype(name) for name in DTYPES},
    "odd arrays": [np.zeros((2, 0)), np.array(7, np.int8), np.arange(6).reshape(2, 3).T],
}


@pytest.mark.parametrize("options", [None, {}, OPTIONS], ids=["none", "empty", "nested"])
def test_options_of_a_reset_arrive_as_in_process(
    address: str, options: dict[str, Any] | None
) -> None:
    name = "test/Receives-v0"
    remote, local = make(address, name), gymnasium.make(name)
    expected = local.reset(options=options)[1]["received"]
    assert remote.reset(options=options)[1]["received"] == expected
    remote.close()
    copies = make_vec(address, name, 2)
    assert copies.reset(options=options)[1]["received"].tolist() == [expected] * 2
    copies.close()


@pytest.mark.parametrize("options", [{1: "a"}, {"a": [{None: 2}]}], ids=str)
def test_keys_of_options_that_are_no_strings_are_refused(
    address: str, options: dict[Any, Any]
) -> None:
    remote = make(address, "test/Receives-v0")
    with pytest.raises(TypeError, match=r"^The options have the key (1|None): expected keys that"):
        remote.reset(options=options)
    remote.close()


@pytest.mark.parametrize(("maker", "action"), [(make, 1), (make_vec, [1])])
def test_objects_in_infos_are_text_by_default_and_refused_by_choice(
    address: str, maker: Callable[..., Any], action: Any
) -> None:
    text = RemoteObject("builtins.builtin_function_or_method", "<built-in function len>")
    for choice in ({}, {"info_objects": "text"}):
        environment = maker(address, "test/Talk-v0", **choice)
        environment.reset()
        assert repr(text) in repr(environment.step(action)[4]["deep"])
        environment.close()
    refusing = maker(address, "test/Talk-v0", info_objects="refuse")
    refusing.reset()
    with pytest.raises(RemoteError, match=r"'deep' of copy 0 .* refuses such objects") as refused:
        refusing.step(action)
    assert refused.value.reason == "UNSUPPORTED"
    assert refusing.spec.kwargs["info_objects"] == "refuse"  # and so of one made by its spec
    refusing.close()
    with pytest.raises(
        ValueError, match=r"""^info_objects is 'drop': expected "text" or "refuse"$"""
    ):
        maker(address, "test/Talk-v0", info_objects="drop")


def test_texts_and_lists_of_frames_come_as_they_are(made: Callable[..., Any]) -> None:
    for name, mode in (("Taxi-v4", "ansi"), ("CartPole-v1", "rgb_array_list")):
        remote, local = made(name, render_mode=mode), gymnasium.make(name, render_mode=mode)
        for environment in (remote, local):
            environment.reset(seed=0)
            environment.step(0)
        assert same(remote.render(), local.render())
        local.close()


@pytest.mark.parametrize("mode", ["ansi", "rgb_array", "rgb_array_list"])
def test_a_specification_makes_its_environment_again_without_a_warning(
    made: Callable[..., Any], mode: str
) -> None:
    name = "Taxi-v4" if mode == "ansi" else "CartPole-v1"
    remote = made(name, render_mode=mode)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again = gymnasium.make(remote.spec)
    assert again.unwrapped.render_mode == mode
    for environment in (remote, again):
        environment.reset(seed=0)
    assert same(again.render(), remote.render())
    again.close()


def test_what_the_server_warns_of_is_warned_of_here(made: Callable[..., Any]) -> None:
    environment = made("test/Prints-v0")
    environment.reset()
    with pytest.warns(UserWarning, match="At the environment server: a warning"):
        environment.step(0)


def test_without_a_render_mode_nothing_is_rendered(made: Callable[..., Any]) -> None:
    assert made("CartPole-v1").render() is None


def test_errors_are_exceptions_with_the_servers_message(made: Callable[..., Any]) -> None:
    with pytest.raises(UnknownEnvironment, match="nearest are CartPole-v1") as unknown:
        made("CartPole-v7")
    assert isinstance(unknown.value, error.UnregisteredEnv)
    assert unknown.value.reason == "UNKNOWN_ENVIRONMENT"
    with pytest.raises(RemoteError, match="render_mode"):
        made("CartPole-v1", render_mode="human")
    with pytest.raises(RemoteError, match="no argument 'gravity'"):
        made("CartPole-v1", gravity=1)
    environment = made("CartPole-v1", max_episode_steps=1)
    with pytest.raises(ResetNeeded, match="Copy 0 has not been reset"):
        environment.step(0)
    environment.reset()
    with pytest.raises(InvalidAction, match="copy 0 is 2"):
        environment.step(2)
    with pytest.raises(ValueError, match=r"action is 'left', a str: expected an element of Disc"):
        environment.step("left")
    environment.step(0)  # the session stands
    with pytest.raises(error.ResetNeeded, match="ended its episode"):
        environment.step(0)


def test_what_the_environment_raises_names_its_traceback(made: Callable[..., Any]) -> None:
    environment = made("test/Raises-v0", where="step")
    environment.reset()
    with pytest.raises(EnvironmentRaised, match="no luck in step") as raised:
        environment.step(1)
    assert raised.value.metadata == {"exception": "RuntimeError", "copy": "0"}
    assert "Traceback of the server" in raised.value.__notes__[0]
    environment.reset()


def test_a_closed_environment_is_closed(made: Callable[..., Any]) -> None:
    environment = made("CartPole-v1")
    environment.close()
    environment.close()
    with pytest.raises(error.ClosedEnvironmentError, match="make a new one"):
        environment.reset()


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda made: pickle.loads(pickle.dumps(made))],  # noqa: S301 - ours
)
def test_a_copy_is_the_environment_made_again_with_the_same_settings(
    made: Callable[..., Any], address: str, again: Callable[[Any], Any]
) -> None:
    environment = made("test/Line-v0", length=5, max_episode_steps=4, render_mode="rgb_array")
    environment.reset(seed=1)
    environment.step(0)
    other = again(environment)
    assert other.spec.max_episode_steps == 4
    assert other.render_mode == "rgb_array"
    with pytest.raises(ResetNeeded):
        other.step(0)
    other.reset(seed=1)
    for _ in range(3):
        other.step(0)
    assert environment.step(0)[1] == 2  # a session of its own
    assert other.step(0)[2:4] == (False, True)
    other.close()
    vector = make_vec(
        address, "CartPole-v1", 3, autoreset_mode="Disabled", vectorization_mode="sync"
    )
    copied = again(vector)
    assert copied.num_envs == 3
    assert copied.metadata == vector.metadata
    assert same(copied.reset(seed=2), vector.reset(seed=2))
    for each in (vector, copied):
        each.close()


def test_in_a_forked_process_an_environment_says_what_to_do_and_goes_on_in_its_own(
    made: Callable[..., Any],
) -> None:
    environment = made("CartPole-v1")
    environment.reset(seed=1)
    fork = multiprocessing.get_context("fork")
    heard, says = fork.Pipe(duplex=False)

    def use() -> None:
        with pytest.raises(ConnectionLost) as lost:
            environment.step(0)
        environment.close()
        says.send(str(lost.value))

    child = fork.Process(target=use)
    child.start()
    try:
        assert heard.poll(SECONDS)
        assert f"made in process {os.getpid()}, and its connection does not" in heard.recv()
    finally:
        child.kill()
        child.join()
    assert environment.step(0)[1] == 1.0


def test_gymnasiums_checker_finds_ignored_seeds_as_in_process(made: Callable[..., Any]) -> None:
    for environment in (made("test/IgnoresSeeds-v0"), IgnoresSeeds()):
        with pytest.raises(
            AssertionError, match=re.escape("does not call `super().reset(seed=seed)`")
        ):
            check_env(environment, skip_render_check=True)


def test_attributes_that_the_operator_opens_are_the_environments() -> None:
    opened = ("--allow-attribute", "gravity", "--allow-set-attribute", "gravity")
    with running_server(*opened) as server:
        environment = gymnasium.wrappers.OrderEnforcing(make(server.address, "CartPole-v1"))
        assert environment.get_wrapper_attr("gravity") == 9.8
        environment.set_wrapper_attr("gravity", 3.7)
        assert environment.get_wrapper_attr("gravity") == 3.7
        with pytest.raises(AttributeError, match="masscart"):
            environment.get_wrapper_attr("masscart")
        environment.set_wrapper_attr("masscart", 2)  # unknown there: this side's own, as ever
        assert environment.get_wrapper_attr("masscart") == 2
        environment.close()


def test_where_no_server_is_the_address_is_named_at_once(tmp_path: Path) -> None:
    begin = time.monotonic()
    for where in (f"unix:{tmp_path}/nothing", "127.0.0.1:1"):
        with pytest.raises(ConnectionLost, match=f"{where} does not answer .*`gangway serve"):
            make(where, "CartPole-v1", connect_seconds=600)
    assert time.monotonic() - begin < 60


def lose(session: ClientSession) -> None:
    """Cuts the stream as a broken network would."""
    session._stream._responses.cancel()


@pytest.mark.parametrize("moment", ["before", "under way"])
def test_a_lost_stream_is_replaced_and_no_step_is_lost_or_taken_twice(
    made: Callable[..., Any], moment: str
) -> None:
    environment = made("test/Line-v0")
    environment.reset(seed=0)
    session = environment._remote.session
    expected = gymnasium.make("test/Line-v0")
    expected.reset(seed=0)
    for _ in range(3):
        if moment == "before":
            lose(session)
        else:
            put = session._stream._requests.put

            def cut(request: Any, put: Any = put) -> None:
                put(request)
                lose(session)

            session._stream._requests = type("Requests", (), {"put": staticmethod(cut)})()
        found, reference = environment.step(1), expected.step(1)
        assert_same(found[0], as_space_has_it(expected.observation_space, reference[0]))


def test_without_a_lease_a_lost_stream_ends_the_environment(made: Callable[..., Any]) -> None:
    environment = made("CartPole-v1", lease_seconds=0)
    environment.reset()
    lose(environment._remote.session)
    with pytest.raises(ConnectionLost, match="make a new environment"):
        environment.step(0)


def test_a_server_that_dies_is_an_error_within_the_lease() -> None:
    with running_server() as server:
        environment = make(server.address, "CartPole-v1", lease_seconds=1)
        environment.reset()
        server.process.kill()
        server.wait()
        with pytest.raises(ConnectionLost, match="is lost"):
            environment.step(0)
        environment.close()


def test_an_environment_that_hangs_is_given_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "begun")  # which nobody reads
    with running_server(
        *("--import", "custom_environments", "--allow-argument", "where")
    ) as server:
        name, where = "test/Waits-v0", str(tmp_path)
        environment = make(server.address, name, where=where, response_seconds=1)
        environment.reset()
        with pytest.raises(ConnectionLost, match="did not answer within 1 s"):
            environment.step(1)
        environment.close()


def test_a_custom_environment_of_the_operators_works() -> None:
    example = TESTS.parent.parent / "examples" / "corridor"
    environment = dict(os.environ) | {"PYTHONPATH": str(example)}
    with running_server("--import", "corridor", environment=environment) as server:
        corridor = make(server.address, "Corridor-v0")
        check_env(corridor)
        vector = make_vec(server.address, "Corridor-v0", 2)
        assert vector.reset(seed=1)[0].shape == (2, 1)
        vector.close()
        corridor.close()

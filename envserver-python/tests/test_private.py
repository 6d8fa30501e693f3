"""What the user of a private server may do, and how a named server's refusals are mended."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import grpc
import numpy as np
import pytest
from support import (
    SECONDS,
    TESTS,
    Client,
    check_failure,
    failure_of,
    info_dicts,
    running_server,
    vectorized,
)

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import value_pb2
from gangway_envserver.dynamic import to_dynamic
from gangway_envserver.errors import environment_raised
from gangway_envserver.modules import FOLDERS
from gangway_envserver.vector_info import vector_info_batch

FILE = TESTS / "private_environments.py"
VECTORIZATIONS = ("LOOP", "SYNC", "ASYNC")
GIVEN: list[tuple[str, dict[str, Any]]] = [
    ("Configured", {"config": {"reward": {"step": -2.5}, "lanes": [1, [2, {"a": None}]]}}),
    ("Named", {"env_name": "push-v3", "level": "../levels/two.txt"}),
    ("Anything", {"size": 4, "deep": {"x": [True]}, "maker": "os:system", "model_path": "/m.xml"}),
]


@pytest.fixture(scope="module")
def own() -> Iterator[Client]:
    """A client of a private server whose module is a file elsewhere."""
    with (
        running_server("--private", "--import", str(FILE), cwd=Path("/")) as server,
        Client(server.address) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def named() -> Iterator[Client]:
    """A client of a named server with the same module."""
    with running_server("--import", str(FILE)) as server, Client(server.address) as client:
        yield client


def refusal(client: Client, name: str, **settings: Any) -> pb.Failure:
    """The failure of a session that cannot be made."""
    with pytest.raises(grpc.RpcError) as caught:
        client.create(name, **settings)
    return failure_of(caught.value)


def arguments(values: dict[str, Any]) -> dict[str, Any]:
    """Settings with these arguments."""
    return {"arguments": {name: to_dynamic(value) for name, value in values.items()}}


@pytest.mark.parametrize("vectorization", VECTORIZATIONS)
@pytest.mark.parametrize(("name", "values"), GIVEN)
def test_a_private_servers_user_gives_constructors_any_data(
    own: Client, name: str, values: dict[str, Any], vectorization: str
) -> None:
    modes = vectorized(vectorization, "NEXT_STEP")
    stream = own.session(f"private/{name}-v0", **arguments(values), **modes)
    reset = stream.reset(seed=1).reset
    (info,) = info_dicts(reset.infos, 1)
    assert info["given"] == repr(values)
    step = stream.step(np.array([0])).step
    expected = -2.5 if name == "Configured" else 0.25
    assert np.frombuffer(step.rewards, np.float64).tolist() == [expected]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("config", {"a": 1}, "ARGUMENT_NOT_ALLOWED"),
        ("env_name", "reach-v3", "ARGUMENT_NOT_ALLOWED"),
        ("level", "two", "ARGUMENT_NOT_ALLOWED"),
        ("others", 1, "INVALID_SETTING"),
    ],
)
def test_a_named_server_refuses_them_with_the_command_line_that_mends_it(
    named: Client, name: str, value: Any, reason: str
) -> None:
    owner = {"config": "Configured", "others": "Anything"}.get(name, "Named")
    failure = refusal(named, f"private/{owner}-v0", **arguments({name: value}))
    assert pb.FailureReason.Name(failure.reason) == f"FAILURE_REASON_{reason}"
    assert f"`gangway serve … --allow-argument {name}`" in failure.message


def test_even_a_private_server_takes_no_code_and_only_what_the_constructor_takes(
    own: Client,
) -> None:
    unknown = refusal(own, "private/Configured-v0", **arguments({"confg": {}}))
    check_failure(unknown, "INVALID_SETTING", "INVALID_ARGUMENT")
    assert "expected one of its constructor's (config)" in unknown.message
    assert "--allow-argument" not in unknown.message  # it would not help
    object_ = value_pb2.DynamicValue(object=value_pb2.DynamicObject(type_name="os.system"))
    malformed = refusal(own, "private/Configured-v0", arguments={"config": object_})
    check_failure(malformed, "INVALID_SETTING", "INVALID_ARGUMENT")
    makes_own = refusal(own, "private/Anything-v0", **arguments({"disable_env_checker": True}))
    check_failure(makes_own, "ARGUMENT_NOT_ALLOWED", "PERMISSION_DENIED")
    module = refusal(own, "private_environments:private/Named-v0")
    check_failure(module, "ENVIRONMENT_NOT_ALLOWED", "PERMISSION_DENIED")
    assert "add `--import MODULE` to the command" in module.message
    loader = refusal(own, "GymV26Environment-v0", **arguments({"env_id": "os:x"}))
    check_failure(loader, "ENVIRONMENT_NOT_ALLOWED", "PERMISSION_DENIED")
    assert "add `--allow 'GymV26Environment-v0'` to the command" in loader.message


def test_a_private_server_has_room_for_every_copy_of_an_experiment(own: Client) -> None:
    handshake = own.stub.Handshake(
        pb.HandshakeRequest(min_protocol_version=1, max_protocol_version=1), timeout=SECONDS
    )
    assert handshake.max_copies == 65536
    workers = refusal(own, "CartPole-v1", copies=100, **vectorized("ASYNC", "NEXT_STEP"))
    assert "add `--max-workers 100` to the command" in workers.message


def test_an_unknown_id_names_the_nearest_and_the_import(own: Client, named: Client) -> None:
    failure = refusal(own, "private/Config-v0")
    check_failure(failure, "UNKNOWN_ENVIRONMENT", "NOT_FOUND")
    assert "private/Configured-v0" in failure.message
    assert "add `--import MODULE` to the command" in failure.message
    assert "`gangway serve … --import MODULE`" in refusal(named, "private/Config-v0").message


def test_a_private_server_is_reached_by_its_user_alone() -> None:
    with pytest.raises(AssertionError, match="--private: expected a server that other users"):
        running_server("--private", "--insecure-remote").__enter__()


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(AssertionError, match="--import: expected a module's name or a Python file"):
        running_server("--import", "nowhere.py").__enter__()


def test_a_render_mode_is_looked_at_before_the_constructor(own: Client) -> None:
    failure = refusal(own, "private/Strict-v0", render_mode="ansi")
    check_failure(failure, "INVALID_SETTING", "INVALID_ARGUMENT")
    assert "expected one that the environment offers (rgb_array)" in failure.message


@pytest.mark.parametrize("vectorization", VECTORIZATIONS)
def test_an_exception_without_words_is_told_by_its_line(own: Client, vectorization: str) -> None:
    modes = vectorized(vectorization, "NEXT_STEP")
    cases = [("Strict", 1, "assert action == 0"), ("Silent", 0, "raise NotImplementedError")]
    for name, action, line in cases:
        stream = own.session(f"private/{name}-v0", 2, **modes)
        stream.reset(seed=1)
        failure = stream.step(np.array([0, action] if name == "Strict" else [0, 0])).failure
        check_failure(failure, "ENVIRONMENT_RAISED", "ABORTED")
        assert f"raised by `{line}`, line " in failure.message
        assert failure.message.endswith(str(FILE))
    stream = own.session("private/Silent-v0", 1, **modes)
    stream.reset(seed=1)
    failure = stream.step(np.array([1])).failure
    assert "raised UnreadableError in step of copy 0: its text cannot be read" in failure.message


@pytest.mark.parametrize(
    ("name", "action", "said"),
    [
        ("private/Short-v0", 0, "4 values: expected five values"),
        ("private/Short-v0", 1, "an observation that is no array of numbers"),
        ("private/Wide-v0", 0, "an observation of shape (3,), which does not fit its space Box"),
        ("private/Flags-v0", 0, "an array of shape [2] and dtype bool as terminated"),
        ("test/Misfit-v0", 0, "an observation of shape (2,), which does not fit its space Box"),
    ],
)
def test_what_the_server_itself_finds_wrong_was_given_and_not_raised(
    client: Client, own: Client, name: str, action: int, said: str
) -> None:
    stream = (client if name.startswith("test/") else own).session(name)
    response = stream.reset(seed=1)
    doing = "reset"
    if response.HasField("reset"):
        response, doing = stream.step(np.array([action])), "step"
    failure = response.failure
    check_failure(failure, "ENVIRONMENT_RAISED", "ABORTED")
    assert failure.message.startswith(f"In {doing} of copy 0 the environment gave ")
    assert said in failure.message


def test_what_no_check_foresees_is_told_apart_by_whose_code_raised_it() -> None:
    with pytest.raises(AttributeError) as own_code:
        vector_info_batch(cast("Any", 7), 1)  # no dictionary
    failure = environment_raised(own_code.value, "step", 0).failure
    assert failure.message.startswith(
        "In step of copy 0 the environment gave what the server cannot take: AttributeError: "
    )
    with pytest.raises(RuntimeError) as others:
        raise RuntimeError("no luck")
    failure = environment_raised(others.value, "step", 0).failure
    assert failure.message == "The environment raised RuntimeError in step of copy 0: no luck"


PLUGIN = """
import gymnasium
from private_environments import Named

def register():
    gymnasium.register("Plugged-v0", entry_point=Named, disable_env_checker=True)

def register_root():
    gymnasium.register("root/Plugged-v0", entry_point=Named, disable_env_checker=True)
"""
POINTS = """[gymnasium.envs]
plug = plugged:register
__root__ = plugged:register_root
broken = broken_plugin:register
"""


def test_plugins_register_their_environments_and_a_broken_one_harms_no_other(
    tmp_path: Path,
) -> None:
    (tmp_path / "plugged.py").write_text(PLUGIN)
    (tmp_path / "broken_plugin.py").write_text("raise RuntimeError('no luck')\n")
    folder = tmp_path / "plugged-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: plugged\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(POINTS)
    path = os.pathsep.join([str(tmp_path), str(TESTS), os.environ.get("PYTHONPATH", "")])
    environment = dict(os.environ) | {"PYTHONPATH": path}
    with running_server(environment=environment) as server, Client(server.address) as client:
        for name in ("plug/Plugged-v0", "root/Plugged-v0"):
            for vectorization in VECTORIZATIONS:
                stream = client.session(name, **vectorized(vectorization, "NEXT_STEP"))
                assert stream.reset(seed=1).HasField("reset")
        request = pb.ListEnvironmentsRequest()
        listed = client.stub.ListEnvironments(request, timeout=SECONDS).environments
        assert [each.id for each in listed if "Plugged" in each.id] == [
            *("plug/Plugged-v0", "root/Plugged-v0")
        ]
        log = server.end()[2]
        assert "The plugin broken_plugin:register cannot be used: RuntimeError('no luck')" in log


def test_folders_of_whoever_started_it_come_last(tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text("raise RuntimeError('a package was replaced')\n")
    (tmp_path / "neighbour.py").write_text("from private_environments import *\n")
    environment = dict(os.environ) | {FOLDERS: os.pathsep.join(["", str(tmp_path)])}
    with (
        running_server("--private", "--import", "neighbour", environment=environment) as server,
        Client(server.address) as client,
    ):
        stream = client.session("private/Named-v0", **vectorized("ASYNC", "NEXT_STEP"))
        assert stream.reset(seed=1).HasField("reset")

"""Wrappers of installed packages: found by name, opened by the operator, given plain data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import grpc
import numpy as np
import pytest
from support import TESTS, Client, ServerProcess, failure_of, running_server

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import wrapper_pb2 as wp
from gangway_envserver.dynamic import to_dynamic

MODULE = '''
import gymnasium


class Shift(gymnasium.RewardWrapper):
    """Adds to every reward."""

    def __init__(self, env, by, times=1):
        super().__init__(env)
        self._sum = by * times

    def reward(self, reward):
        return reward + self._sum


def broken(env):
    raise ValueError("no such day")
'''
POINTS = """
[gangway_envserver.wrappers]
shift = shifting_package:Shift
broken = shifting_package:broken
gone = no_such_package:Shift
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment variables of a server beside which a package with wrappers is installed."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "shifting_package.py").write_text(MODULE)
    info = folder / "shifting_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shifting-package\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(POINTS)
    path = [str(folder), str(TESTS), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, path))}


@pytest.fixture(scope="module", params=[["--allow-wrapper", "shift"], ["--private"]])
def client(request: pytest.FixtureRequest, environment: dict[str, str]) -> Iterator[Client]:
    """A client of a server that offers the wrapper because it was opened, or is private."""
    with (
        running_server(*request.param, environment=environment) as server,
        Client(server.address) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def named(environment: dict[str, str]) -> Iterator[Client]:
    """A client of a named server that offers two of the three wrappers."""
    options = ("--allow-wrapper", "shift", "--allow-wrapper", "broken")
    with (
        running_server(*options, environment=environment) as server,
        Client(server.address) as client,
    ):
        yield client


def custom(provider: str, **settings: Any) -> wp.Wrapper:
    """A wrapper by its name."""
    values = {name: to_dynamic(value) for name, value in settings.items()}
    return wp.Wrapper(custom=wp.CustomWrapper(provider=provider, settings=values))


@pytest.mark.parametrize(
    "mode", [pb.VECTORIZATION_MODE_LOOP, pb.VECTORIZATION_MODE_SYNC, pb.VECTORIZATION_MODE_ASYNC]
)
def test_an_installed_wrapper_is_around_every_copy(client: Client, mode: Any) -> None:
    wrappers = [custom("shift", by=2), custom("shift", by=0.25, times=2)]
    stream = client.session("CartPole-v1", 2, wrappers=wrappers, vectorization_mode=mode)
    stream.reset(seed=0)
    assert np.frombuffer(stream.step(np.array([0, 1])).step.rewards) == pytest.approx([3.5, 3.5])
    stream.half_close()


def refusal(client: Client, wrapper: wp.Wrapper) -> pb.Failure:
    """Why a session with this wrapper is refused."""
    first = wp.Wrapper(clip_action=wp.ClipActionWrapper())
    with pytest.raises(grpc.RpcError) as error:
        client.create("Pendulum-v1", wrappers=[first, wrapper])
    failure = failure_of(error.value)
    denied = pb.FAILURE_REASON_ARGUMENT_NOT_ALLOWED
    assert failure.reason in {pb.FAILURE_REASON_INVALID_SETTING, denied}
    return failure


def test_a_wrapper_that_the_operator_has_not_opened_is_refused_like_one_that_is_not_there(
    named: Client,
) -> None:
    for name in ("gone", "nothing"):
        failure = refusal(named, custom(name))
        assert failure.message == (
            "settings.wrappers[1].custom.provider: expected one of the wrappers that this server "
            f"offers (broken, shift), found '{name}'. If it is installed and safe here, this "
            f"server's operator can start it with `gangway serve … --allow-wrapper {name}`."
        )
        assert failure.metadata["field"] == "settings.wrappers[1]"


@pytest.mark.parametrize(
    ("wrapper", "says"),
    [
        (custom(""), "settings.wrappers[1].custom.provider: expected a string that is not empty"),
        (custom("shift"), "(custom): it does not fit what it wraps"),
        (custom("shift", by=1, at=2), "The wrapper 'shift' has no argument 'at': expected one of"),
        (custom("shift", by="/etc/passwd"), "its value '/etc/passwd' is not a plain one"),
        (custom("shift", env=1), "Argument 'env' is not allowed"),
        (custom("broken"), "ValueError: no such day"),
    ],
)
def test_what_a_wrapper_does_not_take_is_refused_by_name(
    named: Client, wrapper: wp.Wrapper, says: str
) -> None:
    assert says in refusal(named, wrapper).message


def test_a_wrapper_that_cannot_be_imported_says_so(environment: dict[str, str]) -> None:
    with (
        running_server("--private", environment=environment) as server,
        Client(server.address) as client,
    ):
        message = refusal(client, custom("gone")).message
        assert "'gone' (no_such_package:Shift) cannot be imported" in message
        missing = refusal(client, custom("nothing")).message
        assert "(broken, gone, shift), found 'nothing'. Install a package" in missing


def test_a_server_does_not_start_with_a_wrapper_that_is_not_installed(
    environment: dict[str, str],
) -> None:
    with pytest.raises(AssertionError, match=r"--allow-wrapper: .* \(broken, gone, shift; entry"):
        ServerProcess("--allow-wrapper", "nothing", environment=environment)

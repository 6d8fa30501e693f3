"""Optional environments: found when installed, and named with what to do when not."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import grpc
import pytest
from support import SECONDS, TESTS, Client, check_failure, failure_of, running_server

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.extras import EXTRAS, choose_renderer

ROOT = TESTS.parent
OF_EXTRAS = {
    "LunarLander-v3": "box2d",
    "HalfCheetah-v5": "mujoco",
    "ALE/Pong-v5": "atari",
    "MiniGrid-Empty-5x5-v0": "minigrid",
}


def test_extras_are_the_same_in_the_package_the_locks_and_the_server() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {extra.name for extra in EXTRAS}
    assert set(project["optional-dependencies"]) == {*names, "all"}
    for ending in ("in", "lock"):
        assert {path.stem for path in (ROOT / "extras").glob(f"*.{ending}")} == names
    (everything,) = project["optional-dependencies"]["all"]
    assert set(everything.partition("[")[2].rstrip("]").split(",")) == names


@pytest.mark.parametrize("name", OF_EXTRAS)
def test_an_installed_one_is_listed_and_made_without_an_import_by_the_operator(
    client: Client, name: str
) -> None:
    stream = client.session(name)
    assert stream.reset(seed=1).HasField("reset")
    request = pb.ListEnvironmentsRequest()
    entries = client.stub.ListEnvironments(request, timeout=SECONDS).environments
    assert [entry.installed for entry in entries if entry.id == name] == [True]


def test_one_that_is_not_installed_says_what_installs_it(tmp_path: Path) -> None:
    for module in ("Box2D", "mujoco", "ale_py", "minigrid"):
        text = f"raise ModuleNotFoundError('No module named {module}', name={module!r})\n"
        (tmp_path / f"{module}.py").write_text(text)
    environment = dict(os.environ) | {"PYTHONPATH": str(tmp_path)}
    with running_server(environment=environment) as server, Client(server.address) as client:
        for name, extra in OF_EXTRAS.items():
            with pytest.raises(grpc.RpcError) as caught:
                client.create(name)
            failure = failure_of(caught.value)
            check_failure(failure, "UNKNOWN_ENVIRONMENT", "NOT_FOUND")
            assert failure.metadata["extra"] == extra
            assert f"`envserver-python/setup --extras {extra}`" in failure.message
        entries = client.stub.ListEnvironments(pb.ListEnvironmentsRequest()).environments
        installed = {entry.id: entry.installed for entry in entries}
        assert installed["CartPole-v1"]
        assert not installed["LunarLander-v3"]
        assert not installed["HalfCheetah-v5"]
        assert "ALE/Pong-v5" not in installed
        assert "cannot be used" not in server.end()[2]


def test_what_mujoco_warns_of_is_logged_and_leaves_no_file(tmp_path: Path) -> None:
    with running_server(cwd=tmp_path) as server, Client(server.address) as client:
        client.session("HalfCheetah-v5").reset(seed=1)
        assert "WARNING compiler attribute 'settotalmass' is deprecated" in server.end()[2]
    assert list(tmp_path.iterdir()) == []


def test_an_extra_that_is_broken_is_logged_and_harms_no_other(tmp_path: Path) -> None:
    (tmp_path / "minigrid.py").write_text("raise RuntimeError('no screen')\n")
    environment = dict(os.environ) | {"PYTHONPATH": str(tmp_path)}
    with running_server(environment=environment) as server, Client(server.address) as client:
        assert client.create("ALE/Pong-v5").session_id
        assert "The extra minigrid cannot be used: RuntimeError('no screen')" in server.end()[2]


def test_an_operator_may_narrow_the_ids_of_extras() -> None:
    with running_server("--allow", "ALE/Pong-*") as server, Client(server.address) as client:
        assert client.create("ALE/Pong-v5").session_id
        with pytest.raises(grpc.RpcError) as caught:
            client.create("ALE/Tennis-v5")
        check_failure(failure_of(caught.value), "ENVIRONMENT_NOT_ALLOWED", "PERMISSION_DENIED")


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY", "MUJOCO_GL"])
def test_a_display_or_the_users_choice_of_a_renderer_is_left_alone(name: str) -> None:
    environment = {name: ":0"}
    choose_renderer(environment)
    assert environment == {name: ":0"}

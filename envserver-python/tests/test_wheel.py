"""The wheel works where the source tree is not, and carries the generated contract."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import numpy as np
import pytest
from support import TESTS, Client, running_server

from gangway_envserver import __version__

ROOT = TESTS.parent


def run(*command: str | Path) -> str:
    """A command's standard output; what it said on failure."""
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with wheel and source archive, the wheel built from the archive's content."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-d", str(folder))
    return folder


def test_the_archives_hold_the_contract(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    package = {path.name for path in (ROOT / "src" / "gangway_envserver").glob("*.py")}
    assert {f"gangway_envserver/{name}" for name in package} <= names
    assert {
        "gangway_envserver/py.typed",
        "gangway_envserver/_proto/__init__.py",
        "gangway_envserver/_proto/py.typed",
        "gangway_envserver/_proto/environment_service_pb2.py",
        "gangway_envserver/_proto/environment_service_pb2.pyi",
        "gangway_envserver/_proto/environment_service_pb2_grpc.py",
    } <= names
    folders = {name.partition("/")[0] for name in names}
    assert folders == {"gangway_envserver", f"gangway_envserver-{__version__}.dist-info"}
    (archive_file,) = built.glob("*.tar.gz")
    listing = run("tar", "-tzf", archive_file)
    assert "/proto/gangway/v1/environment_service.proto\n" in listing
    assert "/tools/hatch_build.py\n" in listing
    assert "_pb2" not in listing


def test_a_wheel_can_be_built_from_the_source_archive(built: Path, tmp_path: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    run(
        *(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"),
        *("--no-index", "--wheel-dir", tmp_path, archive),
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as content:
        assert "gangway_envserver/_proto/environment_service_pb2.py" in content.namelist()
        metadata = f"gangway_envserver-{__version__}.dist-info/METADATA"
        assert f"\nVersion: {__version__}\n" in content.read(metadata).decode()


def test_the_installed_wheel_runs_a_session(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    home = tmp_path / "home"
    run(sys.executable, "-m", "venv", "--without-pip", home)
    python = home / "bin" / "python"
    options = ("--no-deps", "--no-index", "--quiet")
    run(sys.executable, "-m", "pip", "--python", python, "install", *options, wheel)
    # The dependencies are taken from this environment; .pth files there, and with them the source
    # tree, are not followed.
    packages = Path(
        run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")[:-1]
    )
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    files = (
        "import gangway_envserver as g, gangway_envserver._proto.tensor_pb2 as t;"
        "print(g.__file__, t.__file__)"
    )
    for file in run(python, "-c", files).split():
        assert file.startswith(str(home))
    assert (
        run(python, "-m", "gangway_envserver", "--version") == f"gangway_envserver {__version__}\n"
    )
    assert (
        run(home / "bin" / "gangway-envserver", "--version") == f"gangway_envserver {__version__}\n"
    )
    with (
        running_server(python=(str(python),), cwd=tmp_path) as server,
        Client(server.address) as client,
    ):
        stream = client.session("CartPole-v1", 2)
        stream.reset(seed=0)
        assert stream.step(np.array([0, 1])).HasField("step")

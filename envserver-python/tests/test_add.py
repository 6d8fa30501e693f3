"""Packages of the user's own choice: where they go, what they must not change, what is said.

The packages are wheels in a folder; no test needs the network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pip
import pytest
from support import SECONDS, TESTS
from test_setup import GENERATOR, VENV, finish, start

ROOT = TESTS.parent
# Stands for Gymnasium: what is in `registry` was registered.
GYMNASIUM = "registry = {}\n"
MAZE = """import gymnasium
for name in ('Small', 'Big'):
    gymnasium.registry[f'maze/{name}-v0'] = 1
"""


def wheel(
    folder: Path, name: str, version: str, *needs: str, modules: dict[str, str] | None = None
) -> Path:
    """A wheel with these modules, each a package of one file."""
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {each}" for each in needs]
    files = {f"{module}/__init__.py": text for module, text in (modules or {}).items()}
    files[f"{info}/METADATA"] = "\n".join(lines) + "\n"
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/RECORD"] = "".join(f"{each},,\n" for each in (*files, f"{info}/RECORD"))
    path = folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
    return path


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """The folder of wheels."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    wheel(folder, "gymnasium", "1.4", modules={"gymnasium": GYMNASIUM})
    wheel(folder, "maze", "1.0", "gymnasium>=1", modules={"maze": MAZE})
    wheel(folder, "maze", "0.9", "gymnasium>=1", modules={"maze": MAZE})
    for version in ("2.0", "3.0"):
        wheel(folder, "engine", version, modules={"engine": f"version = '{version}'\n"})
    wheel(folder, "robot", "1.0", "engine<3", "gymnasium", modules={"robot": ""})
    wheel(folder, "draw-ce", "2.0", modules={"draw": "whose = 'ce'\n"})
    wheel(folder, "draw", "2.0", modules={"draw": "whose = 'old'\n"})
    wheel(folder, "game", "1.0", "draw", modules={"game": "import draw\nwhose = draw.whose\n"})
    return folder


@pytest.fixture
def offline(tmp_path: Path, shelf: Path) -> dict[str, str]:
    """An environment in which pip is real and sees nothing but the wheels."""
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "venv.py").write_text(VENV)
    (modules / "pip").symlink_to(Path(pip.__file__).parent)
    return dict(os.environ) | {
        "PYTHONPATH": str(modules),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(shelf),
        "PIP_CONFIG_FILE": os.devnull,
    }


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that locks nothing but the engine, in an extra that is not installed."""
    root = tmp_path / "checkout" / "envserver-python"
    (root / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "setup", root)
    for name in ("make_venv.py", "add_packages.py"):
        shutil.copy(ROOT / "tools" / name, root / "tools")
    (root / "tools" / "generate_stubs.py").write_text(GENERATOR)
    (root / "tools" / "artifact_version.py").write_text("")
    (root.parent / "pom.xml").write_text("")
    (root / "requirements.lock").write_text("")
    (root / "pyproject.toml").write_text("[project]\ndependencies = ['gymnasium>=1.3']\n")
    (root / "extras").mkdir()
    (root / "extras" / "physics.lock").write_text("engine==3.0 --hash=sha256:00\n")
    protos = root.parent / "proto" / "gangway" / "v1"
    protos.mkdir(parents=True)
    (protos / "a.proto").write_text("")
    return root


def added(checkout: Path, offline: dict[str, str], *arguments: str) -> tuple[int, list[str]]:
    """What a set-up ends with, of which the real pip takes some seconds."""
    return finish(start(checkout, offline, *arguments), 15 * SECONDS)


def value(python: Path, expression: str) -> str:
    """What an expression gives in an environment."""
    module = expression.partition(".")[0]
    program = f"import {module}; print({expression})"
    done = subprocess.run(
        [python, "-c", program], capture_output=True, text=True, check=False, timeout=SECONDS
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_what_is_added_is_remembered_when_the_environment_is_made_anew(
    checkout: Path, offline: dict[str, str]
) -> None:
    python = checkout / ".venv" / "bin" / "python"
    remembered = checkout / "added-packages.txt"
    code, lines = added(checkout, offline, "--add", "maze")
    assert code == 0, lines
    assert (
        '2 environments with --import maze, or imports: "maze": maze/Big-v0, maze/Small'
        in lines[-1]
    )
    assert lines[-2] == "gangway: installed maze 1.0"
    assert remembered.read_text().splitlines()[1:] == ["maze==1.0"]
    assert added(checkout, offline) == (0, [])  # up to date
    (checkout / "requirements.lock").write_text("# changed\n")
    shutil.copy(checkout / "requirements.lock", checkout / "requirements.in")
    code, lines = added(checkout, offline)
    assert code == 0, lines
    assert "adding again what" in lines[1]
    assert value(python, "maze.__name__") == "maze"
    code, lines = added(checkout, offline, "--add", "maze==0.9", "engine")
    assert code == 0, lines
    assert remembered.read_text().splitlines()[1:] == ["maze==0.9", "engine==3.0"]


def test_a_package_that_would_change_a_locked_version_gets_an_environment_of_its_own(
    checkout: Path, offline: dict[str, str], tmp_path: Path
) -> None:
    code, lines = added(checkout, offline, "--add", "robot")
    assert code == 1
    assert "robot 1.0 depends on engine<3" in lines[-1]
    assert "would break the extra physics (engine 3.0)" in lines[-1]
    assert f"{checkout / 'setup'} --venv DIR --add robot" in lines[-1]
    assert not (checkout / "added-packages.txt").exists()
    assert "No module" in value(checkout / ".venv" / "bin" / "python", "robot.__name__")
    assert added(checkout, offline) == (0, [])  # the server's environment is as it was
    own = tmp_path / "own"
    code, lines = added(checkout, offline, "--venv", str(own), "--add", "robot")
    assert code == 0, lines
    assert any("engine 2.0 instead of 3.0" in line for line in lines)
    assert lines[-1] == f"gangway: to use it: GANGWAY_SERVER_PYTHON={own / 'bin' / 'python'}"
    assert value(own / "bin" / "python", "engine.version") == "2.0"
    assert value(own / "bin" / "python", "gymnasium.registry") == "{}"
    paths = value(own / "bin" / "python", "sys.path")
    assert str(checkout / "src") in paths
    code, lines = added(checkout, offline, "--venv", str(own), "--add", "maze")
    assert code == 0, lines
    assert (own / "added-packages.txt").read_text() == "robot==1.0\nmaze==1.0\n"


def test_a_package_whose_modules_another_has_is_left_out(
    checkout: Path, offline: dict[str, str]
) -> None:
    python = checkout / ".venv" / "bin" / "python"
    assert added(checkout, offline, "--add", "draw-ce")[0] == 0
    assert added(checkout, offline, "--add", "game")[0] == 0
    assert value(python, "game.whose") == "ce"
    folders = {each.name for each in (checkout / ".venv").glob("lib/*/site-packages/*.dist-info")}
    assert folders == {"draw_ce-2.0.dist-info", "game-1.0.dist-info"}


def test_what_cannot_be_added_is_named(
    checkout: Path, offline: dict[str, str], shelf: Path
) -> None:
    code, lines = added(checkout, offline, "--add", "nowhere")
    assert code == 1
    assert "No matching distribution found for nowhere" in lines[-1]
    assert str(checkout / "target" / "setup.log") in lines[-1]
    assert not (checkout / "added-packages.txt").exists()
    code, lines = added(checkout, offline, "--add")
    assert (code, lines) == (
        *(2,),
        ["gangway: setup --add: expected PACKAGE… behind it, found nothing"],
    )
    assert added(checkout, offline, "--add", "--index-url")[0] == 2
    file = str(shelf / "maze-0.9-py3-none-any.whl")
    assert added(checkout, offline, "--add", file)[0] == 0
    assert (checkout / "added-packages.txt").read_text().splitlines()[1:] == [file]
